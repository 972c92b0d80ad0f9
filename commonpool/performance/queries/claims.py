"""What plans count on, brought together for the clash finder: money, beds, targets and terms."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from commonpool.performance.models import Statement, TrustBeds
from commonpool.performance.queries.rows import AskRow, plan_as_rule, summed
from commonpool.performance.rules.asks import AppliesTo, Plan, same_words
from commonpool.performance.rules.clashes import BedsClaim, BedsStated, Claims, MoneyClaim, TargetClaim
from commonpool.performance.words import bed_type_label
from commonpool.plans.models import IncomeLineYear, PlanVersion, SchemeLine
from commonpool.plans.queries.figures import category_label
from commonpool.policy.reading import load_round, round_ids


def claims_of(
    rows: Sequence[AskRow],
    statements: Sequence[Statement],
    stated: Iterable[TrustBeds],
    versions: Sequence[PlanVersion],
) -> Claims:
    """Everything to be looked through.

    rows        asks as pages show them
    statements  of other plans, with `plan`, `trust`, `payer` and `exceptions`
    versions    of the plans whose income is held against what other plans say of the same source
    """
    return Claims(
        asks=[row.as_rule for row in rows],
        money=[*_money_of_asks(rows), *_money_of_statements(statements, versions)],
        beds=[*_beds_of_asks(rows), *_beds_of_statements(statements)],
        stated=[_stated(each) for each in stated],
        targets=[*_targets_of_asks(rows), *_targets_of_statements(statements)],
    )


def _money_of_asks(rows: Iterable[AskRow]) -> Iterator[MoneyClaim]:
    """A line that two asks of one plan name is counted once."""
    pots: dict[tuple[str, str, str], list[AskRow]] = defaultdict(list)
    for row in rows:
        if row.ask.shared_as:
            pots[row.plan.id, str(row.ask.trust.uuid), same_words(row.ask.shared_as)].append(row)
    for (_, trust, _), group in pots.items():
        amounts = _lines_together(group)
        wholes = [row.ask.shared_whole_pence for row in group if row.ask.shared_whole_pence is not None]
        whole = max(wholes, default=None)
        for year in amounts or {group[0].year: None}:
            yield MoneyClaim(group[0].plan, trust, group[0].ask.shared_as, year, amounts.get(year), whole)


def _lines_together(group: Sequence[AskRow]) -> dict[str, int | None]:
    ids = {line.line_id for row in group for line in row.ask.lines.all()}
    lines = SchemeLine.objects.filter(version=group[0].version, line_id__in=ids).prefetch_related("years")
    found = [{year.year: year.pence for year in line.years.all()} for line in lines]
    # A line that is gone from the plan has no amount, and what it would have added is not known.
    return summed([*found, *[{}] * (len(ids) - len(found))])


def _money_of_statements(statements: Sequence[Statement], versions: Sequence[PlanVersion]) -> Iterator[MoneyClaim]:
    sources: dict[tuple[int, str, str], Statement] = {}
    for each in statements:
        if each.about != Statement.About.MONEY:
            continue
        plan, trust, pot = other_as_rule(each), str(each.trust.uuid) if each.trust else "", each.pot
        if each.payer is not None:
            # A source is nobody's in particular; two plans that name it are held against the same income.
            trust, pot = "", _source_in_words(each)
            sources[each.payer.pk, each.category, each.year] = each
        yield MoneyClaim(plan, trust, pot, each.year, each.pence, each.whole_pence)
    for each in sources.values():
        yield from _income_of(each, versions)


def _source_in_words(each: Statement) -> str:
    return f"{_category(each.category)} of {each.payer}"


def _income_of(each: Statement, versions: Sequence[PlanVersion]) -> Iterator[MoneyClaim]:
    """What plans of the fund count of the same source. Twice the same source in one plan is one claim."""
    rows = IncomeLineYear.objects.filter(
        line__version__in=[version.pk for version in versions],
        line__payer=each.payer,
        line__category=each.category,
        line__withdrawn_on=None,
        year=each.year,
    )
    by_version: dict[int, list[int | None]] = defaultdict(list)
    for pk, pence in rows.order_by().values_list("line__version_id", "pence"):
        by_version[pk].append(pence)
    for version in versions:
        if amounts := by_version.get(version.pk):
            known = [pence for pence in amounts if pence is not None]
            whole = sum(known) if len(known) == len(amounts) else None
            yield MoneyClaim(plan_as_rule(version.plan), "", _source_in_words(each), each.year, whole)


def _category(code: str) -> str:
    """What the newest round that has the category calls it."""
    for round_id in reversed(round_ids()):
        round_ = load_round(round_id)
        if code in round_.income:
            return category_label(round_, code)
    return code


def _beds_of_asks(rows: Iterable[AskRow]) -> Iterator[BedsClaim]:
    for row in rows:
        ask = row.ask
        until = min(ask.beds_until, row.ends_on) if ask.beds_until else None
        if ask.beds is not None and ask.beds_from and until and ask.beds_from <= until:
            yield BedsClaim(
                row.plan,
                str(ask.trust.uuid),
                bed_type_label(ask.bed_type),
                ask.ward,
                ask.beds,
                ask.beds_from,
                until,
            )


def _beds_of_statements(statements: Iterable[Statement]) -> Iterator[BedsClaim]:
    for each in statements:
        if each.beds is not None and each.trust and each.starts_on and each.ends_on:
            kind = bed_type_label(each.bed_type)
            trust = str(each.trust.uuid)
            yield BedsClaim(other_as_rule(each), trust, kind, each.ward, each.beds, each.starts_on, each.ends_on)


def _stated(each: TrustBeds) -> BedsStated:
    kind = bed_type_label(each.bed_type)
    return BedsStated(str(each.trust.uuid), kind, each.ward, each.beds, each.starts_on, each.ends_on)


def _targets_of_asks(rows: Iterable[AskRow]) -> Iterator[TargetClaim]:
    for row in rows:
        if row.target:
            yield TargetClaim(
                row.plan,
                str(row.ask.trust.uuid),
                metric_label(row.ask.metric),
                row.target.period,
                AppliesTo(row.ask.applies_to),
                row.target.value,
                row.target.reduction,
            )


def _targets_of_statements(statements: Iterable[Statement]) -> Iterator[TargetClaim]:
    """A larger plan's target is one for all the trust's patients, but for plans that have excepted it."""
    for each in statements:
        if each.about == Statement.About.TARGET and each.trust:
            yield TargetClaim(
                other_as_rule(each),
                str(each.trust.uuid),
                metric_label(each.metric),
                f"{each.period} {each.year}".strip(),
                AppliesTo.ALL_PATIENTS,
                each.value,
                each.reduction,
                frozenset(str(exception.plan.uuid) for exception in each.exceptions.all()),
            )


def metric_label(code: str) -> str:
    """What the newest round that has the metric calls it."""
    for round_id in reversed(round_ids()):
        if metric := load_round(round_id).metrics.get(code):
            return metric.label
    return code


def other_as_rule(each: Statement) -> Plan:
    """Another plan as the rules tell it apart."""
    return Plan(str(each.plan.uuid), each.plan.name)


def statements_in_use(on: date, trusts: Iterable[int] | None = None) -> list[Statement]:
    """What other plans say that are not over, of all trusts or of some; with all that claims need."""
    found = Statement.objects.filter(plan__ends_on__gte=on).select_related("plan", "trust", "payer")
    if trusts is not None:
        found = found.filter(trust__in=list(trusts))
    return list(found.prefetch_related("exceptions__plan"))
