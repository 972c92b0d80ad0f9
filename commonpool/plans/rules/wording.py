"""What each kind of rule says when it fails. A round's checks name the kind; the words stand here, once.

`{...}` places are filled by the rule; every problem names what was found and every cure what is allowed.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from commonpool.findings import At, Finding, Rule, Severity
from commonpool.policy.rules import Check


@dataclass(frozen=True, slots=True)
class Words:
    """A problem and its cure, with places to fill."""

    problem: str
    fix: str


WORDS: Final[dict[tuple[str, str], Words]] = {
    ("balance", "differs"): Words(
        "Lines funded from {source} plan {spent} in {year}, but its income is {income}: {difference} {way}.",
        "Make the lines funded from {source} add up to {income}, or correct the income.",
    ),
    ("floor", "short"): Words(
        "{what} in {year} is {found}, which is {gap} less than the published {floor} of {required}.",
        "Plan at least {required}. The lines that count are: {lines}.",
    ),
    ("list_by_source", "outside"): Words(
        "Line {line} is funded from {source}, but its scheme type is ‘{found}’.",
        "Choose a scheme type that {source} may buy: {allowed}. Or fund the line from another source.",
    ),
    ("other_text", "missing"): Words(
        "Line {line} has ‘{found}’ as its {list}, without words that say what it is.",
        "Write in ‘{field}’ what ‘{found}’ stands for, or choose another {list}: {allowed}.",
    ),
    ("joint_share", "joint"): Words(
        "Line {line} is commissioned jointly, but the NHS share is {found}.",
        "Enter a share above 0% and below 100%, or choose {alone} as the commissioner.",
    ),
    ("joint_share", "alone"): Words(
        "Line {line} is commissioned by {commissioner} alone, but the NHS share is {found}.",
        "Enter {allowed}, leave it empty, or choose {joint} as the commissioner.",
    ),
    ("outputs", "missing"): Words(
        "Line {line} is of the type ‘{type}’, but its planned outputs in {year} are {found}.",
        "Enter a number above 0 of: {unit}.",
    ),
    ("published", "differs"): Words(
        "{category} from {payer} in {year} is {found}, but the published amount is {required}.",
        "Enter {required}; put anything above it in as an additional contribution.",
    ),
    ("published", "absent"): Words(
        "There is no row for {category} from {payer} in {year}; the published amount is {required}.",
        "Add a row for {payer} with {required}.",
    ),
    ("published", "unexpected"): Words(
        "{category} from {payer} in {year} is {found}, but nothing is published for this payer.",
        "Allowed payers: {allowed}. Correct the payer, or its code.",
    ),
    ("published", "twice"): Words(
        "{payer} has a second row of {category} in {year}, with {found}.",
        "Keep one row for {payer}, with the published {required}.",
    ),
    ("cover", "missing"): Words(
        "‘{field}’ is empty.",
        "Fill it in: {allowed}.",
    ),
    ("cover", "future"): Words(
        "‘{field}’ is {found}, which is after today, {today}.",
        "Enter the day on which it was signed, {today} or earlier.",
    ),
    ("cover", "no_role"): Words(
        "There is no contact named as {role}.",
        "Add one row for each of: {allowed}. Give first name, surname and e-mail address.",
    ),
    ("ambitions", "missing"): Words(
        "{metric} has no planned value for {period}.",
        "Enter a number ({unit}) for each of: {allowed}.",
    ),
    ("ambitions", "no_words"): Words(
        "{metric} has no text in ‘{field}’.",
        "Say it in a sentence or more; any text is allowed, an empty cell is not.",
    ),
    ("passed_down", "differs"): Words(
        "The districts' parts of {category} add up to {found} in {year}, but {category} is {required}: "
        "{difference} {way}.",
        "Make the district rows add up to {required}.",
    ),
    ("comment_needed", "missing"): Words(
        "Line {line} is funded from {source} and has ‘{found}’ as its {list}, without a comment.",
        "Say why in ‘{field}’, or choose one of: {allowed}.",
    ),
    ("required", "empty"): Words(
        "‘{field}’ is empty.",
        "Enter {allowed}. An empty cell counts as unknown, never as zero.",
    ),
    ("line_ids", "twice"): Words(
        "Line ID ‘{found}’ is used {count} times; it first stands in {first}.",
        "Give each funded line an ID of its own, and keep it for the life of the plan. Allowed: an ID that no other "
        "line has.",
    ),
    ("negative", "no_reason"): Words(
        "‘{field}’ is {found}, below zero, without a comment that says why.",
        "Write the reason for the credit in ‘{comment}’, or enter an amount of at least {allowed}.",
    ),
    ("legal_basis", "blank"): Words(
        "{category} has no legal basis in this round's rules, so its money is refused.",
        "Record the Act, section or grant determination of {category} in the round's income data. Allowed: {allowed}.",
    ),
    ("mandatory_income", "absent"): Words(
        "There is no income row for {category}, which every plan of this round must have.",
        "Add a row for {category} with its amount. Mandatory are: {allowed}.",
    ),
    ("objective_named", "none"): Words(
        "Line {line} names no objective.",
        "Choose at least one of: {allowed}.",
    ),
    ("objective_served", "unserved"): Words(
        "No line serves the objective ‘{found}’.",
        "Name it on at least one line, or say in the narrative why nothing is planned. Allowed: any line's objective.",
    ),
    ("redirected", "from_nothing"): Words(
        "Line {line} is tagged as redirected money, but does not say from what.",
        "Write in ‘{field}’ what the money was spent on before, or choose another tag: {allowed}.",
    ),
    ("sub_type_needed", "empty"): Words(
        "Line {line} is of the type ‘{type}’, but its sub-type is empty.",
        "Choose one of: {allowed}.",
    ),
    ("pooled_total", "short"): Words(
        "The pool's income in {year} is {found}, less than the {required} that must be pooled: {gap} short.",
        "Pool at least {required}: {allowed}.",
    ),
    ("approvals", "overdue"): Words(
        "The plan is not signed off, although sign-off was expected on {found}.",
        "Enter the date on which the board signed it off, or a new expected date of {today} or later.",
    ),
    ("statements", "no_answer"): Words(
        "‘{statement}’ is not answered.",
        "Answer {allowed}, and write where it is shown.",
    ),
    ("statements", "not_met"): Words(
        "‘{statement}’ is answered ‘{found}’.",
        "The condition asks for: {allowed}. Say in ‘{field}’ what will be done and by when.",
    ),
    ("statements", "no_evidence"): Words(
        "‘{statement}’ is answered ‘{found}’, without saying where that is shown.",
        "Write in ‘{field}’ where it is shown. Allowed: a document and its page, or a link.",
    ),
    ("signed_by", "late"): Words(
        "‘{statement}’ is dated {found}, after the deadline of {allowed}.",
        "Correct the date if it is wrong; allowed is {allowed} or earlier. If it is right, tell the regional team.",
    ),
}


@lru_cache(maxsize=512)
def _rule(rule_id: str, severity: str, title: str, source: str, verified: bool, kind: str, key: str) -> Rule:
    words = WORDS[kind, key]
    return Rule(rule_id, Severity(severity), title, words.problem, words.fix, source, verified)


def rule_of(check: Check, key: str) -> Rule:
    """The rule that one of a round's checks is, with the words for one way of failing it."""
    where = check.reference
    source = ", ".join(part for part in (where.title, where.place) if part)
    return _rule(check.rule, check.severity, check.title, source, where.verified, check.kind, key)


def finding(check: Check, key: str, place: At, **values: object) -> Finding:
    """A check's failure at one place, in its own words."""
    return rule_of(check, key).at(place, **values)
