"""A file of sections: one row for each stretch of text that a coder marked with a code."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from commonpool.voices.reading.tables import Columns, Row, read_rows, refuse_unknown, shown
from commonpool.voices.rules.agreement.sections import Continuum, Section

COLUMNS: Final = Columns(
    ("coder", "start", "length", "value"), ("cluster", "continuum"), "a section that a coder marked"
)
MOST_POSITIONS: Final = 1_000_000_000
_WHOLE: Final = re.compile(r"\d{1,12}", re.ASCII)


def read_sections(path: Path, continuum: int | None, coders: Sequence[str] = ()) -> list[Continuum]:
    """The texts of the file, each with its coders' sections.

    continuum  how many positions each text has, where the file's column of that name does not say
    coders     only these, if any are named
    A row with a coder and nothing else says that the coder read the text and marked nothing. Raises
    sheets.Unreadable with every fault at once.
    """
    rows = read_rows(path, COLUMNS)
    texts: dict[str, _Text] = {}
    for row in rows:
        name = row.needed("cluster") if "cluster" in rows.columns else path.name
        text = texts.setdefault(name, _Text(name, continuum))
        text.add(row)
    refuse_unknown(rows, coders)
    rows.refuse_if_faulty()
    return [text.continuum(coders) for text in texts.values()]


class _Text:
    """One text, as its rows are met."""

    def __init__(self, name: str, length: int | None) -> None:
        self.name = name
        self.length = length
        self.says: Row | None = None
        self.coders: dict[str, None] = {}
        self.sections: list[Section] = []

    def add(self, row: Row) -> None:
        """One more row of it."""
        coder = row.needed("coder")
        self.coders[coder] = None
        self._hear_length(row)
        if not any(row.text(column) for column in ("start", "length", "value")):
            return
        start, length, code = _number(row, "start", least=0), _number(row, "length", least=1), row.needed("value")
        if start is None or length is None:
            return
        if self.length is not None and start + length > self.length:
            row.fault(
                "length",
                f"the section from {start:,} to {start + length:,} ends beyond the text's {self.length:,} positions.",
                "Positions count from 0. Correct the section, or the length of the text.",
            )
        self.sections.append(Section(coder, start, length, code))

    def _hear_length(self, row: Row) -> None:
        if "continuum" not in row.rows.columns:
            if self.length is None and self.says is None:
                self.says = row
                row.fault("coder", "how long the text is, is not known.", "Give --continuum N or a column continuum.")
            return
        length = _number(row, "continuum", least=1)
        if length is None:
            return
        if self.says is None:
            self.says, self.length = row, length
        elif length != self.length:
            row.fault(
                "continuum",
                f"the text {shown(self.name)} has {length:,} positions here and {self.length:,} in row "
                f"{self.says.number:,}.",
                "Give a text the same length in every row.",
            )

    def continuum(self, wanted: Sequence[str]) -> Continuum:
        """The text, once all its rows are read and none is at fault."""
        assert self.length is not None, "a text without a length is a fault"
        coders = tuple(coder for coder in self.coders if not wanted or coder in wanted)
        return Continuum(self.name, self.length, coders, tuple(each for each in self.sections if each.coder in coders))


def _number(row: Row, column: str, *, least: int) -> int | None:
    text = row.text(column)
    if _WHOLE.fullmatch(text) and least <= int(text) <= MOST_POSITIONS:
        return int(text)
    found = f"‘{shown(text)}’ is no {column}." if text else f"{column} is empty."
    row.fault(column, found, f"Write a whole number of positions, {least} or more.")
    return None
