"""From a judged chart to its picture and table."""

from __future__ import annotations

from collections.abc import Sequence

from commonpool.charts import Chart, ControlLines, ControlPoint, PointKind, control_chart
from commonpool.performance.rules.icons import ASSURANCE_WORDS, VARIATION_WORDS, Variation, variation_of
from commonpool.performance.rules.notes import made_with, notes_of
from commonpool.performance.rules.xmr import XmrChart

_KINDS = {
    Variation.COMMON_CAUSE: PointKind.ORDINARY,
    Variation.IMPROVEMENT: PointKind.BETTER,
    Variation.CONCERN: PointKind.WORSE,
    Variation.NEUTRAL_HIGH: PointKind.FLAGGED,
    Variation.NEUTRAL_LOW: PointKind.FLAGGED,
}


def xmr_picture(
    chart: XmrChart,
    *,
    title: str,
    periods: Sequence[str] = (),
    axis: str = "",
    source: str = "",
    ahead: Sequence[ControlPoint] = (),
) -> Chart:
    """The picture of a chart with the table of its numbers. Limits are cut at natural bounds, as the chart says.

    title    what the series is; the icons in words are added to it
    periods  one label a point; without them points are numbered
    ahead    periods that are planned and have no value yet: drawn after the last point, and judged by nothing
    """
    icons = [
        words
        for words in (
            VARIATION_WORDS[chart.variation] if chart.variation else "",
            ASSURANCE_WORDS[chart.assurance] if chart.assurance else "",
        )
        if words
    ]
    lines = [
        ControlLines(
            phase.first_point,
            phase.last_point,
            phase.mean,
            phase.shown_lower,
            phase.shown_upper,
            phase.start.reason if phase.start else "",
        )
        for phase in chart.phases
    ]
    said = f"{title}: {'; '.join(icons)}" if icons else title
    note = " ".join([made_with(chart), *notes_of(chart)])
    return control_chart(said, [*_points(chart, periods), *ahead], lines, axis=axis, source=source, note=note)


def _points(chart: XmrChart, periods: Sequence[str]) -> list[ControlPoint]:
    return [
        ControlPoint(
            label=periods[at] if periods else str(at + 1),
            value=value,
            kind=(
                PointKind.NOT_JUDGED
                if at >= chart.settled
                else _KINDS[variation_of(chart.labels[at], chart.improvement)]
            ),
            says=(label.value.replace("_", " ") if (label := chart.labels[at]) else ""),
            target=chart.targets[at],
        )
        for at, value in enumerate(chart.values)
    ]
