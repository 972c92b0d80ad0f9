"""Rules of the money: balance per source, floors, published amounts, what is passed down, what must be pooled."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from commonpool.findings import At, Finding
from commonpool.plans.rules.content import IncomeRow, SchemeRow
from commonpool.plans.rules.published import PublishedUsed, is_payer
from commonpool.plans.rules.subject import ConditionResult, Outcome, Subject
from commonpool.plans.rules.sums import NOTHING, WHOLE, FloorSum, SourceTotal, nhs_share_of, sum_towards, total
from commonpool.plans.rules.wording import finding
from commonpool.policy.rules import Check

_MOST_NAMED = 12


def condition(
    check: Check, passes: bool | None, found: int | None = None, required: int | None = None
) -> ConditionResult | None:
    """The check's row among the conditions; None where the round does not count it as one."""
    if check.national_condition is None:
        return None
    return ConditionResult(check.rule, check.national_condition, check.title, passes, found, required)


def balance(subject: Subject, check: Check) -> Outcome:
    """For each source of funding the lines add up to its income, to the penny.

    A line or a row of income whose source is not known may be what a source seems to lack, so it leaves that untold.
    """
    totals, findings, verdicts = subject.totals, [], []
    is_untold = {
        1: any(line.source is None for line in subject.lines),
        -1: any(row.category is None for row in subject.content.income),
    }
    for source, sums in totals.by_source.items():
        difference = sums.balance_pence
        if difference and is_untold[1 if difference > 0 else -1]:
            difference = None
        verdicts.append(None if difference is None else difference == 0)
        if difference:
            findings.append(_unbalanced(subject, check, source, sums, difference))
    verdicts += [None for untold in is_untold.values() if untold]
    found, required = totals.expenditure.pence, totals.income.pence
    return Outcome(tuple(findings), condition(check, all_of(verdicts), found, required))


def _unbalanced(subject: Subject, check: Check, source: str, sums: SourceTotal, difference: int) -> Finding:
    return finding(
        check,
        "differs",
        _source_at(subject, source),
        source=subject.source_label(source),
        year=subject.year,
        spent=subject.money(sums.expenditure.known_pence),
        income=subject.money(sums.income.known_pence),
        difference=subject.money(abs(difference)),
        way="too little planned" if difference > 0 else "too much planned",
    )


def all_of(verdicts: list[bool | None]) -> bool | None:
    """False if any is false; else None if any is unknown; else True."""
    if any(verdict is False for verdict in verdicts):
        return False
    return None if any(verdict is None for verdict in verdicts) else True


def _source_at(subject: Subject, source: str) -> At:
    """Where a source's income stands; else its first line's amount; else the lines' table."""
    rows: list[IncomeRow | SchemeRow] = [row for row in subject.content.income if row.category == source]
    rows += [line for line in subject.lines if line.source == source]
    return rows[0].at("pence", subject.year) if rows else subject.content.table_at("expenditure")


def floor(subject: Subject, check: Check) -> Outcome:
    """What counts towards a published floor is at least that floor.

    parameters: floor (its code), what (words), source (income category), areas or not_areas (areas of spend that
    count, or do not), shares (how much of a line counts, by commissioner; without it a line counts whole)
    """
    wanted, year = check.parameters, subject.year
    required = subject.published.floor_pence(wanted["floor"], year)
    sums = sum_towards(subject.lines, year, lambda line: counts_towards_floor(line, wanted))
    if required is None:
        return Outcome((), condition(check, None, sums.found_pence, None))
    passes = True if sums.found_pence >= required else (None if sums.unknown else False)
    found: tuple[Finding, ...] = ()
    if passes is False:
        found = (
            finding(
                check,
                "short",
                _floor_at(subject, wanted["floor"], sums),
                what=wanted["what"],
                year=year,
                found=subject.money(sums.found_pence),
                gap=subject.money(required - sums.found_pence),
                floor=wanted["label"],
                required=subject.money(required),
                lines=_named(subject, sums),
            ),
        )
    # Where not one line that counts is known, the sum is unknown, not zero.
    is_known = bool(sums.counted) or not sums.unknown
    return Outcome(found, condition(check, passes, sums.found_pence if is_known else None, required))


