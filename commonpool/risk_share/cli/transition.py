"""`commonpool risk-share transition`: double running, what is invested and when it is paid back, month by month."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from commonpool.commands import JsonOption, TableFormat, TableFormatOption, print_json
from commonpool.money import format_pounds
from commonpool.risk_share.cli.contracts import told

if TYPE_CHECKING:
    from commonpool.findings import Finding
    from commonpool.risk_share.rules.transition.plan import Transition
    from commonpool.risk_share.rules.transition.profile import Month, TransitionProfile

_COLUMNS = ("old", "new", "doubled", "one-off", "contingency", "saved", "net", "cumulative")


def transition(
    plan: Annotated[Path, typer.Argument(metavar="TRANSITION.yaml", exists=True, dir_okay=False)],
    output: TableFormatOption = TableFormat.TEXT,
    as_json: JsonOption = False,
) -> None:
    """Lay out a transition from an old service to a new one by month: double running, investment, payback.

    Ends with 0; with 1 where on some day neither service runs; with 2 where the file cannot be used.
    """
    from commonpool.findings import Severity
    from commonpool.risk_share.reading.transitions import read_transition
    from commonpool.risk_share.rules.transition import tables
    from commonpool.risk_share.rules.transition.findings import findings_of
    from commonpool.risk_share.rules.transition.profile import profile_of
    from commonpool.sheets import csv_lines

    stated = told(lambda: read_transition(plan))
    found = profile_of(stated)
    open_points = findings_of(stated, found)
    if as_json or output is TableFormat.JSON:
        print_json(tables.as_json(stated, found, open_points))
    elif output is TableFormat.CSV:
        typer.echo("".join(csv_lines(tables.csv_rows(stated, found))), nl=False)
    else:
        typer.echo("\n".join(_as_text(stated, found, open_points)))
    if any(point.severity is Severity.ERROR for point in open_points):
        raise typer.Exit(1)


def _as_text(plan: Transition, found: TransitionProfile, open_points: Sequence[Finding]) -> Iterator[str]:
    from commonpool.risk_share.rules.transition.tables import headline, money_words

    yield plan.title
    yield from headline(plan, found.whole)
    yield ""
    yield "".join([f"{'':<10}", *(f"{name:>14}" for name in _COLUMNS)])
    yield from (_row(month) for month in found.whole.months)
    yield ""
    for code, profile in found.by_partner.items():
        pays, saves = format_pounds(profile.paid), format_pounds(profile.saved)
        yield f"{plan.name_of(code)} pays {pays} besides the old service and saves {saves}."
        yield f"  {' '.join(money_words(profile))}"
    if plan.steps:
        yield ""
    for step in plan.steps:
        yield f"{step.on}  {step.name} ({plan.name_of(step.accountable) or 'nobody named'})"
    if open_points:
        yield ""
    yield from map(str, open_points)


def _row(month: Month) -> str:
    cells = (month.old, month.new, month.double_running, month.one_off, month.contingency)
    pence = (*cells, month.saved, month.net, month.cumulative)
    return "".join([f"{month.period.label:<10}", *(f"{format_pounds(each, whole=True):>14}" for each in pence)])
