"""Where a chart's limits begin anew: a person's dated decision, or a break in how the measure is defined."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from commonpool.performance.rules.errors import ChartError, ChartRefused


@dataclass(frozen=True, slots=True)
class PhaseStart:
    """A phase that begins at a point, from 1. Never made by a program: a real, understood and lasting change.

    reason      what changed, in words that stand on the chart
    author      who decided it, as the record names them
    decided_on  when; None where that is not known
    is_break    the definition of the measure changed here, so that this start cannot be removed
    """

    first_point: int
    reason: str
    author: str
    decided_on: date | None = None
    is_break: bool = False

    def __post_init__(self) -> None:
        if self.first_point < 1:
            raise ChartError(f"Points are counted from 1: no phase can begin at {self.first_point}.")
        if not self.reason.strip():
            raise ChartError(f"The phase from point {self.first_point} has no reason. Write what changed there.")
        if not self.author.strip():
            raise ChartError(f"The phase from point {self.first_point} has no author. Say who decided it.")


@dataclass(frozen=True, slots=True)
class DefinitionBreak:
    """A point, from 1, from which a measure is defined or collected differently.

    is_comparable  whether the two sides may stand on one chart, each with limits of its own. Delayed transfers of
                   care and the discharge delays that came after them may not.
    """

    first_point: int
    reason: str
    is_comparable: bool = True


def phase_starts(decided: Iterable[PhaseStart], breaks: Iterable[DefinitionBreak] = ()) -> tuple[PhaseStart, ...]:
    """All phase starts in order of their points; a break begins a phase whether or not somebody decided one there.

    Raises ChartRefused where the two sides of a break cannot be compared, ChartError where two starts share a point.
    """
    held = {start.first_point: start for start in _refuse_twice(decided)}
    for each in breaks:
        if not each.is_comparable:
            raise ChartRefused(
                f"No line is drawn across point {each.first_point}: {each.reason} "
                "Draw one chart up to that point and another from it on."
            )
        held[each.first_point] = PhaseStart(each.first_point, each.reason, "the measure's definition", is_break=True)
    return tuple(held[point] for point in sorted(held))


def _refuse_twice(decided: Iterable[PhaseStart]) -> list[PhaseStart]:
    starts = list(decided)
    points = [start.first_point for start in starts]
    if twice := sorted({point for point in points if points.count(point) > 1}):
        raise ChartError(f"Two phases begin at point {twice[0]}. Keep one of them.")
    return starts


def without_start(starts: Sequence[PhaseStart], first_point: int) -> tuple[PhaseStart, ...]:
    """The starts less the one at a point. Raises ChartError where there is none, or where it is a break."""
    found = next((start for start in starts if start.first_point == first_point), None)
    if found is None:
        raise ChartError(f"No phase begins at point {first_point}.")
    if found.is_break:
        raise ChartError(
            f"The phase from point {first_point} cannot be removed: the definition changes there. {found.reason}"
        )
    return tuple(start for start in starts if start is not found)
