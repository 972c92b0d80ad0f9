"""Opening the books on a page: with an agreed plan, with a provisional one, or with none yet."""

from __future__ import annotations

import pytest
from django.urls import reverse

from commonpool.funds.models import PooledFund
from commonpool.ledger.models import ContributionSchedule, Ledger
from commonpool.ledger.queries.budgets import budgeted
from commonpool.people.rules import Role
from tests.funds.builders import a_body, a_fund, a_partner, northmere, the_council, the_fund_with_partners, wendleshire
from tests.ledger_web.builders import YEAR, a_reader, as_, frozen, manager, planned_books, somebody, text_of
from tests.plans_web.builders import a_draft, an_agreed_version, an_offered_version

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def on_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    frozen(monkeypatch)


def tab() -> str:
    return reverse("ledger:area", args=[wendleshire().uuid])


def opening() -> str:
    return reverse("ledger:open", args=[wendleshire().uuid])


def test_without_books_the_tab_says_what_would_be_there_and_who_can_open_them() -> None:
    the_fund_with_partners()

    keeper, reader = text_of(as_(manager()).get(tab())), text_of(as_(a_reader()).get(tab()))

    assert "No books are kept for Wendleshire yet." in keeper
    assert "what is left of every source of money" in keeper
    assert "Open the books of Wendleshire Better Care Fund" in keeper
    assert "A finance manager or pool manager of one of the partners opens the books" in reader


def test_without_a_fund_the_tab_leads_to_the_funds() -> None:
    wendleshire()

    assert "none has been recorded" in text_of(as_(manager()).get(tab()))


def test_the_only_books_of_an_area_are_shown_at_once() -> None:
    ledger = planned_books()

    assert as_(a_reader()).get(tab())["Location"] == reverse("ledger:pool", args=[ledger.uuid])


def test_several_books_are_listed() -> None:
    planned_books()
    other = a_fund(name="Equipment fund")
    a_partner(other, the_council(), "host")
    as_(manager()).post(opening(), {"fund": str(other.uuid), "year": YEAR, "version": "later"})

    page = text_of(as_(a_reader()).get(tab()))

    assert "2 sets of books" in page
    assert "Equipment fund" in page


def test_the_books_open_with_the_agreed_plan_s_figures() -> None:
    version = an_agreed_version()
    fund = PooledFund.objects.get()
    page = text_of(as_(manager()).get(opening()))

    response = as_(manager()).post(opening(), {"fund": fund.uuid, "year": YEAR, "version": version.uuid})

    ledger = Ledger.objects.get()
    assert "The agreed plan for 2023-24 and 2024-25: version 1" in page
    assert response["Location"] == reverse("ledger:pool", args=[ledger.uuid])
    assert sum(budgeted(ledger, YEAR).values()) == 79_517_952_75
    assert not ContributionSchedule.objects.filter(is_provisional=True).exists()


def test_before_a_plan_is_agreed_a_shared_or_offered_one_gives_a_provisional_budget() -> None:
    version = an_offered_version()
    page = text_of(as_(manager()).get(opening()))

    as_(manager()).post(opening(), {"fund": PooledFund.objects.get().uuid, "year": YEAR, "version": version.uuid})

    ledger = Ledger.objects.get()
    assert "Provisional: version 1 of the plan for 2023-24 and 2024-25, offered and not yet agreed" in page
    assert sum(budgeted(ledger, YEAR).values()) == 79_517_952_75
    assert set(ContributionSchedule.objects.values_list("is_provisional", flat=True)) == {True}
    shown = text_of(as_(a_reader()).get(reverse("ledger:contributions", args=[ledger.uuid])))
    assert "These are the figures of a plan that is not agreed yet" in shown


def test_a_draft_that_is_still_a_body_s_own_is_not_offered() -> None:
    a_draft()

    page = text_of(as_(manager()).get(opening()))

    assert "Provisional" not in page
    assert "None yet: the budget comes into the books when a plan is agreed" in page


def test_a_plan_that_does_not_plan_the_year_is_refused_in_words_and_nothing_is_opened() -> None:
    version = an_agreed_version()
    given = {"fund": PooledFund.objects.get().uuid, "year": "2025-26", "version": version.uuid}

    page = text_of(as_(manager()).post(opening(), given))

    assert "The plan of 2023-25 plans 2023-24 and 2024-25, and the books are open for 2025-26" in page
    assert not Ledger.objects.exists()


def test_figures_come_later_where_no_plan_was_there() -> None:
    the_fund_with_partners()
    as_(manager()).post(opening(), {"fund": PooledFund.objects.get().uuid, "year": YEAR, "version": "later"})
    ledger = Ledger.objects.get()
    taking = reverse("ledger:take-plan", args=[ledger.uuid])

    assert "There is no plan to take figures from" in text_of(as_(manager()).get(taking))
    assert "Money is spent on scheme lines" in text_of(as_(manager()).get(reverse("ledger:post", args=[ledger.uuid])))

    version = an_offered_version()
    response = as_(manager()).post(taking, {"version": version.uuid})

    assert response["Location"] == reverse("ledger:contributions", args=[ledger.uuid])
    assert sum(budgeted(ledger, YEAR).values()) == 79_517_952_75


def test_where_every_fund_has_books_there_is_nothing_to_open() -> None:
    planned_books()

    assert "There are no books to open" in text_of(as_(manager()).get(opening()))


def test_a_pool_is_added_and_its_code_is_plain() -> None:
    ledger = planned_books()
    url = reverse("ledger:add-pool", args=[ledger.uuid])

    wrong = text_of(as_(manager()).post(url, {"name": "Community equipment", "code": "a/b"}))
    right = as_(manager()).post(url, {"name": "Community equipment", "code": "equipment"})
    again = text_of(as_(manager()).post(url, {"name": "Another", "code": "EQUIPMENT"}))

    assert "Use letters, digits, hyphens and underscores only" in wrong
    assert right.status_code == 302
    assert ledger.pools.get(code="EQUIPMENT").name == "Community equipment"
    assert "The ledger has a pool of that code already." in again


def test_the_pool_manager_of_a_partner_keeps_the_books_too() -> None:
    the_fund_with_partners()
    partner = somebody("pool.manager@northmere.example", northmere(), Role.FINANCE_MANAGER)
    other = somebody("pool.manager@far.example", a_body("NHS Far ICB"), Role.FINANCE_MANAGER)

    assert as_(partner).get(opening()).status_code == 200
    assert as_(other).get(opening()).status_code == 403
