"""Lines of the agreed plan of which nobody has agreed to bear a loss: neither the line nor a contract names anybody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from commonpool.funds.models import Agreement
from commonpool.risk_share.models import ContractVersion
from commonpool.risk_share.queries.contracts import in_force_on, terms_of
from commonpool.risk_share.queries.lines import plan_lines
from commonpool.risk_share.reading.contracts import NotAContract
from commonpool.risk_share.rules.contract import Contract
from commonpool.risk_share.rules.errors import ContractError
from commonpool.risk_share.rules.settling import LineVariance, settle


@dataclass(frozen=True, slots=True)
class WithoutBearer:
    """One line and why a loss on it has no agreed bearer."""

    line_id: str
    name: str
    why: str


@dataclass(frozen=True, slots=True)
class Bearers:
    """One agreement's lines that have no agreed bearer of a loss, out of `lines` of its newest agreed plan."""

    agreement: Agreement
    version: ContractVersion | None
    lines: int
    without: tuple[WithoutBearer, ...]


def bearers(agreement: Agreement, on: date) -> Bearers | None:
    """Lines whose loss neither they nor the contract in force give to anybody; None while no plan is agreed."""
    found = plan_lines(agreement, on)
    if found is None:
        return None
    version = in_force_on(agreement, on)
    if version is not None and version.agreed_at and version.agreed_at.date() > on:
        version = None
    named = set(found.version.scheme_lines.filter(loss_bearer__isnull=False).values_list("line_id", flat=True))
    lines = [line for line in found.lines if line.code not in named]
    without = tuple(
        WithoutBearer(line.code, found.names.get(line.code, ""), why)
        for line, why in zip(lines, _why_not(version, lines), strict=True)
        if why
    )
    return Bearers(agreement, version, len(found.lines), without)


def _why_not(version: ContractVersion | None, lines: Sequence[LineVariance]) -> list[str]:
    """Why a contract names no bearer of each line; "" where it names one."""
    if version is None:
        return ["No contract is in force."] * len(lines)
    try:
        contract = terms_of(version)
    except NotAContract:
        return ["The contract in force can no longer be read."] * len(lines)
    return [why_nobody(contract, line) for line in lines]


def why_nobody(contract: Contract, line: LineVariance) -> str:
    """Why a contract names nobody to bear the loss of all that a line has; "" where it names somebody."""
    lost = replace(line, variance_pence=max(1, line.budget_pence))
    for part in contract.parts:
        if part.scope.has(line.code, line.source) and part.overspend.unallocated:
            return f"The contract leaves a part to nobody: {part.overspend.unallocated}."
    try:
        settle(contract, [lost], dict.fromkeys(contract.measures, Fraction(1)))
    except ContractError as refused:
        return str(refused)
    return ""
