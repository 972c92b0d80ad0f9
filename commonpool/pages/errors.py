"""Pages that say what went wrong, what is safe and what to do: the site's error handlers."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string


def _page(request: HttpRequest, status: HTTPStatus, **more: object) -> HttpResponse:
    return render(request, f"pages/errors/{status.value}.html", more, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: what was sent cannot be read."""
    return _page(request, HTTPStatus.BAD_REQUEST)


def refused(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: this person may not open this page."""
    return _page(request, HTTPStatus.FORBIDDEN)


def form_too_old(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form whose token does not match (CSRF_FAILURE_VIEW): most often one left open for long."""
    return _page(request, HTTPStatus.FORBIDDEN, form_too_old=True)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: there is no such page, or it is not this person's to know of."""
    return _page(request, HTTPStatus.NOT_FOUND)


def failed(request: HttpRequest) -> HttpResponse:
    """500: our fault. Made without the request, because what failed may fail again (the database, the session)."""
    return HttpResponse(render_to_string("pages/errors/500.html"), status=HTTPStatus.INTERNAL_SERVER_ERROR)
