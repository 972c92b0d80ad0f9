"""A metric's series as it is judged: what it is charted as, what is flagged, and what a reader must know of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final

from commonpool.charts import Chart, ControlLines, ControlPoint, control_chart
from commonpool.performance.drawing import xmr_picture
from commonpool.performance.metric_series import MetricSeries
from commonpool.performance.planned import AgainstThePlan, against_the_plan
from commonpool.performance.rules.area_breaks import SeriesBreak, numbered
from commonpool.performance.rules.board_cells import BoardCells, Cell
from commonpool.performance.rules.errors import ChartRefused
from commonpool.performance.rules.icons import ASSURANCE_WORDS, VARIATION_WORDS, Assurance, Improvement, Variation
from commonpool.performance.rules.notes import notes_of
from commonpool.performance.rules.phases import DefinitionBreak, PhaseStart, phase_starts
from commonpool.performance.rules.suitability import Frequency, SeriesFacts, ShownIcons, icons_of, settled_points
from commonpool.performance.rules.trajectory import NO_PLAN, Trajectory
from commonpool.performance.rules.xmr import NaturalBounds, Target, XmrChart, xmr_chart
from commonpool.performance.rules.xmr_batch import ORDINARY, XmrOptions
from commonpool.performance.store.reading import missing_between
from commonpool.policy.metric_catalogue import Catalogue, Every, Form, Metric

PERCENT: Final = "percent"
MORE_THAN_QUARTERS: Final = 300  # days
MOST_BETWEEN: Final = 12
"""How many periods without figure or plan may lie between the last figure and a plan that is drawn after it."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One series with its chart and icons, its plan, and what to know beside them, the gravest first.

    Against plan, variation and assurance are three readings: none stands for another.
    """

    series: MetricSeries
    chart: XmrChart
    icons: ShownIcons
    cautions: tuple[str, ...]
    plan: AgainstThePlan

    @property
    def variation(self) -> Variation | None:
        """What the last settled point says; None where the series has no icon."""
        return self.icons.variation

    @property
    def assurance(self) -> Assurance | None:
        """Whether the target will be met by itself; None without target or icon."""
        return self.icons.assurance

    @property
    def variation_words(self) -> str:
        """The variation in words, or that there is no icon."""
        return VARIATION_WORDS[self.variation] if self.variation else "no icon"

    @property
    def says(self) -> str:
        """The finding in a sentence: what a chart is titled by."""
        label = self.series.metric.label
        latest = self.series.latest
        if latest is None:
            return f"{label}: no value is known"
        if self.variation is None:
            return f"{label}: {latest.value:,.1f} in {period_words(latest.starts_on, latest.ends_on)}"
        return f"{label}: {VARIATION_WORDS[self.variation].removeprefix('special cause: ')}"

    @property
    def assurance_words(self) -> str:
        """The assurance in words; "" where there is none."""
        return ASSURANCE_WORDS[self.assurance] if self.assurance else ""

    def cell(self, cells: BoardCells) -> Cell:
        """What a board says of it in a few words, by the table in use."""
        return cells.cell(self.plan.against, self.variation, self.assurance)


def judge(
    series: MetricSeries,
    today: date,
    *,
    decided: Iterable[PhaseStart] = (),
    trajectory: Trajectory = NO_PLAN,
    tolerance: Fraction = Fraction(0),
    options: XmrOptions = ORDINARY,
) -> Judged:
    """The series judged as it stands on a day. Raises ChartError for phases or options that do not fit it.

    decided     the phases that people began, with reasons; breaks of the definition begin theirs by themselves
    trajectory  what is planned for its periods
    tolerance   by what share of its plan (0 to 1) a value may be worse and not count as missed
    """
    values = [point.value for point in series.points]
    starts = phase_starts(decided, breaks_of(series))
    lag = series.metric.latest.lag_days or 0
    settled = settled_points([point.ends_on.toordinal() for point in series.points], today.toordinal(), lag)
    facts = facts_of(series.metric, min((point.days for point in series.points), default=None))
    chart = xmr_chart(
        values,
        improvement=Improvement(series.metric.improvement),
        target=_targets(series, trajectory),
        starts=starts,
        options=options,
        bounds=_bounds(series),
        settled=settled,
    )
    begins_at = max((start.first_point for start in starts if start.is_break), default=1)
    plan = against_the_plan(series, settled, trajectory=trajectory, begins_at=begins_at, tolerance=tolerance)
    icons = icons_of(chart, facts)
    return Judged(series, chart, icons, notes_of(chart, has_limits=not icons.why_not), plan)


def _targets(series: MetricSeries, trajectory: Trajectory) -> Target:
    if not trajectory.targets:
        return None
    found = [trajectory.at(point.starts_on, point.ends_on) for point in series.points]
    return [target.value if target else None for target in found]


def breaks_of(series: MetricSeries) -> list[DefinitionBreak]:
    """The breaks of the metric's definition and of the area that the series meets, each at its first point after."""
    days = [point.starts_on for point in series.points]
    of_metric = [SeriesBreak(each.on, each.why) for each in series.metric.breaks]
    return [DefinitionBreak(number, why) for number, why in numbered(days, [*of_metric, *series.breaks])]


