"""Money that goes out: accruals, invoices, direct payments, payments, credits, client income, orders, transfers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from uuid import uuid4

from django.db import transaction

from commonpool.ledger.actions.posting import Refused, post, posting_in
from commonpool.ledger.books import Books
from commonpool.ledger.drawing import choice_for
from commonpool.ledger.errors import LedgerError
from commonpool.ledger.models import Ledger, LedgerLine, Pool, Posting
from commonpool.ledger.rules import posting as rules
from commonpool.ledger.rules.accounts import Account
from commonpool.ledger.rules.draws import draw
from commonpool.ledger.rules.entries import Draft, Leg, digest_of_balances, hash_of
from commonpool.ledger.rules.events import Event, Kind, Outcome
from commonpool.money import format_pounds, split_into_pence
from commonpool.people.models import Person

ORDER, RELEASE, INCOME, RECLASSIFY = "order", "release", "income", "reclassify"
"""Kinds of entry that this file writes besides those of `rules.events`."""


def spend(
    *,
    actor: Person | None,
    at: datetime,
    ledger: Ledger,
    kind: Kind,
    pool: Pool,
    line: LedgerLine,
    pence: int,
    on: date,
    reference: str = "",
    provider: str = "",
    of: str = "",
    source: str = "",
    why: str = "",
) -> Outcome:
    """An accrual, invoice, actual or direct payment on a line, drawn as its policy and its ring-fences say.

    reference  the document's own number: the same one twice is one entry
    source     for a direct payment, the payer's own source
    Raises Refused where it authorises spend and money is short.
    """
    event = spend_event(ledger, kind, pool=pool.code, line=line, pence=pence, on=on, key=key_of(kind, reference), of=of)
    event = replace(event, provider=provider, source=source)
    return post(actor=actor, at=at, ledger=ledger, event=event, action=f"ledger.{kind.value}", why=why)


def spend_event(
    ledger: Ledger, kind: Kind, *, pool: str, line: LedgerLine, pence: int, on: date, key: str, of: str = ""
) -> Event:
    """The event, with the policy and the eligible sources of its line on its day."""
    choice = choice_for(ledger, line, on)
    return Event(
        key=key,
        kind=kind,
        on=on,
        pool=pool,
        pence=pence,
        line=line.code,
        policy=choice.policy,
        policy_version=choice.version,
        allowed=choice.allowed,
        of=of,
    )


def key_of(kind: str, reference: str) -> str:
    """The key of a document's entry; one of its own where it has no number."""
    return f"{kind}/{reference.strip() or uuid4()}"


def pay(
    *, actor: Person | None, at: datetime, ledger: Ledger, of: str, pence: int, on: date, reference: str = ""
) -> Outcome:
    """Pay an invoice, whole or in part, in its own split."""
    event = Event(key_of(Kind.PAY, reference), Kind.PAY, on, "", pence, of=of)
    return post(actor=actor, at=at, ledger=ledger, event=event, action="ledger.pay")


def credit(
    *,
    actor: Person | None,
    at: datetime,
    ledger: Ledger,
    of: str,
    pence: int,
    on: date,
    why: str,
    reference: str = "",
) -> Outcome:
    """A credit note, refund or reversal, in proportion to what still stands of each source's part.

    Raises LedgerError without a reason: what takes money back says why.
    """
    if not why.strip():
        raise LedgerError("An amount that takes money back needs a reason. Say why, without names of persons.")
    event = Event(key_of(Kind.REFUND, reference), Kind.REFUND, on, "", pence, of=of, reason="credit")
    return post(actor=actor, at=at, ledger=ledger, event=event, action="ledger.refund", why=why)


def client_income(
    *,
    actor: Person | None,
    at: datetime,
    ledger: Ledger,
    pool: Pool,
    line: LedgerLine,
    pence: int,
    on: date,
    reference: str = "",
) -> int:
    """Income of a line, such as client charges, given to the sources that have paid for it; shown gross, not netted.

    Shared in proportion to what each source has paid for the line so far; before any spend, to the line's own
    category by what each of its sources holds. Returns how many entries are new.
    """
    with posting_in(ledger, actor, at, "ledger.income") as books:
        spent = _spent_by_source(books, pool.code, line)
        if not spent:
            raise LedgerError(
                f"Nothing has been spent on {line} from {pool} yet, so no source can be given its income."
            )
        split = {source: part for source, part in split_into_pence(pence, dict(sorted(spent.items()))).items() if part}
        legs = rules.income_of_line(pool.code, split, line.code)
        key = key_of(INCOME, reference)
        return books.append(Draft(key, INCOME, on, legs, asked=hash_of(f"{key} {pence} {on} {line.code}")))


