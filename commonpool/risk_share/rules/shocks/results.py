"""What a shock does to a plan, by source, by line, by scheme and by payer, in whole pence. None is unknown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from commonpool.plans.rules import SchemeRow, Total, total

# Parts of a year are rounded down, which may leave a line some pennies that buy nothing.
_NOTHING_TO_SPEAK_OF: Final = 1_00


@dataclass(frozen=True, slots=True)
class SourceLoss:
    """One source of funding.

    before, planned  what comes in and what its lines spend, as agreed
    lost_pence       what no longer comes in; below zero where more comes
    stopped_pence    what its lines no longer spend
    short_pence      what its lines must lose, or somebody must find: the shortfall that the shock adds
    uncovered_pence  part of it that no line can lose, because it is spent already or the source has no line
    """

    source: str
    before: Total
    planned: Total
    lost_pence: int | None
    stopped_pence: int | None
    short_pence: int | None
    uncovered_pence: int | None

    @property
    def is_touched(self) -> bool:
        """Whether the shock changes anything of it, or may."""
        return self.lost_pence != 0 or self.stopped_pence != 0


@dataclass(frozen=True, slots=True)
class LineLoss:
    """One line of the plan.

    at             its place among the plan's lines
    spent_pence    what it spends before the shock: nothing of that can be lost
    stopped_pence  what of its plan is no longer spent
    lost_pence     what it loses with its source
    """

    at: int
    row: SchemeRow
    planned_pence: int | None
    spent_pence: int | None
    stopped_pence: int | None
    lost_pence: int | None

    @property
    def left_pence(self) -> int | None:
        """What it can spend in the whole year; None while a part is not known."""
        if self.planned_pence is None or self.stopped_pence is None or self.lost_pence is None:
            return None
        return self.planned_pence - self.stopped_pence - self.lost_pence

    @property
    def is_touched(self) -> bool:
        """Whether the shock takes something from it, or may."""
        return self.stopped_pence != 0 or self.lost_pence != 0

    @property
    def is_unfunded(self) -> bool:
        """Whether it had money to spend and has none left from the shock on."""
        if not self.is_touched or self.left_pence is None or self.spent_pence is None:
            return False
        return self.left_pence - self.spent_pence < _NOTHING_TO_SPEAK_OF


@dataclass(frozen=True, slots=True)
class SchemeLoss:
    """The lines of one scheme together."""

    scheme: str
    name: str
    lines: tuple[LineLoss, ...]

    @property
    def planned(self) -> Total:
        """What its lines were to spend."""
        return total(line.planned_pence for line in self.lines)

    @property
    def stopped(self) -> Total:
        """What of that is no longer spent."""
        return total(line.stopped_pence for line in self.lines)

    @property
    def lost(self) -> Total:
        """What its lines lose with their sources."""
        return total(line.lost_pence for line in self.lines)

    @property
    def left(self) -> Total:
        """What its lines can spend in the whole year."""
        return total(line.left_pence for line in self.lines)

    @property
    def is_touched(self) -> bool:
        """Whether one of its lines is."""
        return any(line.is_touched for line in self.lines)

    @property
    def is_unfunded(self) -> bool:
        """Whether it had money and no line of it has any left from the shock on."""
        funded = [line for line in self.lines if line.planned_pence != 0]
        return bool(funded) and all(line.is_unfunded for line in funded)


def by_scheme(lines: Iterable[LineLoss]) -> tuple[SchemeLoss, ...]:
    """The lines under their schemes, in the plan's order; a line without a scheme is one by itself."""
    schemes: dict[tuple[str, object], list[LineLoss]] = {}
    for line in lines:
        scheme = line.row.scheme_id.strip()
        schemes.setdefault(("scheme", scheme) if scheme else ("line", line.at), []).append(line)
    return tuple(
        SchemeLoss(own[0].row.scheme_id or own[0].row.line_id, own[0].row.name, tuple(own)) for own in schemes.values()
    )


@dataclass(frozen=True, slots=True)
class PayerLoss:
    """What one payer was to pay, and no longer pays; below zero where it pays more. By source the same."""

    payer: str
    before: Total
    lost_pence: int | None
    by_source: tuple[tuple[str, int | None], ...]
