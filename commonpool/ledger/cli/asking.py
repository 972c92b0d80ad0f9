"""`commonpool ledger statement | trace | explain`: what the books answer, as at any two dates."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Final
from uuid import UUID

import typer

from commonpool.commands import TableFormat, TableFormatOption, print_json, refuse
from commonpool.ledger.cli.books import FundOption, YearOption, day_of, ledger_named, start, year_of
from commonpool.ledger.cli.reports import Grouping, Report, reported
from commonpool.ledger.cli.tables import Answer, print_answer

if TYPE_CHECKING:
    from commonpool.figures import Part
    from commonpool.ledger.models import Ledger
    from commonpool.ledger.queries.as_at import AsAt
    from commonpool.ledger.rules.statements.tracing import Share

NOT_THERE: Final = 1


AsAtOption = Annotated[str, typer.Option("--as-at", help="Count what concerns days up to this one, as 2024-06-30.")]
KnownOption = Annotated[
    str, typer.Option("--known-at", help="Count what was recorded up to this moment, as 2024-07-15T12:00.")
]


def statement(
    report: Annotated[Report, typer.Argument(help="Which report.")] = Report.STATEMENT,
    fund: FundOption = "",
    year: YearOption = "",
    by: Annotated[Grouping, typer.Option(help="What the rows are.")] = Grouping.LINE,
    partner: Annotated[str, typer.Option(help="Only the sources of this partner, by its code.")] = "",
    as_at: AsAtOption = "",
    known_at: KnownOption = "",
    output: TableFormatOption = TableFormat.TEXT,
) -> None:
    """Planned, committed, spent and forecast; or another report of the year, as at any two dates."""
    start()
    from commonpool.ledger.errors import LedgerError

    ledger = ledger_named(fund)
    when = _as_at(as_at, known_at)
    asked = year_of(year, when.day)
    try:
        print_answer(reported(report, ledger, asked, when, by, partner), output)
    except LedgerError as refused:
        refuse([str(refused)])


def _as_at(day: str, moment: str) -> AsAt:
    from django.utils import timezone

    from commonpool.ledger.queries.as_at import AsAt

    known = None
    if moment:
        try:
            known = datetime.fromisoformat(moment)
        except ValueError:
            refuse([f"‘{moment}’ is not a moment. Write it as 2024-07-15T12:00."])
        known = known if known.tzinfo else timezone.make_aware(known)
    return AsAt(day_of(day) if day else timezone.localdate(), known)


def trace(
    source: Annotated[str, typer.Option(help="Follow this source forward to providers.")] = "",
    entry: Annotated[str, typer.Option(help="Follow this entry, by its key or id, back to what came in.")] = "",
    fund: FundOption = "",
    as_at: AsAtOption = "",
    known_at: KnownOption = "",
    output: TableFormatOption = TableFormat.TEXT,
) -> None:
    """Follow money: from a source forward to providers, or from a payment back to its sources."""
    if bool(source) == bool(entry):
        refuse(["Say either --source, to follow money forward, or --entry, to follow a payment back."])
    start()
    ledger, when = ledger_named(fund), _as_at(as_at, known_at)
    print_answer(_forward(ledger, when, source) if source else _back(ledger, when, entry), output)


def _forward(ledger: Ledger, when: AsAt, source: str) -> Answer:
    from commonpool.ledger.cli.books import source_named
    from commonpool.ledger.queries.tracing import trace_forward

    found = trace_forward(ledger, when, source_named(ledger, source).code)
    rows = [(row.source, row.pool, row.line, row.provider, row.pence) for row in found.spent]
    rows += [(row.source, row.pool, "still held", "", row.held_pence) for row in found.pools if row.held_pence]
    return Answer(f"Where {source} went", "", ("source", "pool", "line", "provider", "amount_pence"), rows)


def _back(ledger: Ledger, when: AsAt, named: str) -> Answer:
    from commonpool.ledger.models import Entry
    from commonpool.ledger.queries.tracing import trace_back

    try:
        found = trace_back(ledger, when, _id_or_key(named))
    except Entry.DoesNotExist:
        refuse([f"No entry is called ‘{named}’ as far as was known then. Give its key or its id."], NOT_THERE)
    rows = [
        (*_of(origin.share), receipt.key, receipt.happened_on.isoformat(), -receipt.pence)
        for origin in found.origins
        for receipt in origin.receipts
    ]
    way = " ← ".join(entry.key for entry in found.chain)
    columns = ("source", "amount_pence", "percent", "receipt", "received_on", "received_pence")
    return Answer(f"Where {named} came from", f"{way}. Drawn by {found.policy or 'no policy'}.", columns, rows)


def _of(share: Share) -> tuple[str, int, str]:
    whole, hundredths = divmod(share.hundredths, 100)
    return share.source, share.pence, f"{whole}.{hundredths:02d}"


def _id_or_key(named: str) -> UUID | str:
    try:
        return UUID(named)
    except ValueError:
        return named


def explain(
    question: Annotated[str, typer.Argument(help="A registered question, such as ledger.amount; ‘list’ lists them.")],
    arguments: Annotated[list[str] | None, typer.Argument(metavar="NAME=VALUE ...", help="Its arguments.")] = None,
    fund: FundOption = "",
    as_at: AsAtOption = "",
    known_at: KnownOption = "",
    steps: Annotated[int, typer.Option(min=0, max=3, help="How many steps to open.")] = 2,
    output: TableFormatOption = TableFormat.TEXT,
) -> None:
    """Open a figure to its parts, down to the entries that make it."""
    start()
    from commonpool.figures import QuestionError, find_question, question_names

    known = [name for name in question_names() if name.startswith("ledger.")]
    if question == "list":
        typer.echo("\n".join(known))
        return
    when = _as_at(as_at, known_at)
    given: dict[str, Any] = {"ledger": ledger_named(fund).uuid, "as_at": when.day, "known_at": when.known_at}
    given |= dict(part.partition("=")[::2] for part in arguments or [])
    try:
        # The command line belongs to whoever runs the site: it may see all that the database holds.
        asked = find_question(question if question in known else f"ledger.{question}")
        figure = asked.answer(**given)
    except (QuestionError, TypeError) as wrong:
        refuse([f"{wrong} There are: {', '.join(known)}."])
    if output is TableFormat.JSON:
        print_json(_as_json(figure, steps))
    else:
        rows = list(_opened(figure, 0, steps))
        print_answer(Answer(figure.label, "", ("part", "amount_pence", "where"), rows), output)


def _as_json(part: Part, steps: int) -> dict[str, object]:
    from commonpool.figures import Figure

    said: dict[str, object] = {"label": part.label, "value": None if part.value is None else str(part.value)}
    said |= {"unit": part.unit, "source": getattr(part, "source", "")}
    if isinstance(part, Figure):
        said |= {"how": part.how.value, "unknown": part.unknown}
        if steps:
            said["parts"] = [_as_json(each, steps - 1) for each in part.parts]
    return said


def _opened(part: Part, depth: int, steps: int) -> list[tuple[str, int | None, str]]:
    from commonpool.figures import Figure

    value = None if part.value is None else int(part.value)
    rows = [(f"{'  ' * depth}{part.label}", value, getattr(part, "source", ""))]
    if isinstance(part, Figure) and depth < steps:
        for each in part.parts:
            rows += _opened(each, depth + 1, steps)
    return rows
