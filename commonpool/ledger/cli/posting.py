"""`commonpool ledger post`: one event into the books."""

from __future__ import annotations

from typing import Annotated, Any, Final

import typer

from commonpool.commands import TableFormat, TableFormatOption, print_json, refuse
from commonpool.ledger.cli.books import (
    FundOption,
    PoolOption,
    day_of,
    ledger_named,
    line_named,
    pence_of,
    pool_named,
    source_named,
    start,
)

KINDS: Final = ("invoice", "accrue", "actual", "pay_direct", "income", "cash", "pay", "refund", "transfer")
ON_A_LINE: Final = ("invoice", "accrue", "actual", "pay_direct")
REFUSED: Final = 1


def post(
    kind: Annotated[str, typer.Argument(help=f"One of: {', '.join(KINDS)}.")],
    amount: Annotated[str, typer.Argument(help="Plain pounds, such as 1234.50.")],
    on: Annotated[str, typer.Option("--on", help="The day it concerns, as 2024-06-30.")],
    fund: FundOption = "",
    pool: PoolOption = "",
    line: Annotated[str, typer.Option(help="The scheme line's id.")] = "",
    source: Annotated[str, typer.Option(help="Whose cash came, or who paid itself: the source's code.")] = "",
    to_pool: Annotated[str, typer.Option(help="The pool that a transfer goes to.")] = "",
    of: Annotated[str, typer.Option(help="The key of the entry that is paid, reversed or cleared.")] = "",
    reference: Annotated[str, typer.Option(help="The document's own number: the same twice posts once.")] = "",
    provider: Annotated[str, typer.Option(help="A registered organisation's code, never a person's name.")] = "",
    reason: Annotated[str, typer.Option(help="Why, for what takes money back.")] = "",
    output: TableFormatOption = TableFormat.TEXT,
) -> None:
    """Post one event and show which sources it drew on. Ends with 0 posted, 1 refused, 64 on wrong usage."""
    if kind not in KINDS:
        refuse([f"‘{kind}’ is not posted here. Use one of: {', '.join(KINDS)}."])
    start()
    from django.utils import timezone

    from commonpool.ledger.errors import LedgerError

    said = {"line": line, "source": source, "to_pool": to_pool, "of": of, "reference": reference}
    said |= {"provider": provider, "reason": reason, "pool": pool}
    ledger = ledger_named(fund)
    who = {"actor": None, "at": timezone.now(), "ledger": ledger, "pence": pence_of(amount), "on": day_of(on)}
    try:
        split = _posted(kind, who, said)
    except LedgerError as refused:
        refuse([str(refused)], REFUSED)
    _print(split, output)


def _posted(kind: str, who: dict[str, Any], said: dict[str, str]) -> dict[str, int]:
    """The event, posted; source -> pence."""
    from commonpool.ledger.actions import contributing, spending
    from commonpool.ledger.rules.events import Kind

    ledger, reference = who["ledger"], said["reference"]
    if kind == "pay":
        return dict(spending.pay(**who, of=said["of"], reference=reference).split)
    if kind == "refund":
        return dict(spending.credit(**who, of=said["of"], reference=reference, why=said["reason"]).split)
    pool = pool_named(ledger, said["pool"])
    if kind == "transfer":
        receiver = pool_named(ledger, said["to_pool"])
        return dict(spending.transfer(**who, giver=pool, receiver=receiver, reference=reference).split)
    if kind == "cash":
        source = source_named(ledger, said["source"])
        return dict(contributing.receive_cash(**who, pool=pool, source=source, reference=reference).split)
    line = line_named(ledger, said["line"])
    if kind in ON_A_LINE:
        more: dict[str, Any] = {name: said[name] for name in ("provider", "of", "source")}
        return dict(spending.spend(**who, kind=Kind(kind), pool=pool, line=line, reference=reference, **more).split)
    spending.client_income(**who, pool=pool, line=line, reference=reference)
    return {}


def _print(split: dict[str, int], output: TableFormat) -> None:
    from commonpool.money import format_pounds

    if output is TableFormat.JSON:
        print_json({"split_pence": split})
    elif output is TableFormat.CSV:
        from commonpool.ledger.cli.printing import print_csv

        print_csv([["source", "pence"], *split.items()])
    else:
        for source, pence in split.items():
            typer.echo(f"{source:<44} {format_pounds(pence):>20}")
