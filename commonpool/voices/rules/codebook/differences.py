"""What changed from one version of a codebook to another, in sentences."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from commonpool.voices.rules.codebook.tree import Code, Codebook, in_order

NUMBERS: Final = ("", "", "two", "three", "four", "five", "six", "seven", "eight", "nine")
WORDS: Final = ("definition", "include", "exclude", "example")


def differences(before: Codebook, after: Codebook) -> list[str]:
    """A sentence for each change between two versions of one codebook, in the order of its codes."""
    codes = in_order({**before.codes, **after.codes}.values())
    return [sentence for code in codes for sentence in _of_code(code.guid, before, after)]


def _of_code(guid: str, before: Codebook, after: Codebook) -> Iterator[str]:
    old, new = before.codes.get(guid), after.codes.get(guid)
    if old is None:
        yield from _came(guid, before, after)
    elif new is None:
        yield f"‘{old.name}’ was taken out."
    else:
        yield from _changed(old, new, before, after)


def _came(guid: str, before: Codebook, after: Codebook) -> Iterator[str]:
    """A new code; one that a split made is told with the code that was split."""
    new = after[guid]
    if not any(guid in code.became and code.guid in before for code in after):
        yield f"‘{new.name}’ is new, {after.where(new.parent)}."
    if new.is_retired:
        yield _gone(new, after)


def _changed(old: Code, new: Code, before: Codebook, after: Codebook) -> Iterator[str]:
    if new.name != old.name:
        yield f"‘{old.name}’ is now called ‘{new.name}’."
    if new.parent != old.parent:
        yield f"‘{new.name}’ moved: it stood {before.where(old.parent)} and stands {after.where(new.parent)}."
    elif new.place != old.place:
        yield f"‘{new.name}’ stands elsewhere among the codes {after.where(new.parent)}."
    if words := ", ".join(_rewritten(old, new)):
        yield f"‘{new.name}’ has other words: {words}."
    yield from _marked(old, new)
    if new.is_retired and (not old.is_retired or new.became != old.became):
        yield _gone(new, after)
    if old.is_retired and not new.is_retired:
        yield f"‘{new.name}’ is in use again."


def _marked(old: Code, new: Code) -> Iterator[str]:
    if new.colour != old.colour:
        which = "no" if not new.colour else "another" if old.colour else "a"
        yield f"‘{new.name}’ has {which} colour."
    if new.is_codable != old.is_codable:
        yield f"‘{new.name}’ is {'coded with' if new.is_codable else 'a folder that only holds other codes'} now."
    if new.origin != old.origin:
        yield f"Where ‘{new.name}’ came from is said anew: {new.origin.words[0].lower()}{new.origin.words[1:]}."


def _rewritten(old: Code, new: Code) -> Iterator[str]:
    for word in WORDS:
        was, is_now = getattr(old, word), getattr(new, word)
        if was != is_now:
            yield f"{word} {'changed' if was and is_now else 'added' if is_now else 'taken out'}"


def _gone(code: Code, after: Codebook) -> str:
    names = [f"‘{after[guid].name}’" for guid in code.became]
    match names:
        case []:
            return f"‘{code.name}’ retired."
        case [only]:
            return f"‘{code.name}’ merged into {only}."
    many = NUMBERS[len(names)] if len(names) < len(NUMBERS) else str(len(names))
    return f"‘{code.name}’ split in {many}: {', '.join(names[:-1])} and {names[-1]}."
