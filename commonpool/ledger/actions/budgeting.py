"""The plan's figures in the books: lines, sources, schedules, and the budget, posted by difference.

A figure of the agreed plan is the figure of the ledger's budget; nobody types it twice. A provisional plan may stand
in from the first day of the year, and the agreed one replaces it by what differs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction

from commonpool.funds.models import Partner, PooledFund
from commonpool.ledger.actions.opening import MAIN_POOL, ensure_line, ensure_source, host_of, line_code
from commonpool.ledger.actions.posting import post_drafts
from commonpool.ledger.instalments import current_schedules
from commonpool.ledger.models import ContributionSchedule, Ledger, LedgerSource, Pool
from commonpool.ledger.queries.budgets import budgeted
from commonpool.ledger.rules import posting as rules
from commonpool.ledger.rules.budgets import over_sources
from commonpool.ledger.rules.entries import Draft, Leg, hash_of
from commonpool.people.models import Person
from commonpool.places.models import Organisation
from commonpool.plans.models import IncomeLine, PlanVersion, SchemeLine
from commonpool.policy.reading import load_round
from commonpool.policy.rules import Round

BUDGET: Final = "budget"
UNNAMED: Final = "NO_SOURCE"
"""What stands for the source of a line's budget where the plan brings no money of its category."""


def ledger_for(area: Organisation, stream: PooledFund | None = None) -> Ledger | None:
    """The books of an area: those of the fund that a line names, or the area's only or first ones."""
    if stream is not None:
        top = stream.parent or stream
        return Ledger.objects.filter(fund=top).first()
    return Ledger.objects.filter(fund__area=area, fund__parent=None).order_by("pk").first()


@transaction.atomic
def adopt_plan(*, version: PlanVersion, at: datetime, actor: Person | None = None, is_provisional: bool = False) -> int:
    """Bring a plan version's lines, sources, schedules and budget into its area's books, for every year that is open.

    Only what differs from the books is posted, so the same version twice posts nothing the second time. Returns how
    many budget entries are new; 0 where the area has no ledger.
    """
    posted = 0
    for ledger in Ledger.objects.filter(fund__area=version.plan.area):
        for year in sorted(set(ledger.periods.values_list("year", flat=True))):
            if year in load_round(version.plan.round_id).years:
                posted += _adopt_year(ledger, version, year, at, actor, is_provisional=is_provisional)
    return posted


def _adopt_year(
    ledger: Ledger, version: PlanVersion, year: str, at: datetime, actor: Person | None, *, is_provisional: bool
) -> int:
    round_ = load_round(version.plan.round_id)
    income = [line for line in _incomes(version) if _is_of(line.fund, ledger)]
    schemes = [line for line in _schemes(version) if _is_of(line.fund, ledger)]
    planned = _sources(ledger, income, year, at, actor)
    _schedule(ledger, planned, year, version.digest, at, is_provisional=is_provisional)
    for line in schemes:
        ensure_line(ledger, version.plan.round_id, line.line_id, **_facts(line, round_))
    target = dict(_budget(version.plan.round_id, schemes, year, _by_category(planned)))
    first_day = ledger.periods.filter(year=year).order_by("starts_on").values_list("starts_on", flat=True)[0]
    drafts = list(_differences(ledger, target, year, first_day, f"{BUDGET}/{version.uuid}"))
    _name_missing_sources(ledger, drafts, year, at, actor)
    return post_drafts(actor=actor, at=at, ledger=ledger, drafts=drafts, action="ledger.budget")


def _incomes(version: PlanVersion) -> Iterable[IncomeLine]:
    return version.income_lines.prefetch_related("years").select_related("payer", "fund__parent")


def _schemes(version: PlanVersion) -> Iterable[SchemeLine]:
    return version.scheme_lines.prefetch_related("years").select_related("fund__parent")


def _is_of(fund: PooledFund | None, ledger: Ledger) -> bool:
    """Whether a line belongs to these books: its fund is theirs or a stream of it; without a fund, the area's first."""
    if fund is None:
        first = ledger_for(ledger.fund.area)
        return first is not None and first.pk == ledger.pk
    return ledger.fund_id in (fund.pk, fund.parent_id)


def _facts(line: SchemeLine, round_: Round) -> dict[str, Any]:
    category = round_.income.get(line.source_category)
    return {
        "name": line.scheme_name,
        "category": line.source_category,
        "scheme_type": line.scheme_type,
        "area_of_spend": line.area_of_spend,
        "commissioner": line.commissioner,
        "provider": line.provider,
        "is_capital": bool(category and category.is_capital),
        "stream": line.fund if line.fund and line.fund.parent_id else None,
        "plan_line": line.uuid,
    }


def _sources(
    ledger: Ledger, income: Iterable[IncomeLine], year: str, at: datetime, actor: Person | None
) -> dict[LedgerSource, int]:
    """Each source that the plan brings in the year, with the pence agreed. What is not known is no promise."""
    promised: Counter[LedgerSource] = Counter()
    for line in income:
        pence = next((each.pence for each in line.years.all() if each.year == year), None)
        partner = _partner(ledger, line)
        if not pence or partner is None or not line.category:
            continue
        source = ensure_source(
            actor=actor,
            at=at,
            ledger=ledger,
            partner=partner,
            category=line.category,
            origin_year=year,
            legal_basis=line.legal_basis[:300],
            stream=line.fund if line.fund and line.fund.parent_id else None,
        )
        promised[source] += pence
    return dict(promised)


