"""Opening the books: a fund's ledger, its pools, sources and lines, and the periods of a year."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from django.db import transaction

from commonpool.audit.actions import record
from commonpool.funds import actions as funds
from commonpool.funds import queries as fund_queries
from commonpool.funds.models import Partner, PooledFund, Source
from commonpool.ledger.errors import LedgerError
from commonpool.ledger.models import Ledger, LedgerLine, LedgerSource, Period, Pool
from commonpool.ledger.rules.accounts import UNFUNDED
from commonpool.people.models import Person
from commonpool.periods import FINANCIAL_YEAR, Calendar

MAIN_POOL: Final = "MAIN"


@transaction.atomic
def open_ledger(*, actor: Person | None, at: datetime, fund: PooledFund, year: str) -> Ledger:
    """The books of a fund, with one pool of its own name and the periods of a year. Twice is the same as once.

    Raises LedgerError for a stream: its books are those of the larger pool.
    """
    if fund.parent_id is not None:
        raise LedgerError(f"‘{fund.name}’ is a stream of ‘{fund.parent}’. Its books are kept there.")
    PooledFund.objects.select_for_update().get(pk=fund.pk)
    if found := Ledger.objects.filter(fund=fund).first():
        return found
    ledger = Ledger.objects.create(fund=fund, opened_on=FINANCIAL_YEAR.year(year).starts_on)
    Pool.objects.create(ledger=ledger, code=MAIN_POOL, name=fund.name)
    open_year(actor=actor, at=at, ledger=ledger, year=year)
    _record("ledger.open", ledger, actor, at, {"fund": str(fund.uuid), "year": year})
    return ledger


@transaction.atomic
def open_year(
    *, actor: Person | None, at: datetime, ledger: Ledger, year: str, calendar: Calendar = FINANCIAL_YEAR
) -> list[Period]:
    """The periods of a year, all open, and the source that carries what no other covers. Twice is once."""
    known = set(ledger.periods.values_list("starts_on", flat=True))
    new = [
        Period(ledger=ledger, year=year, label=each.label, starts_on=each.starts_on, ends_on=each.ends_on)
        for each in calendar.periods(year)
        if each.starts_on not in known
    ]
    made = Period.objects.bulk_create(new)
    if made:
        host = host_of(ledger, made[0].starts_on)
        ensure_source(
            actor=actor, at=at, ledger=ledger, partner=host, category=UNFUNDED, origin_year=year, may_go_below_zero=True
        )
        _record("ledger.open_year", ledger, actor, at, {"year": year, "periods": len(made)})
    return made


@transaction.atomic
def add_pool(
    *, actor: Person | None, at: datetime, ledger: Ledger, code: str, name: str, stream: PooledFund | None = None
) -> Pool:
    """Another pot in the same books. Raises ValidationError with the sentence of the constraint."""
    pool = Pool(ledger=ledger, code=code.strip().upper(), name=name.strip(), stream=stream)
    pool.full_clean()
    pool.save()
    _record("ledger.add_pool", ledger, actor, at, {"pool": pool.code, "name": pool.name})
    return pool


@transaction.atomic
def ensure_source(
    *,
    actor: Person | None,
    at: datetime,
    ledger: Ledger,
    partner: Partner,
    category: str,
    origin_year: str,
    for_category: str = "",
    legal_basis: str = "",
    may_go_below_zero: bool = False,
    stream: PooledFund | None = None,
) -> LedgerSource:
    """The source of that partner, category and year in these books; made where it is new."""
    code = source_code(category, partner, origin_year, for_category)
    if found := LedgerSource.objects.filter(ledger=ledger, code=code).first():
        return found
    basis = legal_basis or partner.fund.legal_basis
    source: Source = funds.ensure_source(
        actor=actor, at=at, partner=partner, category=category, origin_year=origin_year, legal_basis=basis
    )
    return LedgerSource.objects.create(
        ledger=ledger,
        source=source,
        code=code,
        for_category=for_category or category,
        may_go_below_zero=may_go_below_zero,
        stream=stream,
    )


def source_code(category: str, partner: Partner, origin_year: str, for_category: str = "") -> str:
    """`NHS_MIN:XN1:2024-25`, and the category that it is for after it where that is another."""
    parts = [category, partner.organisation.code, origin_year]
    return ":".join([*parts, for_category] if for_category and for_category != category else parts)


@transaction.atomic
def ensure_line(ledger: Ledger, round_id: str, line_id: str, **facts: object) -> LedgerLine:
    """The line of a plan in these books, with what its newest agreed version says of it."""
    line, _ = LedgerLine.objects.update_or_create(
        ledger=ledger, code=line_code(round_id, line_id), defaults={**facts, "round_id": round_id, "line_id": line_id}
    )
    return line


def line_code(round_id: str, line_id: str) -> str:
    """How the books name a line of a round's plan: `2023-25/4`."""
    return f"{round_id}/{line_id}"


def host_of(ledger: Ledger, on: date) -> Partner:
    """The partner that keeps the accounts. Raises LedgerError where the fund has none on that day."""
    host = fund_queries.partners_of(ledger.fund, on).filter(role=Partner.Role.HOST).first()
    if host is None:
        raise LedgerError(
            f"‘{ledger.fund}’ has no host partner on {on:%-d %B %Y}. Record who keeps its accounts first."
        )
    return host


def _record(action: str, ledger: Ledger, actor: Person | None, at: datetime, after: dict[str, object]) -> None:
    record(actor=actor, action=action, subject=ledger, before=None, after=after, at=at, area=ledger.fund.area.uuid)
