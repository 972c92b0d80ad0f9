"""`commonpool performance chart`: the control chart of a CSV file's series."""

from __future__ import annotations

import math
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from commonpool.commands import Format, FormatOption, JsonOption, print_json, refuse, wants_json
from commonpool.performance.cli.pictures import write_pictures

if TYPE_CHECKING:
    from commonpool.performance.rules.xmr import Target
    from commonpool.performance.series_files import SeriesFile

UNREADABLE: Final = 2


# Written out again here, so that the help text loads no array library.
class Way(StrEnum):
    """Which way is better."""

    INCREASE = "increase"
    DECREASE = "decrease"
    NEUTRAL = "neutral"


class Rules(StrEnum):
    """The named rule sets."""

    MDC7 = "mdc7"
    MDC6 = "mdc6"
    WELSH8 = "welsh8"


class OnLimit(StrEnum):
    """What a target exactly on a limit counts as."""

    STRICT = "strict"
    INCLUSIVE = "inclusive"


def chart(
    file: Annotated[Path, typer.Argument(metavar="FILE.csv", help="Columns: value, and if you like period, target.")],
    improvement: Annotated[Way, typer.Option(help="Which way is better.")] = Way.NEUTRAL,
    target: Annotated[float | None, typer.Option(help="The target, if it is the same all the time.")] = None,
    rule_set: Annotated[
        Rules, typer.Option(help="Points to a shift and a trend: mdc7 7 and 7, mdc6 6 and 6, welsh8 8 and 6.")
    ] = Rules.MDC7,
    screen: Annotated[bool, typer.Option("--screen", help="Leave out extreme moving ranges once.")] = False,
    fix_after: Annotated[
        int | None, typer.Option(metavar="K", help="Limits from the first K values of each phase, 12 or more.")
    ] = None,
    rebase_at: Annotated[
        list[int] | None,
        typer.Option(metavar="N", help="A new phase begins at this point, counted from 1. May be repeated."),
    ] = None,
    equality: Annotated[OnLimit, typer.Option(help="What a target exactly on a limit counts as.")] = OnLimit.STRICT,
    lowest: Annotated[float | None, typer.Option(help="No value can be below this, such as 0.")] = None,
    highest: Annotated[float | None, typer.Option(help="No value can be above this, such as 100.")] = None,
    svg: Annotated[Path | None, typer.Option(metavar="OUT.svg", help="Draw the chart into this file too.")] = None,
    png: Annotated[Path | None, typer.Option(metavar="OUT.png", help="The same as a PNG picture.")] = None,
    output: FormatOption = Format.TEXT,
    as_json: JsonOption = False,
) -> None:
    """Chart a series: limits, special causes, and the two icons of Making Data Count.

    A blank value is a gap. Ends with 0 where the file could be charted, 2 where it could not, 64 on wrong usage.
    """
    from commonpool.performance.cli.answers import as_text, chart_as_json
    from commonpool.performance.rules.errors import ChartError
    from commonpool.performance.rules.icons import Equality, Improvement
    from commonpool.performance.rules.phases import PhaseStart
    from commonpool.performance.rules.rule_sets import rule_set_named
    from commonpool.performance.rules.xmr import NaturalBounds, xmr_chart
    from commonpool.performance.rules.xmr_batch import XmrOptions

    for name, number in (("--target", target), ("--lowest", lowest), ("--highest", highest)):
        if number is not None and not math.isfinite(number):
            raise typer.BadParameter(f"{name} {number} is not a number to compare with. Give a finite one.")
    series = _read(file, lowest, highest)
    try:
        found = xmr_chart(
            series.values,
            improvement=Improvement(improvement),
            target=_target(series, target),
            starts=[
                PhaseStart(point, "Asked for with --rebase-at.", "whoever ran the command")
                for point in sorted(set(rebase_at or ()))
            ],
            options=XmrOptions(rule_set_named(rule_set), screen, fix_after, Equality(equality)),
            bounds=NaturalBounds(lowest, highest),
        )
    except ChartError as wrong:
        raise typer.BadParameter(str(wrong)) from None
    if svg or png:
        from commonpool.performance.drawing import xmr_picture

        write_pictures(xmr_picture(found, title=series.name, periods=series.periods), svg=svg, png=png)
    if wants_json(output, as_json):
        print_json(chart_as_json(found, series))
    else:
        typer.echo("\n".join(as_text(found, series)))


def _read(file: Path, lowest: float | None, highest: float | None) -> SeriesFile:
    from commonpool.performance.series_files import Possible, read_series
    from commonpool.sheets import Unreadable

    try:
        return read_series(file, Possible(lowest, highest))
    except Unreadable as unreadable:
        refuse(map(str, unreadable.findings), UNREADABLE)


def _target(series: SeriesFile, target: float | None) -> Target:
    if series.targets is None:
        return target
    if target is not None:
        raise typer.BadParameter("The file has a column of targets. Leave out --target, or take the column away.")
    return series.targets
