"""What partners think of a metric's plan, and who may say it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from commonpool.funds import queries as funds
from commonpool.people import queries as people
from commonpool.people.models import Person
from commonpool.people.rules import Right
from commonpool.performance.judging import period_words
from commonpool.performance.models import LocalView
from commonpool.performance.rules.local_views import spread_in_words
from commonpool.performance.stances import Stance, stance_of, stances
from commonpool.places.models import Organisation

# Whoever writes the body's plans or answers, or agrees for it, speaks for it.
SPEAKING = (Right.WRITE_PLAN, Right.WRITE_OWN, Right.AGREE)


@dataclass(frozen=True, slots=True)
class ViewRow:
    """One view as shown. `is_partner`: its body is a partner today; `is_own`: whoever asks may take it back."""

    view: LocalView
    stance: Stance
    period: str
    is_partner: bool
    is_own: bool


@dataclass(frozen=True, slots=True)
class Views:
    """The views of one metric in one area: those in force, the newest first, and those that have ended."""

    in_force: tuple[ViewRow, ...]
    ended: tuple[ViewRow, ...]
    partners: int
    may_say: bool

    @property
    def spread(self) -> str:
        """How far the partners lie apart: each counts once, by its newest view that is in force."""
        newest: dict[int, str] = {}
        for row in self.in_force:
            if row.is_partner:
                newest.setdefault(row.view.body_id, row.stance.code)
        counted = Counter(newest.values())
        ordered = [*stances().values(), *(stance_of(code) for code in counted if code not in stances())]
        told = sorted((each for each in ordered if counted[each.code]), key=lambda each: -counted[each.code])
        return spread_in_words([(counted[each.code], each.one, each.many) for each in told], self.partners)


def views_of(area: Organisation, metric: str, person: Person, on: date) -> Views:
    """What partners think of the metric's plan, as this person sees it."""
    partners = {body.pk for body in funds.bodies_that_agree(area, on)}
    own = {body.pk for body in speaks_for(person, area, on)}
    found = LocalView.objects.filter(area=area, metric=metric).select_related("body", "said_by")
    rows = [_row(view, partners, own) for view in found]
    return Views(
        in_force=tuple(row for row in rows if not row.view.ended_at),
        ended=tuple(row for row in rows if row.view.ended_at),
        partners=len(partners),
        may_say=bool(own),
    )


def _row(view: LocalView, partners: set[int], own: set[int]) -> ViewRow:
    period = period_words(view.starts_on, view.ends_on) if view.starts_on and view.ends_on else "the plan as a whole"
    is_own = view.body_id in own and view.ended_at is None
    return ViewRow(view, stance_of(view.stance), period, view.body_id in partners, is_own)


def speaks_for(person: Person, area: Organisation | UUID, on: date) -> list[Organisation]:
    """The partners of the area's pooled funds for which the person may say what they think."""
    standing = people.standing_of(person, on)
    mine = frozenset[int]().union(*(standing.bodies_with(right) for right in SPEAKING))
    return [body for body in funds.bodies_that_agree(area, on) if body.pk in mine]


def may_say_view(person: Person, area: UUID, on: date) -> bool:
    """Whether the person speaks for some partner of that area's pooled funds."""
    return bool(speaks_for(person, area, on))
