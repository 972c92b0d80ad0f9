"""What the history keeps of a plan's rows: their values, without anybody's name or address."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final
from uuid import UUID

from django.db.models import Model

from commonpool.plans.models import IncomeLine, IncomeLineYear, SchemeLine, SchemeLineYear

NOT_FACTS: Final = frozenset({"id", "uuid", "version", "line", "places", "changed_by", "changed_at", "revision"})


def facts_of(line: SchemeLine | IncomeLine) -> dict[str, Any]:
    """All that a line says, its years as `pence:2024-25` and `outputs:2024-25`."""
    facts = _own(line)
    years: Iterable[SchemeLineYear | IncomeLineYear] = line.years.all()
    for year in years:
        for name in ("pence", "outputs", "published_pence"):
            if hasattr(year, name):
                facts[f"{name}:{year.year}"] = getattr(year, name)
    return facts


def _own(row: Model) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    for field in row._meta.concrete_fields:
        if field.name not in NOT_FACTS:
            value = getattr(row, field.name)
            facts[field.name] = getattr(value, "uuid", value) if isinstance(value, Model) else value
    return facts


def as_uuid(value: Any) -> UUID | None:
    """The id that the history kept, or None."""
    return UUID(str(value)) if value else None
