"""What a page knows of a request: who asks, on which day, and what an action is told of both."""

from __future__ import annotations

from datetime import date
from typing import Any, cast

from django.http import HttpRequest
from django.utils import timezone

from commonpool.people.models import Person


def person_of(request: HttpRequest) -> Person:
    """Who asks. The guard has turned strangers away."""
    return cast(Person, request.user)


def today() -> date:
    """The day that it is where the site is."""
    return timezone.localdate()


def who_and_when(request: HttpRequest) -> dict[str, Any]:
    """What every action is told of the request."""
    return {"actor": person_of(request), "at": timezone.now()}