def counts_towards_floor(line: SchemeRow, wanted: Any) -> Fraction | None:
    """The share of a line that counts towards the floor with these parameters; None where that cannot be told."""
    if line.source is None:
        return None
    if line.source != wanted["source"]:
        return NOTHING
    area = line.area_of_spend
    if area is None:
        return None
    if ("areas" in wanted and area not in wanted["areas"]) or area in wanted.get("not_areas", ()):
        return NOTHING
    return nhs_share_of(line, wanted["shares"]) if "shares" in wanted else WHOLE


def _floor_at(subject: Subject, floor_code: str, sums: FloorSum) -> At:
    """The pre-filled floor's cell; else the largest line that counts; else the lines' table."""
    for row in subject.content.minimums:
        if row.floor == floor_code and row.at("pence", subject.year).cell:
            return row.at("pence", subject.year)
    if not sums.counted:
        return subject.content.table_at("expenditure")
    largest, _ = max(sums.counted, key=lambda item: item[1])
    return largest.at("pence", subject.year)


def _named(subject: Subject, sums: FloorSum) -> str:
    parts = [f"{line.line_id} ({subject.money(int(part))})" for line, part in sums.counted[:_MOST_NAMED]]
    more = len(sums.counted) - len(parts)
    return ", ".join(parts) + (f" and {more} more" if more else "") if parts else "none"


def published(subject: Subject, check: Check) -> Outcome:
    """Every row of a category equals what is published for its payer. parameters: category."""
    category, year = check.parameters["category"], subject.year
    expected = subject.published.of(category, year)
    rows = [row for row in subject.content.income if row.category == category]
    income = total(row.pence.get(year) for row in rows)
    if not expected:
        return Outcome((), condition(check, None, income.pence, None))
    findings, unmatched, seen = _compare_rows(subject, check, rows, expected)
    absent = [one for one in expected if one.payer not in seen]
    # A row under a name that nobody published is most likely one of the absent payers: one fault, one finding.
    findings += [_absent(subject, check, one) for one in absent[len(unmatched) :]]
    passes = False if findings else (True if income.is_complete else None)
    required = sum(one.pence for one in expected)
    return Outcome(tuple(findings), condition(check, passes, income.pence, required))


def _compare_rows(
    subject: Subject, check: Check, rows: list[IncomeRow], expected: tuple[PublishedUsed, ...]
) -> tuple[list[Finding], list[IncomeRow], set[str]]:
    findings: list[Finding] = []
    unmatched: list[IncomeRow] = []
    seen: set[str] = set()
    for row in rows:
        pence, place = row.pence.get(subject.year), row.at("pence", subject.year)
        said = {"category": subject.source_label(row.category), "payer": row.payer, "year": subject.year}
        match = next((one for one in expected if is_payer(one, row) or not one.payer), None)
        if match is None:
            unmatched.append(row)
            allowed = "; ".join(f"{one.payer_name or one.payer} with {subject.money(one.pence)}" for one in expected)
            at = row.at("payer")
            findings.append(finding(check, "unexpected", at, **said, found=subject.money(pence), allowed=allowed))
        elif match.payer in seen:
            required, at = subject.money(match.pence), row.at("payer")
            findings.append(finding(check, "twice", at, **said, found=subject.money(pence), required=required))
        else:
            seen.add(match.payer)
            if pence is not None and pence != match.pence:
                required = subject.money(match.pence)
                findings.append(finding(check, "differs", place, **said, found=subject.money(pence), required=required))
    return findings, unmatched, seen


def _absent(subject: Subject, check: Check, one: PublishedUsed) -> Finding:
    return finding(
        check,
        "absent",
        subject.content.table_at("income", subject.header("income", "payer")),
        category=subject.source_label(one.category),
        payer=one.payer_name or one.payer or "the area",
        year=subject.year,
        required=subject.money(one.pence),
    )


