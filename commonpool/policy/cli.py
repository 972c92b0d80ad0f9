"""The rounds on the command line: list them, show one, say what changed between two. No Django, no database."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, TypeVar

import typer

from commonpool.commands import Format, FormatOption, JsonOption, print_json, refuse, wants_json
from commonpool.money import format_pounds

if TYPE_CHECKING:
    from commonpool.policy.description import Description, Row, Section
    from commonpool.policy.differences import Change
    from commonpool.policy.metric_catalogue import Metric
    from commonpool.policy.minimums import MissedMinimum

NOT_CONFIRMED: Final = (
    "“unverified” stands where nobody has read the value in the document itself; it may not be called official."
)

commands = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="The rules of each planning round, and what changed between two."
)


Loaded = TypeVar("Loaded")


@commands.command("list")
def list_rounds(output: FormatOption = Format.TEXT, as_json: JsonOption = False) -> None:
    """List the rounds, oldest first."""
    from commonpool.policy.description import describe
    from commonpool.policy.reading import load_round, round_ids

    rounds = _or_wrong_usage(lambda: [load_round(round_id) for round_id in round_ids()])
    rows = [
        {
            "round": one.id,
            "label": one.label,
            "years": list(one.years),
            "template": one.has_template,
            "invented": one.is_invented,
            "unverified": describe(one).unverified,
            "digest": one.digest,
        }
        for one in rounds
    ]
    if wants_json(output, as_json):
        print_json(rows)
        return
    for row in rows:
        notes = [f"{row['unverified']} unverified"] if row["unverified"] else []
        notes += ["workbook can be checked"] if row["template"] else []
        notes += ["invented"] if row["invented"] else []
        typer.echo(f"{row['round']:<14} {row['label']:<48} {', '.join(notes)}")


@commands.command()
def show(
    round_id: Annotated[str, typer.Argument(metavar="ROUND")],
    output: FormatOption = Format.TEXT,
    as_json: JsonOption = False,
) -> None:
    """Show a round: its money, floors, conditions, metrics, lists and values, each with its source."""
    from commonpool.policy.description import describe
    from commonpool.policy.reading import load_round

    shown = describe(_or_wrong_usage(lambda: load_round(round_id)))
    if wants_json(output, as_json):
        print_json(shown.as_json())
        return
    _print_round(shown)


@commands.command()
def diff(
    before: Annotated[str, typer.Argument(metavar="A")],
    after: Annotated[str, typer.Argument(metavar="B")],
    output: FormatOption = Format.TEXT,
    as_json: JsonOption = False,
) -> None:
    """Say what changed in the rules from round A to round B."""
    from commonpool.policy.differences import differences, not_comparable
    from commonpool.policy.reading import load_round

    first, second = _or_wrong_usage(lambda: (load_round(before), load_round(after)))
    changes, unknown = differences(first, second), not_comparable(first, second)
    if wants_json(output, as_json):
        changed = [change.as_json() for change in changes]
        print_json(
            {
                "before": first.id,
                "after": second.id,
                "changes": changed,
                "not_comparable": list(unknown),
                "not_known": list(second.not_known),
            }
        )
        return
    typer.echo(f"What changed from {first.label} to {second.label}\n")
    _print_changes(changes)
    if unknown:
        typer.echo(f"Stated by one of the two rounds only, so not compared: {', '.join(unknown)}.\n")
    _print_not_known(second.not_known, f"NOT KNOWN OF {second.id}")
    typer.echo(NOT_CONFIRMED)


@commands.command()
def metrics(
    code: Annotated[str, typer.Argument(metavar="[METRIC]", help="One metric; all of them without it.")] = "",
    output: FormatOption = Format.TEXT,
    as_json: JsonOption = False,
) -> None:
    """Show what each metric counts, over whom, since when, and where its series breaks."""
    from commonpool.policy.reading.metrics import load_catalogue

    catalogue = _or_wrong_usage(load_catalogue)
    chosen = [_or_wrong_usage(lambda: catalogue.metric(code))] if code else list(catalogue.metrics.values())
    if wants_json(output, as_json):
        print_json([asdict(each, dict_factory=_with_days_as_text) for each in chosen])
        return
    for each in chosen:
        _print_metric(each, whole=bool(code))
    if not code:
        for group in catalogue.sets.values():
            warning = catalogue.balance(group.metrics).warning
            typer.echo(f"Set {group.code}: {', '.join(group.metrics)}{'. ' + warning if warning else ''}")


@commands.command()
def minimums(
    round_id: Annotated[str, typer.Argument(metavar="ROUND")],
    pledged: Annotated[Path, typer.Argument(metavar="PLEDGED.csv", help="In the columns of a published table.")],
    output: FormatOption = Format.TEXT,
    as_json: JsonOption = False,
) -> None:
    """List each published amount of a round that pledges do not reach, for every area that the pledges name."""
    from commonpool.policy.minimums import areas_below_minimum, minimums_missed
    from commonpool.policy.reading import load_published, load_round

    published, rows = _or_wrong_usage(lambda: (load_round(round_id).published, load_published(pledged)))
    pledges = {(row.area, row.payer, row.category, row.year): row.pence for row in rows}
    concerned = {(row.area, row.year) for row in rows}
    missed = minimums_missed(pledges, (one for one in published if (one.area, one.year) in concerned))
    if wants_json(output, as_json):
        print_json([asdict(one) for one in missed])
    else:
        _print_missed(missed, areas_below_minimum(missed))
    raise typer.Exit(1 if missed else 0)


def _with_days_as_text(items: list[tuple[str, Any]]) -> dict[str, Any]:
    return {key: value.isoformat() if isinstance(value, date) else value for key, value in items}


def _print_metric(metric: Metric, *, whole: bool) -> None:
    mark = f"  [{metric.latest.reference.mark}]" if metric.latest.reference.mark else ""
    typer.echo(f"{metric.code:<10} {metric.label} ({metric.latest.unit}){mark}")
    if not whole:
        return
    for version in metric.versions:
        until = f"to {version.ends_on.isoformat()}" if version.ends_on else "and since"
        typer.echo(f"  From {version.starts_on.isoformat()} {until}: {version.numerator}")
        if version.denominator:
            typer.echo(f"      over: {version.denominator}")
        typer.echo(f"      {version.form}, {version.unit}, every {version.every}; {version.data_source}")
    for each in metric.breaks:
        typer.echo(f"  Breaks on {each.on.isoformat()}: {each.why}")
    if metric.never_with:
        typer.echo(f"  Never one line with {', '.join(metric.never_with)}: {metric.never_with_because}")


def _print_missed(missed: Sequence[MissedMinimum], areas: Sequence[str]) -> None:
    if not missed:
        typer.echo("Every published amount is reached.")
        return
    typer.echo(f"Published amounts that are not reached: {len(missed)}; areas concerned: {len(areas)}\n")
    for one in missed:
        found = f"{format_pounds(one.pledged_pence)} pledged, {format_pounds(one.required_pence)} required"
        short = "" if one.shortfall_pence is None else f": {format_pounds(one.shortfall_pence)} below"
        typer.echo(f"{one.area}  {one.payer or 'whole area'}  {one.category}  {one.year}  {found}{short}")


def _or_wrong_usage(load: Callable[[], Loaded]) -> Loaded:
    """What `load` gives; an unknown round or faulty data ends the command with its message and exit 64."""
    from commonpool.policy.rules import PolicyError

    try:
        return load()
    except PolicyError as error:
        refuse([str(error)])


def _print_round(shown: Description) -> None:
    typer.echo(f"{shown.label} ({shown.id})")
    if shown.is_invented:
        typer.echo("Invented: no government made this round.")
    typer.echo(f"Years {', '.join(shown.years)}; amounts in {shown.currency}")
    if shown.based_on:
        typer.echo(f"Based on {shown.based_on}")
    typer.echo(f"Digest {shown.digest}\n\n{shown.summary}\n")
    for section in shown.sections:
        _print_section(section)
    _print_not_known(shown.not_known, "NOT KNOWN")
    typer.echo(f"{NOT_CONFIRMED} In this round: {shown.unverified}.")


def _print_not_known(not_known: Sequence[str], title: str) -> None:
    if not_known:
        typer.echo("\n".join((title, *(f"  - {words}" for words in not_known), "")))


def _print_section(section: Section) -> None:
    """A block per row: tables of long sentences do not fit a terminal."""
    typer.echo(section.title.upper())
    (key, _), *others = section.columns
    for row in section.rows:
        typer.echo(f"  {_first_line(row, key)}")
        for column, heading in others:
            if row[column] and column not in ("label", "title", "value", "year", "areas"):
                typer.echo(f"      {heading}: {row[column]}")
    typer.echo("")


def _first_line(row: Row, key: str) -> str:
    said = [row[key], *(row[name] for name in ("label", "title", "year", "value") if name != key and row.get(name))]
    if row.get("areas"):
        said.append(f"{row['areas']} areas")
    return "  ".join(said) + (f"  [{row['mark']}]" if row["mark"] else "")


def _print_changes(changes: Sequence[Change]) -> None:
    for title, ones in groupby(changes, key=lambda change: change.title):
        typer.echo(title.upper())
        for one in ones:
            mark = f"  [{one.mark}]" if one.mark else ""
            what = f", {one.what}" if one.what else ""
            typer.echo(f"  {one.kind.value:<10} {one.code}  {one.label}{what}{mark}")
            if one.before != one.label and one.kind.value != "new":
                typer.echo(f"             was: {one.before or '(nothing)'}")
            if one.after != one.label and one.kind.value in ("new", "changed"):
                typer.echo(f"             now: {one.after or '(nothing)'}")
        typer.echo("")
