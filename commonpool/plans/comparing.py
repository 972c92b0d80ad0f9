"""What differs between two versions of a plan, row by row and field by field, as plain values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any

from commonpool.plans.rules.content import PlanContent, Row, SchemeRow


class What(StrEnum):
    """What happened to a row or to one of its fields."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. `field` and `year` are empty where a whole row came or went.

    table  "income", "districts", "lines", "ambitions", "answers" or "cover"
    key    what names the row in both versions: a line id, or category and payer ...
    """

    what: What
    table: str
    key: str
    name: str
    field: str = ""
    year: str = ""
    before: Any = None
    after: Any = None


def compare(before: PlanContent, after: PlanContent) -> tuple[Change, ...]:
    """All differences from one version to the next, in the order of the plan. Contacts are left out: persons."""
    tables = ("income", "districts", "lines", "ambitions", "answers")
    changes = [change for table in tables for change in _table(table, getattr(before, table), getattr(after, table))]
    return (*changes, *_fields("cover", "cover", "Cover", before.cover, after.cover))


def pence_moved(changes: Iterable[Change]) -> Mapping[str, int]:
    """{year: the net change in planned spend, in pence} over the scheme lines; unknown amounts are left out."""
    moved: dict[str, int] = {}
    for change in changes:
        if change.table != "lines":
            continue
        if change.field == "pence" and change.before is not None and change.after is not None:
            moved[change.year] = moved.get(change.year, 0) + change.after - change.before
        for row, sign in ((change.after, 1), (change.before, -1)):
            if isinstance(row, SchemeRow):
                for year, pence in row.pence.items():
                    moved[year] = moved.get(year, 0) + sign * (pence or 0)
    return moved


def _table(table: str, before: tuple[Row, ...], after: tuple[Row, ...]) -> Iterator[Change]:
    old, new = _by_key(before), _by_key(after)
    for key, row in new.items():
        if key in old:
            yield from _fields(table, key, _name(row), old[key], row)
        else:
            yield Change(What.ADDED, table, key, _name(row), after=row)
    for key, row in old.items():
        if key not in new:
            yield Change(What.REMOVED, table, key, _name(row), before=row)


def _by_key(rows: Iterable[Row]) -> dict[str, Row]:
    keyed: dict[str, Row] = {}
    for row in rows:
        key, times = _key(row), 2
        # Two rows of one key (one payer twice in a category) are told apart by their order.
        while key in keyed:
            key, times = f"{_key(row)} ({times})", times + 1
        keyed[key] = row
    return keyed


def _key(row: Any) -> str:
    if isinstance(row, SchemeRow):
        return row.line_id
    names = ("category", "payer", "district", "metric", "period", "statement")
    return " · ".join(str(value) for name in names if (value := getattr(row, name, None)))


def _name(row: Any) -> str:
    return str(getattr(row, "name", "") or _key(row))


def _fields(table: str, key: str, name: str, before: Row, after: Row) -> Iterator[Change]:
    for field in fields(before):
        if not field.compare:
            continue
        old, new = getattr(before, field.name), getattr(after, field.name)
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            for year in sorted({*old, *new}):
                if old.get(year) != new.get(year):
                    yield Change(What.CHANGED, table, key, name, field.name, year, old.get(year), new.get(year))
        elif old != new:
            yield Change(What.CHANGED, table, key, name, field.name, "", old, new)
