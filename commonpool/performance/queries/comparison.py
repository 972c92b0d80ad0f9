"""Chosen areas beside each other: level, progress from the own start, variation, and what kind of place each is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from pathlib import Path
from typing import Final
from uuid import UUID

from commonpool.performance.all_areas import Standing
from commonpool.performance.metric_values import People
from commonpool.performance.queries.everywhere import standings
from commonpool.performance.queries.levels import AreaRow, AreasPage
from commonpool.performance.rules.icons import VARIATION_WORDS
from commonpool.places.models import Organisation
from commonpool.places.queries import mid_years, neighbours, people_of_years, read_ground, trusts_serving
from commonpool.places.rules import Ground

MOST: Final = 8
_WORTH_A_WORD: Final = Fraction(1, 100)
_SUGGESTED: Final = 16


class Order(StrEnum):
    """How the areas may be ordered. By level is not among them: a level says more about a place than about its work."""

    NAME = "name"
    CHANGE = "change"
    POPULATION = "population"

    @property
    def label(self) -> str:
        """What the form calls it."""
        return {"name": "Name", "change": "Change from own start", "population": "Population"}[self.value]


@dataclass(frozen=True, slots=True)
class Context:
    """What kind of place an area is, without which its level says little. None is not known."""

    people: int | None
    ages: str
    year: int | None
    share_65: Fraction | None
    share_85: Fraction | None
    trusts: int | None
    icbs: int | None


@dataclass(frozen=True, slots=True)
class Compared:
    """One chosen area."""

    row: AreaRow
    body: Organisation
    context: Context
    standing: Standing | None

    @property
    def variation_words(self) -> str:
        """What its chart says of its last settled value; why it says nothing, where it does not."""
        if self.standing is None:
            return "not known"
        if self.standing.variation:
            return VARIATION_WORDS[self.standing.variation].partition(":")[0 if self._is_common else 2].strip()
        return "no icon"

    @property
    def _is_common(self) -> bool:
        return self.standing is not None and self.standing.variation == "common_cause"


@dataclass(frozen=True, slots=True)
class Choice:
    """One area that may be chosen, and why it is offered."""

    uuid: UUID
    name: str
    is_chosen: bool
    because: str


def chosen_rows(page: AreasPage, wanted: Iterable[UUID]) -> list[AreaRow]:
    """The areas asked for that have figures, each once, in the order asked for."""
    by_uuid = {row.body.uuid: row for row in page.rows if row.body}
    return [by_uuid[uuid] for uuid in dict.fromkeys(wanted) if uuid in by_uuid]


def compared(home: Path, page: AreasPage, rows: Sequence[AreaRow], today: date, order: Order) -> list[Compared]:
    """The chosen areas with their context, in an order that is not that of their levels."""
    ground = read_ground()
    people = people_of_years()
    standing = {each.area_code: each for each in standings(home, [page.metric], today)}
    population = page.metric.latest.population
    ages = population.ages if population else "all"
    found = [
        Compared(row, row.body, _context(row.body, ages, people, today, ground), standing.get(row.level.code))
        for row in rows
        if row.body
    ]
    return sorted(found, key=_key(order))


def _key(order: Order) -> Callable[[Compared], tuple[bool, float, str]]:
    def key(each: Compared) -> tuple[bool, float, str]:
        if order is Order.CHANGE:
            share = each.row.level.progress.share
            return share is None, share or 0.0, each.body.name
        if order is Order.POPULATION:
            people = each.context.people
            return people is None, float(-(people or 0)), each.body.name
        return False, 0.0, each.body.name

    return key


def _context(body: Organisation, ages: str, people: People, today: date, ground: Ground) -> Context:
    day = ground.lives[body.pk].day_nearest(today)
    is_known = bool(ground.cover(body.pk, day))
    trusts = len(trusts_serving(body, day, ground)) if is_known else 0
    boards = neighbours(body, day, [Organisation.Kind.ICB], ground=ground)
    icbs = sum(each.share_of_this >= _WORTH_A_WORD for each in boards)
    code = body.gss_code or body.ods_code
    year = next((each for each in reversed(mid_years()) if people(code, "all", each)), None)
    counted = {group: people(code, group, year) if year else None for group in ("all", "65+", "85+", ages)}
    own = counted[ages]
    return Context(
        people=own if own is not None else counted["all"],
        ages=ages if own is not None and ages != "all" else "all ages",
        year=year,
        share_65=_part(counted["65+"], counted["all"]),
        share_85=_part(counted["85+"], counted["all"]),
        # No trust and no ICB at all means that nobody has loaded them, or that they came later.
        trusts=trusts or None,
        icbs=icbs or None,
    )


def _part(part: int | None, whole: int | None) -> Fraction | None:
    return Fraction(part, whole) if part is not None and whole else None


# -- choosing


def choices(page: AreasPage, chosen: Sequence[AreaRow], today: date, find: str) -> tuple[list[Choice], list[Choice]]:
    """What is chosen or suggested, and what else there is (of which the name holds `find`); each area once.

    Suggested are the areas that share an integrated care board with the first that is chosen, then its region's.
    """
    known = {row.body.pk: row for row in page.rows if row.body}
    first = chosen[0].body if chosen else None
    because: dict[int, str] = {row.body.pk: "" for row in chosen if row.body}
    if first:
        because |= {pk: why for pk, why in _near(first, today).items() if pk in known and pk not in because}
    picked = {row.body.pk for row in chosen if row.body}
    near = list(because)[: len(picked) + _SUGGESTED]
    upper = [_choice(known[pk], pk in picked, because[pk]) for pk in near]
    rest = [pk for pk, row in known.items() if pk not in near and find.casefold() in row.name.casefold()]
    return upper, [_choice(known[pk], False, "") for pk in rest]


def _choice(row: AreaRow, is_chosen: bool, because: str) -> Choice:
    assert row.body
    return Choice(row.body.uuid, row.name, is_chosen, because)


def _near(body: Organisation, today: date) -> dict[int, str]:
    """{area's id: why it is near}, those of the same board first, by name."""
    ground = read_ground()
    kinds = [Organisation.Kind.ICB, Organisation.Kind.REGION]
    around = [each for each in neighbours(body, today, kinds, ground=ground) if each.share_of_this >= _WORTH_A_WORD]
    around.sort(key=lambda each: (kinds.index(Organisation.Kind(each.body.kind)), -each.people))
    found: dict[int, str] = {}
    for each in around:
        why = "shares an ICB" if each.body.kind == Organisation.Kind.ICB else "same region"
        inside = neighbours(each.body, today, [Organisation.Kind.HWB_AREA], ground=ground)
        for other in sorted(inside, key=lambda one: one.body.name):
            if other.body.pk != body.pk and other.share_of_other >= _WORTH_A_WORD:
                found.setdefault(other.body.pk, why)
    return found
