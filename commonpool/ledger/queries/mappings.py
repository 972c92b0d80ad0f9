"""What is known of a partner's file before somebody says, or says anew, how its columns are read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from commonpool.ledger.models import Import
from commonpool.ledger.queries.exports import lines_of_year
from commonpool.ledger.rules.extracts import ColumnMapping, Role
from commonpool.ledger.rules.extracts.mapping import LABELS, header_key
from commonpool.ledger.rules.extracts.wording import UNKNOWN_CODE, UNKNOWN_KIND


@dataclass(frozen=True, slots=True)
class FileColumn:
    """One column of a file: its letter, its header as written, what it was taken for."""

    letter: str
    header: str
    taken_for: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """What is known of a file before somebody says how its columns are read.

    mapping   the one that it was read by, or that was proposed; None where none could be
    codes     cost centres that the mapping does not know yet
    words     what its kind column says and the mapping does not know
    lines     {scheme line's id: its name}
    """

    columns: tuple[FileColumn, ...]
    mapping: ColumnMapping | None
    codes: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    lines: Mapping[str, str] = field(default_factory=dict)

    @property
    def references(self) -> dict[str, str]:
        """{how a mapping names the column: what people call it}: by its header where no other has the same."""
        keys = [header_key(column.header) for column in self.columns]
        # A header that was cut for showing does not find its column.
        return {
            column.header if key and keys.count(key) == 1 and not column.header.endswith("…") else column.letter: (
                f"{column.letter}: {column.header or 'no header'}"
            )
            for column, key in zip(self.columns, keys, strict=True)
        }

    def reference(self, saved: str) -> str:
        """The column of this file that a saved mapping names; the name itself where the file has none such."""
        keys = {header_key(name): name for name in self.references}
        letters = {column.letter: name for column, name in zip(self.columns, self.references, strict=True)}
        return keys.get(header_key(saved)) or letters.get(saved) or saved

    @property
    def roles(self) -> dict[Role, str]:
        """{role: the column taken for it}."""
        if self.mapping is not None:
            return {role: self.reference(column) for role, column in self.mapping.columns.items()}
        roles = {label: role for role, label in LABELS.items()}
        named = zip(self.columns, self.references, strict=True)
        return {roles[column.taken_for]: name for column, name in named if column.taken_for in roles}

    @property
    def periods(self) -> dict[str, str]:
        """{column: label of the period whose amounts it holds}."""
        if self.mapping is not None:
            return {self.reference(column): label for column, label in self.mapping.periods.items()}
        return {}


def shown_of(held: Import) -> Shown:
    """What is known of a file that was looked at."""
    preview: Mapping[str, Any] = held.summary.get("preview") or {}
    used = held.mapping.data if held.mapping else preview.get("mapping")
    return Shown(
        columns=tuple(FileColumn(*column) for column in preview.get("columns", ())),
        mapping=ColumnMapping.from_data(used) if used else None,
        # A file that an earlier release looked at has its codes in its findings alone, one in each.
        codes=tuple(held.summary.get("unknown_codes", _told(held, UNKNOWN_CODE.id))),
        words=_told(held, UNKNOWN_KIND.id),
        lines={line.line_id: line.name for line in lines_of_year(held.ledger, held.year)},
    )


def _told(held: Import, rule: str) -> tuple[str, ...]:
    """What findings of a rule found, each once, in the order of the file."""
    found = (finding["found"] for finding in held.findings if finding["rule"] == rule)
    return tuple(dict.fromkeys(text for text in found if text))
