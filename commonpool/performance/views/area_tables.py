"""Areas as rows: the list of all of them, the words of level and progress, and a comparison as a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from django.urls import reverse
from django.utils.html import format_html

from commonpool.pages import formats
from commonpool.pages.lists import Column, Filter, Kind, ListPage
from commonpool.performance.judging import period_words
from commonpool.performance.queries.comparison import Compared
from commonpool.performance.queries.levels import AreaRow, AreasPage, shown
from commonpool.policy.metric_catalogue import Metric


def areas_of(metric: Metric, *, has_intervals: bool) -> ListPage:
    """All areas by name. Level cannot be sorted by: it says more about the place than about its work (S50)."""
    return ListPage(
        f"{metric.code}-areas",
        "All areas",
        (
            Column("area", "Area", lambda row: row.name, link=_own_page, filter=Filter.TEXT),
            Column("code", "Code", lambda row: row.level.gss or row.level.code, is_in_files_only=True),
            Column("level", metric.latest.unit.capitalize(), _level, Kind.NUMBER, show=_level_words,
                   is_sortable=False),
            Column("lower", "Lower end of 95% interval", _end("lower"), Kind.NUMBER, is_in_files_only=True),
            Column("upper", "Upper end of 95% interval", _end("upper"), Kind.NUMBER, is_in_files_only=True),
            Column("interval", "95% interval", interval_words, is_sortable=False, is_in_files_only=not has_intervals),
            Column("counted", "Counted", lambda row: _number(row.level.numerator), Kind.NUMBER, is_in_files_only=True),
            Column("over", "Over", lambda row: _number(row.level.denominator), Kind.NUMBER, is_in_files_only=True),
            Column("own_start", "Own start", lambda row: _mean(row, "start"), Kind.NUMBER, show=start_words,
                   is_sortable=False),
            Column("latest_year", "Latest year", lambda row: _mean(row, "latest"), Kind.NUMBER, is_in_files_only=True),
            Column("change", "Change from own start", _share, Kind.SHARE, show=change_words),
            Column("against_start", "Which is", lambda row: row.against_start, filter=Filter.CHOICE),
            Column("remark", "Remark", lambda row: row.remark, is_sortable=False),
        ),
        empty="Here will stand each area that figures are held of. Load published files, or the area’s own, with "
        "commonpool performance load.",
        noun="areas",
        sort="area",
        page_size=200,
    )  # fmt: skip


def _own_page(row: AreaRow) -> str | None:
    """The area's own page of the metric, for whoever may open it; a council that has ended has none."""
    is_area = row.body is not None and row.body.kind == "hwb_area"
    if not row.may_open or not is_area or row.body is None:
        return None
    return reverse("performance:metric", args=[row.body.uuid, row.metric.code])


def _level_words(row: AreaRow) -> str:
    """The level, or why there is none: a sentence may wrap where a number may not, so that it fits a phone."""
    return row.says if row.level.level is not None else format_html('<span class="cp-why">{}</span>', row.says)


def _level(row: AreaRow) -> Decimal | None:
    return _number(row.level.level)


def _end(which: str) -> Any:
    return lambda row: _number(getattr(row.level.interval, which)) if row.level.interval else None


def _mean(row: AreaRow, which: str) -> Decimal | None:
    year = getattr(row.level.progress, which)
    return _number(year.mean) if year else None


def _share(row: AreaRow) -> Fraction | None:
    share = row.level.progress.share
    return None if share is None else Fraction(share).limit_denominator(1_000_000)


def _number(value: float | None) -> Decimal | None:
    """As many digits as mean something, so that a file holds no noise of floating point."""
    return None if value is None else Decimal(f"{value:.6g}")


def interval_words(row: AreaRow) -> str:
    """The interval, or that there is none; nothing beside a level that is not shown."""
    if row.level.level is None:
        return ""
    found = row.level.interval
    return f"{shown(found.lower)} to {shown(found.upper)}" if found else "none"


def start_words(row: AreaRow) -> str:
    """The start with its unit where that is another, and which months it is."""
    start = row.level.progress.start
    if start is None:
        return formats.NOT_KNOWN
    when = period_words(start.starts_on, start.ends_on)
    return format_html('{}<br><span class="cp-quiet">{}</span>', f"{shown(start.mean)}{_unit(row)}", when)


def change_words(row: AreaRow) -> str:
    """The change with its sign, and as a share of the start."""
    way = row.level.progress
    if way.change is None:
        return formats.NOT_KNOWN
    sign = "+" if way.change > 0 else "−" if way.change < 0 else ""
    share = "" if way.share is None else f"{sign}{abs(way.share):.0%}"
    return format_html('{}<br><span class="cp-quiet">{}</span>', f"{sign}{shown(abs(way.change))}{_unit(row)}", share)


def _unit(row: AreaRow) -> str:
    return f" {row.level.unit}" if row.level.unit == "a day" else ""


COLUMNS: Final = (
    *("metric", "period", "area", "code", "unit", "level", "lower_95", "upper_95", "why_unknown", "own_start"),
    *("own_start_period", "latest_year", "change_from_own_start", "progress_unit", "against_own_start", "variation"),
    *(
        "people",
        "people_aged",
        "people_in_mid",
        "share_65_and_over",
        "share_85_and_over",
        "trusts",
        "icbs",
        "is_invented",
    ),
)


def comparison_rows(page: AreasPage, found: Sequence[Compared]) -> Iterator[tuple[Any, ...]]:
    """Unknown is an empty cell, never zero."""
    yield COLUMNS
    for each in found:
        level, way, place = each.row.level, each.row.level.progress, each.context
        ends = (level.interval.lower, level.interval.upper) if level.interval else (None, None)
        yield (
            *(page.metric.code, page.period, each.body.name, level.gss or level.code, page.unit, _number(level.level)),
            *(*map(_number, ends), level.why, _mean(each.row, "start")),
            *(period_words(way.start.starts_on, way.start.ends_on) if way.start else "", _mean(each.row, "latest")),
            *(_number(way.change), level.unit, each.row.against_start, each.variation_words),
            *(place.people, place.ages, place.year, _share_of(place.share_65), _share_of(place.share_85)),
            *(place.trusts, place.icbs, page.is_invented),
        )


def _share_of(share: Fraction | None) -> Decimal | None:
    return None if share is None else _number(float(share))
