"""Virements on the pages: proposed, routed by the delegated limits, answered by those who must agree, or taken back."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from commonpool.ledger.actions.virements import set_limit
from commonpool.ledger.models import DelegatedLimit, Ledger, Virement
from commonpool.ledger.queries.budgets import budgeted
from commonpool.people.models import Consent
from commonpool.plans.actions import accept_finding, offer
from tests.funds.builders import NOW, northmere, south_wendle, the_council
from tests.ledger_web.builders import OCTOBER, frozen, line_of, planned_books, typed
from tests.ledger_web.builders_files import a_reader, a_stranger, as_, chief_of, manager, text_of
from tests.plans_web.builders import a_draft, agree_for, council_lead

pytestmark = pytest.mark.django_db
POUND = 100
YEAR_START = date(2024, 4, 1)


@pytest.fixture
def ledger(monkeypatch: pytest.MonkeyPatch) -> Ledger:
    made = planned_books()
    frozen(monkeypatch)
    return made


def a_limit(ledger: Ledger, role: str, pounds: int | None, all_above: int | None = None) -> None:
    above = None if all_above is None else all_above * POUND
    limit = None if pounds is None else pounds * POUND
    set_limit(
        actor=None,
        at=NOW,
        ledger=ledger,
        role=role,
        limit_pence=limit,
        needs_all_partners_above_pence=above,
        starts_on=YEAR_START,
    )


def propose(ledger: Ledger, pounds: str, who: Any = manager, **changed: Any) -> Any:
    given = {
        "pool": ledger.pools.get(code="MAIN").uuid,
        "from_line": line_of(ledger, "8").uuid,
        "to_line": line_of(ledger, "4").uuid,
        "pence": pounds,
        "reason": "Beds opened late",
        **typed(OCTOBER),
        **changed,
    }
    return as_(who()).post(reverse("ledger:propose-virement", args=[ledger.uuid]), given, follow=True)


def answered(virement: Virement, person: Any, verdict: str, reason: str = "", **more: Any) -> Any:
    page = as_(person).get(reverse("ledger:virement", args=[virement.uuid]))
    body = {"body": page.context["form"]["body"].value()} if page.context["form"] else {}
    given = {"verdict": verdict, "reason": reason, **body, **more}
    return as_(person).post(reverse("ledger:answer-virement", args=[virement.uuid]), given, follow=True)


def budget(ledger: Ledger, line: str) -> int:
    return sum(pence for (code, _), pence in budgeted(ledger, "2024-25").items() if code == f"2023-25/{line}")


def press(virement: Virement, name: str) -> Any:
    return as_(manager()).post(reverse(f"ledger:{name}", args=[virement.uuid]), follow=True)


def test_within_the_proposers_limit_it_posts_at_once(ledger: Ledger) -> None:
    a_limit(ledger, "pool_manager", 500_000)
    before = budget(ledger, "8"), budget(ledger, "4")

    page = text_of(propose(ledger, "500,000"))

    assert "The virement is posted. £500,000 is within the limit of Pool Manager, so nobody else is asked." in page
    assert "Posted on" in page
    assert (budget(ledger, "8"), budget(ledger, "4")) == (before[0] - 500_000_00, before[1] + 500_000_00)


@pytest.mark.requirement("S10")
def test_a_change_of_600k_by_a_person_with_a_limit_of_500k_goes_up_to_the_chief_officer(ledger: Ledger) -> None:
    a_limit(ledger, "pool_manager", 500_000)
    before = budget(ledger, "8"), budget(ledger, "4")

    page = text_of(propose(ledger, "600,000"))

    virement = Virement.objects.get()
    assert "The limit of Pool Manager is £500,000, and this is £600,000, so the host’s chief officer is asked." in page
    assert "It waits for Wendleshire County Council." in page
    assert (virement.state, virement.needs) == ("proposed", "chief")
    assert (budget(ledger, "8"), budget(ledger, "4")) == before
    chief = chief_of(the_council())
    assert "A virement of £600,000 from 8 Integrated neighbourhood teams to 4" in text_of(as_(chief).get("/"))

    page = text_of(answered(virement, chief, "agreed"))

    assert "The answer of Wendleshire County Council is recorded." in page
    assert (budget(ledger, "8"), budget(ledger, "4")) == (before[0] - 600_000_00, before[1] + 600_000_00)
    assert "virement" not in text_of(as_(chief).get("/"))


@pytest.mark.requirement("S10")
def test_above_the_agreements_sum_every_partner_is_asked_and_the_last_yes_posts_it(ledger: Ledger) -> None:
    a_limit(ledger, "pool_manager", 500_000, all_above=1_000_000)
    page = text_of(propose(ledger, "1,000,000.01"))
    virement = Virement.objects.get()
    assert "is above the sum from which every partner is asked." in page
    assert "It waits for Wendleshire County Council, NHS Northmere ICB and NHS South Wendle ICB." in page

    for body in (the_council(), northmere()):
        answered(virement, chief_of(body), "agreed")
    page = text_of(as_(manager()).get(reverse("ledger:virement", args=[virement.uuid])))
    assert "It waits for NHS South Wendle ICB." in page

    answered(virement, chief_of(south_wendle()), "agreed")
    virement.refresh_from_db()
    assert virement.state == "posted"


@pytest.mark.requirement("S80")
def test_what_leaves_a_test_pot_is_asked_of_every_partner_however_small(monkeypatch: pytest.MonkeyPatch) -> None:
    frozen(monkeypatch)
    draft = a_draft()
    draft.scheme_lines.filter(line_id="8").update(is_test_pot=True)
    for warning in draft.findings.filter(severity="warning"):
        accept_finding(actor=council_lead(), at=NOW, finding=warning, reason="Agreed by the board.")
    version = offer(actor=council_lead(), at=NOW, version=draft)
    for body in (the_council(), northmere(), south_wendle()):
        agree_for(body, version)
    version.refresh_from_db()
    ledger = planned_books(version)
    a_limit(ledger, "pool_manager", 500_000)

    page = text_of(propose(ledger, "10"))

    assert "It takes money from a test pot, which the partners set aside together, so every partner is asked." in page
    assert Virement.objects.get().needs == "all"


def test_without_a_table_every_partner_is_asked(ledger: Ledger) -> None:
    page = text_of(propose(ledger, "10"))

    assert "This fund has no table of delegated limits, so every partner is asked." in page


def test_a_refusal_says_why_and_ends_it(ledger: Ledger) -> None:
    propose(ledger, "10")
    virement = Virement.objects.get()
    chief = chief_of(northmere())

    page = text_of(answered(virement, chief, "refused"))
    assert "Say why this is not agreed, so that the others can act on it." in page
    assert Consent.objects.count() == 3

    page = text_of(answered(virement, chief, "refused", "Our share is not free"))
    virement.refresh_from_db()
    assert virement.state == "refused"
    assert "Refused, so the budget stays where it was." in page
    assert "Our share is not free" in page
    assert "virement" not in text_of(as_(chief_of(the_council())).get("/"))


def test_a_proposal_is_taken_back_while_it_waits_and_not_afterwards(ledger: Ledger) -> None:
    propose(ledger, "10")
    virement = Virement.objects.get()

    page = text_of(press(virement, "withdraw-virement"))
    assert "The virement is taken back." in page

    page = text_of(press(virement, "withdraw-virement"))
    assert "This virement is withdrawn: move the budget back by another one." in page
    page = text_of(answered(virement, chief_of(northmere()), "agreed"))
    assert "This virement waits for no answer of yours." in page


def test_a_budget_that_moved_meanwhile_posts_nothing_and_keeps_no_answer(ledger: Ledger) -> None:
    a_limit(ledger, "pool_manager", 500_000)
    propose(ledger, "600,000")
    waiting = Virement.objects.get()
    propose(ledger, "400,000", to_line=line_of(ledger, "7").uuid)
    propose(ledger, "400,000", to_line=line_of(ledger, "7").uuid)
    propose(ledger, "400,000", to_line=line_of(ledger, "7").uuid)
    propose(ledger, "400,000", to_line=line_of(ledger, "7").uuid)

    page = text_of(answered(waiting, chief_of(the_council()), "agreed"))

    waiting.refresh_from_db()
    assert "has a budget of £413,532.60 in 2024-25, not £600,000.00. Lower the amount." in page
    assert waiting.state == "proposed"
    assert not Consent.objects.filter(subject_id=waiting.uuid).exists()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"pence": "9,000,000,000"}, "has a budget of £2,013,532.60 in 2024-25, not £9,000,000,000.00."),
        ({"pence": "0"}, "‘0’ is not above zero."),
        ({"pence": "-5"}, "‘-5’ is not above zero."),
        ({"pence": "12k"}, "‘12k’ is not an amount of money."),
        ({"pence": "1.005"}, "‘1.005’ has a fraction of a penny."),
        ({"reason": ""}, "Fill in ‘Why should the budget move?’."),
        ({"to_line": ""}, "Choose an answer to ‘To which line?’."),
        (typed(date(2031, 5, 1)), "has a budget of £0.00 in 2031-32"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words_and_what_was_typed_stays(
    ledger: Ledger, changed: dict[str, Any], said: str
) -> None:
    response = propose(ledger, **{"pounds": "10", **changed})

    assert said in text_of(response)
    assert response.context["form"]["pence"].value() == changed.get("pence", "10")
    assert Virement.objects.count() == 0


def test_a_line_cannot_give_to_itself(ledger: Ledger) -> None:
    page = text_of(propose(ledger, "10", to_line=line_of(ledger, "8").uuid))

    assert "A virement moves budget between two different lines." in page


def test_the_other_line_must_be_paid_from_the_same_money(ledger: Ledger) -> None:
    page = text_of(propose(ledger, "10", to_line=line_of(ledger, "12").uuid))

    assert "A virement keeps the source: change the plan’s source of funding first." in page
    assert Virement.objects.count() == 0


def test_the_list_and_its_empty_state(ledger: Ledger) -> None:
    url = reverse("ledger:virements", args=[ledger.uuid])
    assert "No budget has been moved between lines yet." in text_of(as_(manager()).get(url))

    propose(ledger, "10")

    assert "Waiting for consent" in text_of(as_(manager()).get(url))
    assert "8 Integrated neighbourhood teams" in as_(manager()).get(url + "?download=csv").content.decode()


# -- limits


def a_new_limit(ledger: Ledger, **changed: str) -> Any:
    given = {"role": "pool_manager", "how": "up_to", "limit_pence": "250,000", **typed(YEAR_START, "starts_on")}
    return as_(manager()).post(reverse("ledger:set-limit", args=[ledger.uuid]), {**given, **changed}, follow=True)


def test_a_limit_is_set_and_stands_in_the_table(ledger: Ledger) -> None:
    url = reverse("ledger:limits", args=[ledger.uuid])
    assert "so every virement asks every partner" in text_of(as_(manager()).get(url))

    page = text_of(a_new_limit(ledger))

    assert "The limit is set." in page
    assert "Pool manager up to £250,000 not asked for 1 April 2024 Yes" in page


def test_a_later_limit_replaces_the_earlier_one_from_its_day_on(ledger: Ledger) -> None:
    a_new_limit(ledger)

    page = text_of(a_new_limit(ledger, how="no_limit", limit_pence="", **typed(date(2024, 9, 1), "starts_on")))

    assert "Pool manager without limit not asked for 1 September 2024 Yes" in page
    assert "Pool manager up to £250,000 not asked for 1 April 2024 No" in page


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"limit_pence": ""}, "Enter the sum up to which the role decides alone, or choose ‘Any sum’."),
        ({"limit_pence": "-1"}, "A limit is not below £0."),
        ({"needs_all_partners_above_pence": "-1"}, "A limit is not below £0."),
        ({"role": "coder"}, "coder is not one of the available choices"),
        ({"starts_on_month": "13"}, "is not a date."),
    ],
)
def test_a_limit_that_makes_no_sense_is_refused(ledger: Ledger, changed: dict[str, str], said: str) -> None:
    assert said in text_of(a_new_limit(ledger, **changed))
    assert DelegatedLimit.objects.count() == 0


def test_two_limits_of_a_role_from_one_day_are_refused(ledger: Ledger) -> None:
    a_new_limit(ledger)

    assert "That role has a limit from that day already." in text_of(a_new_limit(ledger, limit_pence="1"))
    assert DelegatedLimit.objects.count() == 1


# -- people


def test_who_only_reads_proposes_nothing(ledger: Ledger) -> None:
    for who in (a_reader, a_stranger, lambda: chief_of(the_council())):
        assert propose(ledger, "10", who=who).status_code == 403
        limits = reverse("ledger:set-limit", args=[ledger.uuid])
        assert as_(who()).post(limits, {}).status_code == 403
    assert Virement.objects.count() == 0


def test_only_a_chief_officer_of_a_partner_answers_and_only_for_the_own_body(ledger: Ledger) -> None:
    propose(ledger, "10")
    virement = Virement.objects.get()
    url = reverse("ledger:answer-virement", args=[virement.uuid])

    assert as_(manager()).post(url, {"verdict": "agreed"}).status_code == 403
    assert as_(a_reader()).post(url, {"verdict": "agreed"}).status_code == 403
    answered(virement, chief_of(northmere()), "agreed", body=str(the_council().uuid))
    assert not Consent.objects.filter(subject_id=virement.uuid, body=the_council()).exists()


def test_the_chief_officer_who_is_not_asked_sees_no_form(ledger: Ledger) -> None:
    a_limit(ledger, "pool_manager", 500_000)
    propose(ledger, "600,000")
    virement = Virement.objects.get()

    page = as_(chief_of(northmere())).get(reverse("ledger:virement", args=[virement.uuid]))

    assert "Your answer" not in text_of(page)


def test_a_stranger_sees_no_virement(ledger: Ledger) -> None:
    propose(ledger, "10")
    virement = Virement.objects.get()

    assert as_(a_stranger()).get(reverse("ledger:virement", args=[virement.uuid])).status_code == 403
    assert as_(a_stranger()).get(reverse("ledger:limits", args=[ledger.uuid])).status_code == 403
