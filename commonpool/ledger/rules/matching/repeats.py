"""Items that repeat or undo another one of the same side, and so have no equal on the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from commonpool.ledger.rules.matching.items import Cause, Item, Reason, Tolerances
from commonpool.ledger.rules.matching.pairing import grouped, in_order, pair_nearest


def repeated_on_one_side(items: Iterable[Item], left: Iterable[Item], tolerances: Tolerances) -> dict[str, Reason]:
    """{id of an item left over: why}, for those that double another item of their side or undo one.

    items  all items of the side; the other one of a pair may have been matched
    """
    in_time = sorted(items, key=in_order)
    left_ids = {item.id for item in left}
    doubled = dict(_doubled(in_time, left_ids, tolerances.days))
    return doubled | dict(_undone(in_time, left_ids - doubled.keys(), tolerances.reversal_days))


def _doubled(items: Sequence[Item], left_ids: set[str], days: int) -> Iterator[tuple[str, Reason]]:
    for same in grouped(items, _posting).values():
        for place, item in enumerate(same):
            near = [
                twin
                for twin in same[max(place - 1, 0) : place + 2]
                if abs((twin.on - item.on).days) <= days and _is_posting_of(item, twin, left_ids)
            ]
            if item.id in left_ids and near:
                yield item.id, (Cause.DUPLICATE, (near[0].id,))


def _is_posting_of(double: Item, twin: Item, left_ids: set[str]) -> bool:
    if twin.id not in left_ids:
        return True
    # Of two with one reference that are both left over, the earlier is the posting and the later its double. Without
    # a reference nothing says that they are not two payments alike.
    return double.compared_reference is not None and in_order(twin) < in_order(double)


def _undone(items: Sequence[Item], left_ids: set[str], days: int) -> Iterator[tuple[str, Reason]]:
    for same in grouped(items, _undoing).values():
        made = [item for item in same if item.pence > 0]
        taken_back = [item for item in same if item.pence < 0]
        for pair in pair_nearest(made, taken_back, days):
            for one, other in (pair, reversed(pair)):
                if one.id in left_ids:
                    yield one.id, (Cause.ACCRUAL_REVERSED, (other.id,))


def _posting(item: Item) -> tuple[object, ...]:
    """What makes two items of one side one posting: reference and amount, or else line, amount and day."""
    reference = item.compared_reference
    return (reference, item.pence) if reference else (item.line, item.pence, item.on)


def _undoing(item: Item) -> tuple[str, int] | None:
    about = item.line or item.compared_reference
    return (about, abs(item.pence)) if about else None
