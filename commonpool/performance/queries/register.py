"""Which bodies the register of places knows, for figures that name bodies."""

from __future__ import annotations

from django.db import DatabaseError

from commonpool.places.models import Organisation


def codes_in_register(kind: str) -> frozenset[str] | str:
    """The codes of a kind of body that the register of places has, or why there are none."""
    try:
        rows = Organisation.objects.filter(kind=kind).values_list("ods_code", "gss_code")
        codes = frozenset(code for row in rows for code in row if code)
    except DatabaseError:
        return "the database is not there or not ready"
    return codes or f"it holds no {kind} yet"
