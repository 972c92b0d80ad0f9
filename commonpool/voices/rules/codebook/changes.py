"""The changes that make one version of a codebook out of another. Each is refused in words where it makes no sense."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from commonpool.voices.rules.codebook.tree import Code, Codebook, CodebookError, Origin

FEWEST_PARTS: Final = 2


@dataclass(frozen=True, slots=True)
class Add:
    """A new code, beneath another or at the top. Its place is given by the codebook."""

    code: Code


@dataclass(frozen=True, slots=True)
class Rename:
    """Another name for the same thing."""

    guid: str
    name: str


@dataclass(frozen=True, slots=True)
class Redefine:
    """Other words for what it means, and for when to use it and when not; None leaves a fact as it is."""

    guid: str
    definition: str = ""
    include: str = ""
    exclude: str = ""
    example: str = ""
    colour: str | None = None
    is_codable: bool | None = None
    origin: Origin | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """Another place in the tree, with all that stands beneath it; None is the top."""

    guid: str
    parent: str | None


@dataclass(frozen=True, slots=True)
class Swap:
    """Two codes that stand beneath the same one change places."""

    guid: str
    other: str


@dataclass(frozen=True, slots=True)
class Merge:
    """One code goes into another: it is retired, the codes beneath it move along, and its codings map to the other."""

    guid: str
    into: str


@dataclass(frozen=True, slots=True)
class Split:
    """One code becomes several new ones in its place: it is retired, and its codings ask to be coded anew."""

    guid: str
    parts: tuple[Code, ...]


@dataclass(frozen=True, slots=True)
class Retire:
    """No longer offered. What was coded with it stays coded."""

    guid: str


@dataclass(frozen=True, slots=True)
class Undo:
    """Puts codes back as they were before a change; None for one that was not there.

    before, after  {GUID: the code before and after the change that is taken back}
    """

    before: Mapping[str, Code | None]
    after: Mapping[str, Code | None]


Change = Add | Rename | Redefine | Move | Swap | Merge | Split | Retire | Undo


def apply(book: Codebook, change: Change) -> Codebook:
    """The next version. Raises CodebookError with every reason why there is none."""
    match change:
        case Add(code):
            return book.with_codes(_new(book, [code]))
        case Rename(guid, name):
            return book.with_codes([replace(_in_use(book, guid), name=name.strip())])
        case Redefine(guid):
            return book.with_codes([_redefined(_in_use(book, guid), change)])
        case Move(guid, parent):
            return _moved(book, _in_use(book, guid), parent)
        case Swap(guid, other):
            return _swapped(book, _in_use(book, guid), _in_use(book, other))
        case Merge(guid, into):
            return _merged(book, _in_use(book, guid), _in_use(book, into))
        case Split(guid, parts):
            return _split(book, _in_use(book, guid), parts)
        case Retire(guid):
            return book.with_codes([_retired(book, _in_use(book, guid))])
        case Undo(before, after):
            return _put_back(book, before, after)


def _in_use(book: Codebook, guid: str) -> Code:
    if guid not in book:
        raise CodebookError([f"There is no code {guid}. Look in the newest version which codes there are."])
    if book[guid].is_retired:
        raise CodebookError([f"‘{book[guid].name}’ is retired. To change it, take that back first."])
    return book[guid]


def _new(book: Codebook, codes: Iterable[Code]) -> list[Code]:
    """The codes at the end of all that came before, in use and with no history, whatever they say of that."""
    listed = list(codes)
    guids = [code.guid for code in listed]
    if twice := [code for code in listed if code.guid in book or guids.count(code.guid) > 1]:
        raise CodebookError([f"The id of ‘{code.name}’ is another code's. Make a new GUID for it." for code in twice])
    last = max((code.place for code in book), default=0)
    return [
        replace(code, name=code.name.strip(), is_retired=False, became=(), place=last + at)
        for at, code in enumerate(listed, start=1)
    ]


def _redefined(code: Code, words: Redefine) -> Code:
    return replace(
        code,
        definition=words.definition.strip(),
        include=words.include.strip(),
        exclude=words.exclude.strip(),
        example=words.example.strip(),
        colour=code.colour if words.colour is None else words.colour,
        is_codable=code.is_codable if words.is_codable is None else words.is_codable,
        origin=code.origin if words.origin is None else words.origin,
    )


def _moved(book: Codebook, code: Code, parent: str | None) -> Codebook:
    if parent is not None:
        _in_use(book, parent)
    return book.with_codes([replace(code, parent=parent)])


def _swapped(book: Codebook, code: Code, other: Code) -> Codebook:
    if code.parent != other.parent or code.guid == other.guid:
        raise CodebookError([f"‘{code.name}’ and ‘{other.name}’ do not stand side by side. Move one of them first."])
    return book.with_codes([replace(code, place=other.place), replace(other, place=code.place)])


def _merged(book: Codebook, code: Code, into: Code) -> Codebook:
    if code.guid == into.guid:
        raise CodebookError([f"‘{code.name}’ cannot be merged into itself. Name another code."])
    if code.guid in _above(book, into):
        raise CodebookError(
            [f"‘{into.name}’ stands beneath ‘{code.name}’. Move it out first, or merge it into ‘{code.name}’."]
        )
    if code.is_codable and not into.is_codable:
        raise CodebookError(
            [f"‘{into.name}’ is a folder and takes no codings. Name another code, or make it one that is coded with."]
        )
    along = [replace(each, parent=into.guid) for each in book.beneath(code.guid)]
    return book.with_codes([replace(code, is_retired=True, became=(into.guid,)), *along])


def _above(book: Codebook, code: Code) -> list[str]:
    found = []
    while code.parent is not None:
        code = book[code.parent]
        found.append(code.guid)
    return found


def _split(book: Codebook, code: Code, parts: tuple[Code, ...]) -> Codebook:
    if len(parts) < FEWEST_PARTS:
        raise CodebookError([f"‘{code.name}’ can be split into two codes or more. For one, rename it."])
    new = [replace(part, parent=code.parent) for part in _new(book, parts)]
    retired = replace(_retired(book, code), became=tuple(part.guid for part in new))
    return book.with_codes([retired, *new])


def _retired(book: Codebook, code: Code) -> Code:
    if below := book.beneath(code.guid):
        names = ", ".join(f"‘{each.name}’" for each in below)
        raise CodebookError([f"Beneath ‘{code.name}’ stands {names}. Move what is beneath it first, or retire that."])
    return replace(code, is_retired=True)


def _put_back(book: Codebook, before: Mapping[str, Code | None], after: Mapping[str, Code | None]) -> Codebook:
    if changed := [guid for guid, code in after.items() if book.codes.get(guid) != code]:
        names = [code.name for guid in changed if (code := after[guid] or before[guid])]
        raise CodebookError([f"‘{name}’ has changed since. Take the later change back first." for name in names])
    return book.with_codes(
        [code for code in before.values() if code], without=[guid for guid, code in before.items() if code is None]
    )
