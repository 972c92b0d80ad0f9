"""The answer of a check as text for a terminal: counts first, then each fault by cause, then the money."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from pathlib import Path

from commonpool.findings import Finding, Rule, Severity, count_by_severity
from commonpool.money import format_pounds
from commonpool.plans.mapping import Proposal
from commonpool.plans.reading import wording
from commonpool.plans.rules import ConditionResult, Total, published
from commonpool.plans.workbooks import FileCheck
from commonpool.policy.rules import Round
from commonpool.sheets import Workbook
from commonpool.sheets.rules import RULES

_PLURALS = {Severity.ERROR: "errors", Severity.WARNING: "warnings", Severity.NOTE: "notes"}


def as_text(check: FileCheck, width: int = 100) -> str:
    """What a check of one file found, for people."""
    parts = [*_heading(check), "", counts(check.findings), *_by_cause(check, width)]
    if check.result is not None:
        parts += ["", *_money(check), "", *_conditions(check), "", *_where_from(check, width)]
    return "\n".join(parts)


def counts(findings: Iterable[Finding]) -> str:
    """`4 errors, 2 warnings in 3 sheets`; `No errors, no warnings` where there are none."""
    findings = tuple(findings)
    found = {severity: number for severity, number in count_by_severity(findings).items() if number}
    if not found.keys() - {Severity.NOTE}:
        notes = found.get(Severity.NOTE, 0)
        return "No errors, no warnings" + (f", {notes} note{'s' * (notes > 1)}" if notes else "")
    words = [f"{number} {_PLURALS[one] if number > 1 else one.value}" for one, number in found.items()]
    sheets = {one.sheet for one in findings if one.sheet}
    where = f" in {len(sheets)} sheet{'s' * (len(sheets) > 1)}" if sheets else ""
    return ", ".join(words) + where


def _heading(check: FileCheck) -> Iterator[str]:
    if check.result is None or check.round is None or check.content is None:
        yield f"{check.file}: not read as a plan"
        return
    cover = check.content.cover
    area = cover.area_name or cover.area_code or "an unnamed area"
    code = f" ({cover.area_code})" if cover.area_code and cover.area_code != area else ""
    yield f"{check.file}: {area}{code}, {check.round.label}"
    years = " and ".join(check.result.years)
    yield f"{years} checked; {check.sheets} sheets, {check.cells:,} cells read"


def _by_cause(check: FileCheck, width: int) -> Iterator[str]:
    """Each rule that failed with its failures: where, what was found, what is wrong, what to do."""
    causes: dict[str, list[Finding]] = {}
    for one in check.findings:
        causes.setdefault(one.rule, []).append(one)
    titles = _titles() | ({one.rule: one.title for one in check.round.checks} if check.round else {})
    for rule, found in causes.items():
        yield ""
        yield f"{rule}  {titles[rule]} ({counts_of(found)})"
        for one in found:
            place = " ".join(part for part in (one.sheet, one.cell) if part) or "The workbook"
            yield f"  {place}" + (f"  {one.field}" if one.field else "")
            if one.found:
                yield _wrapped("found", f"‘{one.found}’", width)
            yield _wrapped("fault", one.problem, width)
            yield _wrapped("cure", one.fix, width)


def _titles() -> dict[str, str]:
    """{rule: title} of the rules that hold in every round: of files, cells, layout, area and published amounts."""
    stated = [*vars(wording).values(), *vars(published).values(), *RULES.values()]
    return {one.id: one.title for one in stated if isinstance(one, Rule)}


def counts_of(findings: Iterable[Finding]) -> str:
    """`2 errors`, `1 warning`: of one cause."""
    found = {severity: number for severity, number in count_by_severity(findings).items() if number}
    return ", ".join(f"{number} {_PLURALS[one] if number > 1 else one.value}" for one, number in found.items())


def _wrapped(label: str, text: str, width: int) -> str:
    lead = f"    {label:<6}"
    return textwrap.fill(text, width, initial_indent=lead, subsequent_indent=" " * len(lead))


def _money(check: FileCheck) -> Iterator[str]:
    assert check.result is not None and check.round is not None
    result, labels = check.result, check.round.income
    rows = [
        (labels[code].label if code in labels else code, one.income, one.expenditure, one.balance_pence)
        for code, one in result.totals.by_source.items()
    ]
    totals = result.totals
    is_known = totals.income.is_complete and totals.expenditure.is_complete
    balance = totals.income.known_pence - totals.expenditure.known_pence if is_known else None
    rows.append(("Total", totals.income, totals.expenditure, balance))
    longest = max(len(label) for label, *_ in rows)
    yield f"{'Money in ' + result.year:<{longest}}{'income':>30}{'planned':>30}{'left':>18}"
    for label, income, planned, left in rows:
        yield f"{label:<{longest}}{_amount(check, income):>30}{_amount(check, planned):>30}{_pence(check, left):>18}"


def _amount(check: FileCheck, total: Total) -> str:
    known = _pence(check, total.pence)
    return f"{known} + {total.unknown} unknown" if total.unknown and total.known else known


def _pence(check: FileCheck, pence: int | None) -> str:
    text = format_pounds(pence)
    is_sterling = check.round is None or check.round.currency == "GBP"
    return text if is_sterling else text.replace("£", f"{check.round.currency_symbol} " if check.round else "")


def _conditions(check: FileCheck) -> Iterator[str]:
    assert check.result is not None and check.round is not None
    yield f"National conditions in {check.result.year}"
    words = {True: "met", False: "NOT MET", None: "cannot be told from this file"}
    for one in check.result.conditions:
        yield f"  {one.national_condition or '':<4} {one.rule:<12} {words[one.passes]}: {one.title}"
        if one.required_pence is not None:
            yield f"                    {_headroom(check, one)}"


def _headroom(check: FileCheck, one: ConditionResult) -> str:
    found, required = _pence(check, one.found_pence), _pence(check, one.required_pence)
    headroom = one.headroom_pence
    if headroom is None:
        return f"{found} found, {required} required"
    word = "above" if headroom >= 0 else "below"
    return f"{found} found, {required} required: {_pence(check, abs(headroom))} {word}"


def _where_from(check: FileCheck, width: int) -> Iterator[str]:
    """Where published amounts came from, and what nobody has verified."""
    assert check.result is not None and check.round is not None
    origins = sorted(origin.value for origin in check.result.published.origins)
    verified = [one.verified for ones in check.result.published.amounts.values() for one in ones]
    said = f"Published amounts: {' and '.join(origins)}." if origins else "Published amounts: none known for this area."
    if origins and not all(verified):
        said += " They are invented." if check.round.is_invented or _is_invented(check) else " They are unverified."
    yield textwrap.fill(said, width)
    if not check.round.is_invented:
        yield textwrap.fill(
            "Lists, headers and most rules of this round stand here from memory and are unverified: no official "
            "workbook has been read.",
            width,
        )


def _is_invented(check: FileCheck) -> bool:
    assert check.result is not None
    sources = (one.source for ones in check.result.published.amounts.values() for one in ones)
    return all(source.startswith("Invented") for source in sources)


def all_as_text(checks: list[FileCheck], width: int = 100) -> str:
    """Several files: one line each, then the faults of those that have any."""
    longest = max(len(one.file) for one in checks)
    lines = [f"{one.file:<{longest}}  {_verdict(one)}" for one in checks]
    faulty = [one for one in checks if any(found.severity is not Severity.NOTE for found in one.findings)]
    parts = ["\n".join(lines), f"{len(checks)} workbooks, {len(checks) - len(faulty)} without an error or a warning"]
    for one in faulty:
        parts.append("\n".join([f"== {one.file}", *_by_cause(one, width)]))
    return "\n\n".join(parts)


def _verdict(check: FileCheck) -> str:
    return counts(check.findings) if check.result is not None else f"not read as a plan: {check.findings[0].problem}"


def mapping_as_text(workbook: Workbook, round: Round, proposals: list[Proposal], saved_as: Path | None) -> str:
    """A workbook's sheets, the field proposed for each header, what has none, and where the mapping was saved."""
    parts = [f"{workbook.name} as a plan of {round.label} ({round.id})", "", "Sheets of the workbook"]
    parts += [f"  {sheet.name}: {len(sheet.rows)} rows" for sheet in workbook.sheets]
    for code, layout in round.sheets.items():
        mine = [one for one in proposals if one.sheet_code == code]
        parts += ["", f"{layout.title} ({code})" + (f" is sheet ‘{mine[0].sheet}’" if mine else ": no sheet was found")]
        parts += [f"  {one.cell:<6} {one.header[:44]:<46} {_field_name(one)}  {_sureness(one)}" for one in mine]
        found = {one.column[0] for one in mine}
        if lacking := [one.header for one in layout.fields if one.required == "always" and one.code not in found]:
            parts.append(f"  not found, but required: {'; '.join(lacking)}")
    if saved_as:
        parts += ["", f"Saved as {saved_as}. Workbooks of this layout are read by it from now on."]
        parts.append("Look through it: where a column is wrong, change its letter in that file.")
    else:
        parts += ["", "Nothing in this workbook looks like a plan, so nothing was saved."]
    return "\n".join(parts)


def _field_name(one: Proposal) -> str:
    code, year = one.column
    return f"{code}, {year}" if year else code


def _sureness(one: Proposal) -> str:
    return "" if one.likeness >= 1 else f"({one.likeness:.0%} alike)"
