"""Commands of plans: check workbooks, make an empty one, map an unknown layout."""

from __future__ import annotations

import gc
import shutil
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from commonpool.commands import Format, FormatOption, JsonOption, print_json, wants_json

if TYPE_CHECKING:
    from commonpool.plans.workbooks import Asked, FileCheck
    from commonpool.policy.rules import Round

commands = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="Plan workbooks: make an empty one, map an unknown layout."
)
_LONDON = "Europe/London"
_BAR = 30


ForRound = Annotated[str | None, typer.Option("--round", help="The planning round, such as 2023-25.")]
ForArea = Annotated[str | None, typer.Option("--area", help="The area's code or name.")]


def check(
    target: Annotated[Path, typer.Argument(metavar="FILE|DIR", help="A plan workbook, or a folder of them.")],
    round_id: ForRound = None,
    area: ForArea = None,
    year: Annotated[str | None, typer.Option(help="One year of the round; without it, each with any amount.")] = None,
    published: Annotated[Path | None, typer.Option(help="CSV of published amounts; they come first.")] = None,
    mapping: Annotated[Path | None, typer.Option(help="A mapping made by ‘plans map --save’.")] = None,
    annotated: Annotated[Path | None, typer.Option(metavar="OUT.xlsx", help="Your workbook with comments.")] = None,
    output: FormatOption = Format.TEXT,
    as_json: JsonOption = False,
) -> None:
    """Check plan workbooks: every fault by cell, with its cure.

    Ends with 0 where there is no error, 1 with errors, 2 where a file cannot be read as a plan, 64 on wrong usage.
    """
    # A check makes many small things that live until it ends: looking through them for rubbish is wasted time.
    gc.set_threshold(200_000, 50, 50)
    is_json = wants_json(output, as_json)
    asked = _asked(round_id, area, year, published, mapping)
    if target.is_dir():
        if annotated:
            _wrong("--annotated takes one workbook, not a folder.")
        checks = list(_check_folder(target, asked))
        _print_all(checks, is_json=is_json)
        raise typer.Exit(max(one.exit_code for one in checks))
    found = _check_one(target, asked)
    if annotated:
        _annotate(target, found, annotated)
    _print_one(found, is_json=is_json)
    raise typer.Exit(found.exit_code)


@commands.command()
def template(
    round_id: Annotated[str, typer.Argument(metavar="ROUND", help="The planning round, such as 2023-25.")],
    out: Annotated[Path, typer.Argument(metavar="OUT.xlsx", help="The workbook to write.")],
    area: ForArea = None,
    output: FormatOption = Format.TEXT,
    as_json: JsonOption = False,
) -> None:
    """Write an empty plan workbook, filled in where published amounts are known. It is not the official one."""
    from commonpool.plans.template import write_template
    from commonpool.policy.rules import PolicyError

    if out.suffix.casefold() != ".xlsx":
        _wrong(f"‘{out.name}’ does not end with .xlsx. Name the workbook to write.")
    try:
        filled = write_template(_round(round_id), out, area)
    except PolicyError as error:
        _wrong(str(error))
    except OSError as error:
        _wrong(f"{out} cannot be written: {error.strerror}.")
    known = sum(pence is not None for row in filled.income for pence in row.published_pence.values())
    if wants_json(output, as_json):
        print_json({"written": str(out), "round": round_id, "published_amounts": known, "is_official": False})
    else:
        typer.echo(f"Wrote {out}. {known} published amounts were filled in. Not the official workbook.")


@commands.command("map")
def map_layout(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A workbook of unknown layout.")],
    round_id: ForRound = None,
    save: Annotated[Path | None, typer.Option(metavar="MAPPING.yaml", help="Where to keep the mapping.")] = None,
    output: FormatOption = Format.TEXT,
    as_json: JsonOption = False,
) -> None:
    """Show a workbook's sheets and headers, propose which is which field, and keep that for all of its layout."""
    from commonpool.plans.mapping import mapping_of, propose, save_mapping
    from commonpool.plans.printing import mapping_as_text
    from commonpool.sheets import Unreadable, read_workbook

    try:
        workbook = read_workbook(file)
    except Unreadable as unreadable:
        typer.echo("\n".join(map(str, unreadable.findings)), err=True)
        raise typer.Exit(2) from None
    planning_round = _round(round_id) if round_id else _nearest_round(workbook)
    proposals = propose(workbook, planning_round)
    made = mapping_of(proposals, workbook, planning_round)
    where = save_mapping(made, save) if made.sheets else None
    if wants_json(output, as_json):
        print_json({**made.as_data(), "saved_as": str(where) if where else None})
    else:
        typer.echo(mapping_as_text(workbook, planning_round, proposals, where))
    raise typer.Exit(0 if "expenditure" in made.sheets else 1)


