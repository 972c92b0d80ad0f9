"""The site's own pages: home, an area, health, and what stands at the foot of every page."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any, Final, cast
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import BadRequest
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from commonpool.audit import queries as history
from commonpool.audit.triggers import missing_triggers
from commonpool.audit.words import words_for
from commonpool.pages.area_lines import lines_for
from commonpool.pages.waiting import waiting_for
from commonpool.people import queries
from commonpool.people.models import Person
from commonpool.places.models import Organisation
from commonpool.site import comfort

AREAS_WITH_LINES: Final = 25  # more than anybody looks after; a national reader's 150 are listed without
EVENTS_SHOWN: Final = 20
KEY: Final = re.compile(r"[0-9a-f]{64}")


def home(request: HttpRequest) -> HttpResponse:
    """What waits for me, then my areas with one line each."""
    person, today = cast(Person, request.user), timezone.localdate()
    waiting, hidden = comfort.shown(person, waiting_for(person), today)
    mine = list(queries.own_areas_of(person, today))
    lines = lines_for(mine[:AREAS_WITH_LINES], person, today)
    others = queries.areas_of(person, today).exclude(pk__in=[area.pk for area in mine])
    known = {
        "waiting": waiting,
        "hidden": hidden,
        "areas": [(area, [line.short for line in lines.get(area.uuid, [])]) for area in mine],
        "others": others,
        "tomorrow": today + timedelta(days=1),
        "next_week": today + timedelta(days=7),
        "memberships": queries.memberships_of(person, today).select_related("organisation"),
        "may_invite": queries.may_invite(person, today),
        "may_audit": queries.may_audit_everything(person, today),
    }
    return render(request, "site/home.html", known)


@require_POST
def hide(request: HttpRequest) -> HttpResponse:
    """Hide one waiting thing until a day, or show all again."""
    person, key = cast(Person, request.user), request.POST.get("key", "")
    if key == "all":
        comfort.show_all(person)
        return redirect("site:home")
    try:
        until = date.fromisoformat(request.POST.get("until", ""))
    except ValueError:
        raise BadRequest("The day until which to hide it is not a date.") from None
    if not KEY.fullmatch(key):
        raise BadRequest("There is nothing with this key to hide.")
    comfort.hide(person, key, until)
    messages.success(request, f"Hidden until {until:%-d %B %Y}.")
    return redirect("site:home")


def area(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """How one area is: a sentence from each room that has one, then what changed since the last visit."""
    person, now = cast(Person, request.user), timezone.now()
    shown = get_object_or_404(Organisation, uuid=uuid, kind=Organisation.Kind.HWB_AREA)
    last_visit = comfort.note_visit(person, shown, now)
    events = history.events(
        history.Wanted(area=shown.uuid, bodies=queries.body_uuids_of(person, timezone.localdate(now)))
    )
    known = {
        "area": shown,
        "lines": lines_for([shown], person, timezone.localdate(now))[shown.uuid],
        "last_visit": last_visit,
        "events": _in_words(events[:EVENTS_SHOWN], last_visit),
        "may_audit": queries.may_audit_area(person, shown, timezone.localdate(now)),
    }
    return render(request, "site/area.html", known)


def _in_words(events: Any, last_visit: Any) -> list[dict[str, Any]]:
    return [
        {
            "who": str(event.actor) if event.actor else "The system",
            "did": words_for(event.action),
            "at": event.happened_at,
            "is_new": last_visit is not None and event.happened_at > last_visit,
        }
        for event in events
    ]


def page(request: HttpRequest, name: str) -> HttpResponse:
    """A page of plain words: help, about, accessibility."""
    known = {"megabytes": settings.REQUEST_BYTES_LIMIT // 1_000_000, "invitation_days": settings.INVITATION_DAYS}
    return render(request, f"site/{name}.html", known)


@never_cache
def health(request: HttpRequest) -> JsonResponse:
    """Whether this process can answer: the database is there and its history is guarded."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    missing = missing_triggers()
    return JsonResponse({"status": "unguarded" if missing else "ok"}, status=503 if missing else 200)
