"""Known names, and where they stand in a text, however they are typed."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate
from typing import Final

from commonpool.voices.rules.identities.folding import Word, folded, words_of
from commonpool.voices.rules.identities.kinds import Kind
from commonpool.voices.rules.text import Span

# A name of one letter would be found everywhere.
SHORTEST: Final = 2
# Between two words of one name stands a space, a hyphen, a line end with its margin: not half a sentence.
WIDEST_GAP: Final = 8
_TITLES: Final = "mr mrs ms miss mx dr prof professor sir dame lord lady rev reverend cllr councillor"
_PARTICLES: Final = "de del della der di du la le van von den al el bin bint ibn abu the of and"
_INSTITUTIONS: Final = (
    "the of and for council county borough city district metropolitan unitary authority nhs foundation trust icb ccg "
    "integrated care board clinical commissioning group university hospital hospitals teaching community mental "
    "health healthcare wellbeing social partnership services service location sub"
)
TITLES: Final = frozenset(_TITLES.split())
PARTICLES: Final = frozenset(_PARTICLES.split())
INSTITUTIONS: Final = frozenset(_INSTITUTIONS.split())


class Case(StrEnum):
    """How a name must be typed to be found: anyhow, with a capital first, or all in capitals."""

    ANY = "any"
    CAPITAL_FIRST = "capital"
    ALL_CAPITALS = "capitals"


@dataclass(frozen=True, slots=True)
class Listed:
    """A known name: what it names, what shall stand in its place ("" where nobody has said), how it must be typed.

    key  what tells whose name it is, so that one body's full and short name have one replacement
    """

    words: str
    kind: Kind
    replacement: str = ""
    case: Case = Case.ANY
    key: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """A known name at its place."""

    span: Span
    listed: Listed


class Gazetteer:
    """Known names. Capitals, accents, hyphens, apostrophes and line ends make no difference; see `Case` for capitals.

    A hyphen or an apostrophe may be left out or added; where a space stands in the text, one stands in the name.
    """

    def __init__(self, listed: Iterable[Listed]) -> None:
        self._by_key: dict[str, list[tuple[frozenset[int], Listed]]] = {}
        for each in listed:
            parts = [word.folded for word in words_of(each.words)]
            if len(key := "".join(parts)) >= SHORTEST:
                entry = (frozenset(accumulate(map(len, parts))), each)
                self._by_key.setdefault(key, []).append(entry)
        self._keys = sorted(self._by_key)

    def __bool__(self) -> bool:
        return bool(self._keys)

    def find(self, text: str) -> list[Found]:
        """The names in the text, in order, the longest where several begin at one word; none overlaps another."""
        return list(self._find(text, words_of(text)))

    def _find(self, text: str, words: list[Word]) -> Iterator[Found]:
        at = 0
        while at < len(words):
            longest = self._longest_from(text, words, at)
            if longest is None:
                at += 1
                continue
            yield longest[1]
            at = longest[0] + 1

    def _longest_from(self, text: str, words: list[Word], first: int) -> tuple[int, Found] | None:
        """The longest name that begins with this word, and the number of its last word."""
        key, spaces, longest = "", set[int](), None
        for last in range(first, len(words)):
            if last > first:
                gap = text[words[last - 1].end : words[last].start]
                if len(gap) > WIDEST_GAP:
                    break
                if _is_space(gap):
                    spaces.add(len(key))
            key += words[last].folded
            typed = text[words[first].start : words[last].end]
            is_plural = words[last].folded not in ("s", "") and typed[0].isupper()
            if listed := self._fitting(key, spaces, typed) or (is_plural and self._plural(key, spaces)):
                longest = last, Found(Span(words[first].start, words[last].end), listed)
            if not self._begins_a_name(key):
                break
        return longest

    def _begins_a_name(self, key: str) -> bool:
        at = bisect_left(self._keys, key)
        return at < len(self._keys) and self._keys[at].startswith(key)

    def _fitting(self, key: str, spaces: set[int], typed: str) -> Listed | None:
        for boundaries, listed in self._by_key.get(key, ()):
            if spaces <= boundaries and _is_typed_as(listed.case, typed):
                return listed
        return None

    def _plural(self, key: str, spaces: set[int]) -> Listed | None:
        """‘The Kowalskas’, or a possessive whose apostrophe was lost; in small letters it would be another word."""
        if not key.endswith("s"):
            return None
        named = (each for each in self._by_key.get(key[:-1], ()) if each[1].case is not Case.ALL_CAPITALS)
        return next((listed for boundaries, listed in named if spaces <= boundaries), None)


def _is_space(gap: str) -> bool:
    """Whether people see two words here: there is a space, and no hyphen that a line end has torn from its word."""
    return bool(gap) and gap.isspace()


def _is_typed_as(case: Case, typed: str) -> bool:
    if case is Case.ANY:
        return True
    return typed[0].isupper() if case is Case.CAPITAL_FIRST else typed == typed.upper()


def forms_of_person(name: str) -> list[str]:
    """How somebody of this name is spoken of: the whole name without titles, and each part that is a name by itself."""
    parts = [part for part in name.split() if folded(part) not in TITLES]
    pieces = [piece for part in parts for piece in (part, *re.split("[-‐‑–]", part))]
    alone = [piece for piece in pieces if len(folded(piece)) >= SHORTEST and folded(piece) not in PARTICLES]
    return list(dict.fromkeys([" ".join(parts), *alone])) if parts else []


def forms_of_body(name: str) -> list[str]:
    """How a body of this name is spoken of: the whole name, and what is left without ‘Council’, ‘Trust’ and such."""
    kept = name.replace(",", " ").split()
    while kept and folded(kept[0]) in INSTITUTIONS:
        kept.pop(0)
    while kept and folded(kept[-1]) in INSTITUTIONS | {""}:
        kept.pop()
    return list(dict.fromkeys(form for form in (name.strip(), " ".join(kept)) if len(folded(form)) > SHORTEST))
