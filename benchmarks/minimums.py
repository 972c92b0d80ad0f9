"""All published minimums of 150 areas checked in under 2 s (S06), beside the sum of the same amounts.

Four boards, two grants and two floors in each area, for two years. The peer does the least that a check must do:
look each pledge up and add it.
"""

from __future__ import annotations

from benchmarks.measure import median_seconds, report
from commonpool.policy.minimums import PledgeKey, areas_below_minimum, minimums_missed
from commonpool.policy.rules import PublishedAmount

AREAS = 150
PAYERS = (
    *((f"XN{board}", "NHS_MIN") for board in range(4)),
    ("XWC", "IBCF"),
    ("XWC", "DFG"),
    ("", "ASC_FLOOR"),
    ("", "OOH_FLOOR"),
)


def main() -> None:
    """Check every amount where one area in ten misses one by a pound; the answer must name just those."""
    published = [
        PublishedAmount(f"X{area:03d}", payer, category, year, (area + 1) * 1_000_000_00, "Invented")
        for area in range(AREAS)
        for payer, category in PAYERS
        for year in ("2023-24", "2024-25")
    ]
    pledged = {(one.area, one.payer, one.category, one.year): one.pence for one in published}
    for area in range(0, AREAS, 10):
        pledged[f"X{area:03d}", "XN2", "NHS_MIN", "2024-25"] -= 100
    missed = minimums_missed(pledged, published)
    assert len(areas_below_minimum(missed)) == AREAS / 10
    assert {one.shortfall_pence for one in missed} == {100}

    def add_up() -> int:
        return sum(pledged[_key(one)] for one in published)

    report(
        f"published minimums of {AREAS} areas ({len(published)} amounts)",
        median_seconds(lambda: minimums_missed(pledged, published)),
        limit=2,
        peer="adding them up",
        peer_value=median_seconds(add_up),
    )


def _key(one: PublishedAmount) -> PledgeKey:
    return one.area, one.payer, one.category, one.year


if __name__ == "__main__":
    main()
