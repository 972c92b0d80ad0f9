"""What happens to a pool, decided at the moment: an event and the state of the books give entries, or a refusal.

The same decision runs against the tables, against the scratch ledger of `replay` and in tests; only `State` differs.
A refusal is a value that says why; nothing of a refused event is posted.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Final, Protocol

from commonpool.ledger.rules import posting
from commonpool.ledger.rules.accounts import UNFUNDED, Account
from commonpool.ledger.rules.agreed_splits import agreed_changes, to_pool
from commonpool.ledger.rules.draws import PARI_PASSU, Draw, Lot, Policy, Tier, draw, only
from commonpool.ledger.rules.entries import Draft, EntryError, Leg, digest_of_balances, hash_of
from commonpool.ledger.rules.refusals import why_astray, why_short, why_too_much, why_unknown
from commonpool.money import format_pounds, split_into_pence


class Kind(StrEnum):
    """The kinds of event that a pool's actual book knows."""

    OPEN = "open"
    RECEIVE = "receive"  # a contribution falls due and its cash arrives in one
    DUE = "due"
    CASH = "cash"
    SPEND = "spend"
    ACTUAL = "actual"  # spend that has happened: never refused for want of cover
    PAY_DIRECT = "pay_direct"
    TRANSFER = "transfer"
    REFUND = "refund"
    ACCRUE = "accrue"
    INVOICE = "invoice"
    PAY = "pay"
    REVERSE = "reverse"  # an accrual's own reversal, on the first day of the next period or when its invoice comes


SPENDS: Final = frozenset({Kind.SPEND, Kind.ACTUAL, Kind.PAY_DIRECT, Kind.ACCRUE, Kind.INVOICE})
# Spend, invoice and transfer authorise: when money is short, they are refused whole. These three record what has
# happened (a ledger's actual, a partner's own payment, work done): never refused for want of cover, and what no
# source covers or none that may be used stands under `unfunded`.
RECORDS: Final = frozenset({Kind.ACTUAL, Kind.PAY_DIRECT, Kind.ACCRUE})
UNDOES: Final = frozenset({Kind.REFUND, Kind.REVERSE})
CAN_BE_PAID: Final = frozenset({Kind.SPEND, Kind.ACTUAL, Kind.INVOICE})


@dataclass(frozen=True, slots=True)
class Event:
    """One event as it is asked for. `pence` is above zero; raises EntryError otherwise.

    key       the caller's own id of it: the same key twice is one event
    pool      where an earlier event is followed, it may be empty, like `line` and `source`
    source    the one source that it concerns, where it concerns one; a draw then takes from no other
    policy    how a draw chooses; `policy_version` of the agreed policy it comes from
    allowed   the sources that may be drawn for the line on the day; None for all
    of        key of the event that a refund reverses, an invoice clears or a payment settles
    unfunded  the code of the source that carries what no source covers; the books' own, so it is not asked for
    content   a digest of what was asked, where whoever asks has one: a row of a file says the same whatever the policy
    """

    key: str
    kind: Kind
    on: date
    pool: str
    pence: int
    to_pool: str = ""
    line: str = ""
    source: str = ""
    policy: Policy = PARI_PASSU
    policy_version: int = 0
    allowed: frozenset[str] | None = None
    of: str = ""
    provider: str = ""
    reason: str = ""
    unfunded: str = UNFUNDED
    content: str = ""

    def __post_init__(self) -> None:
        if self.pence <= 0:
            raise EntryError(f"{self.pence} pence is not the amount of an event. It is above zero.")

    def asked(self) -> str:
        """A digest of all that was asked, so that the same key with other content is found out."""
        if self.content:
            return self.content
        allowed = "*" if self.allowed is None else "/".join(sorted(self.allowed))
        said = (self.key, self.kind, self.on.isoformat(), self.pool, str(self.pence), self.to_pool, self.line)
        more = (self.source, str(self.policy), str(self.policy_version), allowed, self.of, self.provider, self.reason)
        # JSON, as no text in it can be taken for the end of a field.
        return hash_of(json.dumps([*said, *more]))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an event came to: its entries and each source's part; or why it was refused and how much was short."""

    drafts: tuple[Draft, ...] = ()
    split: Mapping[str, int] = field(default_factory=dict)
    refused_because: str = ""
    short_pence: int | None = None

    @property
    def accepted(self) -> bool:
        """Whether it is posted."""
        return not self.refused_because