def _partner(ledger: Ledger, line: IncomeLine) -> Partner | None:
    """Who pays, as partner of the line's own fund, else of the fund whose books these are."""
    funds = [each for each in (line.fund, ledger.fund) if each is not None]
    for fund in funds:
        if found := fund.partners.filter(organisation=line.payer).select_related("organisation", "fund").first():
            return found
    return None


def _by_category(planned: Mapping[LedgerSource, int]) -> dict[str, dict[str, int]]:
    by_category: dict[str, dict[str, int]] = {}
    for source, pence in sorted(planned.items(), key=lambda pair: pair[0].code):
        by_category.setdefault(source.for_category, {})[source.code] = pence
    return by_category


def _budget(
    round_id: str, schemes: Iterable[SchemeLine], year: str, planned: Mapping[str, Mapping[str, int]]
) -> Iterator[tuple[tuple[str, str], int]]:
    """((line, source), pence): each category's lines over its sources by planned contribution."""
    by_category: dict[str, list[tuple[str, int]]] = {}
    for line in schemes:
        pence = next((each.pence for each in line.years.all() if each.year == year), None)
        if pence:
            by_category.setdefault(line.source_category, []).append((line_code(round_id, line.line_id), pence))
    for category, lines in by_category.items():
        for code, parts in over_sources(lines, planned.get(category) or {UNNAMED: 1}):
            for source, pence in parts.items():
                yield (code, source), pence


def _differences(
    ledger: Ledger, target: Mapping[tuple[str, str], int], year: str, first_day: date, key: str
) -> Iterator[Draft]:
    """One entry for each line whose budget in the books is another than the plan's."""
    code = f"{UNNAMED}:{host_of(ledger, first_day).organisation.code}:{year}"
    wanted = {(line, code if source == UNNAMED else source): pence for (line, source), pence in target.items()}
    changes: Counter[tuple[str, str]] = Counter(wanted)
    changes.subtract(budgeted(ledger, year))
    by_line: dict[str, list[Leg]] = {}
    for (line, source), pence in sorted(changes.items()):
        if pence:
            by_line.setdefault(line, []).extend(rules.allocated(MAIN_POOL, {source: pence}, line))
    for line, legs in by_line.items():
        # What the books hold of it now is part of the key: going back to an earlier plan is a change of its own.
        state = hash_of(repr([(leg.source, leg.pence) for leg in legs]))[:12]
        name = f"{key}/{year}/{line}/{ledger.entry_count}/{state}"
        yield Draft(name, BUDGET, first_day, tuple(legs), asked=hash_of(name))


def _name_missing_sources(
    ledger: Ledger, drafts: Iterable[Draft], year: str, at: datetime, actor: Person | None
) -> None:
    """A line whose category brings no money still has a budget: it stands against a source that says so."""
    if any(leg.source.startswith(f"{UNNAMED}:") for draft in drafts for leg in draft.legs):
        first = ledger.periods.filter(year=year).order_by("starts_on")[0].starts_on
        host = host_of(ledger, first)
        ensure_source(actor=actor, at=at, ledger=ledger, partner=host, category=UNNAMED, origin_year=year)


# -- schedules


DEFAULT_PROFILE: Final = {"spread": "twelfths"}


def _schedule(
    ledger: Ledger,
    planned: Mapping[LedgerSource, int],
    year: str,
    digest: str,
    at: datetime,
    *,
    is_provisional: bool,
) -> None:
    """A new version of each schedule whose amount or standing changes; a source that the plan drops goes to nothing."""
    pool = Pool.objects.get(ledger=ledger, code=MAIN_POOL)
    dropped = current_schedules(ledger, year)
    for source, pence in planned.items():
        dropped.pop(source.pk, None)
        set_amount(ledger, source, pool, year, pence, digest, at, is_provisional=is_provisional)
    for schedule in dropped.values():
        set_amount(ledger, schedule.source, schedule.pool, year, 0, digest, at, is_provisional=is_provisional)


def set_amount(
    ledger: Ledger,
    source: LedgerSource,
    pool: Pool,
    year: str,
    pence: int,
    digest: str,
    at: datetime,
    *,
    is_provisional: bool = False,
    profile: Mapping[str, Any] | None = None,
) -> ContributionSchedule:
    """The source's schedule of the year with that amount; a new version where anything differs."""
    newest = ContributionSchedule.objects.filter(source=source, year=year).order_by("-version").first()
    # Amounts entered by hand are kept where they no longer add up: the page asks for them again.
    wanted = dict(profile or (newest.profile if newest else DEFAULT_PROFILE))
    if newest and (newest.pence, newest.profile, newest.is_provisional) == (pence, wanted, is_provisional):
        return newest
    return ContributionSchedule.objects.create(
        ledger=ledger,
        source=source,
        pool=pool,
        year=year,
        version=(newest.version if newest else 0) + 1,
        pence=pence,
        profile=wanted,
        agreed_digest=digest,
        is_provisional=is_provisional,
        recorded_at=at,
    )


def on_version_agreed(sender: Any, version: PlanVersion, at: datetime, **more: Any) -> None:
    """Receiver of `plans.signals.version_agreed`: the agreed plan replaces a provisional one by what differs."""
    adopt_plan(version=version, at=at)
