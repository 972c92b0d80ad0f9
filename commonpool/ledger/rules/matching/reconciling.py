"""Two lists of the same transactions held against each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta

from commonpool.ledger.rules.matching.bundles import bundles_by_line, bundles_by_reference
from commonpool.ledger.rules.matching.items import (
    Cause,
    Differs,
    How,
    Item,
    MatchingError,
    Pair,
    Reason,
    Reconciliation,
    Tolerances,
    Unmatched,
)
from commonpool.ledger.rules.matching.pairing import Left, in_order
from commonpool.ledger.rules.matching.repeats import repeated_on_one_side
from commonpool.ledger.rules.matching.slips import cause_of_difference, pairs_by_slip

Reasons = tuple[dict[str, Reason], dict[str, Reason]]
"""What is known of our items that stand alone, and of theirs."""

Reference = Callable[[Item], str | None]


def reconcile(ours: Iterable[Item], theirs: Iterable[Item], tolerances: Tolerances, as_at: date) -> Reconciliation:
    """Every item of both sides as matched, as differing, or as standing alone with its likely cause.

    In this order, each item once: same reference and amount; several items that carry the reference of one and make
    its amount (they stand alone, with that cause); the same reference, used once on each side, with another amount;
    and within the agreed days, nearest dates first: same scheme line and amount; same amount; a reference used several
    times, another amount. The order of the lists changes nothing. Days outstanding are counted to `as_at`, 0 for what
    is dated later.

    Raises MatchingError, naming the ids, where one side has an id twice.
    """
    left = Left(_checked(ours, "our"), _checked(theirs, "their"), tolerances.days)
    all_ours, all_theirs = left.ours, left.theirs
    matched = [Pair(*pair, How.REFERENCE) for pair in left.take(_by_reference, _by_reference, None)]
    bundled = bundles_by_reference(left)
    apart = left.take(*_used_once(left), None)
    matched += [Pair(*pair, How.LINE) for pair in left.take(_by_line, _by_line, tolerances.days)]
    matched += [Pair(*pair, How.DATE) for pair in left.take(_by_amount, _by_amount, tolerances.days)]
    apart += left.take(_reference, _reference, tolerances.days)
    differs = [Differs(*pair, cause_of_difference(pair[0].pence, pair[1].pence, tolerances)) for pair in apart]
    alone = _joined([bundled, _reasons(all_ours, all_theirs, left, tolerances)])
    settled: list[Pair | Differs] = [*matched, *differs]
    our_settled, their_settled = {one.ours.id for one in settled}, {one.theirs.id for one in settled}
    return Reconciliation(
        tuple(sorted(matched, key=lambda pair: in_order(pair.ours))),
        tuple(sorted(differs, key=lambda pair: in_order(pair.ours))),
        tuple(_unmatched(all_ours, our_settled, alone[0], tolerances.their_cut_off, tolerances.days, as_at)),
        tuple(_unmatched(all_theirs, their_settled, alone[1], tolerances.our_cut_off, tolerances.days, as_at)),
        left.delay_days,
    )


def _reasons(ours: Sequence[Item], theirs: Sequence[Item], left: Left, tolerances: Tolerances) -> Reasons:
    """Why items stand alone, in the order of `Cause`; what is not in the answer may be late, or is not known."""
    repeated = (
        repeated_on_one_side(ours, left.ours, tolerances),
        repeated_on_one_side(theirs, left.theirs, tolerances),
    )
    left.drop(*repeated)
    found: list[Reasons] = [repeated, bundles_by_line(left, tolerances)]
    for cause, pairs in pairs_by_slip(left, tolerances):
        here: dict[str, Reason] = {one.id: (cause, (other.id,)) for one, other in pairs}
        there: dict[str, Reason] = {other.id: (cause, (one.id,)) for one, other in pairs}
        found.append((here, there))
    return _joined(found)


def _joined(found: Iterable[Reasons]) -> Reasons:
    ours: dict[str, Reason] = {}
    theirs: dict[str, Reason] = {}
    for here, there in found:
        ours |= here
        theirs |= there
    return ours, theirs


def _used_once(left: Left) -> tuple[Reference, Reference]:
    """The reference of an item, if it is the only one left on its side with it: one key for each side."""

    def key(side: Iterable[Item]) -> Reference:
        times = Counter(item.compared_reference for item in side)
        return lambda item: item.compared_reference if times[item.compared_reference] == 1 else None

    return key(left.ours), key(left.theirs)


def _unmatched(
    items: Iterable[Item],
    settled: set[str],
    reasons: Mapping[str, Reason],
    other_cut_off: date,
    days: int,
    as_at: date,
) -> Iterator[Unmatched]:
    for item in items:
        if item.id not in settled:
            # The other side may book a little later, so what comes shortly before its last day may be late too.
            late = item.on + timedelta(days=days) > other_cut_off
            cause, others = reasons.get(item.id, (Cause.TIMING if late else Cause.NOT_KNOWN, ()))
            yield Unmatched(item, max(0, (as_at - item.on).days), cause, others)


def _reference(item: Item) -> str | None:
    return item.compared_reference


def _by_reference(item: Item) -> tuple[str, int] | None:
    reference = item.compared_reference
    return (reference, item.pence) if reference else None


def _by_line(item: Item) -> tuple[str, int] | None:
    return (item.line, item.pence) if item.line else None


def _by_amount(item: Item) -> int:
    return item.pence


def _checked(items: Iterable[Item], whose: str) -> list[Item]:
    listed = list(items)
    if twice := sorted(id_ for id_, times in Counter(item.id for item in listed).items() if times > 1):
        raise MatchingError(f"These ids stand more than once in {whose} list: {', '.join(twice)}. Make each unique.")
    return listed
