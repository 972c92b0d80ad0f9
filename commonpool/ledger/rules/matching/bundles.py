"""One item of one side that is several of the other."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Collection, Sequence
from datetime import timedelta

from commonpool.ledger.rules.matching.items import Cause, Item, Reason, Tolerances
from commonpool.ledger.rules.matching.pairing import Left, grouped

Found = dict[str, Reason]
"""{item id: why it stands alone}, for one side."""


def bundles_by_reference(left: Left) -> tuple[Found, Found]:
    """One item against all those of the other side that carry its reference, where they make its amount.

    Takes them out; returns what was found for our items and for theirs.
    """
    ours = grouped(left.ours, lambda item: item.compared_reference)
    theirs = grouped(left.theirs, lambda item: item.compared_reference)
    here: Found = {}
    there: Found = {}
    for reference in (reference for reference in ours if reference in theirs):
        one, many = ours[reference], theirs[reference]
        same_sum = sum(item.pence for item in one) == sum(item.pence for item in many)
        if same_sum and len(one) == 1:
            _note(one[0], many, here, there)
        elif same_sum and len(many) == 1:
            _note(many[0], one, there, here)
    left.drop(here, there)
    return here, there


def bundles_by_line(left: Left, tolerances: Tolerances) -> tuple[Found, Found]:
    """One item against a run of items of the other side, of its line and next to each other in date, that make it.

    Takes them out; returns what was found for our items and for theirs.
    """
    ours, their_parts = _bundled(left.ours, left.theirs, tolerances)
    left.drop(ours, their_parts)
    theirs, our_parts = _bundled(left.theirs, left.ours, tolerances)
    left.drop(our_parts, theirs)
    return ours | our_parts, theirs | their_parts


def _bundled(ones: Sequence[Item], many: Sequence[Item], tolerances: Tolerances) -> tuple[Found, Found]:
    runs = _runs(many, {(one.line, one.pence) for one in ones}, tolerances)
    window = timedelta(days=tolerances.days)
    found: Found = {}
    parts: Found = {}
    for one in ones:
        waiting = runs.get((one.line, one.pence), deque())
        # Runs and items both come in order of date, so a run that is too early now, or used, is so for good.
        while waiting and (waiting[0][0].on < one.on - window or any(part.id in parts for part in waiting[0])):
            waiting.popleft()
        if waiting and waiting[0][-1].on <= one.on + window:
            _note(one, waiting.popleft(), found, parts)
    return found, parts


def _runs(
    items: Sequence[Item], wanted: Collection[tuple[str, int]], tolerances: Tolerances
) -> dict[tuple[str, int], deque[Sequence[Item]]]:
    """{(line, sum): runs of two items or more that make it, the earliest first}, for the wanted lines and sums."""
    runs: dict[tuple[str, int], deque[Sequence[Item]]] = defaultdict(deque)
    for same in grouped(items, lambda item: item.line).values():
        for start, first in enumerate(same):
            total = first.pence
            for end in range(start + 1, min(start + tolerances.largest_bundle, len(same))):
                if (same[end].on - first.on).days > tolerances.days:
                    break
                total += same[end].pence
                if (first.line, total) in wanted:
                    runs[first.line, total].append(same[start : end + 1])
    return runs


def _note(one: Item, many: Sequence[Item], found: Found, parts: Found) -> None:
    found[one.id] = (Cause.ONE_AGAINST_MANY, tuple(part.id for part in many))
    parts.update({part.id: (Cause.ONE_AGAINST_MANY, (one.id,)) for part in many})
