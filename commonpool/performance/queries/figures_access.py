"""Who may load, read and take back figures. Published ones touch every area; an area's own are the area's."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db.models import Q

from commonpool.people import queries as people
from commonpool.people.models import Person
from commonpool.people.rules import Right
from commonpool.performance.models import FiguresUpload
from commonpool.performance.models.uploads import OWN
from commonpool.performance.queries.boards import code_of
from commonpool.performance.store.keeping import Load, loads_of
from commonpool.performance.store.layouts import source_ids
from commonpool.places.models import Organisation


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose figures a load of areas' own tables has: the areas' codes, and whether some are not for publication."""

    codes: frozenset[str]
    is_held_back: bool


def home() -> Path:
    """Where the activity store is."""
    return Path(settings.COMMONPOOL_HOME)


def may_load_published(person: Person, on: date) -> bool:
    """Whether the person may load what publishers put out, of which every area's charts are made."""
    return people.standing_of(person, on).has(Right.LOAD_FIGURES)


def may_read_upload(person: Person, upload: UUID, on: date) -> bool:
    """Whoever may load such figures: the area's own, or published ones."""
    found = FiguresUpload.objects.select_related("area").filter(uuid=upload).first()
    if found is None:
        return False
    return people.may_write_plan(person, found.area, on) if found.area else may_load_published(person, on)


def may_read_load(person: Person, source: str, number: int, on: date) -> bool:
    """Published figures are for whoever has an account; an area's own for those who may see what it shows of them."""
    if source != OWN:
        return source in source_ids()
    return number in {load.number for load in loads_shown(person, source, on)}


def may_withdraw_load(person: Person, source: str, number: int, on: date) -> bool:
    """Whoever may load such figures may take them back: published ones, or those of every area in the load."""
    if source != OWN:
        return source in source_ids() and may_load_published(person, on)
    load = next((load for load in loads_of(home(), source) if load.number == number), None)
    return load is not None and _writes_for_all(whose(load).codes, person, on)


def loads_shown(person: Person, source: str, on: date) -> list[Load]:
    """The loads of a source that the person may see, in order."""
    loads = loads_of(home(), source)
    return loads if source != OWN else [load for load in loads if _may_see(whose(load), person, on)]


def _may_see(whose: Whose, person: Person, on: date) -> bool:
    if whose.is_held_back:
        return _writes_for_all(whose.codes, person, on)
    if people.standing_of(person, on).has(Right.READ_ALL):
        return True
    seen = {code_of(area) for area in people.areas_of(person, on)}
    return bool(whose.codes) and whose.codes <= seen


def _writes_for_all(codes: Iterable[str], person: Person, on: date) -> bool:
    wanted = frozenset(codes)
    named = Q(gss_code__in=wanted) | Q(ods_code__in=wanted)
    areas = {code_of(area): area for area in Organisation.objects.filter(named, kind=Organisation.Kind.HWB_AREA)}
    return bool(wanted) and all(code in areas and people.may_write_plan(person, areas[code], on) for code in wanted)


def area_of(load: Load, source: str) -> Organisation | None:
    """The area whose own figures a load has; None for published ones, and where it has those of several."""
    if source != OWN:
        return None
    areas = Organisation.objects.filter(kind=Organisation.Kind.HWB_AREA)
    found = list(areas.filter(Q(gss_code__in=whose(load).codes) | Q(ods_code__in=whose(load).codes)))
    return found[0] if len(found) == len(whose(load).codes) == 1 else None


def whose(load: Load) -> Whose:
    """Whose figures a load has."""
    return _whose(load.figures)


@lru_cache(maxsize=512)
def _whose(figures: Path) -> Whose:  # a load's figures never change
    import polars as pl

    found = pl.scan_parquet(figures).select("area_code", "not_for_publication").unique().collect()
    return Whose(frozenset(found["area_code"]), bool(found["not_for_publication"].any()))
