"""All published minimums of 150 areas read and checked in under 2 s (S06), beside reading the table alone.

Four boards, two grants and two floors in each area, for two years, as a CSV of the shipped form.
"""

from __future__ import annotations

import csv
import tempfile
from pathlib import Path

from benchmarks.measure import median_seconds, report
from commonpool.policy.minimums import PledgeKey, areas_below_minimum, minimums_missed
from commonpool.policy.reading import load_published
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
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "published.csv"
        _write(table)
        published = load_published(table)
        pledged = _pledged(published)
        missed = minimums_missed(pledged, published)
        assert len(areas_below_minimum(missed)) == AREAS / 10
        assert {one.shortfall_pence for one in missed} == {100}
        report(
            f"published minimums of {AREAS} areas ({len(published):,} amounts)",
            median_seconds(lambda: minimums_missed(pledged, load_published(table))),
            limit=2,
            peer="reading the rows alone",
            peer_value=median_seconds(lambda: list(csv.reader(table.read_text().splitlines()))),
        )


def _write(table: Path) -> None:
    rows = [
        (f"X{area:03d}", payer, category, year, (area + 1) * 1_000_000_00, "Invented", "no")
        for area in range(AREAS)
        for payer, category in PAYERS
        for year in ("2023-24", "2024-25")
    ]
    with table.open("w", newline="") as file:
        csv.writer(file).writerows([("area", "payer", "category", "year", "pence", "source", "verified"), *rows])


def _pledged(published: tuple[PublishedAmount, ...]) -> dict[PledgeKey, int]:
    pledged = {(one.area, one.payer, one.category, one.year): one.pence for one in published}
    for area in range(0, AREAS, 10):
        pledged[f"X{area:03d}", "XN2", "NHS_MIN", "2024-25"] -= 100
    return pledged


if __name__ == "__main__":
    main()
