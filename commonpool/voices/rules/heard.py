"""Whom a study heard: people and interviews are counted apart, since a group is one interview with several people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from statistics import median

from commonpool.voices.rules.counts import Count, total
from commonpool.voices.rules.days import whole_months


@dataclass(frozen=True, slots=True)
class Talk:
    """One interview: who took part, how, when and how long; None and "" are not known."""

    people: frozenset[str]
    is_group: bool = False
    mode: str = ""
    held_on: date | None = None
    minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Heard:
    """The counts of a study's fieldwork.

    people         of those who took part in any interview
    in_groups      of those who took part in a group
    repeated       of those who took part in more than one interview
    modes          (mode, interviews, people) in the order of the words given
    first, last    days of those interviews whose day is known; `undated` are the others
    minutes        all minutes together; shortest, middle, longest of those that are known
    """

    interviews: int
    groups: int
    people: int
    in_groups: int
    repeated: int
    modes: tuple[tuple[str, int, int], ...]
    first: date | None
    last: date | None
    undated: int
    minutes: Count
    shortest: int | None
    middle: float | None
    longest: int | None

    @property
    def months(self) -> int | None:
        """Whole months from the first interview to the last; None where no day is known."""
        return whole_months(self.first, self.last) if self.first and self.last else None


def heard(talks: Collection[Talk], modes: Iterable[str] = ()) -> Heard:
    """What the interviews of a study come to. A person counts once, however often they were heard."""
    groups = [each for each in talks if each.is_group]
    days = sorted(each.held_on for each in talks if each.held_on)
    lengths = sorted(each.minutes for each in talks if each.minutes is not None)
    often = Counter(person for each in talks for person in each.people)
    return Heard(
        interviews=len(talks),
        groups=len(groups),
        people=len(often),
        in_groups=len(_people(groups)),
        repeated=sum(count > 1 for count in often.values()),
        modes=tuple(_of_mode(mode, [each for each in talks if each.mode == mode]) for mode in modes),
        first=days[0] if days else None,
        last=days[-1] if days else None,
        undated=len(talks) - len(days),
        minutes=total(each.minutes for each in talks),
        shortest=lengths[0] if lengths else None,
        middle=median(lengths) if lengths else None,
        longest=lengths[-1] if lengths else None,
    )


def _of_mode(mode: str, talks: Collection[Talk]) -> tuple[str, int, int]:
    return mode, len(talks), len(_people(talks))


def _people(talks: Iterable[Talk]) -> frozenset[str]:
    return frozenset[str]().union(*(each.people for each in talks))
