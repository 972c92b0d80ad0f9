"""The end of a year: the host's advance, partners' shares of an overspend, what is kept, and what goes back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Sum

from commonpool.ledger.actions.opening import ensure_source, host_of
from commonpool.ledger.actions.posting import posting_in
from commonpool.ledger.actions.spending import key_of
from commonpool.ledger.books import Books
from commonpool.ledger.errors import LedgerError
from commonpool.ledger.models import Ledger, LedgerSource, Pool, Posting
from commonpool.ledger.rules import posting as rules
from commonpool.ledger.rules.accounts import ADVANCE, RISK_SHARE, Account
from commonpool.ledger.rules.entries import Draft, Leg, hash_of
from commonpool.money import format_pounds
from commonpool.people.models import Person
from commonpool.periods import FINANCIAL_YEAR

ADVANCED, REPAID, KEPT, TO_GO_BACK, RETURNED = "advance", "repay", "carry_forward", "give_back", "return"
SHARED, RECLASSIFIED = "share", "reclassify"
"""Kinds of entry of a year's end."""


@dataclass(frozen=True, slots=True)
class Share:
    """What one partner bears of an overspend, as settled. Pence above zero."""

    partner: str  # organisation's code
    pence: int


@transaction.atomic
def advance(
    *,
    actor: Person | None,
    at: datetime,
    ledger: Ledger,
    pool: Pool,
    for_category: str,
    pence: int,
    on: date,
    reference: str = "",
) -> LedgerSource:
    """The host lends the pool money for lines of a category: only where the agreement lets the pool overspend."""
    source = _bridge(actor, at, ledger, ADVANCE, host_of(ledger, on).organisation.code, for_category, on)
    with posting_in(ledger, actor, at, "ledger.advance", may_adjust=True) as books:
        key = key_of(ADVANCED, reference)
        legs = rules.advanced(pool.code, {source.code: pence})
        books.append(Draft(key, ADVANCED, on, legs, asked=hash_of(f"{key} {pence} {on} {source.code}")))
    return source


def _bridge(
    actor: Person | None, at: datetime, ledger: Ledger, category: str, body: str, for_category: str, on: date
) -> LedgerSource:
    year = FINANCIAL_YEAR.label_of(on)
    partner = next((each for each in ledger.fund.partners.all() if each.organisation.code == body), None)
    if partner is None:
        known = ", ".join(sorted(each.organisation.code for each in ledger.fund.partners.all()))
        raise LedgerError(f"‘{body}’ is no partner of this fund. Its partners are: {known}.")
    return ensure_source(
        actor=actor,
        at=at,
        ledger=ledger,
        partner=partner,
        category=category,
        origin_year=year,
        for_category=for_category,
    )


@transaction.atomic
def cover_unfunded(
    *, actor: Person | None, at: datetime, ledger: Ledger, pool: Pool, for_category: str, on: date
) -> int:
    """Let the host's advance carry what no source covers of a category's lines: the debt gets a name.

    Every line's part is moved from the uncovered source to the advance, to the penny. Returns the pence moved.
    """
    year = FINANCIAL_YEAR.label_of(on)
    uncovered = LedgerSource.objects.filter(ledger=ledger, may_go_below_zero=True, code__endswith=f":{year}").first()
    parts = _spent_by_line(ledger, pool, uncovered, for_category) if uncovered else {}
    total = sum(parts.values())
    if not total or uncovered is None:
        return 0
    lent = advance(
        actor=actor,
        at=at,
        ledger=ledger,
        pool=pool,
        for_category=for_category,
        pence=total,
        on=on,
        reference=f"{uncovered.code}/{for_category}/{ledger_count(ledger)}",
    )
    with posting_in(ledger, actor, at, "ledger.reclassify", may_adjust=True) as books:
        for (line, provider), pence in sorted(parts.items()):
            legs = rules.reclassified(pool.code, {uncovered.code: pence}, {lent.code: pence}, line, provider)
            _append(books, f"{RECLASSIFIED}/{line}/{provider}/{books.ledger.entry_count}", RECLASSIFIED, on, legs)
    return total


def ledger_count(ledger: Ledger) -> int:
    """How many entries the ledger has now."""
    return Ledger.objects.values_list("entry_count", flat=True).get(pk=ledger.pk)


def _spent_by_line(ledger: Ledger, pool: Pool, source: LedgerSource, category: str = "") -> dict[tuple[str, str], int]:
    """(line, provider) -> pence spent from one source; of lines of one category where it is named."""
    rows = Posting.objects.filter(ledger=ledger, pool=pool, source=source, account=Account.EXPENDITURE)
    if category:
        rows = rows.filter(line__category=category)
    summed = rows.values("line__code", "provider").annotate(spent=Sum("pence")).order_by("line__code", "provider")
    return {(row["line__code"], row["provider"]): row["spent"] for row in summed if row["spent"] > 0}


