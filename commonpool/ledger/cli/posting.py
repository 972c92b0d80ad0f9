"""`commonpool ledger open` and `post`: books begun, and one event at a time put into them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from commonpool.commands import TableFormat, TableFormatOption, refuse
from commonpool.ledger.cli.books import (
    FundOption,
    PoolOption,
    YearOption,
    day_of,
    ledger_named,
    line_named,
    pence_of,
    pool_named,
    source_named,
    start,
    year_of,
)
from commonpool.ledger.cli.tables import Answer, print_answer

if TYPE_CHECKING:
    from commonpool.ledger.models import Ledger

ON_A_LINE: Final = ("invoice", "accrue", "actual", "pay_direct")
AT_YEAR_END: Final = ("cover", "settle", "carry_forward", "give_back", "pay_back")
KINDS: Final = (*ON_A_LINE, "income", "due", "cash", "pay", "refund", "transfer", "reclassify", *AT_YEAR_END)
WITHOUT_AMOUNT: Final = ("due", "cover", "settle")
REFUSED: Final = 1


def open_books(
    fund: Annotated[str, typer.Argument(help="The pooled fund: its name or id.")],
    year: YearOption = "",
) -> None:
    """Open the books of a pooled fund for a year, with the lines, sources and budget of its agreed plan."""
    start()
    from django.utils import timezone

    from commonpool.funds.models import PooledFund
    from commonpool.ledger.actions.budgeting import adopt_plan
    from commonpool.ledger.actions.opening import open_ledger, open_year
    from commonpool.ledger.errors import LedgerError
    from commonpool.plans.models import PlanVersion

    found = [each for each in PooledFund.objects.all() if fund in (each.name, str(each.uuid))]
    if len(found) != 1:
        refuse(
            [f"{len(found) or 'No'} pooled fund{'s are' if len(found) > 1 else ' is'} called ‘{fund}’. Give its id."]
        )
    now, asked = timezone.now(), year_of(year, timezone.localdate())
    try:
        ledger = open_ledger(actor=None, at=now, fund=found[0], year=asked)
        open_year(actor=None, at=now, ledger=ledger, year=asked)
    except LedgerError as refused:
        refuse([str(refused)], REFUSED)
    agreed = PlanVersion.objects.filter(plan__area=found[0].area, state=PlanVersion.State.AGREED)
    budgets = sum(adopt_plan(version=version, at=now) for version in agreed)
    typer.echo(
        f"The books of {found[0].name} are open for {asked}; {budgets} budget entries came from the agreed plan."
    )


@dataclass(frozen=True, slots=True)
class Said:
    """What `post` was told besides who, when and how much."""

    pool: str = ""
    line: str = ""
    source: str = ""
    to_pool: str = ""
    to_source: str = ""
    of: str = ""
    reference: str = ""
    provider: str = ""
    reason: str = ""
    category: str = ""
    shares: Sequence[str] = ()


def post(
    kind: Annotated[str, typer.Argument(help=f"One of: {', '.join(KINDS)}.")],
    amount: Annotated[str, typer.Argument(help="Plain pounds, such as 1234.50; not for due, cover and settle.")] = "",
    on: Annotated[str, typer.Option("--on", help="The day it concerns, as 2024-06-30.")] = "",
    fund: FundOption = "",
    pool: PoolOption = "",
    line: Annotated[str, typer.Option(help="The scheme line's id.")] = "",
    source: Annotated[str, typer.Option(help="The source's code, where one is meant.")] = "",
    to_pool: Annotated[str, typer.Option(help="The pool that a transfer goes to.")] = "",
    to_source: Annotated[str, typer.Option(help="The source that spend is moved to.")] = "",
    of: Annotated[str, typer.Option(help="The key of the entry that is paid, reversed or cleared.")] = "",
    reference: Annotated[str, typer.Option(help="The document's own number: the same twice posts once.")] = "",
    provider: Annotated[str, typer.Option(help="A registered organisation's code, never a person's name.")] = "",
    reason: Annotated[str, typer.Option(help="Why, for what takes money back.")] = "",
    category: Annotated[str, typer.Option(help="The income category that is covered or settled.")] = "",
    share: Annotated[list[str] | None, typer.Option(help="PARTNER=POUNDS of a settled overspend; repeat it.")] = None,
    output: TableFormatOption = TableFormat.TEXT,
) -> None:
    """Post one event and show which sources it moved. Ends with 0 posted, 1 refused, 64 on wrong usage.

    due posts all that has fallen due by the day; cover lets the host's advance carry what no source covers of a
    category; settle posts partners' shares of that, as given.
    """
    if kind not in KINDS:
        refuse([f"‘{kind}’ is not posted here. Use one of: {', '.join(KINDS)}."])
    start()
    from django.utils import timezone

    from commonpool.ledger.errors import LedgerError

    said = Said(pool, line, source, to_pool, to_source, of, reference, provider, reason, category, tuple(share or ()))
    who: dict[str, Any] = {"actor": None, "at": timezone.now(), "ledger": ledger_named(fund)}
    day = day_of(on)
    try:
        if kind in WITHOUT_AMOUNT:
            split = _without_amount(kind, who, day, said)
        else:
            split = _posted(kind, {**who, "pence": pence_of(amount), "on": day}, said)
    except LedgerError as refused:
        refuse([str(refused)], REFUSED)
    rows = sorted(split.items())
    print_answer(Answer(f"{kind}, {day:%-d %B %Y}", "", ("source", "amount_pence"), rows), output)


def _without_amount(kind: str, who: dict[str, Any], day: date, said: Said) -> Mapping[str, int]:
    from commonpool.ledger.actions import contributing, yearend

    if kind == "due":
        before = _due(who["ledger"])
        contributing.post_due(**who, up_to=day)
        after = _due(who["ledger"])
        return {source: pence - before.get(source, 0) for source, pence in after.items() if pence != before.get(source)}
    more: dict[str, Any] = {"pool": pool_named(who["ledger"], said.pool), "for_category": said.category, "on": day}
    if kind == "cover":
        return {said.category: yearend.cover_unfunded(**who, **more)}
    shares = {partner: pence_of(pounds) for partner, _, pounds in (each.partition("=") for each in said.shares)}
    return yearend.settle_overspend(**who, **more, shares=shares)


def _due(ledger: Ledger) -> dict[str, int]:
    """source -> what has been posted as contribution."""
    from commonpool.ledger.models import Balance
    from commonpool.ledger.rules.accounts import Account

    rows = Balance.objects.filter(pool__ledger=ledger, account=Account.CONTRIBUTION)
    return {code: -pence for code, pence in rows.values_list("source__code", "pence")}


def _posted(kind: str, who: dict[str, Any], said: Said) -> Mapping[str, int]:
    """The event, posted; source -> pence."""
    from commonpool.ledger.actions import contributing, spending
    from commonpool.ledger.rules.events import Kind

    ledger: Ledger = who["ledger"]
    if kind == "pay":
        return spending.pay(**who, of=said.of, reference=said.reference).split
    if kind == "refund":
        return spending.credit(**who, of=said.of, reference=said.reference, why=said.reason).split
    pool = pool_named(ledger, said.pool)
    if kind == "transfer":
        receiver = pool_named(ledger, said.to_pool)
        return spending.transfer(**who, giver=pool, receiver=receiver, reference=said.reference).split
    if kind in ("cash", *AT_YEAR_END):
        source = source_named(ledger, said.source)
        if kind == "cash":
            return contributing.receive_cash(**who, pool=pool, source=source, reference=said.reference).split
        _at_year_end(kind, {**who, "pool": pool, "source": source})
        return {source.code: who["pence"]}
    line = line_named(ledger, said.line)
    if kind in ON_A_LINE:
        more: dict[str, Any] = {"provider": said.provider, "of": said.of, "source": said.source}
        return spending.spend(**who, kind=Kind(kind), pool=pool, line=line, reference=said.reference, **more).split
    if kind == "reclassify":
        taken, charged = source_named(ledger, said.source).code, source_named(ledger, said.to_source).code
        spending.reclassify(**who, pool=pool, line=line, from_source=taken, to_source=charged, why=said.reason)
        return {taken: -who["pence"], charged: who["pence"]}
    spending.client_income(**who, pool=pool, line=line, reference=said.reference)
    return {}


def _at_year_end(kind: str, given: dict[str, Any]) -> None:
    from commonpool.ledger.actions import yearend

    step: Any = {
        "carry_forward": yearend.carry_forward,
        "give_back": yearend.give_back,
        "pay_back": yearend.pay_back,
    }[kind]
    step(**given)