class State(Protocol):
    """What a decision asks of the books, as they stand at that moment."""

    def held(self, pool: str) -> Mapping[str, int]:
        """source -> pence that the pool holds of it."""

    def paid(self, pool: str, line: str, tier: Tier) -> Mapping[str, int]:
        """source -> pence that it has paid for the line under that very fixed split, reversals taken off.

        For a transfer, `line` is what `agreed_splits.to_pool` makes of the receiving pool.
        """

    def lots(self, pool: str) -> Sequence[Lot]:
        """The pool's receipts, less what went back of each: on its own day, so that older money stays older."""

    def posted(self, key: str) -> Draft | None:
        """The entry with that key; None where there is none."""

    def undone(self, key: str) -> Mapping[str, int]:
        """source -> pence of that entry that refunds and reversals have undone."""

    def settled(self, key: str) -> Mapping[str, int]:
        """source -> pence of that entry that payments have settled, bounced payments taken off."""


def decide(event: Event, state: State) -> Outcome:
    """The entries that an event makes, or why it is refused."""
    return _HANDLERS[event.kind](event, state)


# -- money that comes in


def _comes_in(event: Event, state: State) -> Outcome:
    legs = {
        Kind.OPEN: posting.opening_balance,
        Kind.RECEIVE: posting.contribution_in_cash,
        Kind.DUE: posting.contribution_due,
        Kind.CASH: posting.cash_received,
    }[event.kind]
    if not event.source:
        return Outcome(refused_because="No source is named. Say whose money it is.")
    return _accepted(event, legs(event.pool, {event.source: event.pence}), {event.source: event.pence})


# -- money that is spent


def _spends(event: Event, state: State) -> Outcome:
    if not event.line:
        return Outcome(refused_because="No scheme line is named. Say what the money is spent on.")
    cleared: tuple[Draft, ...] = ()
    held = dict(state.held(event.pool))
    if event.kind is Kind.INVOICE and event.of:
        clearing = _clears(event, state)
        if not clearing.accepted:
            return clearing
        cleared = clearing.drafts
        for source, pence in clearing.split.items():
            held[source] = held.get(source, 0) + pence
    drawn = _drawn(event, state, held, cleared)
    if drawn.short_pence and event.kind not in RECORDS:
        return _short(event, held, drawn)
    split = dict(drawn.taken)
    if drawn.short_pence:
        split[event.unfunded] = split.get(event.unfunded, 0) + drawn.short_pence
    legs = {Kind.ACCRUE: posting.work_accrued, Kind.PAY_DIRECT: posting.paid_directly}.get(event.kind, posting.invoiced)
    made = _accepted(event, legs(event.pool, split, event.line, event.provider), split, held)
    return replace(made, drafts=cleared + made.drafts)


def _drawn(event: Event, state: State, held: Mapping[str, int], cleared: tuple[Draft, ...] = ()) -> Draw:
    """The draw. `cleared` are entries that go before it in the same event: `held` counts them already."""
    return draw(
        event.pence,
        held,
        _policy_of(event),
        allowed=event.allowed,
        paid=lambda tier: _paid(event, state, cleared, tier),
        lots=lambda: state.lots(event.pool),
    )


def _policy_of(event: Event) -> Policy:
    # The one source that is named, or that of the partner who paid: no other may be drawn in its place.
    return only(event.source) if event.source else event.policy


