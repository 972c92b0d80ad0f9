"""Whose voices carry a report: how many people are quoted, and how much of it is one person's or one site's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Balance:
    """`people` and `sites`: (who, how many quotations), the most quoted first; `unknown`: nobody knows whose.

    heard  how many participants could have been quoted
    """

    total: int
    heard: int
    people: tuple[tuple[str, int], ...]
    sites: tuple[tuple[str, int], ...]
    unknown: int

    @property
    def sentence(self) -> str:
        """How many people are quoted, and who carries most."""
        if not self.total:
            return "Nobody is quoted yet."
        said = f"{_count(self.total, 'quotation')} from {len(self.people)} of {_count(self.heard, 'participant')}"
        if self.unknown:
            said += f", and of {self.unknown} nobody has said whose words they are"
        if self.people:
            most, count = self.people[0]
            said += f". {most} is quoted most: {count} of {self.total}"
        return f"{said}."

    @property
    def tables(self) -> list[tuple[str, list[tuple[str, int, Fraction]]]]:
        """(what is counted, rows of who, how many and the share of all), by participant and by site."""
        parts = (("By participant", self.people), ("By site", self.sites))
        return [(title, [(who, count, Fraction(count, self.total)) for who, count in rows]) for title, rows in parts]


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def balance_of(quoted: Sequence[tuple[str | None, str | None]], heard: int) -> Balance:
    """How quotations are spread. quoted: (participant, site) of each; None is not known."""
    people = Counter(person for person, _ in quoted if person is not None)
    sites = Counter(site if site is not None else "Site not known" for _, site in quoted)
    return Balance(
        total=len(quoted),
        heard=heard,
        people=tuple(sorted(people.items(), key=lambda pair: (-pair[1], pair[0]))),
        sites=tuple(sorted(sites.items(), key=lambda pair: (-pair[1], pair[0]))),
        unknown=sum(person is None for person, _ in quoted),
    )
