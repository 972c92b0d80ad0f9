"""Who may read and keep the books: whoever may see, or keeps, the fund that they are of."""

from __future__ import annotations

from datetime import date
from typing import Any, Final
from uuid import UUID

from django.db.models import Model

from commonpool.funds import queries as funds
from commonpool.ledger.models import (
    Entry,
    Import,
    Ledger,
    LedgerLine,
    LedgerSource,
    Period,
    Pool,
    Reconciliation,
    Virement,
)
from commonpool.people import queries as people
from commonpool.people.models import Person

# What an address may name, and how to get from it to the fund whose books it is part of.
TO_FUND: Final[dict[type[Model], str]] = {
    Ledger: "fund__uuid",
    Pool: "ledger__fund__uuid",
    LedgerLine: "ledger__fund__uuid",
    LedgerSource: "ledger__fund__uuid",
    Period: "ledger__fund__uuid",
    Entry: "ledger__fund__uuid",
    Import: "ledger__fund__uuid",
    Virement: "ledger__fund__uuid",
    Reconciliation: "ledger__fund__uuid",
}


def may_read(person: Person, model: type[Model], uuid: UUID, on: date) -> bool:
    """Whether the person may see the area of the books that this is part of."""
    fund = _fund(model, uuid)
    return fund is not None and funds.may_read_fund(person, fund, on)


def may_keep(person: Person, model: type[Model], uuid: UUID, on: date) -> bool:
    """Whether the person keeps the fund whose books this is part of."""
    fund = _fund(model, uuid)
    return fund is not None and funds.may_keep_fund(person, fund, on)


def may_answer(person: Person, virement: UUID, on: date) -> bool:
    """Whether the person may answer a virement for a partner of its fund."""
    fund = _fund(Virement, virement)
    found = funds.fund_named(fund) if fund else None
    bodies = funds.partners_of(found, on) if found else []
    return any(people.may_agree_for(person, partner.organisation, on) for partner in bodies)


def _fund(model: type[Model], uuid: UUID) -> UUID | None:
    rows: Any = model._default_manager.filter(uuid=uuid).values_list(TO_FUND[model], flat=True)
    found: UUID | None = rows.first()
    return found
