"""The site's own pages."""

from __future__ import annotations

from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache

from commonpool.audit.triggers import missing_triggers


@never_cache
def health(request: HttpRequest) -> JsonResponse:
    """Whether this process can answer: the database is there and its history is guarded."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    missing = missing_triggers()
    return JsonResponse({"status": "unguarded" if missing else "ok"}, status=503 if missing else 200)