def _nearest_round(workbook: Any) -> Round:
    """The round of which most fields are proposed; the latest of equals."""
    from commonpool.plans.mapping import propose
    from commonpool.policy.reading import load_round, round_ids

    rounds = [one for one in map(load_round, reversed(round_ids())) if one.has_template]
    return max(rounds, key=lambda one: sum(found.likeness for found in propose(workbook, one)))


def _asked(
    round_id: str | None, area: str | None, year: str | None, published: Path | None, mapping: Path | None
) -> Asked:
    from zoneinfo import ZoneInfo

    from commonpool.plans.mapping import load_mapping
    from commonpool.plans.workbooks import Asked
    from commonpool.policy.reading import load_published
    from commonpool.policy.rules import PolicyError

    if round_id:
        planning_round = _round(round_id)
        if not planning_round.has_template:
            _wrong(f"{planning_round.label} is known as rules only: no workbook of it can be checked.")
        if year and year not in planning_round.years:
            _wrong(f"‘{year}’ is not a year of {planning_round.label}. Use: {', '.join(planning_round.years)}.")
    try:
        amounts = load_published(published) if published else ()
        own = load_mapping(mapping) if mapping else None
    except PolicyError as error:
        _wrong(str(error))
    return Asked(round_id, area, year, amounts, own, datetime.now(ZoneInfo(_LONDON)).date())


def _round(round_id: str) -> Round:
    from commonpool.policy.reading import load_round
    from commonpool.policy.rules import PolicyError

    try:
        return load_round(round_id)
    except PolicyError as error:
        _wrong(str(error))


def _check_one(target: Path, asked: Asked) -> FileCheck:
    from commonpool.plans.workbooks import check_file
    from commonpool.policy.rules import PolicyError

    try:
        return check_file(target, asked)
    except PolicyError as error:
        _wrong(str(error))


def _check_folder(folder: Path, asked: Asked) -> Iterator[FileCheck]:
    """Each workbook of a folder, with progress on the error channel: a bar on a terminal, else plain lines."""
    from commonpool.plans.workbooks import check_files, workbooks_in
    from commonpool.policy.rules import PolicyError

    paths = workbooks_in(folder)
    if not paths:
        _wrong(f"There is no workbook in {folder}. Give a folder with .xlsx files.")
    try:
        for done, found in enumerate(check_files(paths, asked), start=1):
            _progress(done, len(paths), found)
            yield found
    except PolicyError as error:
        _wrong(str(error))


def _progress(done: int, whole: int, found: FileCheck) -> None:
    from commonpool.plans.printing import counts

    if sys.stderr.isatty():
        filled = "#" * (_BAR * done // whole)
        end = "\n" if done == whole else ""
        sys.stderr.write(f"\r[{filled:<{_BAR}}] {done} of {whole}{end}")
        sys.stderr.flush()
    else:
        typer.echo(f"{done} of {whole}: {found.file}: {counts(found.findings)}", err=True)


def _print_one(found: FileCheck, *, is_json: bool) -> None:
    from commonpool.plans.answers import as_json
    from commonpool.plans.printing import as_text

    if is_json:
        print_json(as_json(found))
    else:
        typer.echo(as_text(found, _width()))


def _print_all(checks: list[FileCheck], *, is_json: bool) -> None:
    from commonpool.plans.answers import as_json
    from commonpool.plans.printing import all_as_text

    if is_json:
        print_json({"files": [as_json(one) for one in checks]})
    else:
        typer.echo(all_as_text(checks, _width()))


def _width() -> int:
    return max(60, min(shutil.get_terminal_size((100, 24)).columns, 110))


def _annotate(source: Path, found: FileCheck, target: Path) -> None:
    """The user's workbook with a comment in each faulty cell; nothing is written for one that could not be read."""
    from commonpool.sheets import annotate

    if found.sheets == 0:
        typer.echo(f"{target} was not written: {source.name} could not be read.", err=True)
        return
    if target.resolve() == source.resolve():
        _wrong("--annotated would write over the workbook itself. Name another file.")
    try:
        annotate(source, found.findings, target, title=f"Findings in {source.name}")
    except OSError as error:
        _wrong(f"{target} cannot be written: {error.strerror}.")
    typer.echo(f"Wrote {target}: your workbook with a comment in each faulty cell.", err=True)


def _wrong(message: str) -> NoReturn:
    raise typer.BadParameter(message)
