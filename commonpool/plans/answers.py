"""The answer of a check as JSON: made in one place, for the command line, pages and the API alike."""

from __future__ import annotations

from typing import Any

from commonpool.findings import Finding
from commonpool.plans.rules import CheckResult, ConditionResult, Totals, YearResult
from commonpool.plans.workbooks import FileCheck


def as_json(check: FileCheck) -> dict[str, Any]:
    """What a check of one file found, in the form that `commonpool check --format json` promises."""
    result, content = check.result, check.content
    area = (content.area_code or content.cover.area_name or None) if content else None
    return {
        "file": check.file,
        "round": check.round.id if check.round and result else None,
        "area": area,
        "workbook": {"sheets": check.sheets, "cells": check.cells},
        **result_as_json(result, check.findings),
    }


def result_as_json(result: CheckResult | None, findings: tuple[Finding, ...]) -> dict[str, Any]:
    """A checked plan's year, totals, conditions and findings; null where nothing could be read."""
    return {
        "year": result.year if result else None,
        "years": {year: year_as_json(one) for year, one in result.years.items()} if result else {},
        "totals": totals_as_json(result.totals) if result else None,
        "conditions": [condition_as_json(one) for one in result.conditions] if result else [],
        "findings": [one.as_json() for one in findings],
    }


def year_as_json(result: YearResult) -> dict[str, Any]:
    """One year's totals and conditions."""
    return {
        "totals": totals_as_json(result.totals),
        "conditions": [condition_as_json(one) for one in result.conditions],
    }


def totals_as_json(totals: Totals) -> dict[str, Any]:
    """Known totals in pence; null where there are amounts and none is known, or a balance cannot be told."""
    return {
        "income_pence": totals.income.pence,
        "expenditure_pence": totals.expenditure.pence,
        "by_source": {
            code: {
                "income_pence": one.income.pence,
                "expenditure_pence": one.expenditure.pence,
                "balance_pence": one.balance_pence,
            }
            for code, one in totals.by_source.items()
        },
    }


def condition_as_json(condition: ConditionResult) -> dict[str, Any]:
    """One condition; `passes` null where the file cannot tell, pence null where the rule has no amount."""
    return {
        "rule": condition.rule,
        "national_condition": condition.national_condition,
        "passes": condition.passes,
        "found_pence": condition.found_pence,
        "required_pence": condition.required_pence,
        "headroom_pence": condition.headroom_pence,
    }
