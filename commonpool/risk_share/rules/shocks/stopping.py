"""What lines no longer spend when whoever commissions them stops, and what they have spent before a month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import floor

from commonpool.plans.rules import PlanContent, SchemeRow
from commonpool.plans.rules.sums import nhs_share_of
from commonpool.policy.rules import Round
from commonpool.risk_share.rules.errors import ContractError
from commonpool.risk_share.rules.shocks.stated import Setting, Shock, SpendingStops


def stopped_by(content: PlanContent, round: Round, shocks: Sequence[Shock], setting: Setting) -> dict[int, int | None]:
    """Line -> pence that are no longer spent; None where its amount, or who commissions it, is not known.

    Of a line that two commission together the share of whoever stops. Raises ContractError for somebody who
    commissions nothing alone.
    """
    months = _months(shocks)
    shares = shares_by_commissioner(round)
    if unknown := [code for code in months if shares.get(code) not in ("all", "none")]:
        own = ", ".join(code for code, means in shares.items() if means != "share")
        raise ContractError(f"‘{unknown[0]}’ commissions nothing by itself in {round.label}. Use one of: {own}.")
    if not months:
        return dict.fromkeys(range(len(content.lines)), 0)
    return {at: _stops(row, at, months, shares, setting) for at, row in enumerate(content.lines)}


def _stops(
    row: SchemeRow, at: int, months: Mapping[str, int], shares: Mapping[str, str], setting: Setting
) -> int | None:
    """What of a line is no longer spent, by all who stop."""
    stops = Fraction(0)
    for code, month in months.items():
        part = _part(row, at, code, month, shares, setting)
        if part is None:
            return None
        stops += part
    return floor(stops)


def _months(shocks: Sequence[Shock]) -> dict[str, int]:
    """{commissioner that stops: the first month in which it does}"""
    months: dict[str, int] = {}
    for shock in shocks:
        if isinstance(shock, SpendingStops):
            months[shock.commissioner] = min(shock.from_month, months.get(shock.commissioner, shock.from_month))
    return months


def _part(
    row: SchemeRow, at: int, code: str, month: int, shares: Mapping[str, str], setting: Setting
) -> Fraction | None:
    """What one commissioner no longer spends on a line; None where that cannot be told."""
    health = nhs_share_of(row, shares)
    if health is None:
        return None
    share = health if shares[code] == "all" else 1 - health
    if not share:
        return Fraction(0)
    pence = row.pence.get(setting.year)
    return None if pence is None else share * max(Fraction(0), pence - _spent(pence, at, month, setting))


def _spent(pence: int, at: int, month: int, setting: Setting) -> Fraction:
    so_far = setting.so_far(month)
    return so_far.happened(pence, month, so_far.spent.get(at))


def spent_before(row: SchemeRow, at: int, month: int, setting: Setting) -> int | None:
    """What a line has spent before a month, rounded down; None where its amount is not known."""
    pence = row.pence.get(setting.year)
    return None if pence is None else floor(_spent(pence, at, month, setting))


def shares_by_commissioner(round: Round) -> Mapping[str, str]:
    """{commissioner: how much of its lines the health body commissions: "all", "none", or "share" as each line says}"""
    found = (check.parameters["shares"] for check in round.checks if "shares" in check.parameters)
    return next(found, {})
