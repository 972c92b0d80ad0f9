"""From the form of an ask to the trust's page: who may write, who sees it when, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse

from commonpool.audit.models import AuditEvent
from commonpool.performance.actions.asks import add_ask, edit_ask, remove_ask
from commonpool.performance.actions.rows import RowConflict
from commonpool.performance.actions.undoing import undo
from commonpool.performance.errors import AskError
from commonpool.performance.models import Ask, AskLine
from commonpool.plans.actions.drafts import copy_version
from tests.funds.builders import NOW
from tests.ledger_web.builders import frozen
from tests.performance_web.builders import (
    FIRST,
    LAST,
    a_draft,
    as_,
    asked,
    council,
    lay_region,
    lead_of,
    offered,
    stranger,
    text_of,
    the_trust,
    trust_manager,
    typed,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def region(monkeypatch: pytest.MonkeyPatch) -> None:
    frozen(monkeypatch)
    lay_region()


def add_url(version: Any) -> str:
    return reverse("performance:add-ask", args=[version.uuid])


def trust_url() -> str:
    return reverse("performance:trust", args=[the_trust().uuid])


WHOLE = {
    "process": "discharge_planning",
    "trigger": "Decision to admit",
    "deadline_hours": "24",
    "days": ["1", "2", "3", "4", "5"],
    "channel": "Form A",
    "contact_role": "Discharge coordinator",
    "reason": "People wait for a plan.",
    "lines": "4, 9",
}


def test_an_ask_goes_from_the_form_to_the_trust_s_page_once_the_plan_is_offered() -> None:
    version = a_draft("XA")
    answer = as_(lead_of("XA")).post(add_url(version), typed(trust=the_trust().uuid, **WHOLE))
    ask = Ask.objects.get()
    assert answer["Location"] == reverse("performance:ask", args=[ask.uuid])

    before = text_of(as_(trust_manager()).get(trust_url()))
    offered(version)
    after = text_of(as_(trust_manager()).get(trust_url()))

    assert "No plan that you may read asks anything of this trust yet" in before
    assert "1 plan asks 1 thing of this trust" in after
    assert "within 24 hours of: Decision to admit" in after and "Monday to Friday" in after
    assert "Discharge planning" in after and "40.0%" in after


def test_a_draft_s_ask_shows_to_its_own_body_and_to_nobody_else() -> None:
    version = a_draft("XA")
    ask = asked(version)
    url = reverse("performance:ask", args=[ask.uuid])

    assert as_(lead_of("XA")).get(url).status_code == 200
    assert [as_(person).get(url).status_code for person in (lead_of("XB"), trust_manager(), stranger())] == [403] * 3
    event = AuditEvent.objects.get(action="performance.add_ask")
    assert event.private_to_uuid == council("XA").uuid


def test_money_is_read_from_the_plan_s_lines_and_not_kept_twice() -> None:
    version = a_draft("XA")
    ask = asked(version, lines=["4", "9"])
    total = sum(
        year.pence
        for line in version.scheme_lines.filter(line_id__in=["4", "9"])
        for year in line.years.all()
        if year.pence
    )

    page = text_of(as_(lead_of("XA")).get(reverse("performance:ask", args=[ask.uuid])))

    assert f"£{total / 100:,.2f}" in page
    version.scheme_lines.get(line_id="9").delete()
    gone = text_of(as_(lead_of("XA")).get(reverse("performance:ask", args=[ask.uuid])))
    assert "No longer in the plan: line 9" in gone and "not known" in gone


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"trust": "00000000-0000-0000-0000-000000000001"}, "That trust is not in the register of organisations"),
        ({"trust": "nobody"}, "That trust is not in the register of organisations"),
        ({"process": "tea"}, "‘tea’ is not in the list of ‘Process’"),
        ({"deadline_hours": "-4"}, "‘-4’ is not a whole number from 0 to 8,784"),
        ({"deadline_hours": "9" * 500}, "is not a whole number from 0 to 8,784"),
        ({"deadline_hours": "2", "not_before_hours": "5"}, "It may start 5 hours after the trigger, but must be done"),
        ({"days": ["9"]}, "‘9’ is no day of the week"),
        ({"beds": "-3", "bed_type": "step_down"}, "‘-3’ is not a whole number from 1 to 100,000"),
        ({"beds": "3"}, "Fill in ‘Kind of bed’, or leave all that is about beds empty"),
        ({"trigger": "x" * 10_000}, "This has 10,000 characters. Shorten it to 300 or fewer"),
        ({"reason": "x" * 10_000}, "This has 10,000 characters. Shorten it to 2,000 or fewer"),
        ({"starts_on": LAST, "ends_on": FIRST}, "The ask ends on 01/04/2024, before it starts on 31/03/2025"),
        ({"lines": "4, 999"}, "The plan has no scheme line ‘999’"),
        ({"is_only_way": "on", "channel": "", "days": []}, "‘No other way will do’ needs a way"),
        ({"reduction": "5"}, "Say which target it is a part of"),
        ({"reduction": "0", "target": "0-2024-25"}, "is not above zero"),
        ({"shared_whole_pence": "100"}, "Say what it is that several plans pay for"),
        ({"shared_whole_pence": "-5", "shared_as": "Hub"}, "What the whole costs cannot be negative"),
        ({"shared_whole_pence": "12k", "shared_as": "Hub"}, "‘12k’ is not an amount"),
    ],
)
def test_what_makes_no_sense_is_refused_in_a_sentence(given: dict[str, Any], said: str) -> None:
    version = a_draft("XA")

    page = text_of(as_(lead_of("XA")).post(add_url(version), typed(**{"trust": the_trust().uuid, **WHOLE, **given})))

    assert said in page
    assert not Ask.objects.exists()


def test_every_fault_is_told_at_once() -> None:
    version = a_draft("XA")
    wrong = {"process": "tea", "deadline_hours": "-4", "lines": "999", "starts_on": LAST, "ends_on": FIRST}

    page = text_of(as_(lead_of("XA")).post(add_url(version), typed(trust="nobody", **wrong)))

    for said in ("not in the register", "‘tea’", "‘-4’", "‘999’", "before it starts"):
        assert said in page


def test_the_same_ask_twice_is_refused_and_says_which_stands() -> None:
    version = a_draft("XA")
    asked(version)

    page = text_of(as_(lead_of("XA")).post(add_url(version), typed(trust=the_trust().uuid, **WHOLE)))
    later = {"starts_on": LAST}
    overlapping = text_of(
        as_(lead_of("XA")).post(add_url(version), typed(trust=the_trust().uuid, **{**WHOLE, **later}))
    )

    assert "This plan asks that of the trust already, from the same day." in page
    assert "asks discharge planning of Eastfell Hospitals already, from 1 April 2024 to 31 March 2025" in overlapping
    assert Ask.objects.count() == 1


def test_an_offered_version_s_asks_are_locked_for_every_route() -> None:
    version = a_draft("XA")
    ask = asked(version, lines=["4"])
    offered(version)

    refused = as_(lead_of("XA")).post(reverse("performance:edit-ask", args=[ask.uuid]), typed(**WHOLE))
    with pytest.raises(AskError, match="is offered for agreement and can no longer be changed"):
        edit_ask(actor=lead_of("XA"), at=NOW, ask=ask, revision=1, changes={"trigger": "x"})
    for change in (
        lambda: Ask.objects.update(trigger="x"),
        lambda: AskLine.objects.all().delete(),
        lambda: AskLine.objects.create(ask=ask, line_id="9"),
        lambda: Ask.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()

    assert refused.status_code == 403
    assert add_ask_refused(version)


def add_ask_refused(version: Any) -> bool:
    try:
        add_ask(actor=lead_of("XA"), at=NOW, version=version, changes={"trust": the_trust(), "process": "transport"})
    except AskError as refused:
        return "Make a new version from it" in str(refused)
    return False


def test_a_new_version_asks_what_the_one_before_asked_and_can_be_changed() -> None:
    version = a_draft("XA")
    ask = asked(version, deadline_hours=24, lines=["4"])
    offered(version)

    copy = copy_version(actor=lead_of("XA"), at=NOW, base=version, body=council("XA"))

    [copied] = copy.asks.all()
    assert (copied.uuid != ask.uuid, copied.deadline_hours, [line.line_id for line in copied.lines.all()]) == (
        True,
        24,
        ["4"],
    )
    edit_ask(actor=lead_of("XA"), at=NOW, ask=copied, revision=1, changes={"deadline_hours": 12})
    assert Ask.objects.get(pk=ask.pk).deadline_hours == 24


def test_who_was_slower_is_shown_both_values_and_nothing_is_lost() -> None:
    version = a_draft("XA")
    ask = asked(version, deadline_hours=24)
    edit_ask(actor=lead_of("XA"), at=NOW, ask=ask, revision=1, changes={"deadline_hours": 12})
    url = reverse("performance:edit-ask", args=[ask.uuid])

    stale = as_(lead_of("XA")).post(url, typed(trust=the_trust().uuid, revision=1, **{**WHOLE, "deadline_hours": "48"}))
    said = stale.content.decode()

    assert stale.status_code == 409
    assert "Nothing was saved yet" in said and "Save mine over it" in said
    assert ">12<" in said and ">48<" in said
    assert Ask.objects.get().deadline_hours == 12
    as_(lead_of("XA")).post(url, typed(trust=the_trust().uuid, revision=2, **{**WHOLE, "deadline_hours": "48"}))
    assert Ask.objects.get().deadline_hours == 48
    with pytest.raises(RowConflict):
        remove_ask(actor=lead_of("XA"), at=NOW, ask=ask, revision=1)


def test_a_form_without_its_revision_writes_nothing() -> None:
    ask = asked(a_draft("XA"), deadline_hours=24)
    sent = typed(trust=the_trust().uuid, **WHOLE)
    del sent["revision"]

    answer = as_(lead_of("XA")).post(reverse("performance:edit-ask", args=[ask.uuid]), sent)

    assert answer.status_code == 409
    assert Ask.objects.get().channel == ""


def test_each_step_is_one_event_and_can_be_undone() -> None:
    lead, version = lead_of("XA"), a_draft("XA")
    events = AuditEvent.objects.filter(subject_kind="performance.ask").order_by("pk")
    ask = asked(version, deadline_hours=24, lines=["4"])
    edit_ask(actor=lead, at=NOW, ask=ask, revision=1, changes={"deadline_hours": 12, "lines": ["9"]})
    assert [event.action for event in events] == ["performance.add_ask", "performance.edit_ask"]

    undo(actor=lead, at=NOW, event=events[1])
    ask.refresh_from_db()
    assert (ask.deadline_hours, [line.line_id for line in ask.lines.all()]) == (24, ["4"])

    removal = remove_ask(actor=lead, at=NOW, ask=ask, revision=ask.revision)
    assert not Ask.objects.exists()
    undo(actor=lead, at=NOW, event=removal)
    assert Ask.objects.get().uuid == ask.uuid
    with pytest.raises(AskError, match="there again already"):
        undo(actor=lead, at=NOW, event=removal)
    assert [line.line_id for line in AskLine.objects.all()] == ["4"]


def test_an_undo_that_would_take_somebody_s_later_change_along_is_refused() -> None:
    lead, ask = lead_of("XA"), asked(a_draft("XA"), deadline_hours=24)
    edit_ask(actor=lead, at=NOW, ask=ask, revision=1, changes={"deadline_hours": 12})
    first = AuditEvent.objects.get(action="performance.edit_ask")
    edit_ask(actor=lead, at=NOW, ask=ask, revision=2, changes={"deadline_hours": 6})

    with pytest.raises(AskError, match="Changed again since: deadline_hours"):
        undo(actor=lead, at=NOW, event=first)


def test_a_removed_ask_is_put_back_from_the_page() -> None:
    version = a_draft("XA")
    ask, client = asked(version), as_(lead_of("XA"))
    client.post(reverse("performance:remove-ask", args=[ask.uuid]), {"revision": "1"})
    # The page looks a day back from the clock, and the step was taken by it.
    page = text_of(client.get(reverse("performance:version", args=[version.uuid])))
    assert "Taken back in the last day" in page

    event = AuditEvent.objects.get(action="performance.remove_ask")
    client.post(reverse("performance:undo", args=[event.uuid]))

    assert Ask.objects.get().uuid == ask.uuid


@pytest.mark.parametrize(
    "wrong",
    [
        {"deadline_hours": 9999},
        {"not_before_hours": 5, "deadline_hours": 2},
        {"days": 0},
        {"days": 128},
        {"is_only_way": True},
        {"process": ""},
        {"applies_to": "nobody"},
        {"starts_on": LAST, "ends_on": FIRST},
        {"reduction": 5},
        {"metric": "DRD"},
        {"beds": 4},
        {"bed_type": "step_down", "beds_from": FIRST, "beds_until": LAST},
        {"bed_type": "step_down", "beds": 0, "beds_from": FIRST, "beds_until": LAST},
        {"bed_type": "step_down", "beds": 4, "beds_from": LAST, "beds_until": FIRST},
        {"shared_whole_pence": 5},
    ],
)
def test_the_database_refuses_nonsense_and_the_action_says_it_in_a_sentence(wrong: dict[str, Any]) -> None:
    version = a_draft("XA")
    with pytest.raises(ValidationError) as told:
        asked(version, **wrong)
    assert all(len(sentence) > 15 for sentence in told.value.messages)

    ask = asked(version)
    with pytest.raises(IntegrityError), transaction.atomic():
        Ask.objects.filter(pk=ask.pk).update(**wrong)


def test_e_mail_addresses_do_not_enter_the_history() -> None:
    asked(a_draft("XA"), reason="Ask ann.other@trust.example first.")

    assert "@" not in str(AuditEvent.objects.get(action="performance.add_ask").after)
