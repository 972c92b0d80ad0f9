"""A control chart written for programs and for people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from commonpool.performance.rules.icons import ASSURANCE_WORDS, VARIATION_WORDS
from commonpool.performance.rules.notes import made_with, notes_of
from commonpool.performance.rules.xmr import Phase, XmrChart
from commonpool.performance.series_files import SeriesFile

_NOT_KNOWN: Final = "not known"
MEANT: Final = {
    "outside_high": "above the upper limit",
    "outside_low": "below the lower limit",
    "trend_high": "part of a rising trend",
    "trend_low": "part of a falling trend",
    "two_of_three_high": "one of two in three near the upper limit",
    "two_of_three_low": "one of two in three near the lower limit",
    "shift_high": "part of a run above the mean",
    "shift_low": "part of a run below the mean",
}


def chart_as_json(chart: XmrChart, series: SeriesFile) -> dict[str, Any]:
    """For programs: points are counted from 1, unknown is null, no icon is null."""
    return {
        "phases": [
            {
                "first_point": phase.first_point,
                "points": phase.points,
                "mean": phase.mean,
                "lpl": phase.lower,
                "upl": phase.upper,
            }
            for phase in chart.phases
        ],
        "special_causes": {str(point): label.value for point, label in chart.special_causes.items()},
        "variation_icon": chart.variation,
        "assurance_icon": chart.assurance,
        "trial_limits_warning": chart.trial_limits_warning,
        "lag1": chart.lag1,
        "rule_set": chart.options.rules.name,
        "icon_point": chart.icon_point,
        "target": chart.target,
        "screened": chart.options.screen,
        "fixed_after": chart.options.fix_after,
        "equality": chart.options.equality,
        "notes": [*of_the_file(series), *notes_of(chart)],
    }


def as_text(chart: XmrChart, series: SeriesFile) -> Iterator[str]:
    """For people: the two icons in words, the limits, what is flagged, what to be careful of."""
    yield f"{series.name}: {len(chart.values)} points"
    yield f"Variation: {VARIATION_WORDS[chart.variation] if chart.variation else 'no icon'}"
    yield f"Assurance: {ASSURANCE_WORDS[chart.assurance] if chart.assurance else 'no icon'}"
    yield ""
    yield from _table([["From point", "Points", "Mean", "Lower limit", "Upper limit"], *map(_phase_row, chart.phases)])
    yield ""
    if not chart.special_causes:
        yield "No point is flagged."
    else:
        rows = [
            [str(point), _period(series, point), shown(chart.values[point - 1]), label.value, MEANT[label.value]]
            for point, label in chart.special_causes.items()
        ]
        yield from _table([["Point", "Period", "Value", "Label", "Which means"], *rows])
    yield ""
    yield made_with(chart)
    lag1 = _NOT_KNOWN if chart.lag1 is None else f"{chart.lag1:.2f}"
    yield f"Lag-1 correlation within phases: {lag1}."
    for note in (*of_the_file(series), *notes_of(chart)):
        yield f"Note: {note}"


def of_the_file(series: SeriesFile) -> Iterator[str]:
    """What a reader of the chart must know of the file that it was made from."""
    yield from map(str, series.findings)
    for before, after in series.missing_months:
        yield (
            f"Between {before} and {after} months are left out, and the two count as neighbours. "
            "Give each month a row, with a blank value where it is not known."
        )


def _phase_row(phase: Phase) -> list[str]:
    trial = " (trial)" if phase.is_trial and phase.upper is not None else ""
    return [
        str(phase.first_point),
        str(phase.points),
        shown(phase.mean),
        shown(phase.shown_lower) + trial,
        shown(phase.shown_upper) + trial,
    ]


def shown(number: float | None) -> str:
    """A number as people read it, to six figures or to the whole number."""
    if number is None:
        return _NOT_KNOWN
    return f"{number:,.0f}" if abs(number) >= 100_000 else f"{number:,.6g}"


def _period(series: SeriesFile, point: int) -> str:
    return series.periods[point - 1] if series.periods else ""


def _table(rows: list[list[str]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
