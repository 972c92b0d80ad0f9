"""An aim is worded once and shown in every plan that shares it; what each plan says of its own is untouched."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from commonpool.audit.models import AuditEvent
from commonpool.people.rules import Role
from commonpool.places.models import Organisation
from commonpool.plans.actions import aims as actions
from commonpool.plans.errors import PlanError
from commonpool.plans.models import Plan, PlanAim, SharedAim
from tests.browser import check_nothing_is_clipped, check_page
from tests.funds.builders import NOW, a_body, a_fund, a_partner
from tests.ledger_web.builders_files import as_, text_of
from tests.performance_web.builders import somebody
from tests.plans_web.builders import ROUND, a_draft

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)
NAMES = ("Ashcombe", "Birkmoor", "Calder", "Dunmere", "Elmwick", "Fenby", "Garrow", "Hollin")
TITLE = "Home first for everybody who can go home"
WORDS = "Nobody decides about long-term care in a hospital bed."


def the_icb() -> Organisation:
    return a_body("NHS Eastfell ICB", ods_code="XE9")


def an_area(name: str) -> Organisation:
    """An area whose fund the ICB is a partner of, with a plan."""
    code = f"XA{name[:2].upper()}"
    area = a_body(name, "hwb_area", gss_code=code)
    council = a_body(f"{name} Council", "upper_tier", gss_code=code, ods_code=f"C{code}")
    fund = a_fund(area, f"{name} fund")
    a_partner(fund, council, "host")
    a_partner(fund, the_icb())
    Plan.objects.create(area=area, round_id=ROUND)
    return area


@pytest.fixture
def plans() -> list[Plan]:
    """The plans of eight areas of one ICB."""
    return [an_area(name).plans.get() for name in NAMES]


def icb_lead() -> Client:
    return as_(somebody("lead@icb.example", the_icb(), Role.BCF_LEAD))


def lead_of(plan: Plan, role: Role = Role.BCF_LEAD) -> Client:
    council = Organisation.objects.get(kind="upper_tier", gss_code=plan.area.gss_code)
    return as_(somebody(f"{role.value}@{plan.area.gss_code.lower()}.example", council, role))


def an_aim(plans: list[Plan]) -> SharedAim:
    return actions.share_aim(actor=None, at=NOW, owner=the_icb(), title=TITLE, text=WORDS, plans=plans)


def shown(plan: Plan, client: Client | None = None) -> str:
    return text_of((client or lead_of(plan)).get(reverse("plans:aims-of-plan", args=[plan.uuid])))


def edited(client: Client, aim: SharedAim, *, revision: int | None = None, **said: Any) -> Any:
    """What the owner's form answers; it shows the first revision unless the test says another."""
    sent = {"title": TITLE, "text": WORDS, "revision": revision or aim.revision, **said}
    return client.post(reverse("plans:edit-aim", args=[aim.uuid]), sent, follow=True)


@pytest.mark.requirement("S45")
def test_a_shared_aim_is_reworded_once_and_shown_in_eight_plans_whose_own_texts_are_as_before(
    plans: list[Plan],
) -> None:
    aim = an_aim(plans)
    for number, row in enumerate(aim.in_plans.order_by("pk")):
        actions.edit_plan_aim(actor=None, at=NOW, row=row, revision=1, local_text=f"Local words {number}.")
    actions.add_priority(actor=None, at=NOW, plan=plans[0], title="A ferry at weekends", local_text="For the islands.")
    own_before = list(PlanAim.objects.order_by("pk").values())

    answer = edited(icb_lead(), aim, title="Home first, always", text="Within a day of being ready.")

    assert "The aim is changed in all 8 plans that have it." in text_of(answer)
    for number, plan in enumerate(plans):
        said = shown(plan)
        assert "Home first, always" in said and "Within a day of being ready." in said
        assert TITLE not in said and WORDS not in said
        assert f"Aim of {the_icb().name}" in said
        assert f"This plan: Local words {number}." in said
    assert "A ferry at weekends This plan’s own For the islands." in shown(plans[0])
    assert list(PlanAim.objects.order_by("pk").values()) == own_before
    assert list(AuditEvent.objects.filter(action="plans.edit_aim").values_list("subject_uuid", "before", "after")) == [
        (
            aim.uuid,
            {"title": TITLE, "text": WORDS},
            {"title": "Home first, always", "text": "Within a day of being ready."},
        )
    ]


