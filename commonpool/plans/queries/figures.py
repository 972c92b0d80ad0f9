"""The figures of a plan: registered questions whose answers open to the lines that make them.

Every question is computed again from the version's rows. Who may ask is who may read the version.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.timezone import localdate

from commonpool.figures import Fact, Figure, How, Part, QuestionError, question, total
from commonpool.plans.contents import content_of, income_row, scheme_row
from commonpool.plans.models import IncomeLine, PlanVersion, SchemeLine
from commonpool.plans.queries.access import may_read_version
from commonpool.plans.queries.reads import version_named
from commonpool.plans.rules.content import LIST_OF
from commonpool.plans.rules.kinds.money import counts_towards_floor
from commonpool.plans.rules.published import resolve_published
from commonpool.plans.rules.subject import Subject
from commonpool.policy.reading import load_round
from commonpool.policy.rules import Round

NO_CODE = "NONE"
# What lines are grouped by: each list that a line is chosen from, but for its source, which has questions of its own.
GROUPED_BY = tuple(field for field in LIST_OF if field != "source")


def may_ask(person: Any, version: UUID, **others: Any) -> bool:
    """Whoever may read the version may have each of its figures explained."""
    return bool(person.is_authenticated) and may_read_version(person, version, localdate())


def category_label(round_: Round, code: str) -> str:
    """The income category's label; its code where the round has none; words where there is no code."""
    category = round_.income.get(code)
    return category.label if category else code or "no known source"


def code_label(round_: Round, list_name: str, code: str | None) -> str:
    """The label of a code in one of the round's lists; the code where there is none; words where it is empty."""
    if not code or code == NO_CODE:
        return "not said"
    entries = round_.lists.get(list_name)
    entry = entries.by_code.get(code) if entries else None
    return entry.label if entry else code


def _asked(found: PlanVersion, name: str, **arguments: str) -> dict[str, Any]:
    return {
        "question": name,
        "arguments": {"version": str(found.uuid), **arguments},
        "as_at": found.as_at,
    }


def income_fact(line: IncomeLine, year: str, round_: Round) -> Fact:
    """One income line's amount, with where it stands."""
    row = income_row(line)
    payer = line.payer.name if line.payer else line.payer_name or "no payer named"
    return Fact(
        f"{category_label(round_, line.category)}, {payer}",
        row.pence.get(year),
        "pence",
        _where(row.at("pence", year).sheet, row.at("pence", year).cell, line.version),
        reverse("plans:income-line", args=[line.uuid]),
    )


def scheme_fact(line: SchemeLine, year: str) -> Fact:
    """One scheme line's planned spend, with where it stands."""
    row = scheme_row(line)
    return Fact(
        f"{line.line_id} {line.scheme_name}".strip(),
        row.pence.get(year),
        "pence",
        _where(row.at("pence", year).sheet, row.at("pence", year).cell, line.version),
        reverse("plans:line", args=[line.uuid]),
    )


def _where(sheet: str | None, cell: str | None, version: PlanVersion) -> str:
    if sheet and cell:
        return f"{version.source_file_name or 'the workbook'}, {sheet}, cell {cell}"
    return f"typed here, version {version.number}"


def _schemes(version: PlanVersion) -> Iterable[SchemeLine]:
    return version.scheme_lines.prefetch_related("years").select_related("version", "fund")


def _incomes(version: PlanVersion) -> Iterable[IncomeLine]:
    return version.income_lines.prefetch_related("years").select_related("version", "payer", "fund")


@question("plans.income_by_source", may_ask=may_ask)
def income_by_source(version: UUID, year: str, source: str) -> Figure:
    """What is put in under one category in one year, payer by payer."""
    found = version_named(version)
    round_ = load_round(found.plan.round_id)
    code = "" if source == NO_CODE else source
    parts = [income_fact(line, year, round_) for line in _incomes(found) if line.category == code]
    label = f"Income, {category_label(round_, code)}, {year}"
    return total(label, parts, **_asked(found, "plans.income_by_source", year=year, source=source))


