"""The end of Wendleshire's year on the pages, step by step, to the penny of its worked example (9.2, 9.6, 9.7)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from commonpool.ledger.actions.opening import open_year
from commonpool.ledger.models import Balance, Held, Ledger, Posting
from commonpool.ledger.queries.year_end import year_end
from commonpool.ledger.rules.accounts import Account
from tests.funds.builders import NOW
from tests.ledger.wendleshire_year import DFG_BY_DISTRICT, HANDED_BACK, OVERSPEND, SHARES, wendleshires_books
from tests.ledger_web.builders import YEAR, a_reader, as_, frozen, main_of, manager, text_of, typed
from tests.made_once import made_once
from tests.plans_web.builders import an_agreed_version, wendleshire

pytestmark = pytest.mark.django_db
YEAR_END, APRIL = date(2025, 3, 31), date(2025, 4, 10)
DFG, IBCF = "DFG:XW01:2024-25", "IBCF:XW01:2024-25"


@pytest.fixture
def ledger(monkeypatch: pytest.MonkeyPatch) -> Ledger:
    """The year is over: all has come in, all is spent, and the minimum's lines have spent more than it."""
    frozen(monkeypatch, APRIL)
    return the_year_is_over()


@made_once
def the_year_is_over() -> Ledger:
    an_agreed_version()
    return wendleshires_books(wendleshire().pooled_funds.get())


def year_end_of(ledger: Ledger) -> str:
    return text_of(as_(manager()).get(reverse("ledger:year-end", args=[ledger.uuid])))


def step(ledger: Ledger, name: str, of: str) -> str:
    """A step's address: of a category, or of a source by its code."""
    what = ledger.sources.get(code=of).uuid if ":" in of else of
    return reverse(f"ledger:{name}", args=[main_of(ledger).uuid, YEAR, what])


def done(ledger: Ledger, name: str, of: str, **given: Any) -> Any:
    return as_(manager()).post(step(ledger, name, of), {**typed(YEAR_END), **given}, follow=True)


def covered(ledger: Ledger) -> Any:
    return done(ledger, "cover", "NHS_MIN", may_overspend="on")


def shares(**other: str) -> dict[str, str]:
    given = {f"share_{code}": f"{pence / 100:.2f}" for code, pence in SHARES.items()}
    return {**given, **other}


def test_the_whole_end_of_the_year_comes_out_to_the_penny(ledger: Ledger) -> None:
    assert "£679,029.25 without a source" in year_end_of(ledger)

    covered(ledger)
    assert "£679,029.25 on the host’s advance" in year_end_of(ledger)
    done(ledger, "settle", "NHS_MIN", **shares())
    parts = {f"part_{number}": f"{pence / 100:.2f}" for number, pence in enumerate(DFG_BY_DISTRICT.values())}
    done(ledger, "carry-forward", DFG, pence="522,971.48", **parts)
    done(ledger, "carry-forward", IBCF, pence="68,222.10")
    for partner, pence in HANDED_BACK.items():
        code = f"DISCH_ICB:{partner}:{YEAR}"
        done(ledger, "give-back", code, pence=f"{pence / 100:.2f}")
        done(ledger, "pay-back", code, pence=f"{pence / 100:.2f}", **typed(date(2025, 3, 31)))

    page = year_end_of(ledger)
    assert "1 thing is left to do." in page, "the next year"
    held = {code: pence for code, pence in Held.objects.values_list("source__code", "pence") if pence}
    assert held == {DFG: 522_971_48, IBCF: 68_222_10}
    assert not Balance.objects.filter(account=Account.DUE_TO_CONTRIBUTOR).exclude(pence=0).exists()
    as_(manager()).post(reverse("ledger:open-year", args=[ledger.uuid]))
    assert "Nothing is left to do for 2024-25." in year_end_of(ledger)


def test_the_list_shows_each_step_with_what_is_left(ledger: Ledger) -> None:
    shown = year_end(ledger, YEAR)

    assert [(each.category, each.pence) for each in shown.uncovered] == [("NHS_MIN", OVERSPEND)]
    assert shown.lent == ()
    assert {each.source.code: each.pence for each in shown.left} == {
        DFG: 522_971_48,
        IBCF: 68_222_10,
        "DISCH_ICB:XN1:2024-25": 54_322_43,
        "DISCH_ICB:XS1:2024-25": 32_427_57,
    }
    assert shown.to_do == 6


