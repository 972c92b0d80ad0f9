"""The memorandum account of a year as it is printed, each row with how it was made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from commonpool.figures import Figure
from commonpool.ledger.queries.figures.year_end import NO_PART
from commonpool.ledger.queries.report import Report
from commonpool.ledger.rules.statements.memorandum import Memorandum, Part
from commonpool.ledger.rules.statements.names import By


@dataclass(frozen=True, slots=True)
class AccountRow:
    """One row. `depth` 1 and 2 are what the row above is made of; `is_sum` marks totals and balances."""

    label: str
    figure: Figure
    depth: int = 0
    is_sum: bool = False

    @property
    def pence(self) -> int:
        """The amount, money out below zero."""
        return int(self.figure.value or 0)


def account_rows(report: Report, account: Memorandum) -> tuple[AccountRow, ...]:
    """The rows of the account, with contributions by partner, and what is kept by district."""
    return tuple(_rows(report, account))


def _rows(report: Report, account: Memorandum) -> Iterator[AccountRow]:
    yield _row(report, "opening", "Opening balance", account.opening_pence)
    yield from _contributions(report, "planned", "Planned contributions", account.planned)
    yield from _contributions(report, "year_end", "Year-end contributions from partners", account.year_end)
    if account.transferred_pence:
        yield _row(report, "transferred", "Transferred from other funds", account.transferred_pence)
    yield _row(report, "income", "Total income", account.income_pence, is_sum=True)
    yield _row(report, "expenditure", "Expenditure", -account.expenditure_pence)
    if account.earned:
        for column, label, pence in (
            ("gross_expenditure", "Gross expenditure", -_sum(account.gross)),
            ("income", "Income of schemes", _sum(account.earned)),
        ):
            asked = {"column": column, "by": By.LINE.value}
            yield AccountRow(label, report.figure("ledger.total", label, pence, asked), depth=1)
    yield _row(report, "before_transfers", "Balance before transfers", account.before_transfers_pence, is_sum=True)
    for part in account.kept:
        capital = " (capital)" if part.is_capital else ""
        yield from _kept(report, "kept", f"{part.label} carried forward{capital}", part)
    for part in account.returned:
        yield from _kept(report, "returned", f"{part.label} returned to contributors", part)
    yield _row(report, "closing", "Closing balance", account.closing_pence, is_sum=True)


def _contributions(report: Report, row: str, label: str, parts: tuple[Part, ...]) -> Iterator[AccountRow]:
    yield _row(report, row, label, _sum(parts))
    for part in parts:
        yield _row(report, row, part.label, part.pence, {"key": part.key}, depth=1)


def _kept(report: Report, row: str, label: str, part: Part) -> Iterator[AccountRow]:
    yield _row(report, row, label, -part.pence, {"key": part.key})
    for name, pence in part.parts.items():
        asked = {"key": part.key, "part": name or NO_PART}
        yield _row(report, row, name or "For no part by name", -pence, asked, depth=1)


def _row(
    report: Report,
    row: str,
    label: str,
    pence: int,
    asked: Mapping[str, str] | None = None,
    *,
    depth: int = 0,
    is_sum: bool = False,
) -> AccountRow:
    more = {"stream": report.stream_id} if report.stream_id else {}
    wanted = {"row": row, **(asked or {}), **more}
    return AccountRow(label, report.figure("ledger.memorandum", label, pence, wanted, narrowed=False), depth, is_sum)


def _sum(parts: Iterable[Part]) -> int:
    return sum(part.pence for part in parts)
