"""What becomes of money, people and agreements when bodies merge or split.

Nothing is overwritten: the amounts before stay, every move is listed, and what moved adds up to what was there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from commonpool.money import split_into_pence


class RecutError(ValueError):
    """Successions by which an amount cannot be recut. Says which body and what to change."""


@dataclass(frozen=True, slots=True)
class Handover:
    """That a predecessor's people came to a successor on a day, all of them or an exact share.

    Successors of a merger each have one handover with share 1 from each predecessor; a split has one handover for
    each successor, whose shares add up to 1. None is a share that nobody knows.
    """

    predecessor: str
    successor: str
    on: date
    share: Fraction | None = Fraction(1)


@dataclass(frozen=True, slots=True)
class Move:
    """One amount as it went from a predecessor to a successor."""

    predecessor: str
    successor: str
    on: date
    share: Fraction
    amount: int


@dataclass(frozen=True, slots=True)
class Recut:
    """Amounts before and after, and every move between them, in order of time."""

    before: Mapping[str, int]
    after: Mapping[str, int]
    moves: tuple[Move, ...]


def recut(amounts: Mapping[str, int], handovers: Sequence[Handover], on: date) -> Recut:
    """Restate amounts (pence, people, cases) for the bodies of a day. The sum is unchanged, to the unit.

    Handovers up to and on that day are followed in order of time, so a chain of several is one call. Each amount is
    shared by largest remainder. Raises RecutError when the shares of a body do not add up to 1, or one is not known.
    """
    check_handovers(handovers)
    held: dict[str, int] = dict(amounts)
    moves: list[Move] = []
    due = sorted((handover for handover in handovers if handover.on <= on), key=lambda handover: handover.on)
    for day, predecessor, group in _steps(due):
        if predecessor not in held:
            continue
        amount = held.pop(predecessor)
        weights = {handover.successor: handover.share or Fraction(0) for handover in group}
        for successor, part in split_into_pence(amount, weights).items():
            held[successor] = held.get(successor, 0) + part
            moves.append(Move(predecessor, successor, day, weights[successor], part))
    return Recut(before=dict(amounts), after=held, moves=tuple(moves))


def check_handovers(handovers: Sequence[Handover]) -> None:
    """Raise RecutError unless each body hands over exactly the whole of itself, once, to bodies that live on."""
    steps = _steps(sorted(handovers, key=lambda handover: handover.on))
    last_days: dict[str, date] = {}
    for day, predecessor, group in steps:
        if last_days.setdefault(predecessor, day) != day:
            raise RecutError(f"{predecessor} ends twice, on {last_days[predecessor]} and on {day}. Leave one out.")
        _check_shares(predecessor, group)
    for day, predecessor, group in steps:
        if ended := [one.successor for one in group if last_days.get(one.successor, date.max) <= day]:
            raise RecutError(f"{ended[0]} cannot follow {predecessor} on {day}: it has ended by then. Change a date.")


def _check_shares(predecessor: str, group: Sequence[Handover]) -> None:
    named = ", ".join(handover.successor for handover in group)
    if any(handover.share is None for handover in group):
        raise RecutError(
            f"Nobody says which share of {predecessor} came to each of {named}. Load the footprints of all of them, "
            "or give the shares."
        )
    total = sum((handover.share or Fraction(0) for handover in group), Fraction(0))
    if total != 1 or any(handover.share is None or handover.share <= 0 for handover in group):
        raise RecutError(
            f"The shares of {predecessor} add up to {float(total):.4%}, not 100%, or one is not above 0. "
            f"Change one of: {named}."
        )


def _steps(ordered: Iterable[Handover]) -> list[tuple[date, str, list[Handover]]]:
    grouped: dict[tuple[date, str], list[Handover]] = defaultdict(list)
    for handover in ordered:
        grouped[handover.on, handover.predecessor].append(handover)
    return [(day, predecessor, group) for (day, predecessor), group in grouped.items()]


@dataclass(frozen=True, slots=True)
class SignedAgreement:
    """An agreement as far as a change of bodies concerns it: its name, who signed, when it ends (None: open)."""

    name: str
    partners: frozenset[str]
    starts_on: date
    ends_on: date | None = None


@dataclass(frozen=True, slots=True)
class AgreementChange:
    """An agreement that outlives a partner: who goes, who comes in their place, and why it needs a change."""

    name: str
    on: date
    leaving: str
    coming: tuple[str, ...]
    reason: str


def agreements_needing_change(
    agreements: Sequence[SignedAgreement], handovers: Sequence[Handover]
) -> list[AgreementChange]:
    """Each agreement and partner that ends while the agreement is in force, in order of time.

    No agreement is dropped: those without a change stay as they are, and each change names who comes instead.
    """
    changes: list[AgreementChange] = []
    for day, predecessor, group in _steps(sorted(handovers, key=lambda handover: handover.on)):
        coming = tuple(sorted(handover.successor for handover in group))
        for agreement in agreements:
            in_force = agreement.starts_on <= day and (agreement.ends_on is None or agreement.ends_on >= day)
            # A successor is a partner in its turn, so a chain of changes is followed through.
            signed = agreement.partners | {
                c for change in changes if change.name == agreement.name for c in change.coming
            }
            if in_force and predecessor in signed:
                changes.append(AgreementChange(agreement.name, day, predecessor, coming, _why(coming, signed)))
    return changes


def _why(coming: tuple[str, ...], signed: frozenset[str]) -> str:
    if len(coming) > 1:
        return f"Agree which of {', '.join(coming)} takes over which part."
    if coming[0] in signed:
        return f"{coming[0]} is a partner already: join the two shares."
    return f"Put {coming[0]} in its place."
