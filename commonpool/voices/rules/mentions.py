"""Whether words that somebody wrote name a person, or repeat what that person said."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

FEWEST_LETTERS: Final = 3  # a shorter part of a name would be found everywhere
RUN: Final = 5  # so many words in a row are repeated, not said by chance
SHORTEST: Final = 3  # a text of three or four words is repeated as a whole
_WORD: Final = re.compile(r"\w+(?:['’]\w+)*")


@dataclass(frozen=True, slots=True)
class Mentions:
    """One person's names, and the words that they spoke.

    names   None where none is known
    """

    names: re.Pattern[str] | None
    _said: tuple[str, ...] = field(repr=False)
    _runs: frozenset[tuple[str, ...]] = field(repr=False)

    def names_them(self, text: str) -> bool:
        """Whether the text names them."""
        return self.names is not None and bool(self.names.search(text))

    def repeats_them(self, text: str) -> bool:
        """Whether five words in a row are theirs, or all of a shorter text of three words or more."""
        words = _words(text)
        if SHORTEST <= len(words) < RUN:
            return any(f" {' '.join(words)} " in said for said in self._said)
        return any(run in self._runs for run in _runs(words))

    def __call__(self, *texts: str) -> bool:
        """Whether one of these names them or repeats them."""
        return any(self.names_them(text) or self.repeats_them(text) for text in texts)


def mentions_of(names: Iterable[str], spoken: Iterable[str]) -> Mentions:
    """names: how others may name them, found as whole words in any capitals; spoken: each of their turns."""
    longest_first = sorted({name for name in names if name}, key=len, reverse=True)
    anyone = "|".join(map(re.escape, longest_first))
    pattern = re.compile(rf"(?<!\w)(?:{anyone})(?!\w)", re.IGNORECASE) if anyone else None
    said = [_words(each) for each in spoken]
    runs = frozenset(run for words in said for run in _runs(words))
    return Mentions(pattern, tuple(f" {' '.join(words)} " for words in said), runs)


def _words(text: str) -> list[str]:
    return [each.casefold() for each in _WORD.findall(text)]


def _runs(words: Sequence[str]) -> Iterator[tuple[str, ...]]:
    for at in range(len(words) - RUN + 1):
        yield tuple(words[at : at + RUN])
