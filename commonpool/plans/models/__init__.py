"""The joint plan, its versions, their lines, and what was found in them."""

from __future__ import annotations

from commonpool.plans.models.aims import PlanAim, SharedAim
from commonpool.plans.models.answers import Ambition, Contact, CoverAnswer, StatementAnswer
from commonpool.plans.models.findings import StoredFinding, Upload
from commonpool.plans.models.lines import (
    DistrictShare,
    IncomeLine,
    IncomeLineYear,
    PrefilledFloor,
    SchemeLine,
    SchemeLineYear,
)
from commonpool.plans.models.versions import Plan, PlanVersion

__all__ = [
    "Ambition",
    "Contact",
    "CoverAnswer",
    "DistrictShare",
    "IncomeLine",
    "IncomeLineYear",
    "Plan",
    "PlanAim",
    "PlanVersion",
    "PrefilledFloor",
    "SchemeLine",
    "SchemeLineYear",
    "SharedAim",
    "StatementAnswer",
    "StoredFinding",
    "Upload",
]
