"""What loading made of each file, in words and as JSON."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

ODD_ROWS_SHOWN: Final = 5


class State(StrEnum):
    """What became of a file."""

    LOADED = "loaded"
    REVISED = "revised"
    UNCHANGED = "unchanged"
    UNUSED = "not used"
    UNKNOWN = "not known"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Odd:
    """A row that could not be used as it stands."""

    line: int
    reason: str
    text: str
    awaits_another_file: bool = False


@dataclass(slots=True)
class FileReport:
    """One file: what it was taken for, how many rows were read and kept, and which were not, and why."""

    file: str
    state: State
    key: str = ""
    title: str = ""
    rows_read: int = 0
    rows_kept: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    odd: list[Odd] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """The object of this file in the `files` list of the JSON answer."""
        return {
            "file": self.file,
            "state": self.state.value,
            "key": self.key or None,
            "title": self.title or None,
            "rows_read": self.rows_read,
            "rows_kept": self.rows_kept,
            "left_out": dict(self.left_out),
            "rows_waiting": self.waiting,
            "odd_rows": [{"line": odd.line, "reason": odd.reason, "text": odd.text} for odd in self.odd],
            "notes": self.notes,
        }

    def lines(self) -> list[str]:
        """The same for people: one line, then what is odd, indented."""
        head = f"{self.file}: {self.state.value}"
        if self.title:
            head += f". {self.title}"
        if self.state in {State.LOADED, State.REVISED}:
            head += f". {self.rows_kept:,} of {self.rows_read:,} rows kept"
        told = [f"{head}."]
        told += [f"    {count:,} rows left out: {reason}." for reason, count in self.left_out.items()]
        told += [f"    {note}" for note in self.notes]
        told += [f"    line {odd.line:,}: {odd.reason}" for odd in self.odd[:ODD_ROWS_SHOWN]]
        if len(self.odd) > ODD_ROWS_SHOWN:
            told.append(f"    and {len(self.odd) - ODD_ROWS_SHOWN:,} more odd rows, kept with their reasons.")
        if self.waiting:
            told.append(
                f"    {self.waiting:,} rows wait for a body or a place that no file has named yet. Load the lists of "
                "organisations and geography, then this file again."
            )
        return told

    @property
    def waiting(self) -> int:
        """How many rows name something that another file may bring."""
        return sum(odd.awaits_another_file for odd in self.odd)


@dataclass(slots=True)
class LoadReport:
    """All files of one load, and what holds for all of them together."""

    files: list[FileReport] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def changed(self) -> bool:
        """Whether any file brought something new."""
        return any(file.state in {State.LOADED, State.REVISED} for file in self.files)

    @property
    def refused(self) -> list[FileReport]:
        """The files that could not be read."""
        return [file for file in self.files if file.state is State.REFUSED]

    def as_json(self) -> dict[str, Any]:
        """The whole answer of `commonpool places load --format json`."""
        return {"files": [file.as_json() for file in self.files], "notes": self.notes}
