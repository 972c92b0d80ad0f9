"""From an old service to a new one: double running, investment and payback by month."""

from __future__ import annotations

import json
from calendar import monthrange
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from commonpool.risk_share.cli import commands
from commonpool.risk_share.reading.transitions import read_transition
from commonpool.risk_share.rules.errors import ContractError
from commonpool.risk_share.rules.transition.findings import findings_of
from commonpool.risk_share.rules.transition.plan import (
    Contingency,
    NewService,
    OldService,
    OneOff,
    Saving,
    Step,
    Transition,
)
from commonpool.risk_share.rules.transition.profile import KINDS, Profile, profile_of

EXAMPLE = Path(__file__).parents[2] / "examples/risk-share/transition.yaml"
ICB = {"icb": Fraction(1)}
HALVES = {"icb": Fraction(1, 2), "council": Fraction(1, 2)}
FIRST, LAST = date(2026, 4, 1), date(2028, 3, 31)


def a_transition(**changed: Any) -> Transition:
    """£100 a month until September 2026 against £60 a month from July 2026, both of the ICB, without ramps."""
    given: dict[str, Any] = {
        "title": "T",
        "partners": {"icb": "ICB", "council": "Council", "hospital": "Hospital"},
        "first_day": FIRST,
        "last_day": LAST,
        "old": OldService("the ward", 100_00, None, date(2026, 9, 30), ICB),
        "new": NewService("the team", 60_00, date(2026, 7, 1), date(2026, 7, 1), ICB),
        "steps": (Step("Tell the staff", date(2026, 6, 1), "icb"),),
        "contingency": Contingency(Fraction(0), None, ICB),
    }
    return Transition(**{**given, **changed})


def by_month(profile: Profile, kind: str) -> dict[str, int]:
    return {month.period.label: getattr(month, kind) for month in profile.months if getattr(month, kind)}


def the_ward(**changed: Any) -> OldService:
    """The old service, changed."""
    return replace(a_transition().old, **changed)


@pytest.mark.requirement("S78")
def test_while_both_run_in_full_double_running_is_the_cost_of_the_old_service_and_it_ends_at_the_closure() -> None:
    plan = a_transition()

    whole = profile_of(plan).whole

    assert by_month(whole, "double_running") == {"Jul 2026": 100_00, "Aug 2026": 100_00, "Sep 2026": 100_00}
    assert whole.doubled[-1].period.ends_on == plan.old.closes_on


@pytest.mark.requirement("S78")
def test_a_new_service_that_grows_as_the_old_one_shrinks_costs_nothing_double() -> None:
    old = OldService("the ward", 100_00, date(2026, 7, 1), date(2026, 9, 30), ICB)
    new = NewService("the team", 60_00, date(2026, 7, 1), date(2026, 10, 1), ICB)

    plan = a_transition(old=old, new=new)

    assert profile_of(plan).whole.total("double_running") == 0
    assert findings_of(plan, profile_of(plan)) == []


def test_what_is_counted_double_is_what_both_cost_above_one_service_at_the_new_one_s_reach() -> None:
    new = NewService("the team", 60_00, date(2026, 6, 1), date(2026, 9, 1), ICB)

    plan = a_transition(new=new)

    # In July, 30 to 61 of the 92 days of the ramp are done: a half on the mean day.
    [july] = [month for month in profile_of(plan).whole.months if month.period.label == "Jul 2026"]
    once = (1 - Fraction(1, 2)) * 100_00 + Fraction(1, 2) * 60_00
    assert abs(july.old + july.new - july.double_running - once) <= 60


@pytest.mark.requirement("S115")
def test_what_is_invested_at_most_and_when_it_is_paid_back() -> None:
    plan = a_transition(one_offs=(OneOff("vans", 100_00, date(2026, 5, 4), ICB),))

    whole = profile_of(plan).whole

    # May −100; July, August and September −60 each; then +40 a month.
    assert whole.peak and (whole.peak.period.label, whole.peak.cumulative) == ("Sep 2026", -280_00)
    assert whole.paid_back and whole.paid_back.period.label == "Apr 2027"
    assert whole.net == -280_00 + 18 * 40_00