def must_be_one_line(catalogue: Catalogue, codes: Sequence[str]) -> None:
    """Raise ChartRefused, with the reason, for metrics that are never drawn as one line."""
    if why := catalogue.why_never_together(codes):
        raise ChartRefused(why)


def drawn(judged: Judged, *, source: str = "") -> Chart:
    """The chart as a picture with its table. A series without icons is drawn without limits, and says why."""
    series = judged.series
    periods = [period_words(point.starts_on, point.ends_on) for point in series.points]
    ahead = list(_ahead(judged))
    if not judged.icons.why_not:
        title, unit = series.metric.label, series.unit
        return xmr_picture(judged.chart, title=title, periods=periods, axis=unit, source=source, ahead=ahead)
    points = [
        ControlPoint(label=period, value=point.value, says=point.why, target=target)
        for period, point, target in zip(periods, series.points, judged.chart.targets, strict=True)
    ]
    why_not = " ".join(judged.icons.why_not)
    phases = [
        # No limits, but a line crosses a break of the definition as little as on any other chart.
        ControlLines(phase.first_point, phase.last_point, None, None, None, phase.start.reason if phase.start else "")
        for phase in judged.chart.phases
    ]
    return control_chart(judged.says, [*points, *ahead], phases, axis=series.unit, source=source, note=why_not)


def _ahead(judged: Judged) -> Iterator[ControlPoint]:
    """What is planned for periods that no figure has come for yet, each period in its place, planned or not."""
    points = judged.series.points
    targets = judged.plan.trajectory.after(points[-1].ends_on) if points else ()
    planned = [(each.starts_on, each.ends_on) for each in targets]
    between = missing_between([(points[-1].starts_on, points[-1].ends_on), *planned]) if planned else []
    if len(between) > MOST_BETWEEN:
        return
    for first, last in sorted([*between, *planned]):
        target = judged.plan.trajectory.at(first, last)
        yield ControlPoint(label=period_words(first, last), value=None, target=target.value if target else None)


def period_words(first: date, last: date) -> str:
    """A period as people write it: Jun 2019, Q1 2019-20, 2019-20, or its days."""
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    if first.day != 1 or last.day < 28:
        return f"{first:%-d %b %Y}" if first == last else f"{first:%-d %b %Y} to {last:%-d %b %Y}"
    if months == 1:
        return f"{first:%b %Y}"
    if months == 12 and first.month == 4:
        return f"{first.year}-{last.year % 100:02}"
    return f"{first:%b} to {last:%b %Y}"


def facts_of(metric: Metric, shortest_days: int | None) -> SeriesFacts:
    """What decides whether a series of the metric may have icons, given the days of its shortest period."""
    version = metric.latest
    stated = Frequency(version.every)
    # As the metric says; where its figures come more seldom, as they come.
    is_yearly = stated is not Frequency.ONE_QUARTER_A_YEAR and (shortest_days or 0) > MORE_THAN_QUARTERS
    return SeriesFacts(
        frequency=Frequency.YEAR if is_yearly else stated,
        is_cumulative=version.is_cumulative,
        is_count=version.form is Form.COUNT and version.every is not Every.DAY,
    )


def _bounds(series: MetricSeries) -> NaturalBounds:
    return NaturalBounds(0.0, 100.0) if series.unit == PERCENT else NaturalBounds(0.0, None)
