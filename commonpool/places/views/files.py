"""The files that were loaded, and their odd rows."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from commonpool.pages.lists import Column, Filter, Kind, ListPage
from commonpool.places.loading.derive import GROUND_KEY
from commonpool.places.models import Dataset

FILES = ListPage(
    "loaded-files",
    "Loaded files",
    (
        Column("title", "What it says", lambda file: file.title, filter=Filter.TEXT),
        Column("publisher", "Publisher", lambda file: file.publisher, filter=Filter.CHOICE),
        Column("period", "Of", lambda file: file.period),
        Column("licence", "Licence", lambda file: file.licence),
        Column("read", "Rows read", lambda file: file.rows_read, Kind.NUMBER),
        Column("kept", "Rows kept", lambda file: file.rows_kept, Kind.NUMBER),
        Column(
            "odd",
            "Odd rows",
            lambda file: file.odd,
            Kind.NUMBER,
            link=lambda file: reverse("places:odd_rows", args=[file.uuid]) if file.odd else None,
        ),
        Column("loaded", "Loaded", lambda file: file.loaded_at, Kind.MOMENT),
        Column("superseded", "Revised since", lambda file: "yes" if file.superseded_at else "no", filter=Filter.CHOICE),
    ),
    empty="No published file is loaded yet. Run: commonpool places load FOLDER",
    noun="files",
    sort="title",
)
ODD_ROWS = ListPage(
    "odd-rows",
    "Rows that could not be used as they stand",
    (
        Column("line", "Line", lambda odd: odd.line, Kind.NUMBER),
        Column("reason", "Why", lambda odd: odd.reason, filter=Filter.TEXT),
        Column("text", "The row", lambda odd: odd.text),
    ),
    empty="Every row of this file could be used.",
    noun="rows",
    sort="line",
)


def listed(request: HttpRequest) -> HttpResponse:
    """Every file that was loaded, revised ones too."""
    files = Dataset.objects.exclude(key=GROUND_KEY).annotate(odd=Count("odd_rows"))
    listing = FILES.read(request.GET, files)
    return listing.file() or render(request, "places/files.html", {"listing": listing})


def odd_rows(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The odd rows of one file, each with its reason."""
    dataset = get_object_or_404(Dataset, uuid=uuid)
    listing = ODD_ROWS.read(request.GET, dataset.odd_rows.all())
    return listing.file() or render(request, "places/odd_rows.html", {"dataset": dataset, "listing": listing})