@pytest.mark.requirement("S115")
def test_an_investment_that_does_not_come_back_in_time_is_told_as_such() -> None:
    new = replace(a_transition().new, per_month_pence=100_00)

    whole = profile_of(a_transition(new=new)).whole

    assert whole.net < 0 and whole.peak and whole.paid_back is None


def test_what_frees_time_and_no_money_is_never_in_the_net() -> None:
    freed = Saving("time", 50_00, date(2026, 10, 1), None, False, ICB)

    with_it, without = profile_of(a_transition(savings=(freed,))).whole, profile_of(a_transition()).whole

    assert with_it.total("non_cashable") == 18 * 50_00
    assert [month.net for month in with_it.months] == [month.net for month in without.months]


def test_a_contingency_is_laid_where_the_one_off_and_double_running_costs_are() -> None:
    vans = (OneOff("vans", 200_00, date(2026, 5, 4), ICB),)
    tenth = a_transition(one_offs=vans, contingency=Contingency(Fraction(1, 10), None, ICB))
    pounds = replace(tenth, contingency=Contingency(None, 500_00, ICB))

    shares, amounts = (by_month(profile_of(plan).whole, "contingency") for plan in (tenth, pounds))

    assert shares == {"May 2026": 20_00, "Jul 2026": 10_00, "Aug 2026": 10_00, "Sep 2026": 10_00}
    assert amounts == {"May 2026": 200_00, "Jul 2026": 100_00, "Aug 2026": 100_00, "Sep 2026": 100_00}


def test_each_partner_pays_and_saves_its_own_part() -> None:
    saving = Saving("days", 30_00, date(2026, 10, 1), date(2026, 12, 31), True, {"hospital": Fraction(1)})
    new = replace(a_transition().new, paid_by=HALVES)

    found = profile_of(a_transition(new=new, savings=(saving,))).by_partner

    assert found["council"].net == -21 * 30_00
    assert found["hospital"].net == 3 * 30_00
    assert found["icb"].net == 18 * 100_00 - 21 * 30_00


# -- what is left open


def said(plan: Transition) -> list[str]:
    return [str(finding) for finding in findings_of(plan, profile_of(plan))]


@pytest.mark.requirement("S78")
def test_a_new_service_that_starts_after_the_old_one_is_closed_is_a_gap_by_its_days() -> None:
    new = replace(a_transition().new, starts_on=date(2026, 10, 15), full_from=date(2026, 10, 15))

    found = said(a_transition(new=new))

    [told] = found
    assert told.startswith("From 1 October 2026 to 14 October 2026 neither service runs. Close ‘the ward’ later, or")


@pytest.mark.requirement("S78")
def test_an_old_service_that_shrinks_before_the_new_one_has_grown_leaves_less_than_one_whole() -> None:
    old = the_ward(ramp_down_from=date(2026, 7, 1), closes_on=date(2026, 9, 30))
    new = replace(a_transition().new, starts_on=date(2026, 8, 1), full_from=date(2026, 9, 1))

    [found] = said(a_transition(old=old, new=new))

    # On 31 July 30.5 of the old one's 92 days are done, and nothing of the new one is there.
    assert found.startswith("From 1 July 2026 to 16 August 2026 the two together are less than one whole service, ")
    assert "at the least 67% on 31 July 2026." in found


def test_what_a_plan_leaves_open_is_named() -> None:
    early = Saving("days", 30_00, date(2026, 5, 1), None, True, {"hospital": Fraction(1)})
    new = replace(a_transition().new, paid_by={"council": Fraction(1)})

    found = said(a_transition(steps=(), contingency=None, savings=(early,), new=new))

    assert [each.partition(".")[0] for each in found] == [
        "No step of the closure is stated",
        "No contingency is stated",
        "‘days’ begins on 1 May 2026, before ‘the team’ starts on 1 July 2026",
        "Council is £1,260",
    ]


@pytest.mark.requirement("S78")
def test_a_step_without_somebody_accountable_and_steps_that_all_come_too_late_are_named() -> None:
    found = said(a_transition(steps=(Step("Hand back the keys", date(2026, 11, 1)),)))

    assert found[0] == "Nobody is accountable for ‘Hand back the keys’ on 1 November 2026. Name one partner."
    assert found[1].startswith("All steps are dated after ‘the ward’ closes on 30 September 2026.")