@question("plans.spend_by_source", may_ask=may_ask)
def spend_by_source(version: UUID, year: str, source: str) -> Figure:
    """Planned spend from one source of funding in one year, line by line."""
    found = version_named(version)
    round_ = load_round(found.plan.round_id)
    code = "" if source == NO_CODE else source
    parts = [scheme_fact(line, year) for line in _schemes(found) if line.source_category == code]
    label = f"Planned spend, {category_label(round_, code)}, {year}"
    return total(label, parts, **_asked(found, "plans.spend_by_source", year=year, source=source))


@question("plans.balance", may_ask=may_ask)
def balance(version: UUID, year: str, source: str) -> Figure:
    """Income less planned spend of one source in one year."""
    found = version_named(version)
    came, goes = income_by_source(version, year, source), spend_by_source(version, year, source)
    unknown = came.unknown + goes.unknown
    known = not unknown and came.value is not None and goes.value is not None
    value = Fraction(came.value or 0) - Fraction(goes.value or 0) if known else None
    label = f"Balance, {category_label(load_round(found.plan.round_id), source)}, {year}"
    asked = _asked(found, "plans.balance", year=year, source=source)
    whole = None if value is None else _whole(value)
    return Figure(label, whole, "pence", How.DIFFERENCE, (came, goes), unknown=unknown, **asked)


def sources_of(version: PlanVersion, round_: Round) -> list[str]:
    """The codes of the sources that a version has income or spend of, in the round's order."""
    used = {*version.income_lines.values_list("category", flat=True)}
    used |= {*version.scheme_lines.values_list("source_category", flat=True)}
    known = [code for code in round_.income if code in used]
    return [*known, *sorted((code or NO_CODE) for code in used if code not in round_.income)]


@question("plans.total", may_ask=may_ask)
def plan_total(version: UUID, year: str, side: str) -> Figure:
    """All income (`side=income`) or all planned spend (`side=spend`) of one year, source by source."""
    found = version_named(version)
    by_source = income_by_source if side == "income" else spend_by_source
    sources = sources_of(found, load_round(found.plan.round_id))
    parts: list[Part] = [by_source(version, year, source) for source in sources]
    label = f"{'Income' if side == 'income' else 'Planned spend'}, {year}"
    return total(label, parts, **_asked(found, "plans.total", year=year, side=side))


@question("plans.spend_by", may_ask=may_ask)
def spend_by(version: UUID, year: str, field: str, code: str) -> Figure:
    """Planned spend of the lines with one code in one list field: a scheme type, a kind of funding, a purpose."""
    found = version_named(version)
    wanted = "" if code == NO_CODE else code
    parts = [scheme_fact(line, year) for line in _schemes(found) if getattr(line, _list_field(field)) == wanted]
    round_ = load_round(found.plan.round_id)
    label = f"Planned spend, {code_label(round_, LIST_OF[_list_field(field)], wanted)}, {year}"
    return total(label, parts, **_asked(found, "plans.spend_by", year=year, field=field, code=code))


def _list_field(name: str) -> str:
    if name not in GROUPED_BY:
        raise QuestionError(f"Lines are not grouped by ‘{name}’. Use one of: {', '.join(GROUPED_BY)}.")
    return name


@question("plans.share", may_ask=may_ask)
def share(version: UUID, year: str, field: str, code: str) -> Figure:
    """The share of planned spend that has one code in one list field."""
    found = version_named(version)
    part, whole = spend_by(version, year, field, code), plan_total(version, year, "spend")
    value = Fraction(part.value) / Fraction(whole.value) if part.value is not None and whole.value else None
    round_ = load_round(found.plan.round_id)
    label = f"Share of planned spend, {code_label(round_, LIST_OF[field], code)}, {year}"
    asked = _asked(found, "plans.share", year=year, field=field, code=code)
    return Figure(label, value, "share", How.RATIO, (part, whole), unknown=part.unknown, **asked)


