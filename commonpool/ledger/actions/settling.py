"""Posting a year's settlement as one entry, and taking it back while nothing of it was paid."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from commonpool.funds.models import Partner
from commonpool.ledger.actions.opening import ensure_source
from commonpool.ledger.actions.posting import posting_in
from commonpool.ledger.books import draft_of
from commonpool.ledger.errors import LedgerError
from commonpool.ledger.models import Balance, Entry, Ledger
from commonpool.ledger.queries.settling import SETTLED, TAKEN_BACK, Standing, settlement_entry, standing
from commonpool.ledger.rules.accounts import RISK_SHARE, Account, category_of
from commonpool.ledger.rules.entries import Draft, Leg
from commonpool.ledger.rules.posting import Legs
from commonpool.ledger.rules.settling import Goes, Left, Settling, SettlingError, Used, kept_as_agreed
from commonpool.people.models import Person
from commonpool.periods import FINANCIAL_YEAR, Period


@dataclass(frozen=True, slots=True)
class ToPost:
    """A settlement of a year, agreed elsewhere, and whose money carries it out.

    uuid    the settlement's own: the same one twice is one entry
    bears   party -> pence; positive pays. Partners by their organisation's code, funds as the contract calls them
    goes    source code -> (party for whom it counts, what becomes of it), of what is left; others stay as they are
    parts   source code -> how what is kept of it is made up: label -> pence
    used    fund -> code of the source from which it pays
    needs   of a settlement on a forecast: category -> pence by which lines are expected to be over; None for an outturn
    stream  row id of the fund whose pool it is, where that is a stream of the books' own
    """

    uuid: UUID
    year: str
    bears: Mapping[str, int]
    goes: Mapping[str, tuple[str, Goes]]
    used: Mapping[str, str]
    parts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    needs: Mapping[str, int] | None = None
    stream: int | None = None


@transaction.atomic
def post_settlement(
    *, actor: Person | None, at: datetime, ledger: Ledger, settlement: ToPost, on: date, why: str = ""
) -> Entry:
    """Post who bears what of a year as one balanced entry.

    Raises LedgerError where the books and the settlement do not come to the same sum, saying what is apart, and where
    money is kept on a day after the year.
    """
    # Held before anything is read, so that what was decided on still stands when it is written.
    held = Ledger.objects.select_for_update(of=("self",)).select_related("fund").get(pk=ledger.pk)
    if posted := settlement_entry(held, settlement.uuid):
        return posted
    legs = legs_of(held, settlement)
    if not legs:
        raise LedgerError("Nobody pays and nothing goes back, so there is nothing to post.")
    _must_keep_within(FINANCIAL_YEAR.year(settlement.year), legs, on)
    for code in sorted({leg.source for leg in legs if category_of(leg.source) == RISK_SHARE}):
        _ensure_share(actor, at, held, code)
    before = held.entries.filter(key__startswith=f"{SETTLED}/{settlement.uuid}/").count()
    key = f"{SETTLED}/{settlement.uuid}/{before}"
    with posting_in(held, actor, at, "ledger.settle_year", why, may_adjust=True) as books:
        books.append(Draft(key, SETTLED, on, legs))
    return held.entries.get(key=key)


def legs_of(ledger: Ledger, settlement: ToPost) -> Legs:
    """What the entry would be as the books stand now. Raises LedgerError as `post_settlement`."""
    found = standing(ledger, settlement.year, settlement.stream)
    partners = frozenset(_partners(ledger))
    settling = Settling(
        found.pool.code,
        settlement.year,
        settlement.bears,
        partners,
        found.borrowed,
        kept_as_agreed(tuple(_left(found, settlement)), settlement.bears, partners),
        tuple(
            Used(fund, code, settlement.bears[fund], found.carried.get(code, 0))
            for fund, code in sorted(settlement.used.items())
        ),
    )
    try:
        return settling.legs() if settlement.needs is None else settling.on_a_forecast(settlement.needs)
    except SettlingError as apart:
        raise LedgerError(str(apart)) from apart


def _must_keep_within(year: Period, legs: Legs, on: date) -> None:
    """What is kept is no longer of the year: posted after its end it would stand in both, and could be kept again."""
    if on > year.ends_on and any(leg.account is Account.BROUGHT_FORWARD and leg.pence < 0 for leg in legs):
        day = f"{year.ends_on:%-d %B %Y}"
        raise LedgerError(f"Money is kept for next year, and leaves {year.label} within it. Choose a day up to {day}.")


def _left(found: Standing, settlement: ToPost) -> Iterator[Left]:
    for each in found.left:
        code = each.source.code
        if code in settlement.goes:
            party, what = settlement.goes[code]
            carried = min(found.carried.get(code, 0), each.pence)
            yield Left(code, party, each.pence, what, carried, settlement.parts.get(code, {}))


def _partners(ledger: Ledger) -> dict[str, Partner]:
    """Organisation's code -> partner of the fund."""
    return {each.organisation.code: each for each in ledger.fund.partners.select_related("organisation")}


def _ensure_share(actor: Person | None, at: datetime, ledger: Ledger, code: str) -> None:
    _, body, year, *category = code.split(":")
    ensure_source(
        actor=actor,
        at=at,
        ledger=ledger,
        partner=_partners(ledger)[body],
        category=RISK_SHARE,
        origin_year=year,
        for_category="".join(category),
    )


@transaction.atomic
def take_settlement_back(
    *, actor: Person | None, at: datetime, ledger: Ledger, uuid: UUID, on: date, why: str
) -> Entry:
    """Undo a posted settlement whole. Raises LedgerError where cash of it moved already, or the money was spent."""
    with posting_in(ledger, actor, at, "ledger.take_settlement_back", why, may_adjust=True) as books:
        entry = settlement_entry(ledger, uuid)
        if entry is None:
            raise LedgerError("This settlement is not posted, so there is nothing to take back.")
        draft = draft_of(entry)
        undone = tuple(leg.reversed() for leg in draft.legs)
        _must_be_unpaid(ledger, undone)
        books.append(Draft(f"{draft.key}/back", TAKEN_BACK, on, undone, of=draft.key))
    return ledger.entries.get(key=f"{draft.key}/back")


def _must_be_unpaid(ledger: Ledger, undone: Sequence[Leg]) -> None:
    """What was due is still receivable, what was owed is still owed: else cash has gone, and only cash undoes that."""
    for account, sign in ((Account.RECEIVABLE, 1), (Account.DUE_TO_CONTRIBUTOR, -1)):
        rows = Balance.objects.filter(pool__ledger=ledger, account=account)
        stands = {source: sign * pence for source, pence in rows.values_list("source__code", "pence")}
        for leg in undone:
            takes = -sign * leg.pence
            if leg.account is account and takes > 0 and stands.get(leg.source, 0) < takes:
                raise LedgerError(
                    f"Cash of {leg.source} has moved since this was settled, so it cannot be taken back. Enter the "
                    "cash as returned first, or settle the difference next year."
                )