@transaction.atomic
def settle_overspend(
    *,
    actor: Person | None,
    at: datetime,
    ledger: Ledger,
    pool: Pool,
    for_category: str,
    shares: Mapping[str, int],
    on: date,
) -> dict[str, int]:
    """Post the partners' settled shares of an overspend that the host advanced, and repay the host.

    shares  organisation's code -> pence, above zero, as the agreement's rule gave them; they sum to the advance

    Each share is a source of its own that falls due; the advance's draws become theirs, to the penny; the advance is
    repaid. Returns source code -> pence. Raises LedgerError where the shares do not sum to what was advanced.
    """
    year = FINANCIAL_YEAR.label_of(on)
    lent = LedgerSource.objects.filter(
        ledger=ledger, code__startswith=f"{ADVANCE}:", code__endswith=f":{year}:{for_category}"
    ).first()
    drawn = _spent_by_line(ledger, pool, lent) if lent else {}
    total = sum(drawn.values())
    if lent is None or total != sum(shares.values()):
        raise LedgerError(
            f"The shares sum to {format_pounds(sum(shares.values()))}, and {format_pounds(total)} of {for_category} "
            "was drawn on the host’s advance. Correct the shares, or let the advance cover the whole overspend first."
        )
    sources = {
        _bridge(actor, at, ledger, RISK_SHARE, body, for_category, on).code: pence
        for body, pence in sorted(shares.items())
        if pence
    }
    with posting_in(ledger, actor, at, "ledger.settle", may_adjust=True) as books:
        key = f"{year}/{for_category}/{books.ledger.entry_count}"
        _append(books, f"{SHARED}/{key}", SHARED, on, rules.contribution_due(pool.code, sources))
        for number, (line, provider, charged) in enumerate(_charged(drawn, sources), start=1):
            legs = rules.reclassified(pool.code, {lent.code: sum(charged.values())}, charged, line, provider)
            _append(books, f"{RECLASSIFIED}/{key}/{number}", RECLASSIFIED, on, legs)
        held = books.held(pool.code).get(lent.code, 0)
        _append(books, f"{REPAID}/{key}", REPAID, on, rules.returned(pool.code, {lent.code: held}))
    return sources


def _charged(
    drawn: Mapping[tuple[str, str], int], sources: Mapping[str, int]
) -> Iterator[tuple[str, str, dict[str, int]]]:
    """Each line's part given to the sources in order, until every source has its own sum: both margins are exact."""
    left = dict(sources)
    for (line, provider), pence in drawn.items():
        charged: dict[str, int] = {}
        for source in sources:
            if part := min(left[source], pence - sum(charged.values())):
                charged[source] = part
                left[source] -= part
        yield line, provider, charged


def carry_forward(
    *,
    actor: Person | None,
    at: datetime,
    ledger: Ledger,
    pool: Pool,
    source: LedgerSource,
    pence: int,
    on: date,
    parts: Mapping[str, int] | None = None,
) -> int:
    """Keep unspent money for next year: it becomes fund balance brought forward, and its origin year stays on it.

    parts  how it is made up, such as by district: label -> pence; they sum to `pence`. Returns entries that are new.
    """
    if _is_older(source, on):
        raise LedgerError(f"{source} was carried forward already: it stands as brought forward, and keeps its year.")
    if parts is not None and sum(parts.values()) != pence:
        found = format_pounds(sum(parts.values()))
        raise LedgerError(f"The parts sum to {found}, not to {format_pounds(pence)}. Correct one of them.")
    legs: tuple[Leg, ...] = ()
    for label, part in sorted((parts or {"": pence}).items()):
        if part:
            legs += tuple(_named(leg, label) for leg in rules.closed_to_next_year(pool.code, {source.code: part}))
    return _from_what_is_held(actor, at, ledger, pool, source, pence, on, KEPT, legs)


def _is_older(source: LedgerSource, on: date) -> bool:
    """Whether the money first came in an earlier year than the day's."""
    return source.code.split(":")[2] < FINANCIAL_YEAR.label_of(on)


def _named(leg: Leg, label: str) -> Leg:
    """The leg with the part that it is of, where a carried sum is made of several."""
    return Leg(leg.account, leg.pool, leg.source, leg.pence, order=label)


def give_back(
    *, actor: Person | None, at: datetime, ledger: Ledger, pool: Pool, source: LedgerSource, pence: int, on: date
) -> int:
    """Money that may not be kept: no longer held, and owed to whoever contributed it."""
    legs = rules.must_go_back(pool.code, {source.code: pence}, was_carried=_is_older(source, on))
    return _from_what_is_held(actor, at, ledger, pool, source, pence, on, TO_GO_BACK, legs)


def _from_what_is_held(
    actor: Person | None,
    at: datetime,
    ledger: Ledger,
    pool: Pool,
    source: LedgerSource,
    pence: int,
    on: date,
    kind: str,
    legs: tuple[Leg, ...],
) -> int:
    with posting_in(ledger, actor, at, f"ledger.{kind}", may_adjust=True) as books:
        held = books.held(pool.code).get(source.code, 0)
        if pence > held:
            raise LedgerError(f"{pool} holds {format_pounds(held)} of {source}, not {format_pounds(pence)}.")
        key = f"{kind}/{source.code}/{pool.code}/{FINANCIAL_YEAR.label_of(on)}/{books.ledger.entry_count}"
        return int(_append(books, key, kind, on, legs))


def pay_back(
    *,
    actor: Person | None,
    at: datetime,
    ledger: Ledger,
    pool: Pool,
    source: LedgerSource,
    pence: int,
    on: date,
    reference: str = "",
) -> int:
    """Cash that returns what is owed to a contributor. Raises LedgerError for more than is owed."""
    with posting_in(ledger, actor, at, "ledger.return", may_adjust=True) as books:
        rows = pool.balances.filter(source=source, account=Account.DUE_TO_CONTRIBUTOR).values_list("pence", flat=True)
        owed = -sum(rows)
        if pence > owed:
            raise LedgerError(
                f"{format_pounds(owed)} is owed to the contributor of {source}, not {format_pounds(pence)}."
            )
        legs = rules.returned(pool.code, {source.code: pence})
        return int(_append(books, key_of(RETURNED, reference), RETURNED, on, legs))


def _append(books: Books, key: str, kind: str, on: date, legs: tuple[Leg, ...]) -> bool:
    return books.append(Draft(key, kind, on, legs, asked=hash_of(f"{key} {on} {sorted(map(repr, legs))}")))
