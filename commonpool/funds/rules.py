"""What must be true of a pooled fund, as plain values."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from commonpool.money import Party, Weight, split_cumulatively, split_half_up, split_into_pence


class RoundingRule(StrEnum):
    """How an agreement says that left-over pennies are given out."""

    LARGEST_REMAINDER = "largest_remainder"
    CUMULATIVE = "cumulative"
    HALF_UP = "half_up"


@dataclass(frozen=True, slots=True)
class Stream:
    """One fund as its arrangement sees it: `parent` is the larger pool that it is a stream of, if any."""

    id: UUID
    parent: UUID | None


class FundError(ValueError):
    """A step that a pooled fund cannot take. The message says why and what to do first."""


def share_by_agreement(
    total_pence: int, weights: Mapping[Party, Weight], rule: RoundingRule, residual: Party | None = None
) -> dict[Party, int]:
    """Share a sum as the agreement's rounding rule says; adds up exactly.

    Raises SplitError as the splits do, and FundError when half-up is asked for without a residual partner.
    """
    if rule is RoundingRule.CUMULATIVE:
        return dict(zip(weights, split_cumulatively(total_pence, list(weights.values())), strict=True))
    if rule is RoundingRule.HALF_UP:
        if residual is None:
            raise FundError("Rounding half-up leaves pennies over. Name the partner who takes them.")
        return split_half_up(total_pence, weights, residual=residual)
    return split_into_pence(total_pence, weights)


def not_yet_agreed(partners: Iterable[Party], agreed: Collection[Party]) -> list[Party]:
    """The partners whose agreement is still missing, in the order given."""
    return [partner for partner in partners if partner not in agreed]


def whole_arrangement(start: UUID, funds: Collection[Stream]) -> list[UUID]:
    """A fund with every stream below it, each once, the fund itself first."""
    found = [start]
    for fund_id in found:
        found.extend(fund.id for fund in funds if fund.parent == fund_id and fund.id not in found)
    return found
