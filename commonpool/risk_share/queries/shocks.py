"""What a shock meets on the site: the newest agreed plan, what the books say so far, the contract in force."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from functools import cache

from commonpool.funds.models import Agreement
from commonpool.ledger.models import Ledger
from commonpool.ledger.queries.as_at import AsAt
from commonpool.ledger.queries.balances import contributions
from commonpool.ledger.queries.names import years_of
from commonpool.ledger.queries.statements import statement
from commonpool.ledger.rules.statements.names import By
from commonpool.money import split_into_pence
from commonpool.periods import Calendar, Period
from commonpool.places.models import Organisation
from commonpool.plans.contents import content_of
from commonpool.plans.models import IncomeLine, PlanVersion, SchemeLine
from commonpool.plans.rules import PlanContent
from commonpool.plans.rules.sums import years_with_amounts
from commonpool.policy.reading import load_round
from commonpool.policy.rules import Round
from commonpool.risk_share.models import ContractVersion
from commonpool.risk_share.queries.contracts import in_force_on, terms_of
from commonpool.risk_share.queries.lines import agreed_plan, plan_lines
from commonpool.risk_share.reading.contracts import NotAContract
from commonpool.risk_share.rules.errors import ContractError
from commonpool.risk_share.rules.settling import Settlement, settle
from commonpool.risk_share.rules.shocks import NO_BOOKS, Setting, Shock, Shocked, SoFar, apply


@dataclass(frozen=True, slots=True)
class Ground:
    """An area's newest agreed plan in one year. `books` are those that have this year open; () where none have."""

    version: PlanVersion
    round: Round
    content: PlanContent
    year: str
    years: tuple[str, ...]
    books: tuple[Ledger, ...]
    income: tuple[IncomeLine, ...]
    lines: tuple[SchemeLine, ...]
    on: date

    @property
    def months(self) -> tuple[Period, ...]:
        """The twelve months of the year."""
        return Calendar(self.round.first_month).periods(self.year)

    @property
    def notices(self) -> dict[int, int]:
        """Place of an income row -> days of notice that the plan records."""
        return {at: line.notice_days for at, line in enumerate(self.income) if line.notice_days is not None}


def ground_of(area: Organisation, on: date, year: str = "") -> Ground | None:
    """The plan that shocks meet; None where no plan is agreed. `year` "" takes this year, or the plan's last."""
    version = agreed_plan(area)
    if version is None:
        return None
    round_ = load_round(version.plan.round_id)
    content = content_of(version)
    years = years_with_amounts(content, round_.years) or round_.years[-1:]
    current = Calendar(round_.first_month).label_of(on)
    taken = next((each for each in (year, current) if each in years), years[-1])
    books = [each for each in Ledger.objects.filter(fund__area=area).select_related("fund") if taken in years_of(each)]
    return Ground(
        version,
        round_,
        content,
        taken,
        years,
        tuple(books),
        tuple(version.income_lines.select_related("payer").order_by("position")),
        tuple(version.scheme_lines.order_by("position")),
        on,
    )


def shocked(ground: Ground, shocks: Sequence[Shock], first: tuple[int, ...] = ()) -> Shocked:
    """The plan after shocks, as from what the books say. Raises ContractError for what the plan does not have."""
    setting = Setting(ground.year, books_so_far(ground), ground.notices, first)
    return apply(ground.content, ground.round, shocks, setting, today=ground.on)


def books_so_far(ground: Ground) -> Callable[[int], SoFar]:
    """Number of a month -> what had come in and gone out before it, by the books, as far as they reach today."""

    @cache
    def so_far(month: int) -> SoFar:
        day = min(ground.on, ground.months[month].starts_on - timedelta(days=1))
        if not ground.books or day < ground.months[0].starts_on:
            return NO_BOOKS
        over = sum(each.ends_on <= day for each in ground.months)
        return SoFar(over, _paid(ground, day), _spent(ground, day))

    return so_far


def _paid(ground: Ground, day: date) -> dict[int, int]:
    """What fell due or came by a day: what is due is owed, whoever stops paying afterwards."""
    rows: dict[tuple[str, str], list[int]] = defaultdict(list)
    for at, line in enumerate(ground.income):
        if line.payer is not None:
            rows[line.category, line.payer.code].append(at)
    paid: dict[int, int] = {}
    for ledger in ground.books:
        for each in contributions(ledger, ground.year, AsAt(day)):
            category, _, _ = each.source.partition(":")
            places = rows.get((category, each.partner), [])
            paid |= _among(max(each.due_pence, each.received_pence), places, ground)
    return paid


def _among(pence: int, places: Iterable[int], ground: Ground) -> dict[int, int]:
    """What one source brought among the rows of the plan that promise it, by what each promises."""
    promised = {at: max(0, ground.content.income[at].pence.get(ground.year) or 0) for at in places}
    return split_into_pence(pence, promised) if any(promised.values()) else {}


def _spent(ground: Ground, day: date) -> dict[int, int]:
    places = {line.uuid: at for at, line in enumerate(ground.lines)}
    spent: dict[int, int] = {}
    for ledger in ground.books:
        own = {line.code: places[line.plan_line] for line in ledger.lines.all() if line.plan_line in places}
        spent |= dict.fromkeys(own.values(), 0)
        for row in statement(ledger, ground.year, AsAt(day), By.LINE).rows:
            if row.key in own:
                spent[own[row.key]] = row.net_pence
    return spent


@dataclass(frozen=True, slots=True)
class Borne:
    """What the contract in force makes of a shortfall that is spent all the same; or in words why nothing.

    assumed  measures of which no result is known: taken as met in full
    """

    version: ContractVersion | None = None
    names: tuple[tuple[str, int], ...] = ()
    settlement: Settlement | None = None
    why_not: str = ""
    assumed: tuple[str, ...] = ()


def borne(agreement: Agreement, ground: Ground, found: Shocked) -> Borne:
    """Who would pay if every line went on spending and its loss were settled as an overspend of the year."""
    version = in_force_on(agreement, ground.months[-1].ends_on)
    if version is None:
        return Borne(why_not="No contract is in force, so nobody has agreed who bears it.")
    if any(line.lost_pence is None for line in found.lines):
        return Borne(version, why_not="What some lines lose is not known, so nothing can be settled.")
    lost = {ground.lines[line.at].line_id: line.lost_pence or 0 for line in found.lines}
    try:
        planned, contract = plan_lines(agreement, ground.on), terms_of(version)
        lines = [replace(line, variance_pence=lost.get(line.code, 0)) for line in (planned.lines if planned else ())]
        settlement = settle(contract, lines, dict.fromkeys(contract.measures, Fraction(1)))
    except (NotAContract, ContractError) as refused:
        return Borne(version, why_not=str(refused))
    names = tuple((contract.name_of(code), pence) for code, pence in settlement.bears_pence.items())
    return Borne(version, names, settlement, assumed=tuple(contract.measures.values()))