def _spent_by_source(books: Books, pool: str, line: LedgerLine) -> Mapping[str, int]:
    rows = Posting.objects.filter(
        ledger=books.ledger, account=Account.EXPENDITURE, line=line, pool__code=pool
    ).values_list("source__code", "pence")
    spent: Counter[str] = Counter()
    for source, pence in rows:
        spent[source] += pence
    return {source: pence for source, pence in spent.items() if pence > 0}


# -- orders


def place_order(
    *,
    actor: Person | None,
    at: datetime,
    ledger: Ledger,
    pool: Pool,
    line: LedgerLine,
    pence: int,
    on: date,
    order: str,
) -> Mapping[str, int]:
    """Commit money to an order under a provisional draw: what is available goes down, what is held does not.

    Raises Refused where what is held and not yet committed is short.
    """
    choice = choice_for(ledger, line, on)
    with posting_in(ledger, actor, at, "ledger.order") as books:
        free = {source: pence - committed for source, pence, committed in _held_and_committed(books, pool)}
        drawn = draw(
            pence,
            free,
            choice.policy,
            allowed=choice.allowed,
            paid=lambda tier: books.paid(pool.code, line.code, tier),
            lots=lambda: books.lots(pool.code),
        )
        if drawn.short_pence:
            short = format_pounds(drawn.short_pence)
            said = f"{pool} is {short} short of what is free to commit to {line}. Lower the order, or release another."
            raise Refused(Outcome(refused_because=said, short_pence=drawn.short_pence))
        draft = Draft(
            key_of(ORDER, order),
            ORDER,
            on,
            rules.ordered(pool.code, drawn.taken, line.code, order),
            policy=str(choice.policy),
            policy_version=choice.version,
            digest=digest_of_balances(free),
            asked=hash_of(f"{order} {pence} {on} {line.code}"),
        )
        books.append(draft)
        return drawn.taken


def _held_and_committed(books: Books, pool: Pool) -> list[tuple[str, int, int]]:
    rows = pool.balances.filter(account=Account.COMMITTED).values_list("source__code", "pence")
    committed = dict(rows)
    return [(source, pence, committed.get(source, 0)) for source, pence in books.held(pool.code).items()]


def release_order(*, actor: Person | None, at: datetime, ledger: Ledger, order: str, on: date, why: str) -> bool:
    """Release what an order has committed, in its own split: it was invoiced, or cancelled. False: released already."""
    with posting_in(ledger, actor, at, "ledger.release", why) as books:
        return _release(books, order, on)


def invoice_order(
    *,
    actor: Person | None,
    at: datetime,
    ledger: Ledger,
    pool: Pool,
    line: LedgerLine,
    pence: int,
    on: date,
    order: str,
    reference: str,
    provider: str = "",
) -> Outcome:
    """The invoice of an order: its commitment is released, then the actual draw runs afresh. All or none."""
    with posting_in(ledger, actor, at, "ledger.invoice") as books:
        _release(books, order, on)
        event = spend_event(
            ledger, Kind.INVOICE, pool=pool.code, line=line, pence=pence, on=on, key=key_of(Kind.INVOICE, reference)
        )
        outcome = books.post(replace(event, provider=provider))
        if not outcome.accepted:
            raise Refused(outcome)
        return outcome


def _release(books: Books, order: str, on: date) -> bool:
    original = books.posted(key_of(ORDER, order))
    if original is None:
        raise LedgerError(f"There is no order ‘{order}’ in this ledger. Check its number.")
    legs = tuple(leg.reversed() for leg in original.legs)
    return books.append(Draft(f"{RELEASE}/{order}", RELEASE, on, legs, of=original.key, asked=hash_of(order)))


# -- between pools


def transfer(
    *,
    actor: Person | None,
    at: datetime,
    ledger: Ledger,
    giver: Pool,
    receiver: Pool,
    pence: int,
    on: date,
    reference: str = "",
) -> Outcome:
    """Move money between pools of one ledger or of two; each source keeps its name. Raises Refused when short."""
    key = key_of(Kind.TRANSFER, reference)
    if giver.ledger_id == receiver.ledger_id:
        event = Event(key, Kind.TRANSFER, on, giver.code, pence, to_pool=receiver.code)
        return post(actor=actor, at=at, ledger=ledger, event=event, action="ledger.transfer")
    return _between_ledgers(actor, at, giver, receiver, pence, on, key)