@pytest.mark.requirement("S45")
def test_what_one_plan_says_beside_an_aim_is_seen_in_no_other_plan(plans: list[Plan]) -> None:
    aim = an_aim(plans)
    mine = lead_of(plans[0])
    row = aim.in_plans.get(plan=plans[0])

    page = mine.get(reverse("plans:edit-plan-aim", args=[row.uuid]))
    mine.post(reverse("plans:edit-plan-aim", args=[row.uuid]), {"local_text": "Two more teams.", "revision": 1})

    assert WORDS in text_of(page), "beside the owner's words"
    assert "This plan: Two more teams." in shown(plans[0])
    assert all("Two more teams." not in shown(plan) for plan in plans[1:])
    aim.refresh_from_db()
    assert (aim.title, aim.text, aim.revision) == (TITLE, WORDS, 1)


def test_the_page_of_the_plan_itself_has_its_aims(plans: list[Plan]) -> None:
    version = a_draft()
    actions.add_priority(actor=None, at=NOW, plan=version.plan, title="A ferry at weekends", local_text="")
    an_aim(plans)

    said = text_of(
        as_(somebody("w@council.example", version.body, Role.BCF_LEAD)).get(
            reverse("plans:version", args=[version.uuid])
        )
    )

    assert "A ferry at weekends This plan’s own" in said
    assert "0 shared with other plans, 1 of its own. Aims of this plan" in said
    assert TITLE not in said


def test_an_owner_shares_an_aim_with_plans_of_its_own_areas_only(plans: list[Plan]) -> None:
    elsewhere = Plan.objects.create(area=a_body("Farland", "hwb_area", gss_code="XZ99"), round_id=ROUND)
    client = icb_lead()
    sent = {"title": TITLE, "text": WORDS, "body": the_icb().uuid, "plans": [plans[0].uuid, plans[3].uuid]}

    page = text_of(client.get(reverse("plans:share-aim")))
    answer = client.post(reverse("plans:share-aim"), sent, follow=True)
    wrong = client.post(reverse("plans:share-aim"), {**sent, "plans": [elsewhere.uuid]})

    assert all(name in page for name in NAMES) and "Farland" not in page
    assert "2 plans share it." in text_of(answer)
    assert "One of these is no plan of your areas." in text_of(wrong)
    with pytest.raises(PlanError, match="has nothing to do with Farland"):
        an_aim([elsewhere])
    assert SharedAim.objects.count() == 1


def test_an_aim_is_brought_into_more_plans_later_and_taken_out_of_none_by_its_owner(plans: list[Plan]) -> None:
    aim = an_aim(plans[:2])

    edited(icb_lead(), aim, plans=[plans[5].uuid])

    assert {row.plan_id for row in aim.in_plans.all()} == {plans[0].pk, plans[1].pk, plans[5].pk}
    assert not AuditEvent.objects.filter(action="plans.edit_aim").exists(), "its words are as before"


def test_two_who_reword_at_once_lose_nothing(plans: list[Plan]) -> None:
    aim, client = an_aim(plans), icb_lead()
    edited(client, aim, title="The first wording")

    answer = edited(client, aim, title="The second wording", revision=1)

    assert answer.status_code == 409
    said = answer.content.decode()
    assert "changed this since you opened it, and nothing was saved" in said
    assert "Stands there now:</strong> The first wording" in said
    assert 'value="The second wording"' in said
    assert SharedAim.objects.get().title == "The first wording"
    again = edited(client, aim, title="The second wording", revision=2)
    assert again.status_code == 200
    assert SharedAim.objects.get().title == "The second wording"