def _paid(event: Event, state: State, cleared: tuple[Draft, ...], tier: Tier) -> Mapping[str, int]:
    """What each source has paid under a fixed split, what was cleared just now taken off."""
    purpose = to_pool(event.to_pool) if event.kind is Kind.TRANSFER else event.line
    paid = Counter(state.paid(event.pool, purpose, tier))
    for draft in cleared:
        for (pool, line, text, source), pence in agreed_changes(draft).items():
            if (pool, line, text) == (event.pool, purpose, str(tier)):
                paid[source] += pence
    return paid


def _short(event: Event, held: Mapping[str, int], drawn: Draw) -> Outcome:
    why = why_short(event, _policy_of(event), held, drawn)
    return Outcome(refused_because=why, short_pence=drawn.short_pence)


def _transfers(event: Event, state: State) -> Outcome:
    if not event.to_pool or event.to_pool == event.pool:
        return Outcome(refused_because="A transfer names another pool that receives the money.")
    held = state.held(event.pool)
    drawn = _drawn(event, state, held)
    if drawn.short_pence:
        return _short(event, held, drawn)
    legs = posting.moved_between_pools(event.pool, event.to_pool, drawn.taken, event.key)
    return _accepted(event, legs, drawn.taken, held)


# -- what follows an earlier event


def _undoes(event: Event, state: State) -> Outcome:
    """A refund, credit note or reversal: in proportion to what is still not undone of each source's part."""
    original = state.posted(event.of)
    if original is None:
        return Outcome(refused_because=why_unknown(event.of, "reverses"))
    if original.kind in UNDOES:
        return Outcome(refused_because=f"‘{event.of}’ is itself a reversal. Post the event again instead.")
    if astray := why_astray(event, original):
        return Outcome(refused_because=astray)
    sizes = sizes_of(original)
    if sizes is None:
        return Outcome(refused_because=f"‘{event.of}’ has several lines of one source. Reverse it whole.")
    left = _less(sizes, state.undone(event.of))
    if event.pence > sum(left.values()):
        return Outcome(refused_because=why_too_much(event, "still stands of", sum(left.values())))
    split = _in_proportion(event.pence, left)
    if lacking := _lacking(original, split, state):
        return Outcome(
            refused_because=f"{format_pounds(lacking)} of ‘{event.of}’ has been spent since, so it cannot go back.",
            short_pence=lacking,
        )
    return _follows(event, original, split)


def _lacking(original: Draft, split: Mapping[str, int], state: State) -> int:
    """How much of money that came in would be taken out again although the pool no longer holds it."""
    lacking = 0
    for pool in sorted({leg.pool for leg in original.legs}):
        change: Counter[str] = Counter()
        for leg in _undoing_legs(original, split):
            if leg.pool == pool and leg.account in _TAKES_BACK:
                change[leg.source] += leg.pence
        held = state.held(pool)
        lacking += sum(max(0, pence - max(held.get(source, 0), 0)) for source, pence in change.items())
    return lacking


_TAKES_BACK: Final = frozenset({Account.BROUGHT_FORWARD, Account.CONTRIBUTION, Account.TRANSFER_IN})


def _clears(event: Event, state: State) -> Outcome:
    """An invoice clears an accrual: what still stands of it is reversed in the accrual's own split."""
    original = state.posted(event.of)
    if original is None:
        return Outcome(refused_because=why_unknown(event.of, "clears"))
    if original.kind != Kind.ACCRUE:
        why = f"‘{event.of}’ is no accrual, so an invoice cannot clear it. Name an accrual, or none."
        return Outcome(refused_because=why)
    if (pool := original.legs[0].pool) != event.pool:
        why = f"‘{event.of}’ was accrued in {pool}, so an invoice of {event.pool} cannot clear it. Name {pool}."
        return Outcome(refused_because=why)
    if astray := why_astray(replace(event, source=""), original):
        return Outcome(refused_because=astray)
    left = {source: pence for source, pence in _less(sizes_of(original) or {}, state.undone(event.of)).items() if pence}
    if not left:
        return Outcome()  # reversed already, on the first day of its next period
    undoing = replace(event, key=f"{event.key}#clears", kind=Kind.REVERSE, pence=sum(left.values()))
    if state.posted(undoing.key):
        why = f"An entry is called ‘{undoing.key}’ already, and this reversal needs that id. Give the invoice another."
        return Outcome(refused_because=why)
    return _follows(undoing, original, left)