@transaction.atomic
def _between_ledgers(
    actor: Person | None, at: datetime, giver: Pool, receiver: Pool, pence: int, on: date, key: str
) -> Outcome:
    """Two entries with one transfer id, in one transaction, the ledgers' rows held in the order of their ids."""
    list(Ledger.objects.select_for_update().filter(pk__in=[giver.ledger_id, receiver.ledger_id]).order_by("pk"))
    away, home = f"{giver.ledger.uuid}/{giver.code}", f"{receiver.ledger.uuid}/{receiver.code}"
    with posting_in(giver.ledger, actor, at, "ledger.transfer") as books:
        held = dict(books.held(giver.code))
        drawn = draw(pence, held)
        if drawn.short_pence:
            said = f"{giver} is {format_pounds(drawn.short_pence)} short. Lower the amount."
            raise Refused(Outcome(refused_because=said, short_pence=drawn.short_pence))
        legs = rules.given_away(giver.code, drawn.taken, key)
        asked = hash_of(f"{key} {pence} {on} {away} {home}")
        books.append(Draft(key, Kind.TRANSFER, on, legs, digest=digest_of_balances(held), asked=asked))
    _mirror_sources(actor, at, giver.ledger, receiver.ledger, drawn.taken)
    with posting_in(receiver.ledger, actor, at, "ledger.transfer") as books:
        books.append(Draft(key, Kind.TRANSFER, on, rules.taken_over(receiver.code, drawn.taken, key), asked=asked))
    return Outcome((), dict(drawn.taken))


def _mirror_sources(
    actor: Person | None, at: datetime, giver: Ledger, receiver: Ledger, split: Mapping[str, int]
) -> None:
    """Let the receiver's books know the giver's sources: a source keeps its code wherever it goes."""
    for known in giver.sources.filter(code__in=split).select_related("source__partner"):
        receiver.sources.get_or_create(
            code=known.code, defaults={"source": known.source, "for_category": known.for_category}
        )


# -- to another source


def reclassify(
    *,
    actor: Person | None,
    at: datetime,
    ledger: Ledger,
    pool: Pool,
    line: LedgerLine,
    from_source: str,
    to_source: str,
    pence: int,
    on: date,
    why: str,
) -> int:
    """Move spend on a line from one source to another that may pay for it: a correction, never an edit.

    Raises LedgerError without a reason, where the first has paid less for the line, the other may not pay for it, or
    holds less. Returns how many entries are new.
    """
    if not why.strip():
        raise LedgerError("Say who approved that this spend moves to another source, and why.")
    if to_source not in choice_for(ledger, line, on).allowed:
        raise LedgerError(f"{to_source} may not pay for {line} on {on:%-d %B %Y}. Choose a source that may.")
    with posting_in(ledger, actor, at, "ledger.reclassify", why) as books:
        by_provider = _spent_by_provider(books, pool.code, line, from_source)
        paid = sum(by_provider.values())
        if pence > paid:
            raise LedgerError(f"{from_source} has paid {format_pounds(paid)} for {line}, not {format_pounds(pence)}.")
        legs: tuple[Leg, ...] = ()
        for provider, part in split_into_pence(pence, by_provider).items():
            if part:
                legs += rules.reclassified(pool.code, {from_source: part}, {to_source: part}, line.code, provider)
        key = f"{RECLASSIFY}/{line.code}/{from_source}/{to_source}/{books.ledger.entry_count}"
        asked = hash_of(f"{key} {pence} {on}")
        return int(books.append(Draft(key, RECLASSIFY, on, legs, reason=RECLASSIFY, asked=asked)))


def _spent_by_provider(books: Books, pool: str, line: LedgerLine, source: str) -> dict[str, int]:
    """provider -> what the source has paid it for the line, those above zero."""
    rows = Posting.objects.filter(
        ledger=books.ledger, account=Account.EXPENDITURE, line=line, pool__code=pool, source__code=source
    ).values_list("provider", "pence")
    spent: Counter[str] = Counter()
    for provider, pence in rows:
        spent[provider] += pence
    return dict(sorted((+spent).items()))