def passed_down(subject: Subject, check: Check) -> Outcome:
    """The parts passed down to districts add up to the category's income. parameters: category."""
    category, year = check.parameters["category"], subject.year
    parts = [row for row in subject.content.districts if row.category == category]
    income = [row for row in subject.content.income if row.category == category]
    if not parts or not income:
        return Outcome((), condition(check, None))
    found, required = total(row.pence.get(year) for row in parts), total(row.pence.get(year) for row in income)
    if not (found.is_complete and required.is_complete):
        return Outcome((), condition(check, None, found.pence, required.pence))
    gap = found.known_pence - required.known_pence
    findings: tuple[Finding, ...] = ()
    if gap:
        findings = (
            finding(
                check,
                "differs",
                income[0].at("pence", year),
                category=subject.source_label(category),
                found=subject.money(found.known_pence),
                year=year,
                required=subject.money(required.known_pence),
                difference=subject.money(abs(gap)),
                way="too much" if gap > 0 else "too little",
            ),
        )
    return Outcome(findings, condition(check, gap == 0, found.known_pence, required.known_pence))


def pooled_total(subject: Subject, check: Check) -> Outcome:
    """The pool is at least the sum of what must be pooled, as far as that is published.

    Mandatory categories without a published amount count as the plan itself states them, so that a voluntary
    contribution can never stand in for a missing grant whose amount is known.
    """
    year, needed, unknown = subject.year, 0, False
    parts = []
    for code, category in subject.round.income.items():
        if not category.mandatory:
            continue
        amounts = subject.published.of(code, year)
        stated = subject.totals.by_source.get(code)
        if amounts:
            pence = sum(one.pence for one in amounts)
        elif stated is not None and stated.income.is_complete:
            pence = stated.income.known_pence
        else:
            unknown = True
            continue
        needed += pence
        parts.append(f"{category.label} {subject.money(pence)}")
    income = subject.totals.income
    if not any(subject.published.of(code, year) for code, one in subject.round.income.items() if one.mandatory):
        return Outcome((), condition(check, None, income.pence, None))
    passes = False if income.is_complete and income.known_pence < needed else (None if unknown else True)
    if not income.is_complete and income.known_pence < needed:
        passes = None
    findings: tuple[Finding, ...] = ()
    if passes is False:
        place = subject.content.table_at("income", subject.header("income", "pence"))
        said = {"found": income.known_pence, "required": needed, "gap": needed - income.known_pence}
        money = {name: subject.money(pence) for name, pence in said.items()}
        findings = (finding(check, "short", place, year=year, allowed=", ".join(parts), **money),)
    return Outcome(findings, condition(check, passes, income.pence, needed))


def mandatory_income(subject: Subject, check: Check) -> Outcome:
    """Every mandatory category has a row of income. parameters: except (codes that need none)."""
    present = {row.category for row in subject.content.income}
    if None in present:  # a row whose category could not be read may be the one that seems to be absent
        return Outcome((), condition(check, None))
    mandatory = [code for code, one in subject.round.income.items() if one.mandatory]
    mandatory = [code for code in mandatory if code not in check.parameters.get("except", [])]
    allowed = "; ".join(subject.source_label(code) for code in mandatory)
    place = subject.content.table_at("income", subject.header("income", "category"))
    findings = tuple(
        finding(check, "absent", place, category=subject.source_label(code), allowed=allowed)
        for code in mandatory
        if code not in present
    )
    return Outcome(findings, condition(check, not findings))


def negative(subject: Subject, check: Check) -> Outcome:
    """An amount below zero is a credit, and says why."""
    found = []
    for sheet, rows in (("income", subject.content.income), ("expenditure", subject.lines)):
        for row in rows:
            pence = row.pence.get(subject.year)
            if pence is not None and pence < 0 and not row.comment.strip():
                said = {"found": subject.money(pence), "allowed": subject.money(0)}
                said |= {"field": _amount_field(row.at("pence", subject.year), subject, sheet)}
                comment = subject.header(sheet, "comment")
                found.append(finding(check, "no_reason", row.at("pence", subject.year), comment=comment, **said))
    return Outcome(tuple(found))


def _amount_field(place: At, subject: Subject, sheet: str) -> str:
    return place.field or subject.header(sheet, "pence")


def legal_basis(subject: Subject, check: Check) -> Outcome:
    """Every row of income has a legal basis, through its category (S01)."""
    basis = {code: category.legal_basis for code, category in subject.round.income.items()}
    allowed = "; ".join(sorted({text for text in basis.values() if text.strip()})) or "any text"
    found = tuple(
        finding(check, "blank", row.at("category"), category=subject.source_label(row.category), allowed=allowed)
        for row in subject.content.income
        if row.category is not None and not basis.get(row.category, "").strip()
    )
    return Outcome(found)
