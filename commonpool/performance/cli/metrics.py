"""`commonpool performance metric` and `board`: what the store holds of an area, judged. No Django, no database."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from commonpool.commands import Format, FormatOption, JsonOption, print_json, refuse, wants_json
from commonpool.performance.cli.pictures import write_pictures

if TYPE_CHECKING:
    from commonpool.performance.board import Board, Planned
    from commonpool.performance.judging import Judged
    from commonpool.performance.planned import AgainstThePlan

AsAt = Annotated[str, typer.Option("--as-at", help="The day it is judged on, as 2019-09-30; today without it.")]
Area = Annotated[str, typer.Option(help="The area's code as published, or its GSS code.")]
PlanFile = Annotated[
    Path | None,
    typer.Option(
        "--plan", metavar="PLAN.csv", help="Planned values: columns period, target, and metric if of several; see docs."
    ),
]


def metric(
    codes: Annotated[
        list[str], typer.Argument(metavar="METRIC", help="A code of `commonpool policy metrics`; one a chart.")
    ],
    area: Area,
    as_at: AsAt = "",
    plan: PlanFile = None,
    svg: Annotated[Path | None, typer.Option(metavar="OUT.svg", help="Draw the chart into this file too.")] = None,
    png: Annotated[Path | None, typer.Option(metavar="OUT.png", help="The same as a PNG picture.")] = None,
    output: FormatOption = Format.TEXT,
    as_json: JsonOption = False,
) -> None:
    """Show one metric of an area: each period's value, or why there is none, what is flagged, and how its plan stands.

    Ends with 0, or with 2 where nothing is held of it, the plan can't be read, or several were asked for as one line.
    """
    from commonpool.performance.board_cells import cells_in_use
    from commonpool.performance.judging import drawn, judge
    from commonpool.performance.metric_series import series_of
    from commonpool.performance.one_line import one_metric
    from commonpool.performance.rules.errors import ChartRefused
    from commonpool.policy.reading.metrics import load_catalogue
    from commonpool.policy.rules import PolicyError

    try:
        wanted = one_metric(load_catalogue(), codes)
    except ChartRefused as refused:
        refuse([str(refused)], 2)
    except PolicyError as error:
        refuse([str(error)])
    series = series_of(_home(), wanted, area)
    if series is None:
        refuse([_nothing(wanted.label, area)], 2)
    tolerance = cells_in_use(_home()).cells.tolerance(wanted.code)
    judged = judge(series, _day(as_at), trajectory=_planned(plan)(series), tolerance=tolerance)
    if svg or png:
        write_pictures(drawn(judged), svg=svg, png=png)
    if wants_json(output, as_json):
        print_json(_metric_as_json(judged))
    else:
        typer.echo("\n".join(_metric_as_text(judged)))


def board(
    area: Annotated[str, typer.Option(help="As published, or its GSS code; every area without it.")] = "",
    as_at: AsAt = "",
    plan: PlanFile = None,
    output: FormatOption = Format.TEXT,
    as_json: JsonOption = False,
) -> None:
    """Show all metrics that figures are held of for an area, the gravest first; or how every area stands.

    Ends with 0, or with 2 where nothing is held of the area or the plan can't be read.
    """
    if not area:
        if plan:
            raise typer.BadParameter("A plan is one area's. Say which with --area.")
        _every_area(_day(as_at), wants_json(output, as_json))
        return
    from commonpool.performance.board import board_of
    from commonpool.policy.reading.metrics import load_catalogue

    found = board_of(_home(), load_catalogue(), area, _day(as_at), planned=_planned(plan))
    if not found.rows:
        refuse([_nothing("any metric", area)], 2)
    if wants_json(output, as_json):
        print_json([{**_row_as_json(row), "in_short": row.cell(found.cells).words} for row in found.rows])
    else:
        typer.echo("\n".join(_board_as_text(found)))


def _every_area(today: date, as_json: bool) -> None:
    from commonpool.performance.all_areas import all_areas
    from commonpool.performance.cli.all_areas import as_rows, as_text
    from commonpool.policy.reading.metrics import load_catalogue

    found = all_areas(_home(), list(load_catalogue().metrics.values()), today)
    if not found.standings:
        refuse(["Nothing is held. Load published figures: commonpool performance load."], 2)
    if as_json:
        print_json(as_rows(found))
    else:
        typer.echo("\n".join(as_text(found)))


def _home() -> Path:
    return Path(os.environ.get("COMMONPOOL_HOME") or "var")


def _day(text: str) -> date:
    if not text:
        return date.today()  # noqa: DTZ011 - the day where the person sits
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"‘{text}’ is not a day. Write it as 2019-09-30.") from None


def _planned(file: Path | None) -> Planned:
    from commonpool.performance.plan_files import planned_by, read_plan
    from commonpool.sheets import Unreadable

    if file is None:
        return planned_by([])
    try:
        return planned_by(read_plan(file))
    except Unreadable as faults:
        refuse([str(fault) for fault in faults.findings], 2)


def _nothing(what: str, area: str) -> str:
    return (
        f"Nothing is held of {what} for ‘{area}’. Load published figures (commonpool performance load), or check the "
        "area's code."
    )


def _row_as_json(judged: Judged) -> dict[str, Any]:
    series, latest = judged.series, judged.series.latest
    return {
        "metric": series.metric.code,
        "label": series.metric.label,
        "area": series.area_code,
        "area_name": series.area_name,
        "unit": series.unit,
        "source": series.source,
        "latest": None if latest is None else {"period": latest.starts_on.isoformat(), "value": latest.value},
        "variation": judged.variation,
        "assurance": judged.assurance,
        "why_no_icons": list(judged.icons.why_not),
        **_plan_as_json(judged.plan),
        "notes": list(judged.cautions),
    }


def _plan_as_json(plan: AgainstThePlan) -> dict[str, Any]:
    """Against plan and the chance of the year's plan; null is not known, with why."""
    like = plan.like_it
    return {
        "planned": plan.latest.planned if plan.latest else None,
        "against_plan": plan.against,
        "why_not_against_plan": plan.why or None,
        "plan_year": plan.year or None,
        "plan_periods_known": plan.known,
        "chance": plan.chance.share,
        "why_no_chance": plan.chance.why if plan.chance.share is None else None,
        "expected_mean": plan.expected_mean,
        "planned_mean": plan.planned_mean,
        "chance_tested_on": plan.tests.code if plan.tests and like else None,
        "came_true_of_such_chances": like.share_true if like else None,
        "early_warning": plan.is_early_warning,
        "plan_left_out": list(plan.trajectory.left_out),
    }


