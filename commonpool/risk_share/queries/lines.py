"""The plan's lines as a contract reads them: budget, source, NHS share, who commissions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from commonpool.funds import queries as funds
from commonpool.funds.models import Agreement
from commonpool.periods import FINANCIAL_YEAR
from commonpool.places.models import Organisation
from commonpool.plans.models import PlanVersion, SchemeLine
from commonpool.policy.reading import load_round
from commonpool.risk_share.queries.access import partners_of, providers_that_sign
from commonpool.risk_share.queries.contracts import code_of
from commonpool.risk_share.rules.settling import LineVariance
from commonpool.risk_share.rules.starting import StartPartner

COUNCILS = (Organisation.Kind.UPPER_TIER, Organisation.Kind.LOWER_TIER)
COMMISSIONERS: Mapping[str, tuple[str, ...]] = {"LA": COUNCILS, "NHS": (Organisation.Kind.ICB,)}


@dataclass(frozen=True, slots=True)
class PlanLines:
    """The lines of an agreed plan in one year.

    unknown  lines whose amount is not known, which are not counted; nor are credits, on which nothing can be lost
    """

    version: PlanVersion
    year: str
    lines: tuple[LineVariance, ...]
    names: Mapping[str, str]
    unknown: tuple[str, ...]

    @property
    def budget_pence(self) -> int:
        """What the known lines come to."""
        return sum(line.budget_pence for line in self.lines)


def agreed_plan(area: Organisation) -> PlanVersion | None:
    """The area's newest agreed plan; None where none is agreed."""
    agreed = PlanVersion.objects.filter(plan__area=area, state=PlanVersion.State.AGREED)
    return agreed.select_related("plan__area").order_by("-plan__round_id").first()


def plan_lines(agreement: Agreement, on: date) -> PlanLines | None:
    """The lines of the agreement's fund in the newest agreed plan; None where no plan is agreed."""
    version = agreed_plan(agreement.fund.area)
    if version is None:
        return None
    year = _year(version, on)
    bodies = partners_of(agreement, on)
    rows = [
        (line, next((each.pence for each in line.years.all() if each.year == year), None))
        for line in lines_of(version, agreement)
    ]
    return PlanLines(
        version,
        year,
        tuple(as_line(line, pence, 0, bodies) for line, pence in rows if pence is not None and pence >= 0),
        {line.line_id: line.scheme_name for line, _ in rows},
        tuple(f"{line.line_id} {line.scheme_name}" for line, pence in rows if pence is None),
    )


def _year(version: PlanVersion, on: date) -> str:
    """This year where the plan has it, else its last."""
    years = load_round(version.plan.round_id).years
    current = FINANCIAL_YEAR.label_of(on)
    return current if current in years else years[-1]


def lines_of(version: PlanVersion, agreement: Agreement) -> list[SchemeLine]:
    """Those of the fund and its streams; lines that name no fund are of the area's fund."""
    own = {None, *(fund.pk for fund in funds.arrangement(agreement.fund))}
    every = version.scheme_lines.prefetch_related("years").order_by("position")
    return [line for line in every if line.fund_id in own]


def as_line(line: SchemeLine, budget: int, variance: int, bodies: Sequence[Organisation]) -> LineVariance:
    """A plan's line with its year's budget and variance, in pence, under its own id."""
    return LineVariance(
        line.line_id,
        budget,
        variance,
        line.source_category,
        Fraction(line.nhs_share) if line.nhs_share else None,
        partner=_commissioner(line.commissioner, bodies),
    )


def _commissioner(said: str, bodies: Sequence[Organisation]) -> str:
    """The one partner of the kind that commissions the line; "" where there are several, or it is joint."""
    kinds = COMMISSIONERS.get(said, ())
    found = [code_of(body) for body in bodies if body.kind in kinds]
    return found[0] if len(found) == 1 else ""


def start_partners(agreement: Agreement, on: date) -> list[StartPartner]:
    """The agreement's partners, the host first, with what each pays in by the newest agreed plan; then providers."""
    return _with_contributions(plan_lines(agreement, on), agreement, on)


def _with_contributions(found: PlanLines | None, agreement: Agreement, on: date) -> list[StartPartner]:
    pays = _contributions(found) if found else {}
    partners = [
        StartPartner(code_of(body), body.name, pays.get(body.pk) if found else None)
        for body in partners_of(agreement, on)
    ]
    providers = [
        StartPartner(code_of(body), body.name, 0, is_provider=True) for body in providers_that_sign(agreement, on)
    ]
    return [*partners, *providers]


def contributions(found: PlanLines, agreement: Agreement, on: date) -> dict[str, int]:
    """Partner's code -> what it pays in by that plan, in pence; without those of whom it is not known."""
    pays = {each.code: each.contribution_pence for each in _with_contributions(found, agreement, on)}
    return {code: pence for code, pence in pays.items() if pence is not None}


def _contributions(found: PlanLines) -> dict[int, int | None]:
    """Row id of a body -> what it pays in that year; None where one of its amounts is not known."""
    pays: dict[int, int | None] = {}
    for line in found.version.income_lines.prefetch_related("years"):
        pence = next((each.pence for each in line.years.all() if each.year == found.year), None)
        if line.payer_id is not None:
            before = pays.get(line.payer_id, 0)
            pays[line.payer_id] = None if pence is None or before is None else before + pence
    return pays