def test_a_plan_that_leaves_an_aim_out_keeps_what_it_said_as_a_priority_of_its_own(plans: list[Plan]) -> None:
    aim = an_aim(plans)
    row = aim.in_plans.get(plan=plans[0])
    actions.edit_plan_aim(actor=None, at=NOW, row=row, revision=1, local_text="Two more teams.")
    client = lead_of(plans[0])

    client.post(reverse("plans:leave-out-aim", args=[row.uuid]))
    edited(icb_lead(), aim, title="Another wording")

    said = shown(plans[0])
    assert f"{TITLE} This plan’s own Two more teams." in said
    assert "Another wording" not in said
    assert aim.in_plans.count() == 7
    actions.leave_out(actor=None, at=LATER, row=PlanAim.objects.get(pk=row.pk))
    actions.leave_out(actor=None, at=LATER, row=row)
    assert "No aim is written down yet." in shown(plans[0]), "twice changes nothing"
    gone = AuditEvent.objects.filter(action="plans.leave_out_aim").order_by("pk").last()
    assert gone is not None and (gone.before or {})["local_text"] == "Two more teams."


def test_a_withdrawn_aim_says_so_in_every_plan_and_its_reason_and_cannot_be_changed(plans: list[Plan]) -> None:
    aim, client = an_aim(plans), icb_lead()
    address = reverse("plans:withdraw-aim", args=[aim.uuid])

    without = text_of(client.post(address, {"reason": " "}, follow=True))
    client.post(address, {"reason": "Taken over by the system plan."})

    assert "Say why the aim is withdrawn" in without
    assert "Withdrawn" in shown(plans[7]) and "Taken over by the system plan." in shown(plans[7])
    aim.refresh_from_db()
    assert "This aim is withdrawn." in text_of(edited(client, aim))
    assert "The aim is withdrawn" not in text_of(client.post(address, {"reason": "Again."}, follow=True))


def test_a_reason_with_a_null_character_is_kept_without_it(plans: list[Plan]) -> None:
    aim = an_aim(plans[:1])

    icb_lead().post(reverse("plans:withdraw-aim", args=[aim.uuid]), {"reason": "Taken\x00 over."})

    aim.refresh_from_db()
    assert aim.withdrawal_reason == "Taken over."


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"title": ""}, "Say the aim in a line."),
        ({"title": "x" * 201}, "Shorten it to 200 characters."),
        ({"text": "x" * 2001}, "Shorten it to 2,000 characters."),
    ],
)
def test_an_aim_without_words_or_with_too_many_is_refused_in_a_sentence(
    plans: list[Plan], said: dict[str, str], told: str
) -> None:
    aim = an_aim(plans)

    assert told in text_of(edited(icb_lead(), aim, **said))
    assert SharedAim.objects.get().title == TITLE


def test_who_writes_for_the_owner_changes_the_aim_and_who_writes_a_plan_its_own_words(plans: list[Plan]) -> None:
    aim = an_aim(plans[:4])
    row = aim.in_plans.get(plan=plans[0])
    of_aim = [reverse(f"plans:{name}", args=[aim.uuid]) for name in ("edit-aim", "withdraw-aim")]
    of_row = [reverse(f"plans:{name}", args=[row.uuid]) for name in ("edit-plan-aim", "leave-out-aim")]
    pages = [reverse("plans:aim", args=[aim.uuid]), reverse("plans:aims-of-plan", args=[plans[0].uuid])]
    new = reverse("plans:add-priority", args=[plans[0].uuid])

    def opens(client: Client) -> list[int]:
        return [client.get(each).status_code for each in (*pages, *of_aim, *of_row, new)]

    assert opens(icb_lead()) == [200, 200, 200, 405, 200, 405, 200], "its partners write the plans of its areas"
    assert opens(lead_of(plans[0])) == [200, 200, 403, 403, 200, 405, 200]
    assert opens(lead_of(plans[1])) == [200, 403, 403, 403, 403, 403, 403]
    assert opens(lead_of(plans[7])) == [403] * 7, "no plan of its area has the aim"
    assert opens(lead_of(plans[0], Role.READER)) == [200, 200, 403, 403, 403, 403, 403]
    assert opens(Client()) == [302] * 7


