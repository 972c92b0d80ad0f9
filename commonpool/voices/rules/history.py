"""The audit history of a study as lines of which each proves the one before it, and what is wrong with such a file.

A line's hash is the SHA-256 of the hash before it and of the line's own fields. So a line cannot be changed, taken
out or put in without every later hash telling. The first line follows the study's id.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from typing import Final

BETWEEN: Final = "\x1f"
NOT_A_HISTORY: Final = "This is no history of a study: it lacks {missing}. Give a file that was downloaded there."


@dataclass(frozen=True, slots=True)
class Entry:
    """One event as the history tells it; every field is text, "" where there is nothing to say.

    at       when it was recorded, ISO 8601 in UTC
    who      initials; object: the id of what it tells of
    before   fields before, and after, as JSON with sorted names
    """

    at: str
    who: str
    did: str
    in_words: str
    action: str
    kind: str
    object: str
    before: str
    after: str

    @property
    def lasting(self) -> tuple[str, ...]:
        """What the history itself knows for good; initials and names are as they were when the file was made."""
        return self.at, self.action, self.kind, self.object, self.before, self.after


COLUMNS: Final = ("line", *(one.name for one in fields(Entry)), "hash")


@dataclass(frozen=True, slots=True)
class Line:
    """One entry in its place: counted from 1, with the hash that covers it and all before it."""

    number: int
    entry: Entry
    hash: str

    def row(self) -> tuple[str | int, ...]:
        """The line as a row of a table, in the order of COLUMNS."""
        return (self.number, *astuple(self.entry), self.hash)


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong with a file: on which line (None: the whole), what was found and what it means."""

    line: int | None
    problem: str

    def __str__(self) -> str:
        return self.problem if self.line is None else f"Line {self.line}: {self.problem}"


def chained(study: str, entries: Iterable[Entry]) -> Iterator[Line]:
    """The entries as lines, each proving the one before. `study` is the study's id."""
    last = beginning(study)
    for number, entry in enumerate(entries, start=1):
        last = _hash(last, number, entry)
        yield Line(number, entry, last)


def beginning(study: str) -> str:
    """What the first line follows."""
    return hashlib.sha256(f"study {study}".encode()).hexdigest()


def read_lines(rows: Sequence[Mapping[str, str]]) -> tuple[list[Line], list[Fault]]:
    """The lines of a file's rows by column name, and what makes it no such file."""
    if missing := [column for column in COLUMNS if not rows or column not in rows[0]]:
        return [], [Fault(None, NOT_A_HISTORY.format(missing=", ".join(missing)))]
    lines, faults = [], []
    for place, row in enumerate(rows, start=1):
        entry = Entry(*(row[one.name] for one in fields(Entry)))
        if row["line"].isdecimal():
            lines.append(Line(int(row["line"]), entry, row["hash"]))
        else:
            faults.append(Fault(None, f"Row {place} has the number ‘{row['line']}’, which no history gave it."))
    return lines, faults


def broken(study: str, lines: Sequence[Line]) -> list[Fault]:
    """Where the chain does not hold: lines changed, taken out, put in or out of order. Empty where it holds."""
    faults, last, before = [], beginning(study), 0
    for line in lines:
        if line.number != before + 1:
            faults.append(Fault(line.number, _gap(before, line.number)))
        elif _hash(last, line.number, line.entry) != line.hash:
            what = "does not follow from the line before it, or its words were changed: its hash covers others"
            faults.append(Fault(line.number, f"It {what}."))
        before, last = line.number, line.hash
    return faults


def differing(lines: Sequence[Line], known: Iterable[Entry]) -> list[Fault]:
    """The lines that are not in the history itself, whatever their hashes say. Names and initials may have changed."""
    left = Counter(entry.lasting for entry in known)
    faults = []
    for line in lines:
        if left[line.entry.lasting]:
            left[line.entry.lasting] -= 1
        else:
            what = "The history has no such event, or none that you may see now: something in the line was changed."
            faults.append(Fault(line.number, what))
    return faults


def _gap(before: int, number: int) -> str:
    if number <= before:
        return f"It stands after line {before}: lines were put in or moved."
    missing = f"line {before + 1}" if number == before + 2 else f"lines {before + 1} to {number - 1}"
    return f"Before it {missing} must stand: taken out, or never downloaded."


def _hash(last: str, number: int, entry: Entry) -> str:
    return hashlib.sha256(
        BETWEEN.join((last, str(number), *astuple(entry))).encode("utf-8", "surrogatepass")
    ).hexdigest()
