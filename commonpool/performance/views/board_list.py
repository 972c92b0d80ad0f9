"""An area's board as a list, filtered, sorted and downloaded like any other: each reading with its sign and words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from django.utils.html import format_html
from django.utils.safestring import SafeString

from commonpool.charts import PointKind, Sign, sign, sparkline
from commonpool.pages import formats
from commonpool.pages.lists import Column, Filter, Kind, ListPage
from commonpool.performance.board import Board
from commonpool.performance.judging import Judged, period_words
from commonpool.performance.plan_words import NO_PLAN_WORDS, against_words, chance_short
from commonpool.performance.rules.against_plan import AgainstPlan
from commonpool.performance.rules.board_cells import Cell, Tone
from commonpool.performance.rules.icons import ASSURANCE_WORDS, VARIATION_SHORT, Assurance, Variation

NO_ICON: Final = "no icon"
_EMPTY: Final = SafeString("")
VARIATION_SIGNS: Final = {
    Variation.COMMON_CAUSE: Sign.STEADY,
    Variation.IMPROVEMENT: Sign.BETTER,
    Variation.CONCERN: Sign.WORSE,
    Variation.NEUTRAL_HIGH: Sign.HIGH,
    Variation.NEUTRAL_LOW: Sign.LOW,
}
ASSURANCE_SIGNS: Final = {
    Assurance.HITS: Sign.YES,
    Assurance.MISSES: Sign.NO,
    Assurance.HIT_AND_MISS: Sign.SOMETIMES,
}
AGAINST_SIGNS: Final = {
    AgainstPlan.MET: Sign.YES,
    AgainstPlan.WITHIN_TOLERANCE: Sign.NEARLY,
    AgainstPlan.MISSED: Sign.NO,
    AgainstPlan.NOT_YET_KNOWN: Sign.UNKNOWN,
}
_LAST: Final = {
    Variation.IMPROVEMENT: PointKind.BETTER,
    Variation.CONCERN: PointKind.WORSE,
    Variation.NEUTRAL_HIGH: PointKind.FLAGGED,
    Variation.NEUTRAL_LOW: PointKind.FLAGGED,
}
_COLOURS: Final = {Tone.ACT: "red", Tone.WATCH: "yellow", Tone.GOOD: "green", Tone.QUIET: "grey"}


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One metric of the board, with the address of its page and what the table of cells makes of its readings."""

    judged: Judged
    url: str
    cell: Cell


def board_rows(board: Board, address: Callable[[str], str]) -> list[BoardRow]:
    """The board's rows in its own order, the gravest first; `address` gives the page of a metric by its code."""
    return [BoardRow(row, address(row.series.metric.code), row.cell(board.cells)) for row in board.rows]


# -- values


def _label(row: BoardRow) -> str:
    return row.judged.series.metric.label


def _latest(row: BoardRow) -> Decimal | None:
    latest = row.judged.series.latest
    return None if latest is None or latest.value is None else decimal_of(latest.value)


def decimal_of(value: float) -> Decimal:
    """A value as files and pages write it: four decimals at most."""
    return Decimal(str(round(value, 4)))


def _planned(row: BoardRow) -> Decimal | None:
    latest = row.judged.plan.latest
    return None if latest is None or latest.planned is None else decimal_of(latest.planned)


def _variation(row: BoardRow) -> str:
    return VARIATION_SHORT[row.judged.variation].capitalize() if row.judged.variation else NO_ICON.capitalize()


def _assurance(row: BoardRow) -> str:
    return ASSURANCE_WORDS[row.judged.assurance].capitalize() if row.judged.assurance else NO_ICON.capitalize()


def _chance(row: BoardRow) -> Decimal | None:
    share = row.judged.plan.chance.share
    return None if share is None else decimal_of(share)


def _early_warning(row: BoardRow) -> str:
    return "Yes" if row.judged.plan.is_early_warning else "No"


def _latest_period(row: BoardRow) -> str:
    latest = row.judged.series.latest
    return period_words(latest.starts_on, latest.ends_on) if latest else formats.NOT_KNOWN


# -- cells


def with_sign(of: Sign | None, words: str) -> SafeString:
    """A sign and its words, side by side; the words alone where there is no sign."""
    drawn = sign(of) if of else _EMPTY
    return format_html('<span class="cp-reading">{}<span>{}</span></span>', drawn, words)


def _label_html(row: BoardRow) -> SafeString:
    held_back = (
        SafeString(' <strong class="govuk-tag govuk-tag--grey">not for publication</strong>')
        if row.judged.series.not_for_publication
        else _EMPTY
    )
    return format_html('<a class="govuk-link" href="{}">{}</a>{}', row.url, _label(row), held_back)