# -- what holds for every plan

HALF_YEAR = date(2026, 9, 30)
SOME = settings(max_examples=25, deadline=None)
days = st.integers(0, (HALF_YEAR - FIRST).days).map(lambda number: FIRST + timedelta(days=number))
pence = st.integers(0, 10**9)
codes = ("icb", "council", "hospital")


@st.composite
def shares(draw: Any) -> dict[str, Fraction]:
    weights = draw(st.lists(st.integers(0, 7), min_size=3, max_size=3).filter(any))
    return {code: Fraction(weight, sum(weights)) for code, weight in zip(codes, weights, strict=True)}


@st.composite
def plans(draw: Callable[..., Any]) -> Transition:
    down, closes = sorted((draw(days), draw(days)))
    starts, full = sorted((draw(days), draw(days)))
    begins, ends = sorted((draw(days), draw(days)))
    is_share = draw(st.booleans())
    contingency = Contingency(
        Fraction(draw(st.integers(0, 20)), 20) if is_share else None, None if is_share else draw(pence), draw(shares())
    )
    return a_transition(
        last_day=HALF_YEAR,
        steps=(),
        old=OldService("o", draw(pence), draw(st.sampled_from([down, None])), closes, draw(shares())),
        new=NewService("n", draw(pence), starts, full, draw(shares())),
        one_offs=tuple(
            OneOff(str(at), draw(pence), draw(days), draw(shares())) for at in range(draw(st.integers(0, 3)))
        ),
        contingency=draw(st.sampled_from([None, contingency])),
        savings=(Saving("s", draw(pence), begins, ends, draw(st.booleans()), draw(shares())),),
    )


@SOME
@given(plans())
def test_every_cell_of_the_partners_adds_up_to_the_whole(plan: Transition) -> None:
    found = profile_of(plan)

    for at, month in enumerate(found.whole.months):
        for kind in (*KINDS, "net", "cumulative"):
            assert sum(getattr(each.months[at], kind) for each in found.by_partner.values()) == getattr(month, kind)


@SOME
@given(plans())
def test_the_months_are_what_a_sum_over_days_gives(plan: Transition) -> None:
    whole, running = profile_of(plan).whole, {"old": Fraction(0), "new": Fraction(0), "double_running": Fraction(0)}

    for month in whole.months:
        first, count = month.period.starts_on, monthrange(month.period.starts_on.year, month.period.starts_on.month)[1]
        for day in (first + timedelta(days=at) for at in range(count)):
            old, new = _slow_old(plan.old, day), _slow_new(plan.new, day)
            running["old"] += plan.old.per_month_pence * old / count
            running["new"] += plan.new.per_month_pence * new / count
            running["double_running"] += plan.old.per_month_pence * max(old + new - 1, Fraction(0)) / count
        for kind, exact in running.items():
            so_far = sum(getattr(each, kind) for each in whole.months if each.period <= month.period)
            assert abs(so_far - exact) <= Fraction(1, 2)
    assert whole.total("released") == plan.old.per_month_pence * len(whole.months) - whole.total("old")


def _slow_old(old: OldService, day: date) -> Fraction:
    """Of the days of the ramp, those that are still to come, half of this one among them."""
    begins = old.ramp_down_from
    if begins is None:
        return Fraction(day <= old.closes_on)
    ramp = [begins + timedelta(days=at) for at in range((old.closes_on - begins).days + 1)]
    return Fraction(sum(2 for each in ramp if each > day) + (day in ramp), 2 * len(ramp))


def _slow_new(new: NewService, day: date) -> Fraction:
    ramp = [new.starts_on + timedelta(days=at) for at in range((new.full_from - new.starts_on).days)]
    if not ramp:
        return Fraction(day >= new.starts_on)
    return Fraction(sum(2 for each in ramp if each < day) + (day in ramp), 2 * len(ramp))


