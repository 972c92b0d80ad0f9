"""What only a browser can tell of the pages of contracts: axe, 320 px, and working without JavaScript."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from commonpool.people.models import Person
from commonpool.people.rules import Role
from commonpool.risk_share.actions.settlements import answer_settlement
from commonpool.risk_share.models import Benefit, ContractVersion
from tests.browser import check_nothing_is_clipped, check_page
from tests.ledger_web.builders import frozen
from tests.risk_share_web.builders import (
    NOW,
    PARTNERS,
    TEXT,
    a_draft,
    agreed,
    answered,
    as_,
    chief_of,
    council_lead,
    northmere,
    offered,
    somebody,
    the_council,
    wendleshire,
)
from tests.risk_share_web.settlements import a_settlement
from tests.risk_share_web.test_benefits import a_discharge_team, gain
from tests.risk_share_web.test_payment import PAYS
from tests.risk_share_web.test_settlement import the_year_spent

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch, live_server: Any) -> str:
    """A year spent under a contract in force, another offered with an answer, and a draft that depends on a measure."""
    frozen(monkeypatch)
    the_year_spent()
    agreed()
    answered(offered(a_draft(TEXT.replace("200,000", "300,000"))), northmere(), "refused", "Too low.")
    offered(a_draft(PAYS))
    a_draft(TEXT.replace("parts:", "measures: {quality: the quality score}\nparts:"))
    a_discharge_team()
    gain(the_council(), None, "1", not_money="People go home sooner.")
    return str(live_server.url)


def signed_in(context: Any, site: str, person: Person) -> None:
    session = as_(person).cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": site}])


def test_each_page_passes_in_its_states(page: Any, site: str) -> None:
    versions = [reverse("risk_share:contract", args=[each.uuid]) for each in ContractVersion.objects.all()]
    area = reverse("risk_share:area", args=[wendleshire().uuid])
    new = reverse("risk_share:new", args=[wendleshire().uuid])
    trying = reverse("risk_share:trying", args=[wendleshire().uuid])
    settlement = reverse("risk_share:settlement", args=[wendleshire().uuid])
    gains = [
        reverse(f"risk_share:{name}", args=[wendleshire().uuid])
        for name in ("benefits", "new-benefit", "import-benefits")
    ]
    gains.append(reverse("risk_share:edit-benefit", args=[Benefit.objects.filter(body=the_council()).get().uuid]))
    ladder = reverse("risk_share:ladder", args=[ContractVersion.objects.get(number=1).uuid])
    transition = reverse("risk_share:transition", args=[wendleshire().uuid])
    form = reverse("risk_share:form-new", args=[wendleshire().uuid])
    draft = reverse("risk_share:form-edit", args=[ContractVersion.objects.get(offered_at=None).uuid])
    pays = reverse("risk_share:payment", args=[ContractVersion.objects.get(kind="payment").uuid])
    quarters = "&".join(f"quarters-{at}-planned=300&quarters-{at}-achieved={cut}" for at, cut in enumerate((210, 420)))
    wrong = f"{trying}?sd=lots&common=300"
    what_if = reverse("risk_share:what-if", args=[wendleshire().uuid])
    shocked = f"{what_if}?cut=Northmere%3D8%25&stop=LA+from+2024-12&do=add&kind=leave"
    headroom = reverse("risk_share:headroom", args=[wendleshire().uuid])
    walks = [
        (
            council_lead(),
            [area, new, f"{new}?form=b", *versions, trying, wrong, settlement, transition, what_if, shocked, headroom],
        ),
        (council_lead(), [f"{form}?form=f", draft, pays, f"{pays}?{quarters}", f"{pays}?quarters-0-actual=x"]),
        (council_lead(), [ladder, *gains]),
        (chief_of(northmere()), [area, *versions[1:2]]),
    ]

    for person, addresses in walks:
        page.context.clear_cookies()
        signed_in(page.context, site, person)
        for address in addresses:
            assert page.goto(f"{site}{address}").status == 200
            check_page(page)
            check_nothing_is_clipped(page)


def test_a_transition_is_laid_out_from_the_example_and_told_its_faults(page: Any, site: str) -> None:
    signed_in(page.context, site, council_lead())
    page.goto(f"{site}{reverse('risk_share:transition', args=[wendleshire().uuid])}")
    page.get_by_role("link", name="Start from an example with your partners filled in").click()

    page.get_by_role("button", name="Show it by month").click()

    expect(page.get_by_text("Double running costs £536,293.19")).to_be_visible()
    check_page(page)
    check_nothing_is_clipped(page)

    page.get_by_label("The plan", exact=True).fill("title: T")
    page.get_by_role("button", name="Show it by month").click()

    expect(page.get_by_role("alert")).to_contain_text("‘horizon’ is missing.")
    check_page(page)


def test_each_page_of_a_settlement_passes_in_its_states(page: Any, live_server: Any) -> None:
    one = a_settlement()
    keeper = somebody("finance@council.example", the_council(), Role.FINANCE_MANAGER)
    kept, post = (reverse(f"risk_share:{name}", args=[one.uuid]) for name in ("kept", "post-settlement"))

    def passes(person: Person, address: str) -> None:
        page.context.clear_cookies()
        signed_in(page.context, live_server.url, person)
        assert page.goto(f"{live_server.url}{address}").status == 200
        check_page(page)
        check_nothing_is_clipped(page)

    passes(chief_of(the_council()), kept)
    for body in PARTNERS:
        answer_settlement(actor=chief_of(body()), at=NOW, settlement=one, body=body(), verdict="agreed")
    for address in (kept, post, reverse("risk_share:letter", args=[one.uuid]) + "?to=XN1"):
        passes(keeper, address)


def test_a_contract_is_written_by_form_with_the_keyboard(page: Any, site: str) -> None:
    signed_in(page.context, site, council_lead())
    page.goto(f"{site}{reverse('risk_share:form-new', args=[wendleshire().uuid])}")

    page.get_by_label("Title").fill("By keyboard")
    add = page.get_by_role("button", name="Add a layer for an overspend")
    add.focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    place = page.evaluate("document.getElementById('parts-0-over-layers-1').getBoundingClientRect().top")
    page.get_by_label("Title").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")

    # The page comes back to the new row, and Enter in a box looks and adds nothing.
    assert 0 <= place < 900
    assert page.get_by_label("Title").input_value() == "By keyboard"
    assert page.get_by_role("button", name="Remove layer 2 of an overspend").count() == 1
    assert page.get_by_role("button", name="Remove layer 3 of an overspend").count() == 0
    page.get_by_role("link", name="Write each share, or choose another way of sharing.").first.press("Enter")
    assert page.evaluate("document.activeElement.id") == "parts-0-over-layers-0-shares-0"
    check_page(page)


def test_the_slider_says_who_bears_what_it_stands_at(page: Any, site: str) -> None:
    version = ContractVersion.objects.get(agreed_at__isnull=False)
    signed_in(page.context, site, council_lead())
    page.goto(f"{site}{reverse('risk_share:contract', args=[version.uuid])}")
    slider = page.get_by_role("slider")

    slider.focus()
    page.keyboard.press("Home")

    under = page.get_by_label("Over the budget, in pounds").input_value()
    said = page.locator("[data-said]")
    expect(said).to_contain_text(f"£{int(under.removeprefix('-')):,} under: ")
    expect(page.locator("[data-live]")).to_contain_text("Council receives")
    expect(page.locator("[data-clauses]")).to_contain_text("All clauses")
    check_page(page)