def _latest_html(row: BoardRow) -> SafeString:
    series = row.judged.series
    last = _LAST.get(row.judged.variation, PointKind.ORDINARY) if row.judged.variation else PointKind.ORDINARY
    line = sparkline([point.value for point in series.points], row.judged.chart.targets, last)
    value = _latest(row)
    shown = formats.NOT_KNOWN if value is None else f"{value:,.1f}"
    return format_html(
        '{}<span class="cp-strong">{}</span> <span class="cp-quiet">{}, {}</span>',
        line,
        shown,
        series.unit,
        _latest_period(row),
    )


def _planned_html(row: BoardRow) -> SafeString:
    value = _planned(row)
    if value is not None:
        return format_html('<span class="cp-number">{}</span>', f"{value:,.1f}")
    return format_html('<span class="cp-quiet">{}</span>', formats.NOT_KNOWN if _has_plan(row) else NO_PLAN_WORDS)


def _has_plan(row: BoardRow) -> bool:
    return bool(row.judged.plan.trajectory.targets)


def _against_html(row: BoardRow) -> SafeString:
    words = against_words(row.judged.plan)
    if words == NO_PLAN_WORDS:
        return format_html('<span class="cp-quiet">{}</span>', words)
    return with_sign(AGAINST_SIGNS[row.judged.plan.against], words.capitalize())


def _variation_html(row: BoardRow) -> SafeString:
    if row.judged.variation is None:
        return format_html('<span class="cp-quiet">{}</span>', NO_ICON)
    return with_sign(VARIATION_SIGNS[row.judged.variation], _variation(row))


def _assurance_html(row: BoardRow) -> SafeString:
    if row.judged.assurance is None:
        return format_html('<span class="cp-quiet">{}</span>', NO_ICON)
    return with_sign(ASSURANCE_SIGNS[row.judged.assurance], _assurance(row))


def _chance_html(row: BoardRow) -> SafeString:
    words = chance_short(row.judged.plan)
    if row.judged.plan.chance.share is None:
        return format_html('<span class="cp-quiet">{}</span>', words)
    tag = SafeString('<br><strong class="govuk-tag govuk-tag--red">early warning</strong>')
    return format_html("{}{}", words, tag if row.judged.plan.is_early_warning else _EMPTY)


def _cell_html(row: BoardRow) -> SafeString:
    return format_html('<strong class="govuk-tag govuk-tag--{}">{}</strong>', _COLOURS[row.cell.tone], row.cell.words)


_COLUMNS: Final = (
    Column("metric", "Metric", _label, show=_label_html, filter=Filter.TEXT),
    Column("code", "Code", lambda row: row.judged.series.metric.code, is_in_files_only=True),
    Column("latest", "Latest", _latest, show=_latest_html, is_sortable=False),
    Column("unit", "Unit", lambda row: row.judged.series.unit, is_in_files_only=True),
    Column("period", "Period", _latest_period, is_in_files_only=True),
    Column("planned", "Plan", _planned, Kind.NUMBER, show=_planned_html, is_sortable=False),
    Column(
        "against",
        "Against plan",
        lambda row: against_words(row.judged.plan).capitalize(),
        show=_against_html,
        filter=Filter.CHOICE,
    ),
    Column("variation", "Variation", _variation, show=_variation_html, filter=Filter.CHOICE),
    Column("assurance", "Assurance", _assurance, show=_assurance_html, filter=Filter.CHOICE),
    Column("chance", "Chance of year’s plan", _chance, show=_chance_html),
    Column("warning", "Early warning", _early_warning, is_in_files_only=True, filter=Filter.CHOICE),
    Column("short", "In short", lambda row: row.cell.words, show=_cell_html),
    Column("dimension", "Looks at", lambda row: row.judged.series.metric.dimension.capitalize(),
           is_in_files_only=True),
    Column("better", "Better is", lambda row: row.judged.series.metric.improvement.value, is_in_files_only=True),
    Column("why", "Why no icon", lambda row: " ".join(row.judged.icons.why_not), is_in_files_only=True),
    Column("chance_why", "Why no chance", lambda row: row.judged.plan.chance.why
           if row.judged.plan.chance.share is None else "", is_in_files_only=True),
)  # fmt: skip
_OF_PLANS: Final = frozenset({"planned", "against", "assurance", "chance", "warning", "short", "chance_why"})

BOARD: Final = ListPage(
    "board",
    "Metrics of the area",
    _COLUMNS,
    empty="Here will stand each metric that figures of this area are held of. Load published files, or the area’s own, "
    "on these pages or with: commonpool performance load",
    noun="metrics",
)

TRUST_BOARD: Final = ListPage(
    "trust-board",
    "Metrics of the trust",
    tuple(column for column in _COLUMNS if column.name not in _OF_PLANS),
    empty="Here will stand each metric that published figures of this trust are held of. Load them on the page of "
    "figures, or with: commonpool performance load",
    noun="metrics",
)
