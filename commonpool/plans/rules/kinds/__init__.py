"""The rule kinds that code knows. A round's checks name them; a kind that is not here cannot be named."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from commonpool.plans.rules.kinds import answers, lines, money
from commonpool.plans.rules.subject import Kind

KINDS: Final[Mapping[str, Kind]] = {
    "balance": money.balance,
    "floor": money.floor,
    "published": money.published,
    "passed_down": money.passed_down,
    "pooled_total": money.pooled_total,
    "mandatory_income": money.mandatory_income,
    "negative": money.negative,
    "legal_basis": money.legal_basis,
    "list_by_source": lines.list_by_source,
    "other_text": lines.other_text,
    "joint_share": lines.joint_share,
    "outputs": lines.outputs,
    "comment_needed": lines.comment_needed,
    "line_ids": lines.line_ids,
    "objective_named": lines.objective_named,
    "objective_served": lines.objective_served,
    "redirected": lines.redirected,
    "sub_type_needed": lines.sub_type_needed,
    "cover": answers.cover,
    "ambitions": answers.ambitions,
    "required": answers.required,
    "approvals": answers.approvals,
    "statements": answers.statements,
    "signed_by": answers.signed_by,
}

SHEETS: Final[Mapping[str, frozenset[str]]] = {
    kind: frozenset(sheets.split())
    for kind, sheets in {
        "balance": "income expenditure",
        "floor": "expenditure",
        "published": "income",
        "passed_down": "income",
        "pooled_total": "income",
        "mandatory_income": "income",
        "objective_served": "expenditure",
        "cover": "cover contacts",
        "approvals": "cover contacts",
        "ambitions": "metrics",
        "statements": "conditions",
        "signed_by": "conditions",
    }.items()
}
"""{rule kind: the sheets without which it cannot tell}; a missing sheet is one fault, said once by the reader."""
