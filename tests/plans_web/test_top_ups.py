"""Withdrawing a voluntary top-up."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonpool.plans import actions
from commonpool.plans.actions.top_ups import effects_of
from commonpool.plans.contents import content_of
from commonpool.plans.errors import PlanError
from commonpool.plans.rules.content import IncomeRow, PlanContent, SchemeRow
from commonpool.plans.summaries import withdraw_income
from tests.plans_web.builders import (
    NOW,
    ROUND,
    YEAR,
    a_draft,
    an_agreed_version,
    an_offered_version,
    council_lead,
    the_council,
)


def withdraw(line, *, reduce_schemes=True):
    return actions.withdraw_top_up(
        actor=council_lead(),
        at=NOW,
        line=line,
        withdrawn_on=date(2024, 9, 30),
        reason="The ICB is in recovery.",
        reduce_schemes=reduce_schemes,
        body=the_council(),
    )


@pytest.mark.requirement("S07")
@pytest.mark.django_db
def test_withdrawing_a_top_up_updates_and_lists_schemes_minima_and_return_lines():
    version = an_agreed_version()
    top_up = version.income_lines.get(category="NHS_ADD")

    draft, effects = withdraw(top_up)

    touched = {each.line.line_id: (each.before_pence, each.after_pence) for each in effects.withdrawal.touched}
    assert touched == {"9": (1_250_000_00, 0)}
    changed = {each.after.rule for each in effects.conditions}
    assert changed, "a condition that counts the whole pool moves"
    assert effects.return_lines == (
        f"Income, Additional NHS Contribution, NHS Northmere ICB, {YEAR}",
        f"Spend, line 9 Frailty same-day emergency care, {YEAR}",
    )
    assert (draft.state, draft.number) == ("draft", 2)
    assert draft.scheme_lines.get(line_id="9").years.get(year=YEAR).pence == 0
    assert draft.income_lines.get(category="NHS_ADD").withdrawn_on == date(2024, 9, 30)
    version.refresh_from_db()
    assert version.state == "agreed", "the agreed plan stands until the partners agree the new one"


@pytest.mark.requirement("S07")
@pytest.mark.django_db
def test_left_alone_the_schemes_no_longer_balance_and_a_finding_says_so():
    draft = a_draft()

    draft, effects = withdraw(draft.income_lines.get(category="NHS_ADD"), reduce_schemes=False)

    assert all(each.before_pence == each.after_pence for each in effects.withdrawal.touched)
    assert draft.findings.filter(rule="PLN-01", severity="error").exists()


@pytest.mark.requirement("S07")
@pytest.mark.django_db
def test_what_a_withdrawal_would_do_can_be_seen_without_doing_it():
    draft = a_draft()
    before = content_of(draft)

    effects_of(draft.income_lines.get(category="LA_ADD"), reduce_schemes=True, today=NOW.date())

    assert content_of(draft) == before


@pytest.mark.django_db
def test_mandatory_money_cannot_be_withdrawn_nor_twice_nor_from_an_offer():
    draft = a_draft()
    with pytest.raises(PlanError, match="is not a voluntary top-up"):
        withdraw(draft.income_lines.get(category="DFG"))

    withdraw(draft.income_lines.get(category="NHS_ADD"))
    with pytest.raises(PlanError, match="was withdrawn on 30 September 2024 already"):
        withdraw(draft.income_lines.get(category="NHS_ADD"))

    offered = an_offered_version()
    with pytest.raises(PlanError, match="Take back the offer first"):
        withdraw(offered.income_lines.get(category="LA_ADD"))


spends = st.lists(st.integers(0, 10**9) | st.none(), max_size=6)


@given(lost=st.integers(0, 10**10), spends=spends, others=spends)
def test_schemes_carry_the_loss_exactly_none_goes_below_zero_and_others_stay(lost, spends, others):
    lines = [SchemeRow(line_id=f"a{n}", source="NHS_ADD", pence={YEAR: pence}) for n, pence in enumerate(spends)]
    lines += [SchemeRow(line_id=f"b{n}", source="DFG", pence={YEAR: pence}) for n, pence in enumerate(others)]
    content = PlanContent(
        round_id=ROUND, income=(IncomeRow(category="NHS_ADD", pence={YEAR: lost}),), lines=tuple(lines)
    )

    after = withdraw_income(content, 0, reduce_schemes=True).content

    now = [line.pence[YEAR] for line in after.lines]
    known = [pence for pence in spends if pence is not None]
    assert sum(pence for pence in now[: len(spends)] if pence is not None) == sum(known) - min(lost, sum(known))
    assert all(pence is None or pence >= 0 for pence in now)
    assert [pence is None for pence in now[: len(spends)]] == [pence is None for pence in spends]
    assert now[len(spends) :] == others
