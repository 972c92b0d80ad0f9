"""Exports for tests: the facts of a small invented pool, sheets typed as text, and mappings that read them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from commonpool.findings import Finding
from commonpool.ledger.rules.extracts import ColumnMapping, ExportFacts, ReadExport, read_export
from commonpool.periods import FINANCIAL_YEAR, Period
from commonpool.sheets import CellValue, Sheet

YEAR = FINANCIAL_YEAR.year("2024-25")
MONTHS = FINANCIAL_YEAR.periods("2024-25")
HEADER = "Date | Ref | Cost centre | Amount"
TRANSACTIONS = {"date": "Date", "cost_centre": "Cost centre", "amount": "Amount", "reference": "Ref"}
NO_REF = {"date": "Date", "cost_centre": "Cost centre", "amount": "Amount"}
SIDES = {"date": "Date", "cost_centre": "CC", "debit": "Debit", "credit": "Credit"}
TO_DATE = {"cost_centre": "CC", "period": "Period", "amount": "Actual to date"}


def facts_of(**changed: Any) -> ExportFacts:
    """A pool with lines 1, 2 and 10, one registered organisation, and an agreement from 1 June 2023."""
    facts: dict[str, Any] = {
        "partner": "LA",
        "year": YEAR,
        "agreement": Period(date(2023, 6, 1), date(2025, 3, 31)),
        "lines": {"1": "Reablement", "2": "Home care", "10": "Care market"},
        "organisations": {"Meadow Care Ltd": "PRV1", "PRV1": "PRV1"},
    }
    return ExportFacts(**(facts | changed))


def sheet_of(text: str, name: str = "ledger.csv") -> Sheet:
    """A sheet typed as lines of cells between bars; an empty cell is None."""
    lines = [line.strip() for line in text.strip().splitlines()]
    rows: list[list[CellValue]] = [[cell.strip() or None for cell in line.split("|")] for line in lines]
    return Sheet(name, rows)


def mapping_of(style: str = "transactions", **changed: Any) -> ColumnMapping:
    """A mapping from data; of transactions by date, cost centre, amount and reference unless the case says else."""
    data: dict[str, Any] = {"style": style, "columns": TRANSACTIONS, "codes": {"CC1": "1", "CC2": "2"}}
    return ColumnMapping.from_data(data | changed)


def read(text: str, mapping: ColumnMapping | None = None, **facts: Any) -> ReadExport:
    """What the typed sheet says by the mapping."""
    return read_export(sheet_of(text), mapping or mapping_of(), facts_of(**facts))


def told(export: ReadExport | Iterable[Finding]) -> list[tuple[str, str | None]]:
    """[(rule, cell)] of all findings, in order."""
    findings = export.findings if isinstance(export, ReadExport) else export
    return [(finding.rule, finding.cell) for finding in findings]
