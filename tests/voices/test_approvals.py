"""When somebody may be interviewed: every approval that is needed holds on that day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonpool.voices.rules.approvals import Given, Need, Why, lacking
from commonpool.voices.rules.days import whole_months

ETHICS = Need("Research ethics", given_by="research ethics committee")
SITE = Need("Research governance", is_of_each_site=True)
FIRST = date(2031, 3, 1)
UNTIL = date(2031, 12, 31)
days = st.integers(min_value=0, max_value=40).map(lambda count: FIRST + timedelta(days=count))


def approval(granted_on: date = FIRST, expires_on: date | None = None, kind: str = ETHICS.kind) -> Given:
    return Given(kind, granted_on, expires_on)


def whys(
    *approvals: Given, on: date | None, site: str | None = "North", needs: tuple[Need, ...] = (ETHICS,)
) -> list[Why]:
    return [lack.why for lack in lacking(needs, approvals, site, on, UNTIL)]


def test_a_study_that_needs_nothing_lacks_nothing() -> None:
    assert lacking((), (), None, None, UNTIL) == []


def test_an_approval_holds_from_its_first_to_its_last_day() -> None:
    held = approval(date(2031, 3, 1), date(2031, 3, 31))

    assert whys(held, on=date(2031, 2, 28)) == [Why.NOT_YET]
    assert whys(held, on=date(2031, 3, 1)) == []
    assert whys(held, on=date(2031, 3, 31)) == []
    assert whys(held, on=date(2031, 4, 1)) == [Why.ENDED]


def test_each_site_has_an_approval_of_its_own() -> None:
    north = Given(SITE.kind, FIRST, site="North")

    assert whys(north, on=FIRST, needs=(SITE,)) == []
    assert whys(north, on=FIRST, needs=(SITE,), site="South") == [Why.NEVER_GIVEN]
    assert whys(north, on=FIRST, needs=(SITE,), site=None) == [Why.NO_SITE]


def test_every_approval_that_is_missing_is_told_at_once_with_what_to_do() -> None:
    ended = approval(FIRST, date(2031, 3, 31))

    told = [str(lack) for lack in lacking((ETHICS, SITE), [ended], "North", date(2031, 4, 4), UNTIL)]

    assert told == [
        "‘Research ethics’ ended on 31 March 2031. Record its extension, or correct the day.",
        "‘Research governance’ of North is not recorded. Record it when it is given.",
    ]


def test_on_a_day_that_is_not_known_an_approval_has_to_run_without_a_gap() -> None:
    march, may = approval(date(2031, 3, 1), date(2031, 3, 31)), approval(date(2031, 5, 1))
    april = approval(date(2031, 4, 1), date(2031, 4, 30))

    assert whys(march, may, on=None) == [Why.GAP]
    assert whys(march, april, may, on=None) == []
    assert whys(march, april, on=None) == [Why.GAP]
    assert whys(on=None) == [Why.NEVER_GIVEN]


@pytest.mark.requirement("S132")
@given(st.lists(st.tuples(days, st.none() | days)), days)
def test_a_day_is_covered_when_some_approval_of_every_kind_holds_on_it(
    terms: list[tuple[date, date | None]], on: date
) -> None:
    held = [approval(*sorted((a, b))) if b else approval(a) for a, b in terms]

    is_covered = any(each.granted_on <= on <= (each.expires_on or date.max) for each in held)

    assert (whys(*held, on=on) == []) == is_covered


@given(st.lists(st.tuples(days, st.none() | days), min_size=1), days)
def test_a_gap_is_a_day_that_nothing_covers(terms: list[tuple[date, date | None]], until: date) -> None:
    held = [approval(*sorted((a, b))) if b else approval(a) for a, b in terms]

    first = min(each.granted_on for each in held)
    run = [first + timedelta(days=count) for count in range((until - first).days + 1)]
    is_covered = bool(run) and all(any(each.covers(day) for each in held) for day in run)

    assert (lacking([ETHICS], held, None, None, until) == []) == is_covered


@pytest.mark.parametrize(
    ("first", "last", "months"),
    [
        (date(2017, 1, 9), date(2018, 1, 20), 12),
        (date(2017, 1, 9), date(2017, 2, 8), 0),
        (date(2017, 1, 9), date(2017, 2, 9), 1),
        (date(2017, 1, 9), date(2017, 1, 9), 0),
    ],
)
def test_months_are_whole_ones(first: date, last: date, months: int) -> None:
    assert whole_months(first, last) == months
