"""The history as auditors read it: filtered, sorted, downloaded."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, Final, cast
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from commonpool.audit import queries
from commonpool.audit.models import AuditEvent
from commonpool.audit.words import known_actions, words_for
from commonpool.people.models import Person
from commonpool.people.queries import body_uuids_of
from commonpool.places.models import Organisation
from commonpool.sheets.csv_files import csv_lines

ON_A_PAGE: Final = 50
COLUMNS: Final = ("moment", "person", "action", "subject kind", "subject", "area", "before", "after")
SORTS: Final = {
    "newest": ("-happened_at", "-pk"),
    "oldest": ("happened_at", "pk"),
    "action": ("action", "-happened_at"),
}


def of_area(request: HttpRequest, uuid: UUID) -> HttpResponse | StreamingHttpResponse:
    """The history of one area."""
    return _history(request, get_object_or_404(Organisation, uuid=uuid, kind=Organisation.Kind.HWB_AREA))


def of_everything(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """The history of everything."""
    return _history(request, None)


def _history(request: HttpRequest, area: Organisation | None) -> HttpResponse | StreamingHttpResponse:
    wrong: list[str] = []
    asked = request.GET
    wanted = queries.Wanted(
        area=area.uuid if area else None,
        action=asked.get("action") or None,
        since=_start_of(asked.get("from", ""), wrong),
        before=_start_of(asked.get("to", ""), wrong, days_later=1),
        subject=_uuid(asked.get("subject", ""), wrong),
        actor=_uuid(asked.get("person", ""), wrong),
        bodies=body_uuids_of(cast(Person, request.user), timezone.localdate()),
    )
    sort = asked.get("sort", "newest")
    events = queries.events(wanted).order_by(*SORTS.get(sort, SORTS["newest"]))
    if asked.get("format") == "csv":
        return _download(events)
    page = Paginator(events, ON_A_PAGE).get_page(asked.get("page"))
    without_page = asked.copy()
    without_page.pop("page", None)
    known = {
        "area": area,
        "page": page,
        "rows": [(event, words_for(event.action)) for event in page],
        "actions": known_actions(),
        "asked": asked,
        "sort": sort,
        "query": without_page.urlencode(),
        "wrong": wrong,
    }
    return render(request, "site/history.html", known)


def _start_of(text: str, wrong: list[str], days_later: int = 0) -> datetime | None:
    """The first moment of the day that was typed; None and a sentence where it is no day."""
    if not text.strip():
        return None
    try:
        day = date.fromisoformat(text.strip()) + timedelta(days=days_later)
    except (ValueError, OverflowError):
        wrong.append(f"‘{text}’ is not a day. Write it as 2031-03-31.")
        return None
    return timezone.make_aware(datetime.combine(day, time.min))


def _uuid(text: str, wrong: list[str]) -> UUID | None:
    if not text.strip():
        return None
    try:
        return UUID(text.strip())
    except ValueError:
        wrong.append(f"‘{text}’ is not an id. Copy it from a row of this list.")
        return None


def _download(events: QuerySet[AuditEvent]) -> StreamingHttpResponse:
    response = StreamingHttpResponse(csv_lines(_csv_rows(events)), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="history.csv"'
    return response


def _csv_rows(events: QuerySet[AuditEvent]) -> Iterator[list[str]]:
    yield list(COLUMNS)
    for event in events.iterator(chunk_size=2_000):
        yield [
            event.happened_at.isoformat(),
            str(event.actor.uuid) if event.actor else "",
            event.action,
            event.subject_kind,
            str(event.subject_uuid),
            str(event.area_uuid or ""),
            _as_json(event.before),
            _as_json(event.after),
        ]


def _as_json(side: Any) -> str:
    return "" if side is None else json.dumps(side, ensure_ascii=False)