@pytest.mark.requirement("S78")
@SOME
@given(plans())
def test_nothing_runs_double_before_the_start_or_after_the_closure_and_ramps_go_one_way(plan: Transition) -> None:
    months = profile_of(plan).whole.months

    for month in months:
        if month.period.starts_on > plan.old.closes_on or month.period.ends_on < plan.new.starts_on:
            assert month.double_running == 0
        assert 0 <= month.double_running <= month.old + 1, "rounded by themselves, each to within a penny"
    for before, now in pairwise(months):
        assert now.old <= before.old + 1 and now.new >= before.new - 1


@pytest.mark.requirement("S115")
@SOME
@given(plans())
def test_the_peak_is_the_deepest_month_and_payback_the_first_that_stays_above(plan: Transition) -> None:
    for profile in profile_of(plan).by_partner.values():
        cumulative = [month.cumulative for month in profile.months]
        stays = [at for at in range(len(cumulative)) if all(later >= 0 for later in cumulative[at:])]

        assert (profile.peak.cumulative if profile.peak else 0) == min(0, *cumulative)
        if profile.peak is None:
            assert profile.paid_back is None
        elif stays:
            assert profile.paid_back is profile.months[stays[0]]
        else:
            assert profile.paid_back is None


# -- values that cannot be


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda: the_ward(ramp_down_from=date(2026, 10, 1)), "before its ramp-down begins on 2026-10-01"),
        (lambda: the_ward(per_month_pence=-1), "‘the ward’ has a negative amount."),
        (lambda: replace(a_transition().new, full_from=FIRST), "before it starts on 2026-07-01"),
        (lambda: a_transition(last_day=date(2026, 8, 31)), "The old service closes on 2026-09-30, outside the horizon"),
        (lambda: a_transition(old=the_ward(paid_by={"icb": Fraction(1, 2)})), "The shares add to 0.5, not 1."),
        (lambda: a_transition(old=the_ward(paid_by={"x": Fraction(1)})), "‘x’ is no partner here."),
        (lambda: a_transition(steps=(Step("s", FIRST),) * 201), "The plan has 201 steps."),
        (lambda: Contingency(Fraction(2), None, ICB), "no share from 0% to 100%"),
    ],
)
def test_a_plan_that_cannot_be_is_not_made(make: Callable[[], object], told: str) -> None:
    with pytest.raises(ContractError, match=told.replace(".", r"\.")):
        make()


# -- the command


def run(*arguments: str) -> Any:
    return CliRunner().invoke(commands, ["transition", *arguments])


def test_the_command_says_the_same_in_words_in_json_and_in_a_table() -> None:
    found = profile_of(read_transition(EXAMPLE))

    words, answer, table = run(str(EXAMPLE)), run(str(EXAMPLE), "--json"), run(str(EXAMPLE), "--format", "csv")

    assert "Double running costs £536,293.19 over 7 months from Sep 2026" in words.stdout
    assert "It is paid back in Jun 2028." in words.stdout
    told = json.loads(answer.stdout)
    assert (told["peak_month"], told["payback_month"], told["peak_investment_pence"]) == (
        "2027-03",
        "2028-06",
        80316841,
    )
    assert [month["net_pence"] for month in told["months"]] == [month.net for month in found.whole.months]
    rows = table.stdout.splitlines()
    assert len(rows) == 1 + 36 * 4 and rows[1].startswith("all,2026-04,18000000,0,0,0,0,0,0,0,18000000,0,0")
    assert {result.exit_code for result in (words, answer, table)} == {0}


def test_the_command_ends_with_1_for_a_gap_and_with_2_for_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    gap, bad = tmp_path / "gap.yaml", tmp_path / "bad.yaml"
    text = EXAMPLE.read_text()
    gap.write_text(text.replace("2026-09-01", "2027-05-01").replace("full_from: 2027-01-01", "full_from: 2027-05-01"))
    bad.write_text(text.replace("paid_by: icb\n", "paid_by: icbb\n").replace('"150000.00"', '"-1"'))

    gapped, refused = run(str(gap)), run(str(bad))

    assert gapped.exit_code == 1 and "neither service runs" in gapped.stdout
    assert refused.exit_code == 2
    assert "bad.yaml (line 14): ‘icbb’ is no partner here. Write one of: icb, council, hospital." in refused.stderr
    assert "bad.yaml (line 18): ‘-1’ is negative." in refused.stderr
