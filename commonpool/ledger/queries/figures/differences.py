"""Differences of amounts: variances from plan, what is left of a ring-fence, and a partner's cash."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from commonpool.figures import Figure, How, QuestionError, question
from commonpool.ledger.queries.balances import unspent as read_unspent
from commonpool.ledger.queries.figures.amounts import amount_of, shown
from commonpool.ledger.queries.figures.asked import Asked, asked_for, closed, difference, may_ask
from commonpool.ledger.rules.statements.balances import Basis
from commonpool.ledger.rules.statements.columns import COLUMNS, Scope
from commonpool.ledger.rules.statements.names import By
from commonpool.ledger.rules.statements.statement import statement

PHASED: Final = "A year’s plan in equal parts over its months; of a month that has begun, its share of days."
TO_COME: Final = "The forecast less what is spent already, line by line and source by source, never below nothing."
VARIANCES: Final = {
    "to_date": "Variance to date",
    "year": "Variance for the year",
    "forecast": "Forecast variance",
}


@question("ledger.planned_to_date", may_ask=may_ask)
def planned_to_date(
    ledger: UUID,
    year: str,
    by: str,
    as_at: date,
    key: str = "",
    known_at: datetime | None = None,
    stream: str = "",
    partner: str = "",
) -> Figure:
    """A row's plan up to the day, phased over the months of the year; by=all is the whole ledger's."""
    asked = asked_for(ledger, year, as_at, known_at, stream, partner)
    scope = asked.scope(by, key)
    return _planned_to_date(asked, scope, **asked.said("ledger.planned_to_date", by=by, key=key))


def _planned_to_date(asked: Asked, scope: Scope, **said: Any) -> Figure:
    made = statement(
        asked.cells(COLUMNS["planned"]),
        asked.names,
        asked.months,
        by=scope.by,
        day=asked.as_at.day,
        year=asked.year,
        stream=asked.stream,
        partner=asked.partner,
    )
    row = next((row for row in made.rows if row.key == scope.key), None)
    label = asked.names.label(scope.by, scope.key)
    part = shown(asked, "planned", scope.by, scope.key, row.planned_pence if row else 0)
    pence = row.planned_to_date_pence if row else 0
    return Figure(
        f"Plan to {asked.as_at.day:%-d %B %Y}, {label}", pence, "pence", How.RULE, (part,), rule=PHASED, **said
    )


@question("ledger.variance", may_ask=may_ask)
def variance(
    ledger: UUID,
    year: str,
    basis: str,
    by: str,
    as_at: date,
    key: str = "",
    known_at: datetime | None = None,
    stream: str = "",
    partner: str = "",
) -> Figure:
    """Actual minus plan of a row, positive is an overspend; by=all is the whole ledger's.

    basis  to_date: net spend less the plan to the day; year: net spend less the year's plan; forecast: the forecast
           outturn less the year's plan
    """
    asked = asked_for(ledger, year, as_at, known_at, stream, partner)
    scope = asked.scope(by, key)
    if basis not in VARIANCES:
        raise QuestionError(f"There is no variance ‘{basis}’. There are: {', '.join(VARIANCES)}.")
    taken = closed(amount_of(asked, "forecast" if basis == "forecast" else "net", scope))
    plan = _planned_to_date(asked, scope) if basis == "to_date" else closed(amount_of(asked, "planned", scope))
    said = asked.said("ledger.variance", basis=basis, by=by, key=key)
    return difference(f"{VARIANCES[basis]}, {asked.names.label(scope.by, key)}, {year}", (taken, plan), **said)


@question("ledger.uncommitted", may_ask=may_ask)
def uncommitted(
    ledger: UUID,
    year: str,
    by: str,
    as_at: date,
    key: str = "",
    known_at: datetime | None = None,
    stream: str = "",
    partner: str = "",
) -> Figure:
    """What of a row's plan of the year is neither spent nor ordered; by=all is the whole ledger's."""
    asked = asked_for(ledger, year, as_at, known_at, stream, partner)
    scope = asked.scope(by, key)
    parts = tuple(closed(amount_of(asked, column, scope)) for column in ("planned", "net", "committed"))
    said = asked.said("ledger.uncommitted", by=by, key=key)
    return difference(f"Neither spent nor ordered, {asked.names.label(scope.by, key)}, {year}", parts, **said)


@question("ledger.unspent", may_ask=may_ask)
def unspent(
    ledger: UUID,
    year: str,
    basis: str,
    by: str,
    key: str,
    as_at: date,
    known_at: datetime | None = None,
) -> Figure:
    """What is left of a ring-fence, by=source or by=source_category, on the recognised, committed or forecast basis."""
    asked = asked_for(ledger, year, as_at, known_at)
    scope = asked.scope(by, key)
    said = asked.said("ledger.unspent", basis=basis, by=by, key=key)
    held = amount_of(asked, "held", scope)
    label = f"Unspent, {asked.names.label(scope.by, key)}, {basis} basis"
    if basis == Basis.RECOGNISED:
        return Figure(label, held.value, "pence", How.SUM, held.parts, unknown=held.unknown, **said)
    if basis == Basis.COMMITTED:
        return difference(label, (closed(held), closed(amount_of(asked, "committed", scope))), **said)
    if basis == Basis.FORECAST:
        return difference(label, (closed(held), _to_come(asked, scope)), **said)
    raise QuestionError(f"There is no basis ‘{basis}’. There are: {', '.join(Basis)}.")


def _to_come(asked: Asked, scope: Scope) -> Figure:
    """What the forecast still expects to be spent of the scope's sources."""
    rows = read_unspent(asked.ledger, asked.year, asked.as_at, scope.by)
    row = next((row for row in rows if row.key == scope.key), None)
    value = row.to_come_pence if row else None
    parts = tuple(closed(amount_of(asked, column, scope)) for column in ("forecast", "net"))
    label = f"Still to be spent, {asked.names.label(scope.by, scope.key)}"
    return Figure(label, value, "pence", How.RULE, parts, unknown=int(value is None), rule=TO_COME)


@question("ledger.cash_gap", may_ask=may_ask)
def cash_gap(ledger: UUID, year: str, partner: str, as_at: date, known_at: datetime | None = None) -> Figure:
    """What a partner has paid in, less what was spent from its money, since the books began."""
    asked = asked_for(ledger, year, as_at, known_at)
    scope = Scope(By.PARTNER, partner)
    said = asked.said("ledger.cash_gap", partner=partner)
    parts = (closed(amount_of(asked, "paid_in", scope)), closed(amount_of(asked, "spent", scope)))
    return difference(f"Paid in beyond what was spent, {asked.names.label(By.PARTNER, partner)}", parts, **said)
