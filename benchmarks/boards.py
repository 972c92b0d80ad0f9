"""A board of 8 metrics × 152 areas × 99 months out of the store under 1 s, beside each area's chart on its own.

Invented counts in the form of areas' own tables: every metric has values, limits, phases and icons for every area.
The peer does the same, one chart after another, as the page of a single metric does.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import numpy as np

from benchmarks.measure import median_run, median_seconds, report
from commonpool.performance.all_areas import AllAreas, all_areas
from commonpool.performance.judging import judge
from commonpool.performance.metric_series import all_series
from commonpool.performance.store.load import load
from commonpool.policy.metric_catalogue import Metric
from commonpool.policy.reading.metrics import load_catalogue

CODES: Final = ("EA65", "CAREWAIT", "EMADM", "AE4H", "BEDS", "LOS21", "UPR", "LOS14")
AREAS: Final = 152
MONTHS: Final = 99
LIMIT_S: Final = 1.0
SEED: Final = 20_260_401
TODAY: Final = date(2026, 6, 1)


def main() -> None:
    """Print the time of a board in a running program, and of the whole command from nothing."""
    print(f"seed {SEED}")
    catalogue = load_catalogue()
    metrics = [catalogue.metric(code) for code in CODES]
    with TemporaryDirectory() as folder:
        home = _store(Path(folder))
        found = all_areas(home, metrics, TODAY)
        assert len(found.standings) == len(CODES) * AREAS
        ours = median_seconds(lambda: all_areas(home, metrics, TODAY))
        alone = median_seconds(lambda: _one_by_one(home, metrics, found), repeats=1)
        os.environ["COMMONPOOL_HOME"] = str(home)
        command = median_run("performance", "board", "--as-at", TODAY.isoformat(), "--json", repeats=3)
    report(
        f"{len(CODES)} metrics × {AREAS} areas × {MONTHS} months, values and charts",
        ours,
        limit=LIMIT_S,
        peer="chart by chart",
        peer_value=alone,
    )
    report("the whole command, start to JSON, every metric of the catalogue looked for", command.seconds, limit=3)
    report("memory of the command at its most", command.peak_mb, limit=1_000, unit="MB")


def _one_by_one(home: Path, metrics: Sequence[Metric], found: AllAreas) -> None:
    expected = iter(found.standings)
    for metric in metrics:
        for series in all_series(home, metric):
            judged, one = judge(series, TODAY), next(expected)
            assert (judged.variation, series.area_code) == (one.variation, one.area_code)


def _store(folder: Path) -> Path:
    file = folder / "own.csv"
    file.write_text("\n".join(_rows()) + "\n", encoding="utf-8")
    answer = load(folder / "home", "local", [file], at=datetime(2026, 5, 1, tzinfo=UTC))
    assert not answer.is_refused, list(answer.all_findings())[:3]
    return folder / "home"


def _rows() -> Iterator[str]:
    draw = np.random.default_rng(SEED)
    yield "measure,area,period,numerator,denominator,provenance"
    for code in CODES:
        counts = draw.poisson(800, (AREAS, MONTHS))
        for area in range(AREAS):
            for month in range(MONTHS):
                at = 2018 * 12 + month
                yield f"{code},E1{area:07},{at // 12}-{at % 12 + 1:02},{counts[area, month]},{9000 + area},invented"


if __name__ == "__main__":
    main()
