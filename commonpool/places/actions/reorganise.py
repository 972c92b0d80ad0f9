"""Recording that bodies merged or split."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from commonpool.audit.actions import record
from commonpool.places.models import Nesting, Organisation, Succession
from commonpool.places.queries import find
from commonpool.places.scenarios import Scenario

Kind = Organisation.Kind


@transaction.atomic
def reorganise(scenario: Scenario, *, source: str, at: datetime, actor: Any = None) -> list[Succession]:
    """Record a merger or a split as it will be: new bodies, last days, exact shares. Nothing is overwritten.

    A successor that has a code known here is that body; any other is made with the predecessor's kind. What lies
    in a part goes with it, and each new upper tier gets the area of a health and wellbeing board.
    """
    recorded: list[Succession] = []
    made: dict[str, Organisation] = {}
    for handover in scenario.handovers:
        before = scenario.bodies[handover.predecessor]
        after = made.get(handover.successor) or _successor(handover.successor, before, scenario.on)
        made[handover.successor] = after
        _end(before, scenario.on - timedelta(days=1))
        share = handover.share
        assert share is not None, "a checked scenario has every share"
        succession, is_new = Succession.objects.get_or_create(
            predecessor=before,
            successor=after,
            on=scenario.on,
            defaults={"share_parts": share.numerator, "share_whole": share.denominator, "source": source},
        )
        for part in scenario.parts.get((handover.predecessor, handover.successor), ()):
            _nest(part, after, scenario.on, source)
        recorded.append(succession)
        if not is_new:
            continue
        record(
            actor=actor,
            action="places.reorganise",
            subject=succession,
            before=None,
            after={
                "predecessor": before.uuid,
                "successor": after.uuid,
                "on": scenario.on,
                "share": f"{share.numerator}/{share.denominator}",
                "source": source,
            },
            at=at,
        )
    return recorded


def _successor(code: str, before: Organisation, on: date) -> Organisation:
    if known := find(code, before.kind).first():
        return known
    by_name = Organisation.objects.filter(kind=before.kind, name=code, starts_on=on).first()
    made = by_name or Organisation.objects.create(
        kind=before.kind, name=code, starts_on=on, is_invented=before.is_invented
    )
    if made.kind == Kind.UPPER_TIER:
        area, _ = Organisation.objects.get_or_create(
            kind=Kind.HWB_AREA, name=made.name, starts_on=on, defaults={"is_invented": made.is_invented}
        )
        _nest(made, area, on, "One area for each upper tier")
    for outer in Nesting.objects.filter(inner=before, dataset__superseded_at=None).exclude(outer__kind=Kind.HWB_AREA):
        _nest(made, outer.outer, on, "As its predecessor")
    return made


def _end(body: Organisation, last_day: date) -> None:
    """Set a body's last day, and that of its board's area where the area has no other member left."""
    if body.ends_on is None:
        body.ends_on = last_day
        body.save(update_fields=["ends_on"])
    for nesting in Nesting.objects.filter(inner=body, outer__kind=Kind.HWB_AREA, outer__ends_on=None):
        members = Organisation.objects.filter(nestings_in__outer=nesting.outer)
        if not members.filter(ends_on=None).exists():
            nesting.outer.ends_on = last_day
            nesting.outer.save(update_fields=["ends_on"])


def _nest(inner: Organisation, outer: Organisation, on: date, source: str) -> None:
    Nesting.objects.get_or_create(inner=inner, outer=outer, starts_on=on, dataset=None, defaults={"source": source})
