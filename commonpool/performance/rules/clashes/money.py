"""The same money counted twice, and shared money about which plans do not agree."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from commonpool.money import format_pounds
from commonpool.performance.rules.asks import Plan, same_words
from commonpool.performance.rules.clashes.values import (
    Clash,
    ClashKind,
    Measure,
    MoneyClaim,
    grouped,
    one_of,
    plans_of,
)


def money_clashes(claims: Sequence[MoneyClaim]) -> Iterator[Clash]:
    """Pots of which plans count more than there is, and pots whose whole they state differently."""
    pots = grouped(claims, lambda each: (each.trust, same_words(each.pot), each.year))
    for rows in pots.values():
        known = [row for row in rows if row.pence]
        stated = [row for row in rows if row.whole_pence is not None]
        wholes = {row.whole_pence for row in stated if row.whole_pence is not None}
        if len(wholes) > 1 and len({row.plan for row in stated}) > 1:
            yield _disagreement(stated)
        if wholes and len({row.plan for row in known}) > 1:
            over = sum(row.pence or 0 for row in known) - max(wholes)
            if over > 0:
                yield _money_twice(rows, known, max(wholes), over)


def _disagreement(rows: Sequence[MoneyClaim]) -> Clash:
    plans = plans_of(row.plan for row in rows)
    amounts = [row.whole_pence or 0 for row in rows]
    each = "; ".join(sorted({f"{row.plan.name} {format_pounds(row.whole_pence)}" for row in rows}))
    apart = max(amounts) - min(amounts)
    return Clash(
        ClashKind.MONEY_DISAGREES,
        plans,
        one_of(row.trust for row in rows),
        f"{one_of(row.pot for row in rows)}, {rows[0].year}",
        apart,
        Measure.PENCE,
        f"The whole of ‘{one_of(row.pot for row in rows)}’ in {rows[0].year} is not the same in every plan: {each}.",
        f"Agree what the whole costs. The plans are {format_pounds(apart)} apart.",
    )


def _money_twice(rows: Sequence[MoneyClaim], known: Sequence[MoneyClaim], whole: int, over: int) -> Clash:
    pot = one_of(row.pot for row in rows)
    shares: dict[Plan, int] = defaultdict(int)
    for row in known:
        shares[row.plan] += row.pence or 0
    plans = plans_of(shares)
    each = "; ".join(f"{plan.name} {format_pounds(shares[plan])}" for plan in plans)
    missing = sum(row.pence is None for row in rows)
    unknown = f" {missing} more amount{' is' if missing == 1 else 's are'} not known." if missing else ""
    return Clash(
        ClashKind.MONEY_TWICE,
        plans,
        one_of(row.trust for row in rows),
        f"{pot}, {rows[0].year}",
        over,
        Measure.PENCE,
        f"‘{pot}’ is {format_pounds(whole)} in {rows[0].year}, but plans count more of it: {each}.{unknown}",
        f"Take {format_pounds(over)} out of one of the plans, or find it elsewhere.",
    )
