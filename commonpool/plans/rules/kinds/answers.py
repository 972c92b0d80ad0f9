"""Rules of what people answer: the cover, signatures, ambitions, statements, and cells that may not be empty."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from commonpool.findings import At, Finding
from commonpool.plans.rules.content import AmbitionRow, Answer, Contact, Row, place_key
from commonpool.plans.rules.kinds.money import all_of, condition
from commonpool.plans.rules.subject import Outcome, Subject
from commonpool.plans.rules.wording import finding
from commonpool.policy.rules import Check, Field, MetricDefinition, same_spelling


def is_blank(row: Row, field: str, year: str | None = None) -> bool:
    """Whether a field is empty: no value, and nothing typed that could not be read."""
    value = getattr(row, field)
    if year is not None and isinstance(value, Mapping):
        value = value.get(year)
    is_empty = not value.strip() if isinstance(value, str) else value is None or value == ()
    return is_empty and row.text_of(field, year) is None


def day(value: date) -> str:
    """`9 June 2024`, as people write it."""
    return f"{value.day} {value:%B %Y}"


def cover(subject: Subject, check: Check) -> Outcome:
    """The cover is complete, each role has a person, and no signature lies in the future.

    parameters: fields (always asked for), if_signed, if_not_signed (more of them), roles {code: label}
    """
    wanted, sheet = check.parameters, subject.content.cover
    asked = [*wanted["fields"]]
    if sheet.is_signed_off is not None:
        asked += wanted["if_signed" if sheet.is_signed_off else "if_not_signed"]
    found = [_cover_field(subject, check, sheet, field) for field in asked if is_blank(sheet, field)]
    found += _contacts(subject, check)
    if subject.today:
        dated: list[tuple[Row, str, date | None, str]] = [(sheet, "signed_off_on", sheet.signed_off_on, "cover")]
        dated += [(person, "signed_on", person.signed_on, "contacts") for person in subject.content.contacts]
        found += [
            finding(
                check,
                "future",
                row.at(field),
                field=subject.header(code, field),
                found=day(on),
                today=day(subject.today),
            )
            for row, field, on, code in dated
            if on and on > subject.today
        ]
    return Outcome(tuple(found), condition(check, not found))


def _cover_field(subject: Subject, check: Check, row: Row, field: str, sheet: str = "cover") -> Finding:
    place = row.at(field)
    header = subject.header(sheet, field)
    if place.sheet is None:
        place = subject.content.table_at(sheet, header)
    layout = subject.round.sheets.get(sheet)
    kind = next((one.kind for one in layout.fields if one.code == field), "text") if layout else "text"
    return finding(check, "missing", place, field=header, allowed=_ALLOWED.get(kind, "any text"))


def _contacts(subject: Subject, check: Check) -> Iterator[Finding]:
    people: dict[str, list[Contact]] = {}
    for person in subject.content.contacts:
        people.setdefault(same_spelling(person.role), []).append(person)
    roles: Mapping[str, str] = check.parameters.get("roles", {})
    allowed = "; ".join(roles.values())
    parts = ("first_name", "surname", "email")
    for role in roles.values():
        rows = people.get(same_spelling(role), [])
        # A role with several rows (one for each NHS body) needs one person at least.
        started = [row for row in rows if not all(is_blank(row, part) for part in parts)]
        if not started:
            place = rows[0].at("role") if rows else subject.content.table_at("contacts")
            yield finding(check, "no_role", place, role=role, allowed=allowed)
        for row in started:
            for part in parts:
                if is_blank(row, part):
                    yield _cover_field(subject, check, row, part, "contacts")


def periods_of(metric: MetricDefinition, year: str, years: tuple[str, ...]) -> tuple[str, ...]:
    """The periods for which one year's plan has a figure, without the year: ("Q1", ...), or ("",) for the year.

    A definition's periods name their year ("2024-25 Q1"); one that names none ("2025-04") is of every year. ()
    means that the metric is not asked for in this year.
    """
    found = []
    for period in metric.periods:
        named = next((one for one in years if period.startswith(one)), None)
        if named in (None, year):
            found.append(period.removeprefix(year).strip())
    return tuple(found)


def ambitions(subject: Subject, check: Check) -> Outcome:
    """Every metric of the year has a number for each period, a rationale and a local plan.

    parameters: texts (fields that hold words)
    """
    found: list[Finding] = []
    for code, metric in subject.round.metrics.items():
        if periods := periods_of(metric, subject.year, subject.round.years):
            rows = [row for row in subject.content.ambitions if row.metric == code]
            found += _of_metric(subject, check, metric, periods, rows)
    return Outcome(tuple(found), condition(check, not found))


def _of_metric(
    subject: Subject, check: Check, metric: MetricDefinition, periods: tuple[str, ...], rows: list[AmbitionRow]
) -> Iterator[Finding]:
    year = subject.year
    by_period = {same_spelling(row.period): row for row in rows}
    at_period = {period: by_period.get(same_spelling(period)) for period in periods}
    lacking = {period: row for period, row in at_period.items() if row is None or row.value.get(year) is None}
    table = subject.content.table_at("metrics", metric.label)
    said = {"metric": metric.label, "unit": metric.unit, "allowed": ", ".join(filter(None, periods)) or year}
    if len(lacking) == len(periods) and not any(row and row.text_of("value", year) for row in lacking.values()):
        named = next((row for row in at_period.values() if row), None)
        # One empty metric is one fault, however many periods it has.
        period = f"any period of {year}" if len(periods) > 1 else year
        yield finding(check, "missing", named.at("value", year) if named else table, period=period, **said)
        return
    for period, row in lacking.items():
        if row is None or row.text_of("value", year) is None:
            place = row.at("value", year) if row else table
            yield finding(check, "missing", place, period=" ".join(filter(None, (period, year))), **said)
    for field in check.parameters["texts"]:
        if all(is_blank(row, field) for row in rows):
            header = subject.header("metrics", field)
            yield finding(check, "no_words", rows[0].at(field), metric=metric.label, field=header)


_ALLOWED: Mapping[str, str] = {
    "text": "any text",
    "list": "one of the list",
    "money": "an amount of money, 0 where nothing is planned",
    "number": "a number",
    "share": "a share from 0% to 100%",
    "date": "a date, such as 31/03/2025",
    "yes_no": "Yes or No",
    "email": "an e-mail address",
}


def required(subject: Subject, check: Check) -> Outcome:
    """Cells that must always be filled in are not empty.

    parameters: sheets (codes of the layout), leave (fields that have a rule of their own)
    """
    found: list[Finding] = []
    for sheet_code, rows in subject.content.tables():
        layout = subject.round.sheets.get(sheet_code)
        if layout is None or sheet_code not in check.parameters["sheets"]:
            continue
        own_rule = check.parameters.get("leave", ())
        asked = [field for field in layout.fields if field.required == "always" and field.code not in own_rule]
        for field in asked:
            year = subject.year if field.per_year else None
            key = place_key(field.code, year)
            found += [
                _empty(subject, check, row, field)
                for row in _without(rows, field.code, year)
                # A column that the file lacks is one fault, which the reader has said.
                if not (row.places and key not in row.places)
            ]
    return Outcome(tuple(found))


def _without(rows: tuple[Row, ...], field: str, year: str | None) -> Iterator[Row]:
    """The rows in which a field is empty; written for tables of many thousand rows."""
    for row in rows:
        value = getattr(row, field)
        if year is not None:
            value = value.get(year)
        if (value is None or value == "" or value == () or value.__class__ is str) and is_blank(row, field, year):
            yield row


def _empty(subject: Subject, check: Check, row: Row, field: Field) -> Finding:
    year = subject.year if field.per_year else None
    place = row.at(field.code, year)
    header = place.field or field.header.replace("{year}", subject.year)
    allowed = _ALLOWED[field.kind]
    if field.list and field.list in subject.round.lists:
        labels = [entry.label for entry in subject.round.lists[field.list].entries]
        allowed = "one of: " + "; ".join(labels)
    return finding(check, "empty", place, field=header, allowed=allowed)


def approvals(subject: Subject, check: Check) -> Outcome:
    """The board and each body that must sign have signed, as far as the cover says.

    Approval may come after the plan is sent, so a plan without it is not at fault until the day has passed on
    which it was expected. parameters: roles (labels of those who must sign in person)
    """
    sheet, people = subject.content.cover, subject.content.contacts
    wanted = [same_spelling(role) for role in check.parameters["roles"]]
    signed = [person.signed_on is not None for person in people if same_spelling(person.role) in wanted]
    is_named = {same_spelling(person.role) for person in people} >= set(wanted)
    if sheet.is_signed_off and sheet.signed_off_on and signed and all(signed) and is_named:
        return Outcome((), condition(check, True))
    expected = sheet.sign_off_expected
    if sheet.is_signed_off is False and isinstance(expected, date) and subject.today and expected < subject.today:
        place, today = sheet.at("sign_off_expected"), day(subject.today)
        return Outcome((finding(check, "overdue", place, found=day(expected), today=today),), condition(check, False))
    return Outcome((), condition(check, None))


def statements(subject: Subject, check: Check) -> Outcome:
    """Each statement of the condition is answered Yes, with where it is shown.

    parameters: statements {code: {text, asks, evidence: "yes" where it is asked for}}, proves ("no" where a Yes
    is only a promise, so that the condition stays untold)
    """
    answers = {answer.statement: answer for answer in subject.content.answers}
    stated: Mapping[str, Mapping[str, Any]] = check.parameters["statements"]
    found: list[Finding] = []
    verdicts: list[bool | None] = []
    for code, statement in stated.items():
        answer = answers.get(code)
        verdicts.append(answer.is_met if answer else None)
        found += _on_statement(subject, check, statement, answer)
    passes = all_of(verdicts)
    if passes and check.parameters.get("proves") == "no":
        passes = None
    return Outcome(tuple(found), condition(check, passes))


def _on_statement(
    subject: Subject, check: Check, statement: Mapping[str, Any], answer: Answer | None
) -> Iterator[Finding]:
    text = statement["text"]
    if answer is None:
        if statement.get("optional") != "yes":
            place = subject.content.table_at("conditions", text)
            yield finding(check, "no_answer", place, statement=text, allowed="Yes or No")
    elif is_blank(answer, "is_met"):
        if statement.get("optional") != "yes":
            yield finding(check, "no_answer", answer.at("is_met"), statement=text, allowed="Yes or No")
    elif answer.is_met is False:
        field = subject.header("conditions", "actions")
        allowed = statement.get("asks", "Yes")
        yield finding(check, "not_met", answer.at("is_met"), statement=text, found="No", field=field, allowed=allowed)
    elif answer.is_met and statement.get("evidence") == "yes" and is_blank(answer, "evidence"):
        field, place = subject.header("conditions", "evidence"), answer.at("evidence")
        yield finding(check, "no_evidence", place, statement=text, found="Yes", field=field)


def signed_by(subject: Subject, check: Check) -> Outcome:
    """An agreement is signed by its deadline. parameters: statement (its code), text, deadlines {year: date}."""
    deadline: date | None = check.parameters["deadlines"].get(subject.year)
    answer = next((one for one in subject.content.answers if one.statement == check.parameters["statement"]), None)
    if answer is None or answer.on is None or deadline is None:
        return Outcome((), condition(check, None))
    if answer.on <= deadline:
        return Outcome((), condition(check, True))
    said = {"statement": check.parameters["text"], "found": day(answer.on), "allowed": day(deadline)}
    place: At = answer.at("on")
    return Outcome((finding(check, "late", place, **said),), condition(check, False))
