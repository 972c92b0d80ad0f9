"""One version of a codebook: codes by GUID, as a tree that cannot be built wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import chain
from typing import Final

from commonpool.voices.rules.codebook.colours import COLOUR_PATTERN
from commonpool.voices.rules.refi.values import GUID_PATTERN

LONGEST_NAME: Final = 200  # characters


class CodebookError(Exception):
    """The codebook would not make sense. `reasons` has every fault, each with its cure."""

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__("\n".join(reasons))
        self.reasons = tuple(reasons)


class Origin(StrEnum):
    """Where a code came from; reports say of each whether it was set in advance or found in the data (COREQ 26)."""

    NOT_KNOWN = ""
    ADVANCE = "advance"
    DATA = "data"
    FILE = "file"

    @property
    def words(self) -> str:
        """As people read it."""
        return ORIGINS[self]


ORIGINS: Final = {
    Origin.NOT_KNOWN: "Not known",
    Origin.ADVANCE: "Set in advance, as from the topic guide",
    Origin.DATA: "Derived from the data",
    Origin.FILE: "Came with a file",
}


@dataclass(frozen=True, slots=True)
class Code:
    """One entry of the framework.

    guid         made once and kept through every change, in capitals
    include      when to use it; exclude: when not to; example: a passage that it fits
    parent       the GUID of the code that it stands beneath; None at the top
    is_retired   no longer offered to coders; what was coded with it stays
    became       the GUIDs that took its place: one where it was merged, several where it was split
    place        its place among all codes, in the order in which they came
    colour       #RRGGBB in capitals, or none
    is_codable   False for a folder that only holds others
    origin       where it came from
    """

    guid: str
    name: str
    definition: str = ""
    include: str = ""
    exclude: str = ""
    example: str = ""
    parent: str | None = None
    is_retired: bool = False
    became: tuple[str, ...] = ()
    place: int = 0
    colour: str = ""
    is_codable: bool = True
    origin: Origin = Origin.NOT_KNOWN

    @property
    def folded(self) -> str:
        """The name as names are compared: capitals and spaces make no other name."""
        return " ".join(self.name.split()).casefold()


@dataclass(frozen=True)
class Codebook:
    """All codes of one version, {GUID: code}. Raises CodebookError with every reason why they make no tree."""

    codes: Mapping[str, Code] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if reasons := list(chain(_bad_ids(self.codes), _bad_names(self), _bad_parents(self), _bad_successors(self))):
            raise CodebookError(reasons)

    def __getitem__(self, guid: str) -> Code:
        return self.codes[guid]

    def __contains__(self, guid: object) -> bool:
        return guid in self.codes

    def __iter__(self) -> Iterator[Code]:
        """Every code, those in use and those retired, in the order in which they came."""
        return iter(in_order(self.codes.values()))

    def __len__(self) -> int:
        return len(self.codes)

    def in_use(self) -> list[Code]:
        """The codes that coders are offered, as the tree is read: each followed by those beneath it."""
        below: dict[str | None, list[Code]] = {}
        for code in self:
            if not code.is_retired:
                below.setdefault(code.parent, []).append(code)
        found, waiting = [], below.get(None, [])[::-1]
        while waiting:
            found.append(waiting.pop())
            waiting += below.get(found[-1].guid, [])[::-1]
        return found

    def beneath(self, guid: str | None) -> list[Code]:
        """The codes in use directly beneath a code, or at the top."""
        return [code for code in self if code.parent == guid and not code.is_retired]

    def path(self, guid: str) -> tuple[str, ...]:
        """The names from the top down to this code."""
        names: list[str] = []
        at: str | None = guid
        while at is not None:
            names.append(self.codes[at].name)
            at = self.codes[at].parent
        return tuple(reversed(names))

    def where(self, guid: str | None) -> str:
        """Where the codes below this one stand, in words."""
        return "at the top" if guid is None else f"beneath ‘{self.codes[guid].name}’"

    def with_codes(self, codes: Iterable[Code], without: Iterable[str] = ()) -> Codebook:
        """The same with these codes in place of those of their ids, or added, and without others."""
        gone = set(without)
        kept = {guid: code for guid, code in self.codes.items() if guid not in gone}
        return Codebook(kept | {code.guid: code for code in codes})

    def with_ids(self, other: Callable[[str], str]) -> Codebook:
        """The same codes, each under the id that `other` gives for its own."""
        return Codebook(
            {
                other(guid): replace(
                    code,
                    guid=other(guid),
                    parent=None if code.parent is None else other(code.parent),
                    became=tuple(map(other, code.became)),
                )
                for guid, code in self.codes.items()
            }
        )


def in_order(codes: Iterable[Code]) -> list[Code]:
    """Codes in the order in which they came."""
    return sorted(codes, key=lambda code: (code.place, code.guid))


def _bad_ids(codes: Mapping[str, Code]) -> Iterator[str]:
    for guid, code in codes.items():
        if not GUID_PATTERN.fullmatch(guid) or guid != guid.upper() or guid.startswith("{"):
            yield f"‘{code.name}’ has the id ‘{guid}’, which is no GUID in capitals. Make one, and keep it."
        if guid != code.guid:
            yield f"‘{code.name}’ stands under the id {guid} and calls itself {code.guid}. Use one of them."
        if not code.folded:
            yield f"The code {guid} has no name. Give it one."
        if len(code.name) > LONGEST_NAME:
            yield f"‘{code.name[:40]}…’ has {len(code.name):,} characters. Use {LONGEST_NAME} at most."
        if code.colour and not COLOUR_PATTERN.fullmatch(code.colour):
            yield f"‘{code.colour}’ is no colour for ‘{code.name}’. Write six digits from 0 to F after a #."


def _bad_names(book: Codebook) -> Iterator[str]:
    """Codes in use that cannot be told apart. A retired one may share its name with the one that follows it."""
    first: dict[tuple[str | None, str], Code] = {}
    for code in book:
        other = code if code.is_retired else first.setdefault((code.parent, code.folded), code)
        if other is not code and code.parent in (None, *book.codes):
            where = book.where(code.parent)
            yield f"There is a ‘{other.name}’ {where} already. Give ‘{code.name}’ another name, or merge the two."


def _bad_parents(book: Codebook) -> Iterator[str]:
    for code in book:
        if code.parent is None:
            continue
        above = book.codes.get(code.parent)
        if above is None:
            yield f"‘{code.name}’ stands beneath {code.parent}, which is no code. Put it beneath another."
        elif above.is_retired and not code.is_retired:
            yield f"‘{code.name}’ stands beneath ‘{above.name}’, which is retired. Move it first."
    for code in _in_circles(book, {code.guid: (code.parent,) for code in book if code.parent}):
        yield f"‘{code.name}’ would stand beneath itself. Move it to a code that is not beneath it."


def _bad_successors(book: Codebook) -> Iterator[str]:
    for code in book:
        if code.became and not code.is_retired:
            yield f"‘{code.name}’ has given way to others and is in use. Retire it."
        if [guid for guid in code.became if guid not in book]:
            yield f"‘{code.name}’ was merged or split into a code that is not there. Take that change back first."
    for code in _in_circles(book, {code.guid: code.became for code in book}):
        yield f"‘{code.name}’ would in the end become itself. Take back the other merge first."


def _in_circles(book: Codebook, steps: Mapping[str, Sequence[str]]) -> list[Code]:
    """The codes that are reached from themselves."""
    return [code for code in book if code.guid in reached(code.guid, steps)]


def reached(start: str, steps: Mapping[str, Sequence[str]]) -> dict[str, None]:
    """What is reached by one step or more, each once, in the order of the steps."""
    found: dict[str, None] = {}
    waiting = list(steps.get(start, ()))[::-1]
    while waiting:
        at = waiting.pop()
        if at not in found:
            found[at] = None
            waiting += list(steps.get(at, ()))[::-1]
    return found


EMPTY: Final = Codebook()
