"""Whether an interview at a site on a day is allowed by everybody whose leave it needs, and if not, what is missing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from commonpool.voices.rules.days import day_in_words


@dataclass(frozen=True, slots=True)
class Need:
    """A kind of approval that a study needs: once, or from each site."""

    kind: str
    is_of_each_site: bool = False
    given_by: str = ""


@dataclass(frozen=True, slots=True)
class Given:
    """An approval of that kind, from its first to its last day (None: no end); `site` for one of a site."""

    kind: str
    granted_on: date
    expires_on: date | None = None
    site: str | None = None

    def covers(self, on: date) -> bool:
        """Whether it holds on that day."""
        return self.granted_on <= on and (self.expires_on is None or on <= self.expires_on)


class Why(StrEnum):
    """What is wrong with a needed approval."""

    NEVER_GIVEN = "never given"
    NOT_YET = "not yet given"
    ENDED = "ended"
    GAP = "a gap"
    NO_SITE = "no site"


@dataclass(frozen=True, slots=True)
class Lack:
    """One approval that an interview lacks. `on`: the day on which one begins, or the last day of one that ended."""

    need: Need
    why: Why
    site: str | None = None
    on: date | None = None

    def __str__(self) -> str:
        """What is missing and what to do about it."""
        kind, of = self.need.kind, f" of {self.site}" if self.site else ""
        day = day_in_words(self.on) if self.on else ""
        ask = f" Ask the {self.need.given_by} for it." if self.need.given_by else ""
        return {
            Why.NEVER_GIVEN: f"‘{kind}’{of} is not recorded.{ask} Record it when it is given.",
            Why.NOT_YET: f"‘{kind}’{of} was given on {day}, after that day. Correct one of the two days.",
            Why.ENDED: f"‘{kind}’{of} ended on {day}. Record its extension, or correct the day.",
            Why.GAP: f"‘{kind}’{of} has a gap after {day}. Give the day of the interview.",
            Why.NO_SITE: f"‘{kind}’ is needed from each site. Say at which site the interview was.",
        }[self.why]


def lacking(
    needs: Iterable[Need], given: Collection[Given], site: str | None, on: date | None, until: date
) -> list[Lack]:
    """What an interview at that site on that day lacks; empty where it is covered.

    site   None where it is not known: then nothing is known of what each site has to allow
    on     None where the day is not known: then each approval has to run without a gap from its first day
    until  the last day on which the interview can have been, for a day that is not known
    """
    return [lack for need in needs if (lack := _lack(need, given, site, on, until)) is not None]


def _lack(need: Need, given: Collection[Given], site: str | None, on: date | None, until: date) -> Lack | None:
    if need.is_of_each_site and site is None:
        return Lack(need, Why.NO_SITE)
    where = site if need.is_of_each_site else None
    own = sorted(
        (each for each in given if each.kind == need.kind and each.site == where), key=lambda each: each.granted_on
    )
    if not own:
        return Lack(need, Why.NEVER_GIVEN, where)
    if on is None and own[0].granted_on <= until:
        gap = _first_gap(own, until)
        return None if gap is None else Lack(need, Why.GAP, where, gap)
    on = on or until
    if any(each.covers(on) for each in own):
        return None
    ends = [each.expires_on for each in own if each.expires_on is not None and each.expires_on < on]
    if ends:
        return Lack(need, Why.ENDED, where, max(ends))
    return Lack(need, Why.NOT_YET, where, own[0].granted_on)


def _first_gap(own: Sequence[Given], until: date) -> date | None:
    """The last day before the first gap from the first approval's first day to `until`; None where there is none."""
    reached = own[0].granted_on - timedelta(days=1)
    for each in own:
        if each.granted_on > reached + timedelta(days=1):
            break
        if each.expires_on is None:
            return None
        reached = max(reached, each.expires_on)
    return reached if reached < until else None
