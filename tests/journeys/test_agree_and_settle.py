"""Two bodies' finance managers compare three contracts, one is offered and agreed, and it settles the year."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import pytest
from django.urls import reverse

from commonpool.ledger.models import Ledger
from commonpool.people.models import Person
from commonpool.people.rules import Role
from tests.browser import check_page
from tests.journeys.steps import clicks_to_entries, follow, press, rows_of, says
from tests.ledger.wendleshire_year import YEAR_END
from tests.ledger_web.builders import frozen, paid_books
from tests.risk_share_web.builders import (
    PARTNERS,
    TEXT,
    as_,
    chief_of,
    northmere,
    somebody,
    the_agreement,
    the_council,
    wendleshire,
)
from tests.risk_share_web.settlements import APRIL, LOCAL, spend_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.timeout(600)]
Enter = Callable[[Person], Any]
HIGHER_CAP: Final = TEXT.replace("200,000", "300,000").replace("200000.00", "300000.00")
BORNE: Final = ["£533,401.44", "£36,289.29", "£22,588.52"]


@pytest.fixture
def enter(monkeypatch: pytest.MonkeyPatch, live_server: Any, page: Any) -> Enter:
    """`enter(person)` is the browser on Wendleshire's risk share; its year is spent, and no contract is agreed."""
    frozen(monkeypatch, APRIL)
    spend_in(paid_books(YEAR_END), range(4))
    the_agreement()

    def signed_in(person: Person) -> Any:
        page.context.clear_cookies()
        session = as_(person).cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        page.goto(live_server.url + reverse("risk_share:area", args=[wendleshire().uuid]))
        return page

    return signed_in


def council_finance() -> Person:
    return somebody("finance@council.example", the_council(), Role.FINANCE_MANAGER)


def northmere_finance() -> Person:
    return somebody("finance@northmere.example", northmere(), Role.FINANCE_MANAGER)


def writes_and_offers(page: Any, text: str) -> None:
    """A new draft from its text, offered to the partners."""
    follow(page, "or write it as text")
    page.get_by_label("The contract", exact=True).fill(text)
    press(page, "Save as a draft")
    page.get_by_role("button", name="Offer version").click()
    says(page, "is offered. Each partner’s chief officer can now answer.")
    follow(page, "Risk share")


def compared(page: Any) -> list[list[str]]:
    """Every contract on the list, on the same possible years: the table of what each partner bears."""
    follow(page, "Compare contracts on possible years")
    page.get_by_text("Which contracts to compare").click()
    for box in page.get_by_role("group", name="Contracts to try out").get_by_role("checkbox").all():
        box.check()
    press(page, "Show what this comes to")
    page.get_by_text("Mean, other years and how exact each number is").click()
    check_page(page)
    return rows_of(page, "What each partner bears over all possible years")


def test_three_contracts_are_compared_one_is_agreed_and_settles_the_year_into_the_books(enter: Enter) -> None:
    page = enter(council_finance())
    writes_and_offers(page, TEXT)
    writes_and_offers(page, LOCAL)
    page = enter(northmere_finance())
    writes_and_offers(page, HIGHER_CAP)

    # Both see the same figures, of three contracts on the same years.
    of_northmere = compared(page)
    of_council = compared(enter(council_finance()))
    assert of_council == of_northmere
    assert all(any(f"Version {number}" in " ".join(row) for row in of_council) for number in (1, 2, 3))

    for body in PARTNERS:
        page = enter(chief_of(body()))
        follow(page, "Version 2")
        page.get_by_label("Yes, agreed").check()
        press(page, "Give this answer")
    says(page, "Agreed by every partner; in force")

    page = enter(council_finance())
    follow(page, "Who bears the variance of the year")
    says(page, "£1,085.67 over", *BORNE)
    press(page, "Put it to the partners")
    check_page(page)
    for body in PARTNERS:
        page = enter(chief_of(body()))
        follow(page, "Who bears the variance of the year")
        follow(page, "was put to the partners")
        page.get_by_label("Yes, agreed").check()
        press(page, "Give this answer")
    says(page, "Agreed by every partner, and not posted yet")

    before = Ledger.objects.get().entry_count
    page = enter(council_finance())
    follow(page, "Who bears the variance of the year")
    follow(page, "was put to the partners")
    press(page, "Look at the entry, and post it")
    check_page(page)
    press(page, "Post this settlement")
    says(page, "is posted as one entry", "Posted to the books")
    assert Ledger.objects.get().entry_count == before + 1

    # From a figure of the settlement to the entries of a line: three steps.
    page.get_by_text("The variance of each line").click()
    follow(page, "4 Step")
    says(page, "£6,702,118.33")
    outturn = page.get_by_role("link", name="£6,702,118.33").first
    assert 1 + clicks_to_entries(page, outturn) <= 3
