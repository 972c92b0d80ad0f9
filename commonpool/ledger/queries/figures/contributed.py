"""What partners contributed in a year, posting by posting: what fell due, and what came in for it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from commonpool.figures import Fact, Figure, How, Part, QuestionError, question, total
from commonpool.ledger.models import Posting
from commonpool.ledger.queries.entries import rows_of
from commonpool.ledger.queries.figures.amounts import amount_of, entry_fact
from commonpool.ledger.queries.figures.asked import Asked, asked_for, closed, may_ask
from commonpool.ledger.queries.sums import known
from commonpool.ledger.rules.accounts import Account
from commonpool.ledger.rules.statements.names import By
from commonpool.ledger.rules.statements.pairs import WANTED

Dealing = tuple[Account, tuple[Account, ...], int]
DEALINGS: Final[dict[str, tuple[str, tuple[Dealing, ...]]]] = {
    "due": ("Fell due", ((Account.CONTRIBUTION, (Account.RECEIVABLE, Account.CASH), -1),)),
    "received": (
        "Paid in",
        (
            (Account.CONTRIBUTION, (Account.CASH,), -1),
            (Account.RECEIVABLE, (Account.CASH, Account.EXPENDITURE), -1),
        ),
    ),
}
"""What it is called, and the postings that make it: to an account, against one of these, with a sign."""


@question("ledger.contributed", may_ask=may_ask)
def contributed(
    ledger: UUID, year: str, what: str, by: str, key: str, as_at: date, known_at: datetime | None = None
) -> Figure:
    """What fell due (`what`=due) or was paid in (received) in the year, of a source or of all sources of a partner."""
    asked = asked_for(ledger, year, as_at, known_at)
    if what not in DEALINGS:
        raise QuestionError(f"Contributions have no ‘{what}’. They have: {', '.join(DEALINGS)}.")
    scope = asked.scope(by, key)
    if scope.by not in (By.SOURCE, By.PARTNER):
        raise QuestionError("Contributions are those of a source or of a partner. Ask by one of these.")
    said = asked.said("ledger.contributed", what=what, by=by, key=key)
    label = f"{DEALINGS[what][0]}, {asked.names.label(scope.by, key)}, {year}"
    if scope.by is By.SOURCE:
        return total(label, _facts(asked, what, key), **said)
    return total(label, _sources(asked, what, key), **said)


@question("ledger.owed", may_ask=may_ask)
def owed(ledger: UUID, year: str, partner: str, as_at: date, known_at: datetime | None = None) -> Figure:
    """What a partner owes the pool on the day, less what the pool owes it; below zero where the pool owes more."""
    asked = asked_for(ledger, year, as_at, known_at)
    scope = asked.scope(By.PARTNER.value, partner)
    accounts = (Account.RECEIVABLE, Account.DUE_TO_CONTRIBUTOR)
    parts = [closed(amount_of(asked, f"account-{int(account)}", scope)) for account in accounts]
    said = asked.said("ledger.owed", partner=partner)
    return total(f"Owed by {asked.names.label(By.PARTNER, partner)}", parts, **said)


def _sources(asked: Asked, what: str, partner: str) -> list[Part]:
    found: list[Part] = []
    for code, source in asked.names.sources.items():
        if source.partner == partner and not source.is_borrowed:
            pence = sum(int(fact.value or 0) for fact in _facts(asked, what, code))
            said = asked.said("ledger.contributed", what=what, by=By.SOURCE.value, key=code)
            label = f"{DEALINGS[what][0]}, {asked.names.source_label(code)}, {asked.year}"
            found += [Figure(label, pence, "pence", How.LOOKUP, **said)] if pence else []
    return found


def _facts(asked: Asked, what: str, source: str) -> list[Fact]:
    of_source = known(asked.ledger, asked.as_at).filter(
        source__in=asked.ledger.sources.filter(code=source), period__starts_on__in=asked.starts
    )
    facts = []
    for account, others, sign in DEALINGS[what][1]:
        postings = _against(of_source.filter(account=account), account, others).order_by("entry_id", "position")
        facts += [entry_fact(row, sign) for row in rows_of(asked.ledger, asked.as_at, postings)]
    return facts


def _against(postings: QuerySet[Posting], account: Account, others: tuple[Account, ...]) -> QuerySet[Posting]:
    """Those whose other side is one of these: the first of `WANTED` that the entry has of the source and pool."""
    found, before = Q(), Q()
    for other in WANTED[account]:
        has = Q(Exists(_legs().filter(account=other)))
        if other in others:
            found |= has & before
        before &= ~has
    return postings.filter(found)


def _legs() -> QuerySet[Posting]:
    return Posting.objects.filter(entry=OuterRef("entry"), source=OuterRef("source"), pool=OuterRef("pool"))
