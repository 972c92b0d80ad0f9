"""Where an area's series breaks because the area itself became another: its people changed, not what is counted.

A new name or a new code for the same ground breaks nothing. Sums over a merger are for `commonpool places recut`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise


@dataclass(frozen=True, slots=True, order=True)
class SeriesBreak:
    """A day from which one series is of something else, whatever its metric's definition says, and why."""

    on: date
    why: str


@dataclass(frozen=True, slots=True)
class AreaHandover:
    """That the people of one area came to another on a day, wholly or in part. Areas by code and name.

    after_is_new  whether the other began on that day; one that was there before has more people than it had
    """

    before: str
    before_name: str
    after: str
    after_name: str
    on: date
    source: str = ""
    after_is_new: bool = True


def area_breaks(area: str, handovers: Iterable[AreaHandover]) -> tuple[SeriesBreak, ...]:
    """The days from which an area has other people than before, with the reason, in order.

    area       its code
    handovers  all of the days concerned, also those between other areas; those that ended this area break nothing

    An area that took over from one other, which went to nobody else, is the same ground under a new name or code.
    """
    by_day = _by_day(handovers)
    return tuple(SeriesBreak(day, why) for day in sorted(by_day) if (why := _why(area, by_day[day])))


def printed_breaks(
    codes: Sequence[tuple[date, str]], handovers: Iterable[AreaHandover] = ()
) -> tuple[SeriesBreak, ...]:
    """Where a publisher goes on under its own code and prints another code of the area beside it.

    codes      (first day of a period, code of the area as printed there, "" where none is), in order of time
    handovers  a code that took over from the one before, and from it alone, is the same ground
    """
    printed = [(day, code) for day, code in codes if code]
    known = list(_by_day(handovers).values())
    return tuple(
        SeriesBreak(day, f"The files print the area as {now} from here on and as {before} before: its borders moved.")
        for (_, before), (day, now) in pairwise(printed)
        if now != before and not any(_is_same_ground(before, now, of_day) for of_day in known)
    )


def _by_day(handovers: Iterable[AreaHandover]) -> dict[date, list[AreaHandover]]:
    by_day: dict[date, list[AreaHandover]] = defaultdict(list)
    for each in handovers:
        by_day[each.on].append(each)
    return by_day


def _why(area: str, of_day: Sequence[AreaHandover]) -> str:
    """Why the area is another from that day on; "" where it is not."""
    came = [each for each in of_day if each.after == area]
    origins = {each.before for each in came}
    if not came or (len(origins) == 1 and _is_same_ground(came[0].before, area, of_day)):
        return ""
    lost = [each for each in of_day if each.before in origins and each.after != area]
    gave = sorted({f"{each.before_name} gave some to {each.after_name}" for each in lost})
    source = next((f" ({each.source})" for each in came if each.source), "")
    parts = "; ".join([f"it came of {_listed(sorted({each.before_name for each in came}))}", *gave])
    return f"{came[0].after_name} has other people than before: {parts}{source}."


def _is_same_ground(before: str, after: str, of_day: Sequence[AreaHandover]) -> bool:
    """Whether one took over from the other alone, and all of it."""
    to = {each.after for each in of_day if each.before == before}
    of = {each.before for each in of_day if each.after == after}
    is_new = all(each.after_is_new for each in of_day if each.after == after)
    return to == {after} and of == {before} and is_new


def numbered(days: Sequence[date], breaks: Iterable[SeriesBreak]) -> Iterator[tuple[int, str]]:
    """Each point, from 1, at which a break falls with the reasons: the first on or after its day.

    Breaks before the first day or after the last fall on no point.
    """
    at: dict[int, list[str]] = defaultdict(list)
    for each in sorted(breaks):
        if days and days[0] < each.on <= days[-1]:
            at[next(number for number, day in enumerate(days, start=1) if day >= each.on)].append(each.why)
    for number in sorted(at):
        yield number, " ".join(dict.fromkeys(at[number]))


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