def test_before_the_year_is_over_the_list_says_that_sums_still_move(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    frozen(monkeypatch, date(2025, 3, 31))

    assert "2024-25 runs until 31 March 2025. Until then these sums still move." in year_end_of(ledger)


def test_one_who_reads_sees_what_is_left_and_no_button(ledger: Ledger) -> None:
    page = as_(a_reader()).get(reverse("ledger:year-end", args=[ledger.uuid])).content.decode()

    assert "£522,971.48" in page
    for name in ("cover", "carry-forward", "give-back"):
        assert f"/{name}/" not in page


def test_the_advance_is_asked_for_by_somebody_who_says_that_the_agreement_allows_it(ledger: Ledger) -> None:
    page = text_of(done(ledger, "cover", "NHS_MIN"))

    assert "Tick ‘The agreement lets the pool overspend on these lines’ to go on." in page
    assert year_end(ledger, YEAR).uncovered
    assert "The host’s advance now carries £679,029.25" in text_of(covered(ledger))
    assert "Every pound spent on these lines has a source." in text_of(covered(ledger))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"share_XN1": "90,611.71"}, "The shares sum to £679,029.24, not to £679,029.25: £0.01 is missing."),
        ({"share_XN1": "90,611.73"}, "The shares sum to £679,029.26, not to £679,029.25: £0.01 is too much."),
        ({"share_XN1": "a lot"}, "‘a lot’ is not an amount of money"),
        ({"share_XN1": "-5"}, "‘-5’ is not above zero"),
        ({"on_year": "2026"}, "31 March 2026 is no day of 2024-25."),
    ],
)
def test_shares_that_do_not_make_the_overspend_are_refused_and_stay(
    ledger: Ledger, wrong: dict[str, str], said: str
) -> None:
    covered(ledger)

    response = done(ledger, "settle", "NHS_MIN", **shares(**wrong))

    assert said in text_of(response)
    assert 'value="533401.44"' in response.content.decode()
    assert year_end(ledger, YEAR).lent


def test_settled_shares_fall_due_and_wait_for_their_cash(ledger: Ledger) -> None:
    covered(ledger)

    page = text_of(done(ledger, "settle", "NHS_MIN", **shares()))

    assert "3 shares are posted and fall due; the host’s advance is repaid." in page
    contributions = text_of(as_(a_reader()).get(reverse("ledger:contributions", args=[ledger.uuid])))
    assert "As settled at the year’s end £533,401.44 £0.00 £533,401.44" in contributions
    assert "Nothing of these lines stands on the host’s advance." in text_of(
        done(ledger, "settle", "NHS_MIN", **shares())
    )


def test_what_is_carried_forward_may_be_made_up_of_the_plan_s_districts(ledger: Ledger) -> None:
    form = text_of(as_(manager()).get(step(ledger, "carry-forward", DFG)))

    wrong = text_of(done(ledger, "carry-forward", DFG, pence="522,971.48", part_0="102,660.80"))
    right = text_of(done(ledger, "carry-forward", DFG, pence="102,660.80", part_0="102,660.80"))

    assert [name for name in DFG_BY_DISTRICT if f"{name} (optional)" in form] == list(DFG_BY_DISTRICT)
    assert "The parts sum to £102,660.80, not to £522,971.48." in wrong
    assert "£102,660.80 of Disabled Facilities Grant, Wendleshire County Council, 2024-25 is carried forward." in right
    kept = Posting.objects.get(account=Account.BROUGHT_FORWARD, order="Ashby Vale")
    assert kept.pence == -102_660_80
    left = {each.source.code: each.pence for each in year_end(ledger, YEAR).left}
    assert left[DFG] == 522_971_48 - 102_660_80, "what is left is still to be decided"
    again = text_of(done(ledger, "carry-forward", DFG, pence="522,971.48"))
    assert "£522,971.48 is more than is left: £420,310.68." in again, "what is carried is still held, and decided"


@pytest.mark.parametrize("name", ["carry-forward", "give-back"])
def test_more_than_is_held_is_refused(ledger: Ledger, name: str) -> None:
    response = done(ledger, name, IBCF, pence="68,222.11")

    assert "£68,222.11 is more than is left: £68,222.10." in text_of(response)
    assert 'value="68,222.11"' in response.content.decode()


def test_what_must_go_back_is_owed_until_it_is_paid(ledger: Ledger) -> None:
    code = "DISCH_ICB:XN1:2024-25"
    nothing = text_of(as_(manager()).get(step(ledger, "pay-back", code), follow=True))
    done(ledger, "give-back", code, pence="54,322.43")
    too_much = text_of(done(ledger, "pay-back", code, pence="54,322.44"))

    page = text_of(done(ledger, "pay-back", code, pence="54,000.00"))

    assert "Nothing is owed to the contributor of this source." in nothing
    assert "£54,322.44 is more than is left: £54,322.43." in too_much
    assert "£322.43 owed" in page


def test_the_next_year_is_opened_and_the_plan_s_figures_come_next(ledger: Ledger) -> None:
    page = text_of(as_(manager()).get(reverse("ledger:open-year", args=[ledger.uuid])))

    response = as_(manager()).post(reverse("ledger:open-year", args=[ledger.uuid]))

    assert "The months of 2025-26 are opened" in page
    assert ledger.periods.filter(year="2025-26").count() == 12
    assert response["Location"] == reverse("ledger:pool", args=[ledger.uuid]), "no plan of 2025-26 is there yet"


def test_a_year_is_chosen_where_several_are_open(ledger: Ledger) -> None:
    open_year(actor=None, at=NOW, ledger=ledger, year="2025-26")

    page = as_(a_reader()).get(reverse("ledger:year-end", args=[ledger.uuid])).content.decode()

    assert "The end of 2024-25" in page, "the latest year that is over"
    assert 'href="?year=2025-26"' in page
