"""Two bodies on one live copy: nothing is lost, and each sees who changed what."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection, connections

from commonpool.audit.models import AuditEvent
from commonpool.plans import actions, queries
from commonpool.plans.errors import PlanError
from commonpool.plans.models import SchemeLine
from commonpool.plans.views.words import history
from tests.plans_web.builders import (
    NOW,
    YEAR,
    a_draft,
    an_agreed_version,
    council_lead,
    national_reader,
    northmere,
    northmere_lead,
    the_council,
)

EDIT = {"actor": None, "at": NOW}


def a_shared_draft():
    return actions.share_draft(actor=council_lead(), at=NOW, version=a_draft())


def edit(line, changes, *, actor=None, revision=None, at=NOW):
    return actions.edit_scheme_line(
        actor=actor or council_lead(), at=at, line=line, revision=revision or line.revision, changes=changes
    )


@pytest.mark.requirement("S04")
@pytest.mark.django_db
def test_two_bodies_edit_different_schemes_and_each_sees_who_changed_what():
    draft = a_shared_draft()
    reablement, home_care = draft.scheme_lines.all()[:2]

    edit(reablement, {"comment": "Council’s words"}, actor=council_lead())
    edit(home_care, {"comment": "ICB’s words"}, actor=northmere_lead())

    changes = {
        line: queries.history_of_line(line, council_lead(), NOW.date()).first() for line in (reablement, home_care)
    }
    assert [(event.actor, event.after) for event in changes.values()] == [
        (council_lead(), {"comment": "Council’s words"}),
        (northmere_lead(), {"comment": "ICB’s words"}),
    ]


@pytest.mark.django_db
def test_the_history_of_a_line_tells_nothing_of_a_draft_that_another_body_keeps_to_itself():
    shown = an_agreed_version()
    draft = actions.copy_version(actor=northmere_lead(), at=NOW, base=shown, body=northmere())
    ours, line = draft.scheme_lines.first(), shown.scheme_lines.first()

    edit(ours, {"comment": "What we offer at most"}, actor=northmere_lead())

    seen = {who: queries.history_of_line(line, who, NOW.date()) for who in (council_lead(), national_reader())}
    assert [event for events in seen.values() for event in events if event.subject_uuid == ours.uuid] == []
    assert queries.history_of_line(line, northmere_lead(), NOW.date()).filter(subject_uuid=ours.uuid).exists()


@pytest.mark.requirement("S04")
@pytest.mark.django_db
def test_the_second_to_change_one_line_is_shown_what_stands_there_now():
    draft = a_shared_draft()
    line = draft.scheme_lines.first()
    edit(line, {"scheme_name": "First"}, actor=council_lead(), revision=1)

    with pytest.raises(actions.LineConflict) as conflict:
        edit(line, {"scheme_name": "Second"}, actor=northmere_lead(), revision=1)

    assert conflict.value.line.scheme_name == "First"
    assert conflict.value.line.changed_by == council_lead()
    assert SchemeLine.objects.get(pk=line.pk).scheme_name == "First"


@pytest.mark.requirement("S04")
@pytest.mark.django_db(transaction=True)
def test_many_at_once_lose_nothing():
    draft = a_shared_draft()
    lines = list(draft.scheme_lines.all()[:4])
    people, wrong = [council_lead(), northmere_lead()], []
    start = threading.Barrier(len(lines))

    def work(place: int) -> None:
        try:
            start.wait()
            for turn in range(3):
                line = SchemeLine.objects.select_related("version").get(pk=lines[place].pk)
                edit(line, {"comment": f"{place}-{turn}"}, actor=people[place % 2])
        except Exception as error:
            wrong.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=(place,)) for place in range(len(lines))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)

    assert wrong == []
    stored = list(SchemeLine.objects.filter(pk__in=[line.pk for line in lines]))
    assert [(line.comment, line.revision) for line in stored] == [(f"{place}-2", 4) for place in range(4)]
    assert AuditEvent.objects.filter(action="plans.edit_scheme_line").count() == 12


@pytest.mark.requirement("S04")
@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_on_one_line_one_wins_and_the_other_is_told():
    draft = a_shared_draft()
    line = draft.scheme_lines.first()
    outcomes, start = [], threading.Barrier(2)

    def work(person, words: str) -> None:
        try:
            mine = SchemeLine.objects.select_related("version").get(pk=line.pk)
            start.wait()
            edit(mine, {"comment": words}, actor=person, revision=1)
            outcomes.append(("written", words))
        except actions.LineConflict as conflict:
            outcomes.append(("told", conflict.line.comment))
        finally:
            connections.close_all()

    pairs = [(council_lead(), "Council"), (northmere_lead(), "ICB")]
    threads = [threading.Thread(target=work, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)

    written = dict(outcomes)["written"]
    assert sorted(outcomes) == [("told", written), ("written", written)]
    assert SchemeLine.objects.get(pk=line.pk).comment == written
    assert connection.in_atomic_block is False


@pytest.mark.django_db
def test_an_edit_changes_money_and_checks_the_plan_again():
    draft = a_shared_draft()
    line = draft.scheme_lines.first()
    before = draft.findings.filter(severity="error").count()

    edit(line, {f"pence:{YEAR}": 9_850_000_01})

    assert line.years.get(year=YEAR).pence == 9_850_000_01
    assert draft.findings.filter(severity="error").count() > before
    assert AuditEvent.objects.first().changes() == [(f"pence:{YEAR}", 9_850_000_00, 9_850_000_01)]


@pytest.mark.django_db
def test_an_address_typed_into_a_comment_does_not_enter_the_history():
    line = a_shared_draft().scheme_lines.first()

    edit(line, {"comment": "Ask jo@council.example first"})

    assert AuditEvent.objects.first().after == {"comment": "Ask [an e-mail address] first"}
    assert SchemeLine.objects.get(pk=line.pk).comment == "Ask jo@council.example first"


@pytest.mark.django_db
def test_an_edit_can_be_undone_for_a_day():
    line = a_shared_draft().scheme_lines.first()
    name = line.scheme_name
    edit(line, {"scheme_name": "Altered", f"pence:{YEAR}": 1, "loss_bearer": the_council()})
    event = AuditEvent.objects.filter(action="plans.edit_scheme_line").first()

    with pytest.raises(PlanError, match="more than a day old"):
        actions.undo_edit(actor=council_lead(), at=NOW + timedelta(hours=25), event=event)
    actions.undo_edit(actor=council_lead(), at=NOW + timedelta(hours=1), event=event)

    back = SchemeLine.objects.get(pk=line.pk)
    assert (back.scheme_name, back.years.get(year=YEAR).pence, back.loss_bearer) == (name, 9_850_000_00, None)


@pytest.mark.django_db
def test_undoing_is_offered_for_a_day_and_in_the_version_that_was_edited_only():
    draft = a_draft()
    line = draft.scheme_lines.get(line_id="1")
    actions.edit_scheme_line(
        actor=council_lead(), at=NOW, line=line, revision=line.revision, changes={"scheme_name": "New name"}
    )
    later = actions.copy_version(actor=council_lead(), at=NOW, base=draft, body=the_council())
    copied = later.scheme_lines.get(line_id="1")

    def offered(of, at):
        return [told.may_be_undone for told in history(of, council_lead(), at)]

    assert offered(line, NOW + timedelta(hours=24)) == [True]
    assert offered(line, NOW + timedelta(hours=25)) == [False]
    assert offered(copied, NOW) == [False]


@pytest.mark.django_db
def test_an_edit_that_somebody_built_on_is_not_undone_behind_their_back():
    line = a_shared_draft().scheme_lines.first()
    edit(line, {"scheme_name": "First"}, revision=1)
    event = AuditEvent.objects.filter(action="plans.edit_scheme_line").first()
    edit(line, {"scheme_name": "Second"}, actor=northmere_lead(), revision=2)

    with pytest.raises(PlanError, match="Changed again since: scheme_name"):
        actions.undo_edit(actor=council_lead(), at=NOW, event=event)


@pytest.mark.django_db
def test_a_removed_line_can_be_put_back_as_it_was():
    draft = a_shared_draft()
    line = draft.scheme_lines.select_related("version").first()
    pence = line.years.get(year=YEAR).pence
    event = actions.remove_scheme_line(actor=council_lead(), at=NOW, line=line, revision=line.revision)
    assert not draft.scheme_lines.filter(line_id=line.line_id).exists()

    actions.undo_edit(actor=council_lead(), at=NOW, event=event)

    back = draft.scheme_lines.get(line_id=line.line_id)
    assert (back.scheme_name, back.years.get(year=YEAR).pence, back.uuid) == (line.scheme_name, pence, line.uuid)


@pytest.mark.django_db
def test_a_new_line_gets_an_id_that_no_line_had_even_after_one_was_removed():
    draft = a_shared_draft()
    first = actions.add_scheme_line(actor=council_lead(), at=NOW, version=draft, changes={"scheme_name": "One"})
    actions.remove_scheme_line(actor=council_lead(), at=NOW, line=first, revision=1)

    second = actions.add_scheme_line(actor=council_lead(), at=NOW, version=draft, changes={"scheme_name": "Two"})

    assert second.line_id != first.line_id
