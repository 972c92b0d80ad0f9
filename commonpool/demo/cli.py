"""The invented region on the command line: show it, load it, write its files."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from commonpool.commands import Format, FormatOption, JsonOption, print_json, refuse, wants_json

commands = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="The invented region: fill a database with it, or write its files.",
)


@commands.command()
def load(output: FormatOption = Format.TEXT, as_json: JsonOption = False) -> None:
    """Fill the database with the invented region. Twice is the same as once."""
    is_json = wants_json(output, as_json)
    is_new = _prepare(is_quiet=is_json)
    if is_json:
        print_json({"filled": is_new})
    elif not is_new:
        typer.echo("The invented region is here already.")


@commands.command()
def run(port: Annotated[int, typer.Option(help="The port on 127.0.0.1.")] = 8000) -> None:
    """Prepare everything, print the address and the accounts, and open the site."""
    _prepare()
    from commonpool.demo.region import PASSWORD, email_of, load_region

    region = load_region()
    bodies = {area.council_code: area.council_name for area in region.areas.values()}
    bodies |= {**region.icbs, **{code: trust.name for code, trust in region.trusts.items()}, region.code: region.name}
    typer.echo(f"\nCommonpool is on http://127.0.0.1:{port}/ with the invented region. Stop it with Ctrl-C.")
    typer.echo(f"Sign in with any of these addresses and the password {PASSWORD}:\n")
    for account in region.accounts:
        role = account.role.replace("_", " ")
        typer.echo(f"  {email_of(account.sign_in):32} {account.name}, {role}, {bodies[account.organisation]}")
    typer.echo("")
    sys.stdout.flush()
    # The site stands above this room, so it is started as its own command.
    os.execv(sys.executable, [sys.executable, "-m", "commonpool", "serve", "--port", str(port)])  # noqa: S606


@commands.command()
def export(
    folder: Annotated[Path, typer.Argument(help="Where to write; it is made if it is not there.")],
    output: FormatOption = Format.TEXT,
    as_json: JsonOption = False,
) -> None:
    """Write Wendleshire's plan workbook, income, quarterly actuals and population as files that the commands read."""
    from commonpool.demo.export import export_wendleshire

    written = [str(path) for path in export_wendleshire(folder)]
    if wants_json(output, as_json):
        print_json({"written": written})
    else:
        typer.echo("\n".join(written))


@commands.command()
def study(
    folder: Annotated[Path, typer.Argument(help="Where to write; it is made if it is not there.")],
    output: FormatOption = Format.TEXT,
    as_json: JsonOption = False,
) -> None:
    """Rebuild the study of 16 sites and 40 people, and write Table 1, matrix, agreement, quotations and the rest."""
    is_json = wants_json(output, as_json)
    _prepare(is_quiet=is_json)
    from commonpool.demo.study.filling import the_study
    from commonpool.demo.study.outputs import write_outputs

    made = the_study()
    assert made is not None, "the study is filled with the region"
    written = [path.name for path in write_outputs(made, folder)]
    if is_json:
        print_json({"written": written})
    else:
        typer.echo(f"Wrote {len(written)} files of ‘{made.title}’ into {folder}:\n" + "\n".join(written))


def _prepare(*, is_quiet: bool = False) -> bool:
    """Make the tables and the region, as far as they are not there yet. True where the region is new."""
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    if not settings.COMMONPOOL_DEMO:
        refuse(["The invented region is loaded only with COMMONPOOL_DEMO=1, so that it never mixes with yours."])
    from commonpool.demo.activity import fill_activity
    from commonpool.demo.books import fill_books, has_books
    from commonpool.demo.fill import fill, is_filled
    from commonpool.demo.study.filling import fill_study, invented_areas, invented_region, the_study

    call_command("migrate", verbosity=0, interactive=False)
    is_new = not is_filled()
    if is_new:
        if not is_quiet:
            typer.echo("Inventing a region ...")
        fill(home=settings.COMMONPOOL_HOME)
    if not has_books():
        fill_books()
    fill_activity(settings.COMMONPOOL_HOME)
    if the_study() is None:
        if not is_quiet:
            typer.echo("Interviewing 40 invented people ...")
        fill_study(invented_areas(), invented_region())
    return is_new