@question("plans.unit_cost", may_ask=may_ask)
def unit_cost(version: UUID, year: str, line: str) -> Figure:
    """What one planned unit of output of one line costs."""
    found = version_named(version)
    scheme = found.scheme_lines.prefetch_related("years").select_related("version").get(line_id=line)
    pence, outputs = scheme_fact(scheme, year), scheme_row(scheme).outputs.get(year)
    unit = scheme.output_unit or "outputs"
    delivered = Fact(f"Planned outputs, {unit}", outputs, unit.lower(), pence.source, pence.link)
    value = Fraction(pence.value) / Fraction(outputs) if pence.value is not None and outputs else None
    asked = _asked(found, "plans.unit_cost", year=year, line=line)
    label = f"Cost of one unit ({unit.lower()}), {line} {scheme.scheme_name}, {year}"
    return Figure(label, value, "pence", How.RATIO, (pence, delivered), unknown=int(value is None), **asked)


@question("plans.floor", may_ask=may_ask)
def floor(version: UUID, year: str, rule: str) -> Figure:
    """What counts towards a floor: each line's spend, times the share of it that counts."""
    found, _, check = _check(version, year, rule)
    parts: list[Part] = []
    for line in _schemes(found):
        counts = counts_towards_floor(scheme_row(line), check.parameters)
        if counts == 0:
            continue
        fact = scheme_fact(line, year)
        parts.append(fact if counts == 1 else _part_of(fact, counts))
    label = f"{check.parameters['what']}, {year}"
    return total(label, parts, rule=check.title, **_asked(found, "plans.floor", year=year, rule=rule))


def _part_of(fact: Fact, counts: Fraction | None) -> Figure:
    share_that_counts = Fact("share that counts", counts, "share", fact.source, fact.link)
    value = None if fact.value is None or counts is None else _whole(Fraction(fact.value) * counts)
    parts = (fact, share_that_counts)
    return Figure(fact.label, value, "pence", How.PRODUCT, parts, unknown=int(value is None))


def _whole(value: Fraction) -> int | Fraction:
    return int(value) if value.denominator == 1 else value


@question("plans.condition", may_ask=may_ask)
def condition(version: UUID, year: str, rule: str) -> Figure:
    """A floor's headroom: what counts towards it, less what is published."""
    found, subject, check = _check(version, year, rule)
    counted = floor(version, year, rule)
    amounts = subject.published.of(check.parameters["floor"], year)
    facts = [Fact(check.parameters["label"], each.pence, "pence", each.source, None, each.verified) for each in amounts]
    required: Part = facts[0] if len(facts) == 1 else total(check.parameters["label"], facts)
    known = counted.value is not None and bool(facts) and required.value is not None
    value = counted.value - required.value if known else None  # type: ignore[operator]
    asked = _asked(found, "plans.condition", year=year, rule=rule)
    label = f"Headroom, {check.title}, {year}"
    unknown = counted.unknown + int(not facts)
    return Figure(label, value, "pence", How.DIFFERENCE, (counted, required), unknown=unknown, **asked)


def _check(version: UUID, year: str, rule: str) -> tuple[PlanVersion, Subject, Any]:
    found = version_named(version)
    round_ = load_round(found.plan.round_id)
    check = next((each for each in round_.checks if each.rule == rule and each.kind == "floor"), None)
    if check is None:
        raise QuestionError(f"{round_.label} has no floor ‘{rule}’.")
    content = content_of(found)
    return found, Subject(content, round_, resolve_published(content, round_), year), check


@question("plans.stream", may_ask=may_ask)
def stream(version: UUID, year: str, fund: UUID, side: str) -> Figure:
    """What one stream of an arrangement puts in (`side=income`) or plans to spend (`side=spend`), by itself."""
    found = version_named(version)
    round_ = load_round(found.plan.round_id)
    if side == "income":
        lines = [each for each in _incomes(found) if each.fund and each.fund.uuid == fund]
        parts = [income_fact(each, year, round_) for each in lines]
    else:
        parts = [scheme_fact(each, year) for each in _schemes(found) if each.fund and each.fund.uuid == fund]
    label = f"{'Income' if side == 'income' else 'Planned spend'} of this stream, {year}"
    return total(label, parts, **_asked(found, "plans.stream", year=year, fund=str(fund), side=side))
