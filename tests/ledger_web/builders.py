"""Books as whoever keeps them has them: opened from Wendleshire's agreed plan, on a day of its year."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.utils import timezone

from commonpool.ledger.actions.contributing import post_due
from commonpool.ledger.actions.posting import post_all
from commonpool.ledger.actions.spending import spend_event
from commonpool.ledger.actions.starting import open_books
from commonpool.ledger.models import Entry, Ledger, LedgerLine, Pool
from commonpool.ledger.rules.events import Kind
from commonpool.people.models import Person
from commonpool.people.rules import Role
from commonpool.places.models import Organisation
from commonpool.plans.models import PlanVersion
from tests.funds.builders import NOW, a_person
from tests.ledger_web.builders_files import a_reader, a_stranger, as_, manager, text_of
from tests.made_once import made_once
from tests.people.builders import with_second_factor
from tests.plans_web.builders import an_agreed_version

YEAR = "2024-25"
OCTOBER = date(2024, 10, 1)
NHS_NORTH, NHS_SOUTH, DFG = "NHS_MIN:XN1:2024-25", "NHS_MIN:XS1:2024-25", "DFG:XW01:2024-25"


def frozen(monkeypatch: pytest.MonkeyPatch, day: date = OCTOBER) -> None:
    """It is that day, for every page."""
    known = timezone.localdate

    def localdate(value: Any = None, zone: Any = None) -> date:
        return day if value is None else known(value, zone)

    monkeypatch.setattr(timezone, "localdate", localdate)


def somebody(email: str, body: Organisation, role: Role) -> Person:
    """Who may change something has a second factor."""
    return with_second_factor(a_person(email, (body, role)))


@made_once
def planned_books(version: PlanVersion | None = None) -> Ledger:
    """Wendleshire's books of 2024-25 with the figures of its agreed plan; nothing has fallen due."""
    taken = version or an_agreed_version()
    fund = taken.plan.area.pooled_funds.get()
    ledger = open_books(actor=None, at=NOW, fund=fund, year=YEAR, version=taken)
    ledger.refresh_from_db()
    return ledger


@made_once
def paid_books(up_to: date = date(2024, 9, 30)) -> Ledger:
    """The same, with what has fallen due by a day."""
    ledger = planned_books()
    post_due(actor=None, at=NOW, ledger=ledger, up_to=up_to)
    ledger.refresh_from_db()
    return ledger


def line_of(ledger: Ledger, line_id: str) -> LedgerLine:
    return ledger.lines.get(line_id=line_id)


def main_of(ledger: Ledger) -> Pool:
    return ledger.pools.get(code="MAIN")


def spent(ledger: Ledger, line_id: str, pence: int, kind: Kind = Kind.INVOICE, **more: Any) -> Entry:
    """Spend on a line in September, in an entry called by its kind."""
    key = more.pop("key", f"{kind.value}/INV-{ledger.entries.count()}")
    on = more.pop("on", date(2024, 9, 12))
    line = line_of(ledger, line_id)
    event = spend_event(ledger, kind, pool="MAIN", line=line, pence=pence, on=on, key=key, **more)
    post_all(actor=None, at=NOW, ledger=ledger, events=[event])
    ledger.refresh_from_db()
    return ledger.entries.get(key=key)


def typed(day: date, name: str = "on") -> dict[str, str]:
    """A day as three boxes send it."""
    return {f"{name}_day": str(day.day), f"{name}_month": str(day.month), f"{name}_year": str(day.year)}


__all__ = ["a_reader", "a_stranger", "as_", "manager", "text_of"]
