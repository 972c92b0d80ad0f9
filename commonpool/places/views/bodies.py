"""One body, two bodies, all bodies."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from commonpool.charts import Chart, map_chart
from commonpool.pages.formats import share_text
from commonpool.pages.lists import Column, Filter, Kind, ListPage
from commonpool.places import queries
from commonpool.places.models import Organisation
from commonpool.places.rules import Ground


def page_of(body: Organisation) -> str:
    """The address of a body's page."""
    return reverse("places:organisation", args=[body.uuid])


def _share(row: queries.ServedPlace) -> str:
    """A share, however small: almost every trust has had somebody from almost everywhere."""
    return share_text(row.share) if row.share >= Fraction(1, 1000) else "under 0.1%"


HOW_TO_LOAD = (
    "No place is known yet. Fetch the published files that the page ‘Data sources’ of the documentation names, "
    "and run: commonpool places load FOLDER"
)
BODIES = ListPage(
    "places",
    "Places and bodies",
    (
        Column("name", "Name", lambda body: body.name, link=page_of, filter=Filter.TEXT),
        Column("kind", "Kind", lambda body: body.get_kind_display(), filter=Filter.CHOICE),
        Column("code", "Code", lambda body: body.code or None, filter=Filter.TEXT),
        Column("ods", "ODS code", lambda body: body.ods_code or ""),
        Column("from", "First day", lambda body: body.starts_on, Kind.DATE),
        Column("to", "Last day", lambda body: body.ends_on, Kind.DATE, show=lambda body: _last_day(body)),
    ),
    empty=HOW_TO_LOAD,
    noun="bodies",
    one="body",
    sort="name",
)
OVERLAPS = ListPage(
    "overlaps",
    "Whom it shares people with",
    (
        Column("body", "Body", lambda row: row.neighbour.body.name, link=lambda row: row.page, filter=Filter.TEXT),
        Column("kind", "Kind", lambda row: row.neighbour.body.get_kind_display(), filter=Filter.CHOICE),
        Column("people", "People in both", lambda row: int(row.neighbour.people), Kind.NUMBER),
        Column("this", "Share of this body", lambda row: row.neighbour.share_of_this, Kind.SHARE),
        Column("other", "Share of the other", lambda row: row.neighbour.share_of_other, Kind.SHARE),
    ),
    empty="It shares people with nobody known here. Load the lookups of others: commonpool places load FOLDER",
    noun="bodies",
    one="body",
    prefix="overlap-",
)
SERVED = ListPage(
    "areas-served",
    "Areas that it serves",
    (
        Column("area", "Area", lambda row: row.body.name, link=lambda row: page_of(row.body), filter=Filter.TEXT),
        Column(
            "share", "Share of the trust’s patients", lambda row: row.share, Kind.SHARE, show=_share, is_summed=True
        ),
    ),
    empty="No publication loaded here says where its patients live. Load the trust-to-district file: "
    "commonpool places load FOLDER",
    noun="areas",
    sort="-share",
    prefix="area-",
)
TRUSTS = ListPage(
    "trusts",
    "Trusts with one patient in a hundred or more from here",
    (
        Column("trust", "Trust", lambda row: row.body.name, link=lambda row: page_of(row.body), filter=Filter.TEXT),
        Column("share", "Share of the trust’s patients", lambda row: row.share, Kind.SHARE),
    ),
    empty="No trust is known to treat people from here. Load the trust-to-district file: commonpool places load FOLDER",
    noun="trusts",
    sort="-share",
    prefix="trust-",
)


class OverlapRow:
    """A neighbour with the address of the page that compares the two."""

    def __init__(self, body: Organisation, neighbour: queries.Neighbour) -> None:
        self.neighbour = neighbour
        self.page = reverse("places:overlap", args=[body.uuid, neighbour.body.uuid])


def _last_day(body: Organisation) -> str:
    return f"{body.ends_on:%-d %B %Y}" if body.ends_on else "still there, as far as is known"


def listed(request: HttpRequest) -> HttpResponse:
    """Every body, to be filtered, sorted and downloaded."""
    listing = BODIES.read(request.GET, Organisation.objects.all())
    return listing.file() or render(request, "places/list.html", {"listing": listing})