def _pays(event: Event, state: State) -> Outcome:
    """A payment, in the split of what it settles; nothing is drawn anew."""
    original = state.posted(event.of)
    if original is None:
        return Outcome(refused_because=why_unknown(event.of, "settles"))
    if original.kind not in CAN_BE_PAID:
        why = f"‘{event.of}’ is no invoice, so nothing of it is owed to a provider. Name the invoice that this settles."
        return Outcome(refused_because=why)
    if astray := why_astray(event, original):
        return Outcome(refused_because=astray)
    left = _less(_less(sizes_of(original) or {}, state.undone(event.of)), state.settled(event.of))
    # Not only what is owed source by source: a credit after a part payment can leave one a penny over, another under.
    unpaid = max(sum(left.values()), 0)
    if event.pence > unpaid:
        return Outcome(refused_because=why_too_much(event, "is unpaid of", unpaid))
    split = _in_proportion(event.pence, left)
    first = next(leg for leg in original.legs if leg.account is Account.PAYABLE)
    legs = posting.paid(first.pool, split, first.line, first.provider)
    return _accepted(event, legs, split, of=event.of)


def sizes_of(entry: Draft) -> dict[str, int] | None:
    """source -> pence of each of its legs; None where legs of one source differ, so that no part can be undone."""
    sizes: dict[str, int] = {}
    for leg in entry.legs:
        if sizes.setdefault(leg.source, abs(leg.pence)) != abs(leg.pence):
            return None
    return sizes


def _less(sizes: Mapping[str, int], taken: Mapping[str, int]) -> dict[str, int]:
    return {source: pence - taken.get(source, 0) for source, pence in sizes.items()}


def _in_proportion(pence: int, left: Mapping[str, int]) -> dict[str, int]:
    weights = {source: part for source, part in sorted(left.items()) if part > 0}
    return {source: part for source, part in split_into_pence(pence, weights).items() if part}


def _undoing_legs(original: Draft, split: Mapping[str, int]) -> tuple[Leg, ...]:
    return tuple(leg.reversed(split[leg.source]) for leg in original.legs if split.get(leg.source))


def _follows(event: Event, original: Draft, split: Mapping[str, int]) -> Outcome:
    draft = Draft(
        event.key,
        event.kind,
        event.on,
        _undoing_legs(original, split),
        # The same policy, so that an agreed split counts what was taken back.
        policy=original.policy,
        policy_version=original.policy_version,
        of=original.key,
        reason=event.reason,
        asked=event.asked(),
    )
    return Outcome((draft,), dict(sorted(split.items())))


def _accepted(
    event: Event, legs: tuple[Leg, ...], split: Mapping[str, int], held: Mapping[str, int] | None = None, of: str = ""
) -> Outcome:
    """One entry. `held` is what a draw chose from; an entry without it drew nothing and names no policy."""
    draft = Draft(
        event.key,
        event.kind,
        event.on,
        legs,
        policy="" if held is None else str(_policy_of(event)),
        policy_version=event.policy_version if held is not None else 0,
        of=of,
        reason=event.reason,
        digest="" if held is None else digest_of_balances(held),
        asked=event.asked(),
    )
    return Outcome((draft,), dict(sorted(split.items())))


_HANDLERS: Final[Mapping[Kind, Callable[[Event, State], Outcome]]] = {
    Kind.OPEN: _comes_in,
    Kind.RECEIVE: _comes_in,
    Kind.DUE: _comes_in,
    Kind.CASH: _comes_in,
    Kind.SPEND: _spends,
    Kind.ACTUAL: _spends,
    Kind.PAY_DIRECT: _spends,
    Kind.ACCRUE: _spends,
    Kind.INVOICE: _spends,
    Kind.TRANSFER: _transfers,
    Kind.REFUND: _undoes,
    Kind.REVERSE: _undoes,
    Kind.PAY: _pays,
}
