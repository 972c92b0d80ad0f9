"""What the commands of the books share: which ledger, pool, line, year and day somebody means."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from commonpool.commands import refuse

if TYPE_CHECKING:
    from commonpool.ledger.models import Ledger, LedgerLine, LedgerSource, Pool

FundOption = Annotated[str, typer.Option("--fund", help="The pooled fund by name or id, where there are several.")]
PoolOption = Annotated[str, typer.Option("--pool", help="The pool's code.")]
YearOption = Annotated[str, typer.Option("--year", help="The financial year, as 2024-25; without it, this one.")]


def start() -> None:
    """Start Django, for a command that needs the database."""
    import django

    django.setup()


def ledger_named(fund: str) -> Ledger:
    """The books of a fund by its name or id, or the only ones. Ends the command where that is not one ledger."""
    from commonpool.ledger.models import Ledger

    every = list(Ledger.objects.select_related("fund__area").order_by("fund__name"))
    found = [each for each in every if not fund or fund in (str(each.fund.uuid), str(each.uuid), each.fund.name)]
    if len(found) != 1:
        there = "; ".join(each.fund.name for each in every) or "none yet: open one on the page of its area"
        what = f"No ledger is called ‘{fund}’." if fund and not found else "Say which ledger with --fund."
        _wrong(f"{what} There are: {there}.")
    return found[0]


def pool_named(ledger: Ledger, code: str) -> Pool:
    """The ledger's pool of that code, or its first. Ends the command where there is none."""
    pools = {pool.code: pool for pool in ledger.pools.order_by("pk")}
    if code and code not in pools:
        _wrong(f"This ledger has no pool ‘{code}’. It has: {', '.join(pools)}.")
    return pools[code] if code else next(iter(pools.values()))


def line_named(ledger: Ledger, text: str) -> LedgerLine:
    """A scheme line by its code or its id in the plan. Ends the command where that is not one line."""
    found = [line for line in ledger.lines.all() if text in (line.code, line.line_id)]
    if len(found) != 1:
        there = ", ".join(ledger.lines.values_list("code", flat=True)[:20])
        _wrong(f"‘{text}’ names {len(found) or 'no'} line{'s' * (len(found) != 1)} of this ledger. It has: {there}.")
    return found[0]


def source_named(ledger: Ledger, code: str) -> LedgerSource:
    """A source by its code. Ends the command where there is none."""
    found = ledger.sources.filter(code=code).first()
    if found is None:
        there = ", ".join(ledger.sources.values_list("code", flat=True))
        _wrong(f"This ledger has no source ‘{code}’. It has: {there}.")
    return found


def year_of(text: str, on: date) -> str:
    """The year asked for, or that of the day. Ends the command where it is none."""
    from commonpool.periods import FINANCIAL_YEAR, PeriodError

    try:
        return FINANCIAL_YEAR.year(text).label if text else FINANCIAL_YEAR.label_of(on)
    except PeriodError as error:
        _wrong(str(error))


def day_of(text: str) -> date:
    """A day typed as 2024-06-30. Ends the command where it is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        _wrong(f"‘{text}’ is not a date. Write it as 2024-06-30.")


def pence_of(text: str) -> int:
    """Plain pounds above zero as pence. Ends the command, saying why, for anything else."""
    from commonpool.money import AmountError, pence_from_text

    if any(sign in text for sign in "£€$"):
        _wrong(f"‘{text}’ has a currency sign. Write plain pounds, such as 1234.50.")
    try:
        pence = pence_from_text(text)
    except AmountError as error:
        _wrong(f"‘{text}’ {error}. Write plain pounds, such as 1234.50.")
    if pence <= 0:
        _wrong(f"‘{text}’ is not above zero. To take money back use the kind ‘refund’ with --of and --reason.")
    return pence


def _wrong(said: str) -> NoReturn:
    refuse([said])
