"""`commonpool ledger import`: a partner's export into the books."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from commonpool.commands import TableFormat, TableFormatOption, print_json, refuse
from commonpool.ledger.cli.books import FundOption, PoolOption, YearOption, ledger_named, pool_named, start, year_of

if TYPE_CHECKING:
    from commonpool.funds.models import Partner
    from commonpool.ledger.models import Import, Ledger
    from commonpool.ledger.rules.extracts import ColumnMapping

ERRORS: Final = 1
UNREADABLE: Final = 2


def import_file(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A partner's export, CSV or .xlsx.")],
    partner: Annotated[str, typer.Option(help="The code of the partner whose ledger it is from.")],
    fund: FundOption = "",
    pool: PoolOption = "",
    year: YearOption = "",
    mapping: Annotated[
        Path | None, typer.Option(help="How its columns are read, as YAML; kept for the partner's next file.")
    ] = None,
    look: Annotated[bool, typer.Option("--look", help="Show what would post; post nothing.")] = False,
    output: TableFormatOption = TableFormat.TEXT,
) -> None:
    """Bring a partner's ledger export into the books: whole or not at all, and only what is not there yet.

    Ends with 0 where it was posted (or looked at without an error), 1 with errors, 2 where it cannot be read.
    """
    start()
    from django.utils import timezone

    from commonpool.ledger.actions import importing
    from commonpool.ledger.errors import LedgerError

    ledger = ledger_named(fund)
    body = _partner(ledger, partner)
    if mapping is not None:
        read = _mapping_from(mapping)
        importing.save_mapping(actor=None, at=timezone.now(), ledger=ledger, partner=body, mapping=read)
    if not file.is_file():
        refuse([f"There is no file {file}. Check its name and place."], UNREADABLE)
    with file.open("rb") as content:
        held = importing.receive_file(
            actor=None,
            at=timezone.now(),
            ledger=ledger,
            partner=body,
            pool=pool_named(ledger, pool),
            year=year_of(year, timezone.localdate()),
            file_name=file.name,
            chunks=iter(lambda: content.read(1 << 20), b""),
        )
    seen = importing.look_at(held)
    held = importing.keep_look(held=held, look=seen, at=timezone.now())
    try:
        if not seen.has_errors and not look:
            held = importing.post_import(actor=None, at=timezone.now(), held=held)
        elif held.state == held.State.PREVIEWED:
            held = importing.leave_import(actor=None, at=timezone.now(), held=held)
    except LedgerError as refused:
        refuse([str(refused)], ERRORS)
    _print(held, output)
    raise typer.Exit(UNREADABLE if held.state == held.State.REFUSED else ERRORS if seen.has_errors else 0)


def _partner(ledger: Ledger, code: str) -> Partner:
    partners = {each.organisation.code: each for each in ledger.fund.partners.select_related("organisation")}
    if code not in partners:
        refuse([f"‘{code}’ is no partner of {ledger.fund}. Its partners are: {', '.join(sorted(partners))}."])
    return partners[code]


def _mapping_from(path: Path) -> ColumnMapping:
    import yaml

    from commonpool.ledger.rules.extracts import ColumnMapping, MappingError

    try:
        return ColumnMapping.from_data(yaml.safe_load(path.read_text(encoding="utf-8")))
    except MappingError as wrong:
        refuse([f"{path}: {fault}" for fault in wrong.faults])
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        refuse([f"{path} is no mapping that can be read: {str(error).splitlines()[0]}"])


def _print(held: Import, output: TableFormat) -> None:
    from commonpool.ledger.queries.imports import said_of
    from commonpool.money import format_pounds

    summary = {key: value for key, value in held.summary.items() if key != "preview"}
    if output is TableFormat.JSON:
        print_json({"file": held.file_name, "state": held.state, **summary, "findings": held.findings})
        return
    for found in held.findings:
        place = ", cell ".join(part for part in (found["sheet"], found["cell"]) if part)
        said = f"{found['severity'].upper()} {found['problem']} {found['fix']}"
        typer.echo(f"{place}: {said}" if place else said)
    if held.state == held.State.LEFT:
        moved = format_pounds(summary["movement_pence"])
        typer.echo(f"{held.file_name}: nothing was posted. {summary['to_post']:,} amounts would post, {moved} in all.")
    else:
        typer.echo(f"{held.file_name}: {said_of(held)}")
