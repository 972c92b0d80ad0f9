"""Test stated chances of plans on the published past: `python -m scripts.plan_calibration HOME`. Takes a minute.

HOME is a folder with the published files loaded (`commonpool performance load`). The plans tried lie where years came
to lie: at the 5th, 25th, 50th, 75th and 95th percentile of this metric's own change from year to year. Plans of 80% to
120%, tried on a metric that moves by 2% a year, would all be easy to tell, and would make any chance look good.
Nothing is drawn by lot, so the same files give the same table.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from statistics import quantiles
from typing import Final

from commonpool.performance.measures import published
from commonpool.performance.metric_series import MetricSeries, all_series
from commonpool.performance.rules.calibration import Band, Calibration, Forecast, back_test, calibration_of
from commonpool.performance.rules.icons import Improvement
from commonpool.performance.rules.trajectory import MONTH, YEAR, months_of
from commonpool.policy.metric_catalogue import Metric
from commonpool.policy.reading.metrics import load_catalogue

TARGET: Final = Path(__file__).parents[1] / "commonpool" / "performance" / "rules" / "calibration_table.py"
APRIL: Final = 4
HEAD: Final = '''"""How chances of plans came true on the published past of each metric that comes by month.

Written by scripts/plan_calibration.py: every area or trust of the source, its chance stated after three, six and nine
months of each financial year, for plans at the 5th, 25th, 50th, 75th and 95th percentile of how the metric changed from
one year to the next. Nothing is drawn by lot.
"""

from __future__ import annotations

from typing import Final

from commonpool.performance.rules.calibration import BackTested, Band, Calibration

TESTED: Final[dict[str, BackTested]] = {
'''


def main() -> None:
    """Test every metric that published files hold by month, and write the module."""
    home = Path(sys.argv[1])
    lines = [HEAD]
    for code in published():
        metric = load_catalogue().metric(code)
        series = [each for each in all_series(home, metric) if _is_monthly(each)]
        if series:
            plans, found = calibration_of_metric(metric, series)
            print(f"{code}: {len(series)} series, plans {plans}; {found.forecasts} forecasts; {found.why_not or 'ok'}")
            lines.append(_entry(code, series, plans, found))
    lines.append("}\n")
    TARGET.write_text("".join(lines), encoding="utf-8")


def calibration_of_metric(metric: Metric, series: list[MetricSeries]) -> tuple[list[float], Calibration]:
    """The plans that are tried on a metric's series, and how chances of meeting them came true."""
    plans = _plans(series)
    return plans, calibration_of([*_forecasts(metric, series, plans)])


def _is_monthly(series: MetricSeries) -> bool:
    return all(months_of(point.starts_on, point.ends_on) == MONTH for point in series.points)


def _forecasts(metric: Metric, series: list[MetricSeries], plans: Sequence[float]) -> Iterator[Forecast]:
    for each in series:
        values, begins = _from_april(each)
        yield from back_test([values], improvement=Improvement(metric.improvement), year_begins=begins, plans=plans)


def _from_april(series: MetricSeries) -> tuple[list[float | None], int]:
    """The values, and the place of the first April."""
    begins = next((at for at, point in enumerate(series.points) if point.starts_on.month == APRIL), 0)
    return [point.value for point in series.points], begins


def _plans(series: list[MetricSeries]) -> list[float]:
    """Years as shares of the years before them, from low to high; none where no two years are whole."""
    ratios = []
    for values, begins in map(_from_april, series):
        years = [values[at : at + YEAR] for at in range(begins, len(values) - YEAR + 1, YEAR)]
        totals = [None if None in year else sum(value for value in year if value is not None) for year in years]
        ratios += [after / before for before, after in pairwise(totals) if before and after]
    if len(ratios) < 2:
        return []
    every = quantiles(ratios, n=20, method="inclusive")
    return [round(every[at], 3) for at in (0, 4, 9, 14, 18)]


def _entry(code: str, series: list[MetricSeries], plans: Sequence[float], found: Calibration) -> str:
    first = min(each.points[0].starts_on for each in series)
    last = max(each.points[-1].ends_on for each in series)
    bands = "".join(f"{' ' * 16}{_band(band)},\n" for band in found.bands)
    held = f"(\n{bands}            )" if bands else "()"
    return (
        f'    "{code}": BackTested(\n        series={len(series)},\n'
        f'        first_month="{first:%Y-%m}",\n        last_month="{last:%Y-%m}",\n        plans={tuple(plans)},\n'
        f"        calibration=Calibration(\n            forecasts={found.forecasts},\n"
        f"            brier={_rounded(found.brier)},\n            base_brier={_rounded(found.base_brier)},\n"
        f"            mean_gap={_rounded(found.mean_gap)},\n            bands={held},\n"
        f'            why_not="{found.why_not}",\n        ),\n    ),\n'
    )


def _band(band: Band) -> str:
    return f"Band({band.forecasts}, {band.mean_chance:.4f}, {band.share_true:.4f})"


def _rounded(value: float | None) -> str:
    return "None" if value is None else f"{value:.4f}"


if __name__ == "__main__":
    main()
