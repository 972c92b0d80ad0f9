"""What every page knows."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, Any]:
    """`is_demonstration`: the page must say that everything on it is invented."""
    return {"is_demonstration": settings.COMMONPOOL_DEMO, "has_single_sign_on": bool(settings.SOCIALACCOUNT_PROVIDERS)}
