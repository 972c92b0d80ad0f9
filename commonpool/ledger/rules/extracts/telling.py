"""Gathers findings: all of them, but of one kind only so many that a person can still read the list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Final

from commonpool.findings import NOWHERE, At, Finding, Rule
from commonpool.ledger.rules.extracts import wording

MOST_OF_A_KIND: Final = 1_000
_LONGEST: Final = 80

Place = Callable[[], At]


class Telling:
    """The findings so far. What a cell holds is shown in short, so that one huge cell makes no huge finding."""

    def __init__(self) -> None:
        self._found: list[Finding] = []
        self._count: Counter[str] = Counter()
        self._rules: dict[str, Rule] = {}

    def tell(self, rule: Rule, place: Place | At = NOWHERE, /, **said: object) -> None:
        """Note one failure. `found` is filled in from the place's text where the rule's words have it."""
        self._count[rule.id] += 1
        self._rules[rule.id] = rule
        if self._count[rule.id] > MOST_OF_A_KIND:
            return
        at = shortened(place if isinstance(place, At) else place())
        if "{found}" in rule.problem:
            said.setdefault("found", at.text)
        self._found.append(rule.at(at, **said))

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All that was told, and for each kind that was cut short how many more there are."""
        more = [
            wording.MORE.at(
                title=self._rules[rule].title,
                rule=rule,
                count=f"{count - MOST_OF_A_KIND:,}",
                most=f"{MOST_OF_A_KIND:,}",
            )
            for rule, count in self._count.items()
            if count > MOST_OF_A_KIND
        ]
        return (*self._found, *more)


def shortened(at: At) -> At:
    """The place with its text cut to what fits a sentence."""
    return at if at.text is None or len(at.text) <= _LONGEST else At(at.sheet, at.cell, at.field, short(at.text))


def short(text: str) -> str:
    """The text's beginning, if it is long."""
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def others(count: int) -> str:
    """` (and in 3 other rows)`; nothing where there is no other."""
    return f" (and in {count:,} other row{'s' * (count > 1)})" if count else ""
