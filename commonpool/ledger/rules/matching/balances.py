"""A confirmation of balances between partners: what one is owed is what the other owes, to the penny."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from commonpool.money import format_pounds


class Standing(StrEnum):
    """How far two partners agree on what stands between them."""

    AGREED = "agreed"
    BELOW_THRESHOLD = "below_threshold"
    TO_RESOLVE = "to_resolve"
    NOT_ANSWERED = "not_answered"
    NOT_IN_OURS = "not_in_ours"


@dataclass(frozen=True, slots=True)
class Balance:
    """What the partner owes us in one side's books, negative where we owe it, and the last day those books cover."""

    pence: int
    cut_off: date


@dataclass(frozen=True, slots=True)
class Confirmation:
    """Our debtor beside the partner's creditor. None where a side has said nothing, which is not a balance of 0."""

    partner: str
    ours: Balance | None
    theirs: Balance | None
    standing: Standing

    @property
    def difference_pence(self) -> int | None:
        """Ours minus theirs; None where a side is not known."""
        return None if self.ours is None or self.theirs is None else self.ours.pence - self.theirs.pence

    @property
    def is_same_cut_off(self) -> bool:
        """Whether both books end on one day; without it a difference may be timing only."""
        return self.ours is not None and self.theirs is not None and self.ours.cut_off == self.theirs.cut_off

    @property
    def sentence(self) -> str:
        """The standing in words."""
        if self.theirs is None:
            return f"{self.partner} has not confirmed {format_pounds(self.ours.pence if self.ours else None)}."
        if self.ours is None:
            return f"{self.partner} shows {format_pounds(self.theirs.pence)}; our books show nothing for it."
        difference = self.difference_pence
        said = (
            f"{self.partner}: both books show {format_pounds(self.ours.pence)}"
            if difference == 0
            else f"{self.partner}: ours {format_pounds(self.ours.pence)}, theirs {format_pounds(self.theirs.pence)}, "
            f"{format_pounds(difference)} apart"
        )
        if self.is_same_cut_off:
            return f"{said}."
        return f"{said}. Ours end on {self.ours.cut_off}, theirs on {self.theirs.cut_off}."


def balances_confirmation(
    ours_by_partner: Mapping[str, Balance], theirs_by_partner: Mapping[str, Balance], threshold_pence: int
) -> tuple[Confirmation, ...]:
    """Each partner's balance in both books, in order of the partners' codes.

    A difference is to be resolved from the threshold upwards; a smaller one is still shown, to the penny.
    """
    assert threshold_pence >= 0, "a threshold is a size"
    found = []
    for partner in sorted(ours_by_partner.keys() | theirs_by_partner.keys()):
        ours, theirs = ours_by_partner.get(partner), theirs_by_partner.get(partner)
        found.append(Confirmation(partner, ours, theirs, _standing(ours, theirs, threshold_pence)))
    return tuple(found)


def _standing(ours: Balance | None, theirs: Balance | None, threshold_pence: int) -> Standing:
    if theirs is None:
        return Standing.NOT_ANSWERED
    if ours is None:
        return Standing.NOT_IN_OURS
    if ours.pence == theirs.pence:
        return Standing.AGREED
    apart = abs(ours.pence - theirs.pence)
    return Standing.TO_RESOLVE if apart >= threshold_pence else Standing.BELOW_THRESHOLD