def test_an_aim_s_page_has_the_words_of_plans_that_are_theirs_to_read_and_counts_the_others(plans: list[Plan]) -> None:
    aim = an_aim(plans)
    for row in aim.in_plans.all():
        actions.edit_plan_aim(actor=None, at=NOW, row=row, revision=1, local_text=f"Words of {row.plan.area}.")

    of_council = text_of(lead_of(plans[2]).get(reverse("plans:aim", args=[aim.uuid])))
    of_icb = text_of(icb_lead().get(reverse("plans:aim", args=[aim.uuid])))

    assert "8 plans share it." in of_council
    assert "Words of Calder." in of_council and "Words of Dunmere." not in of_council
    assert "And 7 plans of areas that are not yours to read." in of_council
    assert all(f"Words of {name}." in of_icb for name in NAMES)


def test_lists_have_the_aims_that_one_may_read_and_say_what_would_be_there(plans: list[Plan]) -> None:
    an_aim(plans[:2])

    mine, theirs = (text_of(lead_of(plan).get(reverse("plans:aims"))) for plan in (plans[0], plans[7]))

    assert f"{TITLE} NHS Eastfell ICB 2" in mine
    assert "No aim is shared that you may see." in theirs


def test_the_database_holds_one_aim_once_in_a_plan_and_no_priority_without_a_name(plans: list[Plan]) -> None:
    aim = an_aim(plans[:1])
    more = {"plan": plans[0], "changed_at": NOW}

    for wrong in ({"aim": aim}, {"aim": None}, {"aim": aim, "title": "Mine"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            PlanAim.objects.create(**more, **wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        SharedAim.objects.create(owner=the_icb(), title="", shared_at=NOW, changed_at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        SharedAim.objects.filter(pk=aim.pk).update(withdrawn_at=LATER)
    with pytest.raises(ValidationError, match="needs a title"):
        actions.add_priority(actor=None, at=NOW, plan=plans[0], title=" ", local_text="Words.")
    assert connection.vendor in ("sqlite", "postgresql")


def test_addresses_of_persons_stay_out_of_words_that_history_keeps(plans: list[Plan]) -> None:
    aim = actions.share_aim(
        actor=None, at=NOW, owner=the_icb(), title="Ask", text="Write to jo@icb.example.", plans=plans[:1]
    )

    assert "jo@icb.example" not in aim.text


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_an_icb_rewords_an_aim_in_a_browser_and_a_plan_s_page_has_it(live_server: Any, page: Any) -> None:
    from django.conf import settings

    plans = [an_area(name).plans.get() for name in NAMES]
    aim = an_aim(plans)
    row = aim.in_plans.get(plan=plans[0])
    actions.edit_plan_aim(actor=None, at=NOW, row=row, revision=1, local_text="Two more teams.")
    cookie = icb_lead().cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
    page.goto(f"{live_server.url}{reverse('plans:aims')}")
    check_page(page)
    page.get_by_role("link", name=TITLE).click()
    page.get_by_role("heading", name="What each plan says beside it").wait_for()
    check_page(page)
    check_nothing_is_clipped(page)
    page.get_by_role("button", name="Change the aim").click()
    page.get_by_label("The aim in a line").fill("Home first, always")
    check_page(page)
    page.get_by_role("button", name="Change it everywhere").click()
    page.get_by_text("The aim is changed in all 8 plans that have it.").wait_for()
    page.get_by_role("link", name="Ashcombe").click()
    page.get_by_role("heading", name="Home first, always").wait_for()
    assert page.get_by_text("Two more teams.").is_visible()
    check_page(page)
    check_nothing_is_clipped(page)
