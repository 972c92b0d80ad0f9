"""How much a request may bring."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

Respond = Callable[[HttpRequest], HttpResponse]


def size_limit(get_response: Respond) -> Respond:
    """Middleware: refuse a body above the limit before a byte of it is read."""

    def respond(request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdecimal() or len(length) > 18 or int(length) > settings.REQUEST_BYTES_LIMIT:
            megabytes = settings.REQUEST_BYTES_LIMIT // 1_000_000
            page = render_to_string("site/too_large.html", {"megabytes": megabytes}, request=request)
            return HttpResponse(page, status=413)
        return get_response(request)

    return respond
