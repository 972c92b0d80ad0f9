"""What the history keeps of this room's rows, and how a row is made again from what it kept."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from django.db.models import Model

from commonpool.audit.actions import without_addresses
from commonpool.performance.models import Ask, AskLine, OtherPlan

NOT_FACTS: Final = frozenset({"id", "uuid", "changed_by", "changed_at", "revision"})
LINES, COVERS = "lines", "covers"


def facts_of(row: Model) -> dict[str, Any]:
    """All that a row says, bodies and versions by their public ids; without anybody's address."""
    facts: dict[str, Any] = {}
    for field in row._meta.concrete_fields:
        if field.name not in NOT_FACTS:
            value = getattr(row, field.name)
            facts[field.name] = value.uuid if isinstance(value, Model) else _plain(field, value)  # type: ignore[attr-defined]
    if isinstance(row, Ask):
        facts[LINES] = [line.line_id for line in row.lines.all()]
    if isinstance(row, OtherPlan):
        facts[COVERS] = sorted(str(uuid) for uuid in row.covers.values_list("uuid", flat=True))
    cleaned: dict[str, Any] = without_addresses(facts)
    return cleaned


def _plain(field: Any, value: Any) -> Any:
    """A value as the column gives it back: 25, "25" and 25.0000 are one number."""
    read = field.to_python(value)
    return f"{read.normalize() + 0:f}" if isinstance(read, Decimal) else read


def from_facts(model: type[Model], facts: Mapping[str, Any]) -> dict[str, Any]:
    """{field: value} as the model's fields hold them; `lines` and `covers` as they were kept."""
    values: dict[str, Any] = {}
    for name, value in facts.items():
        if name in (LINES, COVERS):
            values[name] = list(value)
            continue
        field: Any = model._meta.get_field(name)
        if value is None:
            values[name] = None
        elif field.is_relation:
            values[name] = field.related_model.objects.get(uuid=value)
        else:
            values[name] = field.to_python(value)
    return values


def write_lines(ask: Ask, line_ids: list[str]) -> None:
    """Name these scheme lines in the ask, and no others."""
    held = {line.line_id for line in ask.lines.all()}
    ask.lines.exclude(line_id__in=line_ids).delete()
    AskLine.objects.bulk_create(AskLine(ask=ask, line_id=each) for each in line_ids if each not in held)
