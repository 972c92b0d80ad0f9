"""Fills a database with the invented study, from its first approval to its last theme."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from commonpool.demo.study.cast import load_cast
from commonpool.demo.study.coding import code_all
from commonpool.demo.study.fieldwork import begin, go_out, prepare
from commonpool.demo.study.interpreting import (
    chart,
    find_themes,
    quote_people,
    sort_sites,
    take_names_out,
)
from commonpool.demo.study.talks import SEED
from commonpool.places.models import Organisation
from commonpool.voices.ids import ids_from
from commonpool.voices.models import Study


def the_study(seed: int = SEED) -> Study | None:
    """The invented study, if it is in the database."""
    return Study.objects.filter(title=load_cast(seed).title, is_invented=True).first()


def invented_areas() -> dict[str, Organisation]:
    """The region's areas by their codes."""
    rows = Organisation.objects.filter(kind=Organisation.Kind.HWB_AREA, is_invented=True)
    return {area.gss_code: area for area in rows}


def invented_region() -> Organisation:
    """The region itself, which answers for the study."""
    return Organisation.objects.get(kind=Organisation.Kind.REGION, is_invented=True)


@transaction.atomic
def fill_study(areas: Mapping[str, Organisation], body: Organisation, seed: int = SEED) -> Study:
    """Make the whole study. The same seed gives the same rows, ids included."""
    cast = load_cast(seed)
    with ids_from(f"{seed}, invented study"):
        world = begin(cast, body)
        prepare(world, cast, areas)
        go_out(world, cast)
        code_all(world, cast)
        take_names_out(world, cast)
        chart(world, cast)
        find_themes(world, cast)
        sort_sites(world, cast)
        quote_people(world, cast)
    return world.study
