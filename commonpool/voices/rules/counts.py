"""Counts of which a part may be unknown: the sum says how much is known and how many of its parts are not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

NOT_KNOWN: Final = "not known"


@dataclass(frozen=True, slots=True)
class Count:
    """The sum of what is known, and how many parts nobody knows. Nothing at all is a count of none."""

    known: int = 0
    unknown: int = 0
    parts: int = 0

    @property
    def value(self) -> int | None:
        """The number; None where some part of it is not known."""
        return None if self.unknown else self.known

    def __str__(self) -> str:
        """`12`, `not known`, or `at least 12 (2 not known)`."""
        if not self.unknown:
            return f"{self.known:,}"
        if self.unknown == self.parts:
            return NOT_KNOWN
        return f"at least {self.known:,} ({self.unknown:,} {NOT_KNOWN})"


def total(parts: Iterable[int | None]) -> Count:
    """The sum of parts, None for one that is not known."""
    held = list(parts)
    known = [part for part in held if part is not None]
    return Count(sum(known), len(held) - len(known), len(held))