def organisation(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One body: whom it covers, on a map and in tables, and who came before and after."""
    body = get_object_or_404(Organisation, uuid=uuid)
    today = timezone.localdate()
    ground = queries.read_ground()
    is_trust = body.kind == Organisation.Kind.TRUST
    known = _of_trust(body, today, ground) if is_trust else _of_area(body, today, ground)
    lists = {
        name: page.read(request.GET, rows, is_invented=body.is_invented) for name, (page, rows) in known[0].items()
    }
    if files := [file for listing in lists.values() if (file := listing.file())]:
        return files[0]
    day = ground.lives[body.pk].day_nearest(today)
    return render(
        request,
        "places/organisation.html",
        {
            "body": body,
            "is_invented": body.is_invented,
            "day": day,
            "is_past": day != today,
            "people": queries.people_of(body, today, ground),
            "mid_year": queries.mid_year_of(ground.cover(body.pk, today)),
            "outers": _outers(body, day, ground),
            "before": queries.predecessors(body),
            "after": queries.successors(body),
            "chart": _map(body, today, ground),
            **lists,
            **known[1],
        },
    )


Known = tuple[dict[str, tuple[ListPage, Sequence[Any]]], dict[str, Any]]


def _of_area(body: Organisation, on: date, ground: Ground) -> Known:
    """The lists of a body that covers people, and which bodies of another kind cover exactly the same."""
    found = queries.neighbours(body, on, queries.COMPARED_KINDS, ground=ground)
    lists: dict[str, tuple[ListPage, Sequence[Any]]] = {
        "overlaps": (OVERLAPS, [OverlapRow(body, one) for one in found])
    }
    if body.kind in {Organisation.Kind.HWB_AREA, Organisation.Kind.UPPER_TIER, Organisation.Kind.LOWER_TIER}:
        lists["trusts"] = (TRUSTS, queries.trusts_serving(body, on, ground))
    alike = [row.body for row in found if row.share_of_this == row.share_of_other == 1 and row.body.kind != body.kind]
    return lists, {"coterminous": alike}


def _of_trust(trust: Organisation, on: date, ground: Ground) -> Known:
    """The areas that a trust serves, and the publication that says so."""
    found = queries.catchment(trust, Organisation.Kind.HWB_AREA, on, ground)
    rows = found.places if found else ()
    return {"served": (SERVED, rows)}, {"catchment": found, "most": rows[:3]}


def _outers(body: Organisation, on: date, ground: Ground) -> list[Organisation]:
    """The bodies in which this one lies, by what lookups say."""
    found = {ground.outer(body.pk, kind, on) for kind in Organisation.Kind.values}
    return sorted(Organisation.objects.in_bulk([pk for pk in found if pk]).values(), key=lambda outer: outer.name)


def _map(body: Organisation, on: date, ground: Ground) -> Chart | None:
    """The body on the map, titled with what the map shows; None where no borders are loaded or nothing is covered."""
    found = queries.shaded(body, on, ground, Path(settings.COMMONPOOL_HOME))
    if found is None or not found.shares:
        return None
    return map_chart(
        _map_title(body, found),
        found.features,
        found.shares,
        names=found.names,
        legend=found.legend,
        source=found.source,
        note=found.note,
    )


def _map_title(body: Organisation, found: queries.Shaded) -> str:
    """What the map shows, in a sentence: names where they are few, else how many."""
    if body.kind == Organisation.Kind.TRUST:
        return f"Patients come from {_few([found.names.get(code, code) for code in found.shares])}"
    whole = [found.names.get(code, code) for code, share in found.shares.items() if share == 1]
    partly = [found.names.get(code, code) for code, share in found.shares.items() if share < 1]
    said = [f"all of {_few(whole)}"] * bool(whole) + [f"part of {_few(partly)}"] * bool(partly)
    return f"It covers {' and '.join(said)}"


def _few(names: Sequence[str]) -> str:
    if len(names) > 3:
        return f"{len(names)} upper-tier areas"
    return " and ".join([", ".join(names[:-1])] * (len(names) > 1) + list(names[-1:]))


def overlap(request: HttpRequest, uuid: UUID, other: UUID) -> HttpResponse:
    """Two bodies: coterminous or not, and the people of both, all and by age."""
    a, b = get_object_or_404(Organisation, uuid=uuid), get_object_or_404(Organisation, uuid=other)
    today = timezone.localdate()
    ground = queries.read_ground()
    found = queries.overlap_of(a, b, today, ground=ground)
    bands = queries.overlap_by_band(a, b, today, ground=ground)
    known = {"a": a, "b": b, "found": found, "bands": bands, "is_invented": a.is_invented or b.is_invented}
    return render(request, "places/overlap.html", known)
