"""Finding words in texts: as typed, as whole words, or by a regular expression that is held to its time.

Expressions are those of the package `regex`, which knows every letter of Unicode and stops at a time limit wherever
it is in its work. Calls of an expression to itself are refused: they alone can fill the memory before that.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias

import regex

from commonpool.voices.rules.text import Span

LONGEST: Final = 200
CALLS_ITSELF: Final = regex.compile(r"\(\?(?:R|[+-]?\d|&|P>)")
Pattern: TypeAlias = "regex.Pattern[str]"


class SearchFault(Exception):  # noqa: N818 - what is wrong with what was typed, said to whoever typed it
    """Why nothing can be searched for, and what to do."""


class How(StrEnum):
    """How what was typed is meant."""

    WORDS = "words"
    WHOLE = "whole"
    EXPRESSION = "expression"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for."""

    typed: str
    how: How = How.WORDS
    is_case_sensitive: bool = False

    def pattern(self) -> Pattern:
        """What finds it. Raises SearchFault for what is empty, too long, or no regular expression."""
        if not self.typed.strip():
            raise SearchFault("Write what to look for.")
        if len(self.typed) > LONGEST:
            raise SearchFault(f"This is {len(self.typed)} characters long. Look for {LONGEST} at most.")
        if self.how is How.EXPRESSION and CALLS_ITSELF.search(self.typed):
            raise SearchFault("The expression calls itself, as (?R) or (?1) do. Write out what it should match.")
        try:
            return regex.compile(self._expression(), 0 if self.is_case_sensitive else regex.IGNORECASE)
        except (regex.error, ValueError) as wrong:  # ValueError: flags that exclude one another
            raise SearchFault(
                f"‘{self.typed}’ is no regular expression: {wrong}. Mend it, or look for words."
            ) from None

    def _expression(self) -> str:
        if self.how is How.EXPRESSION:
            return self.typed
        words = r"\s+".join(map(regex.escape, self.typed.split()))
        return rf"(?<!\w){words}(?!\w)" if self.how is How.WHOLE else words


def hits(text: str, pattern: Pattern, *, seconds: float) -> Iterator[Span]:
    """Where the pattern matches, in order; empty matches are none. Raises SearchFault after so many seconds of work."""
    try:
        for match in pattern.finditer(text, timeout=seconds, concurrent=True):
            if match.end() > match.start():
                yield Span(match.start(), match.end())
    except TimeoutError:
        raise SearchFault(
            "The expression takes too long: something in it repeats what repeats already, as (a+)+. Make it simpler."
        ) from None
