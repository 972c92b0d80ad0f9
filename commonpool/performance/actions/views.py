"""Saying what a partner thinks of a metric's plan, and taking it back."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction

from commonpool.audit.actions import record, without_addresses
from commonpool.people.models import Person
from commonpool.performance.errors import AskError
from commonpool.performance.models import LocalView
from commonpool.performance.stances import stances
from commonpool.places.models import Organisation

Period = tuple[date, date]


@transaction.atomic
def say_view(
    *,
    actor: Person | None,
    at: datetime,
    area: Organisation,
    metric: str,
    body: Organisation,
    stance: str,
    reason: str,
    period: Period | None = None,
) -> LocalView:
    """Record a partner's view; the one that it had of the same period, or of the plan, ends and stays on record.

    Raises AskError for a stance that is not listed, and ValidationError without a reason.
    """
    if stance not in stances():
        raise AskError(f"‘{stance}’ is no view that is listed. Choose one of: {', '.join(stances())}.")
    _hold(body)
    first, last = period or (None, None)
    held = LocalView.objects.filter(area=area, metric=metric, body=body, starts_on=first, ends_on=last, ended_at=None)
    before = held.first()
    if before:
        _end(before, LocalView.Ended.REPLACED, at)
    view = LocalView(
        area=area, metric=metric, body=body, starts_on=first, ends_on=last, stance=stance,
        reason=str(without_addresses(reason.strip())), said_by=actor, said_at=at,
    )  # fmt: skip
    view.full_clean()
    view.save(force_insert=True)
    _note("say_view", view, actor, at, before=_facts(before) if before else None, after=_facts(view))
    return view


@transaction.atomic
def take_back_view(*, actor: Person | None, at: datetime, view: LocalView) -> None:
    """End a view without another in its place. Raises AskError where it has ended already."""
    _hold(view.body)
    held = LocalView.objects.select_related("area", "body").get(pk=view.pk)
    if held.ended_at:
        raise AskError("That view has ended already.")
    _end(held, LocalView.Ended.TAKEN_BACK, at)
    _note("take_back_view", held, actor, at, before=_facts(held), after=None)


def _hold(body: Organisation) -> None:
    """Let two people who speak for one partner come one after the other."""
    Organisation.objects.select_for_update(of=("self",)).get(pk=body.pk)


def _end(view: LocalView, how: LocalView.Ended, at: datetime) -> None:
    view.ended, view.ended_at = how, at
    view.save(update_fields=["ended", "ended_at"])


def _facts(view: LocalView) -> dict[str, Any]:
    facts = {"metric": view.metric, "body": view.body.uuid, "stance": view.stance, "reason": view.reason}
    return facts | {"starts_on": view.starts_on, "ends_on": view.ends_on}


def _note(
    action: str, view: LocalView, actor: Person | None, at: datetime, *, before: dict[str, Any] | None,
    after: dict[str, Any] | None,
) -> None:  # fmt: skip
    record(
        actor=actor, action=f"performance.{action}", subject=view, before=before, after=after, at=at,
        area=view.area.uuid,
    )  # fmt: skip