def _metric_as_json(judged: Judged) -> dict[str, Any]:
    labels = judged.chart.labels
    points = [
        {
            "starts_on": point.starts_on.isoformat(),
            "ends_on": point.ends_on.isoformat(),
            "numerator": point.numerator,
            "denominator": point.denominator,
            "value": point.value,
            "why_unknown": point.why or None,
            "note": point.note or None,
            "flag": label,
            "file": point.file or None,
            "revision": point.revision,
        }
        for point, label in zip(judged.series.points, labels, strict=True)
    ]
    phases = [
        {"first_point": each.first_point, "mean": each.mean, "lpl": each.lower, "upl": each.upper}
        for each in judged.chart.phases
    ]
    planned = [
        {
            "starts_on": each.starts_on.isoformat(),
            "ends_on": each.ends_on.isoformat(),
            "planned": each.planned,
            "actual": each.actual,
            "against_plan": each.against,
        }
        for each in judged.plan.periods
    ]
    return {**_row_as_json(judged), "points": points, "phases": phases, "planned_against_actual": planned}


def _metric_as_text(judged: Judged) -> Iterator[str]:
    from commonpool.performance.judging import period_words
    from commonpool.performance.rules.notes import made_with

    series = judged.series
    yield f"{series.metric.label}, {series.area_name} ({series.unit})"
    yield from _readings_as_text(judged)
    yield ""
    for point, label in zip(series.points, judged.chart.labels, strict=True):
        value = f"{point.value:,.2f}" if point.value is not None else f"not known: {point.why}"
        said = ", ".join(filter(None, (label.value.replace("_", " ") if label else "", point.note)))
        yield f"{period_words(point.starts_on, point.ends_on):<20} {value:>14}  {said}".rstrip()
    yield ""
    yield made_with(judged.chart)
    for why in judged.icons.why_not:
        yield f"No icon: {why}"
    for note in judged.cautions:
        yield f"Note: {note}"


def _readings_as_text(judged: Judged) -> Iterator[str]:
    """The three readings, and what is said of the year's plan where there is one."""
    from commonpool.performance.plan_words import (
        against_words,
        calibration_sentence,
        chance_sentence,
        warning_sentence,
    )
    from commonpool.policy.reading.metrics import load_catalogue

    plan = judged.plan
    why = f": {plan.why}" if plan.why and plan.trajectory.targets else ""
    yield f"Against plan: {against_words(plan)}{why}"
    yield f"Variation: {judged.variation_words}"
    yield f"Assurance: {judged.assurance_words or 'no icon'}"
    if plan.trajectory.targets:
        yield chance_sentence(plan, judged.series.unit)
        label = load_catalogue().metric(plan.tests.code).label if plan.tests else ""
        yield from filter(None, (warning_sentence(plan), calibration_sentence(plan, label)))
    yield from plan.trajectory.left_out


def _board_as_text(board: Board) -> Iterator[str]:
    from commonpool.performance.judging import period_words
    from commonpool.performance.plan_words import against_words, chance_short

    yield board.headline
    yield ""
    for row in board.rows:
        latest = row.series.latest
        shown = "no value" if latest is None else f"{latest.value:,.1f} {row.series.unit}"
        when = "" if latest is None else f" in {period_words(latest.starts_on, latest.ends_on)}"
        yield f"{row.series.metric.code:<10} {row.series.metric.label}: {shown}{when}; {row.variation_words}"
        if row.plan.trajectory.targets:
            warning = ", early warning" if row.plan.is_early_warning else ""
            assured = f"; {row.assurance_words}" if row.assurance else ""
            yield f"{'':<10} plan: {against_words(row.plan)}{assured}; chance: {chance_short(row.plan)}{warning}"
    if board.by_chance:
        yield ""
        yield str(board.by_chance)
    if board.balance.warning:
        yield board.balance.warning
    yield from board.faults
    if board.without:
        yield f"Nothing is held of: {', '.join(metric.code for metric in board.without)}."
