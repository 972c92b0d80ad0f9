"""The guard: middleware that asks the list about every request, and refuses what is not in it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from commonpool.people import queries as people
from commonpool.people.models import Person
from commonpool.site.access.pages import ACCESS, SETTING_UP
from commonpool.site.access.predicates import anyone, nobody, today

log = logging.getLogger(__name__)


class Guard:
    """Middleware: default deny, by the list in `pages.py`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on; the question is asked in `process_view`, once the address is known.

        What somebody sees when signed in is kept by no cache: the next person at a shared computer may press Back.
        """
        response = self.get_response(request)
        if isinstance(request.user, Person):
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Let the request pass (None), send it to sign in or to set up the second factor, or refuse it."""
        name = request.resolver_match.view_name if request.resolver_match else ""
        predicate = ACCESS.get(name)
        if predicate is None:
            log.error("%s is not in the access list, so nobody may open it", name or view)
        if predicate is None or predicate is nobody:
            raise Http404
        if predicate is anyone:
            return None
        person = request.user
        if isinstance(person, Person) and person.is_demonstration and not settings.COMMONPOOL_DEMO:
            logout(request)  # the session began in a demonstration, and has outlived it
            return redirect_to_login("/")
        if not isinstance(person, Person):
            return redirect_to_login(request.get_full_path() if request.method == "GET" else "/")
        if name not in SETTING_UP and not _is_exempt(person) and _lacks_second_factor(person):
            return redirect("mfa_index")
        if not predicate(person, **kwargs):
            raise PermissionDenied
        return None


def _is_exempt(person: Person) -> bool:
    """Invented people, in the demonstration, which is shown on loopback only."""
    return settings.COMMONPOOL_DEMO and person.is_demonstration


def _lacks_second_factor(person: Person) -> bool:
    return people.lacks_second_factor(person, today())
