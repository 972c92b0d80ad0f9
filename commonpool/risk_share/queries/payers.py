"""Which partner's money pays for each scheme line of a year: from the books, or from the agreed plan before those."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property

from django.urls import reverse

from commonpool.figures import Figure, How
from commonpool.funds.models import Agreement
from commonpool.ledger.models import Ledger, LedgerLine
from commonpool.ledger.queries.as_at import AsAt
from commonpool.ledger.queries.names import years_of
from commonpool.ledger.queries.report import Report
from commonpool.ledger.rules.accounts import Account
from commonpool.ledger.rules.statements.names import By
from commonpool.money import split_into_pence
from commonpool.periods import FINANCIAL_YEAR
from commonpool.places.models import Organisation
from commonpool.plans.models import Plan, PlanVersion, SchemeLine
from commonpool.policy.reading import load_round
from commonpool.risk_share.queries.lines import agreed_plan, lines_of
from commonpool.risk_share.queries.years import books_for


class Basis(StrEnum):
    """What an amount is that somebody pays."""

    POSTED = "posted"
    BUDGET = "budget"
    PLAN = "plan"

    @property
    def label(self) -> str:
        """In words, for a cell."""
        return {"posted": "posted so far", "budget": "budget in the books", "plan": "agreed plan"}[self]


_COLUMNS: Mapping[Basis, str] = {Basis.POSTED: "net", Basis.BUDGET: "planned"}


@dataclass(frozen=True, slots=True)
class PaidLine:
    """One scheme line with what each body's money pays of it.

    key       under which gains are recorded: (row id of the plan, the line's lasting name)
    paid      row id of a body -> figure in pence, which opens to its entries where it is posted
    nobody    figure of what is spent beyond the partners' money, or planned of a category that no partner pays into;
              None where there is no such amount
    url       the line's own page in the books; "" where there is none
    """

    key: tuple[int, str]
    label: str
    basis: Basis
    paid: Mapping[int, Figure]
    nobody: Figure | None
    url: str


@dataclass(frozen=True)
class PaidYear:
    """Every line of a year. `is_booked` says whether books are open for it; `on` is the day up to which they count."""

    year: str
    years: tuple[str, ...]
    on: date
    is_booked: bool
    lines: tuple[PaidLine, ...]
    plans: Mapping[int, Plan]
    bodies: Mapping[int, Organisation]

    @cached_property
    def runs(self) -> bool:
        """Whether the year has not ended, so that what is posted is a part of it only."""
        return FINANCIAL_YEAR.year(self.year).ends_on >= self.on


def paid_year(agreement: Agreement, on: date, wanted: str = "") -> PaidYear | None:
    """What pays for the lines in a year: the wanted one, else this year, else the last. None without plan and books."""
    ledger = books_for(agreement)
    if ledger is not None and (years := years_of(ledger)):
        return _of_books(agreement, ledger, tuple(years), on, wanted)
    version = agreed_plan(agreement.fund.area)
    return _of_plan(agreement, version, on, wanted) if version else None


def _chosen(years: tuple[str, ...], on: date, wanted: str) -> str:
    current = FINANCIAL_YEAR.label_of(on)
    return wanted if wanted in years else current if current in years else years[-1]


# -- from the books


def _of_books(agreement: Agreement, ledger: Ledger, years: tuple[str, ...], on: date, wanted: str) -> PaidYear:
    year = _chosen(years, on, wanted)
    report = Report(ledger, year, AsAt(min(on, FINANCIAL_YEAR.year(year).ends_on)))
    rounds = {plan.round_id: plan for plan in agreement.fund.area.plans.select_related("area")}
    lines = ledger.lines.filter(stream=agreement.fund) if agreement.fund.parent_id else ledger.lines.all()
    own = [line for line in lines if line.round_id in rounds]
    sums, bodies = _sums(report), _bodies(ledger)
    return PaidYear(
        year,
        years,
        report.day,
        is_booked=True,
        lines=tuple(_booked(report, line, rounds[line.round_id], sums, bodies) for line in own if line.code in sums),
        plans={plan.pk: plan for plan in rounds.values()},
        bodies={body.pk: body for body in bodies.values()},
    )


_Sums = Mapping[str, Mapping[Account, Mapping[str, int]]]


def _sums(report: Report) -> _Sums:
    """line -> account -> partner -> pence of the year; "" is what is nobody's contribution."""
    found: dict[str, dict[Account, dict[str, int]]] = defaultdict(lambda: defaultdict(lambda: defaultdict(int)))
    for cell in report.cells:
        if cell.line and cell.month in report.starts and cell.account in (Account.ALLOCATED, Account.EXPENDITURE):
            source = report.names.sources[cell.source]
            found[cell.line][cell.account]["" if source.is_borrowed else source.partner] += cell.pence
    return found


def _bodies(ledger: Ledger) -> dict[str, Organisation]:
    sources = ledger.sources.select_related("source__partner__organisation")
    partners = [each.source.partner.organisation for each in sources]
    return {body.code: body for body in partners}


def _booked(report: Report, line: LedgerLine, plan: Plan, sums: _Sums, bodies: Mapping[str, Organisation]) -> PaidLine:
    of_line = sums[line.code]
    spent = {code: pence for code, pence in of_line.get(Account.EXPENDITURE, {}).items() if pence}
    basis, paid = (Basis.POSTED, spent) if spent else (Basis.BUDGET, of_line.get(Account.ALLOCATED, {}))
    label = report.names.label(By.LINE, line.code)
    return PaidLine(
        key=(plan.pk, line.line_id),
        label=label,
        basis=basis,
        paid={
            bodies[code].pk: _figure(report, basis, line, code, pence, f"{label}: {bodies[code].name}")
            for code, pence in paid.items()
            if code in bodies and pence
        },
        nobody=Figure(f"{label}: no partner’s money", paid[""], "pence", How.LOOKUP) if paid.get("") else None,
        url=reverse("ledger:line", args=[line.uuid]),
    )


def _figure(report: Report, basis: Basis, line: LedgerLine, partner: str, pence: int, label: str) -> Figure:
    asked = {"column": _COLUMNS[basis], "by": By.LINE.value, "key": line.code}
    return report.also(partner=partner).figure("ledger.amount", f"{label}, {basis.label}", pence, asked)


# -- from the agreed plan, before there are books


def _of_plan(agreement: Agreement, version: PlanVersion, on: date, wanted: str) -> PaidYear:
    years = tuple(load_round(version.plan.round_id).years)
    year = _chosen(years, on, wanted)
    payers = _payers(version, year)
    return PaidYear(
        year,
        years,
        on,
        is_booked=False,
        lines=tuple(_planned(line, version.plan, year, payers) for line in lines_of(version, agreement)),
        plans={version.plan.pk: version.plan},
        bodies={body.pk: body for of_category in payers.values() for body, _ in of_category},
    )


_Payers = Mapping[str, list[tuple[Organisation, int | None]]]


def _payers(version: PlanVersion, year: str) -> _Payers:
    """category -> (who pays it in, how much); None where that is not known."""
    found: dict[str, list[tuple[Organisation, int | None]]] = defaultdict(list)
    for line in version.income_lines.select_related("payer").prefetch_related("years"):
        if line.payer is not None:
            pence = next((each.pence for each in line.years.all() if each.year == year), None)
            found[line.category].append((line.payer, pence))
    return found


def _planned(line: SchemeLine, plan: Plan, year: str, payers: _Payers) -> PaidLine:
    label = f"{line.line_id} {line.scheme_name}".strip()
    pence = next((each.pence for each in line.years.all() if each.year == year), None)
    shared = dict(_shared(pence, payers.get(line.source_category, [])))
    return PaidLine(
        key=(plan.pk, line.line_id),
        label=label,
        basis=Basis.PLAN,
        paid={pk: Figure(f"{label}, {Basis.PLAN.label}", own, "pence", How.LOOKUP) for pk, own in shared.items()},
        nobody=None if shared else Figure(f"{label}: nobody pays into its category", pence, "pence", How.LOOKUP),
        url="",
    )


def _shared(pence: int | None, payers: list[tuple[Organisation, int | None]]) -> Iterator[tuple[int, int | None]]:
    """A line's amount among those who pay into its category, in proportion to what each pays in."""
    weights: dict[int, int] = defaultdict(int)
    for body, paid_in in payers:
        weights[body.pk] += paid_in or 0
    if len(weights) == 1 and pence is not None:
        yield next(iter(weights)), pence
    elif pence is None or not any(weights.values()) or any(paid_in is None for _, paid_in in payers):
        yield from dict.fromkeys(weights).items()
    else:
        yield from split_into_pence(pence, weights).items()
