"""From a draft to an agreed plan."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction

from commonpool.audit.models import AuditEvent
from commonpool.funds.rules import FundError
from commonpool.plans import actions, queries
from commonpool.plans.errors import PlanError
from commonpool.plans.models import PlanVersion, SchemeLine, SchemeLineYear
from commonpool.plans.signals import version_agreed, version_superseded
from tests.plans_web.builders import (
    NOW,
    YEAR,
    a_draft,
    agree_for,
    an_agreed_version,
    an_offered_version,
    council_lead,
    national_reader,
    northmere,
    northmere_lead,
    south_wendle,
    stranger,
    the_council,
    wendleshire,
    wendleshire_content,
)

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


@pytest.mark.requirement("S02")
def test_a_plan_is_agreed_when_the_last_partner_agrees_to_the_exact_version():
    version = an_offered_version()
    told = []
    version_agreed.connect(lambda **news: told.append(news["version"].uuid), weak=False, dispatch_uid="test")

    agree_for(the_council(), version)
    agree_for(northmere(), version)
    before = PlanVersion.objects.get(pk=version.pk).state
    agree_for(south_wendle(), version)

    version.refresh_from_db()
    assert (before, version.state, told) == ("offered", "agreed", [version.uuid])
    version_agreed.disconnect(dispatch_uid="test")


@pytest.mark.requirement("S02")
def test_the_pool_opens_on_the_agreed_version_and_not_before():
    version = an_offered_version()
    fund = wendleshire().pooled_funds.get()

    with pytest.raises(PlanError, match="is not agreed by every partner"):
        actions.open_pool(actor=council_lead(), at=NOW, version=version, fund=fund, live_from=TODAY)

    for body in (the_council(), northmere(), south_wendle()):
        agree_for(body, version)
    version.refresh_from_db()
    live = actions.open_pool(actor=council_lead(), at=NOW, version=version, fund=fund, live_from=TODAY)
    assert (live.state, live.agreed_version, live.agreed_digest) == ("live", version.uuid, version.digest)


@pytest.mark.requirement("S02")
def test_a_partner_who_joined_after_the_agreement_must_agree_before_the_pool_opens():
    version = an_agreed_version()
    fund = wendleshire().pooled_funds.get()
    from tests.funds.builders import a_body, a_partner

    a_partner(fund, a_body("NHS Late ICB"))

    with pytest.raises(FundError, match="not agreed by NHS Late ICB"):
        actions.open_pool(actor=council_lead(), at=NOW, version=version, fund=fund, live_from=TODAY)


def test_the_standing_says_how_many_have_agreed():
    version = an_offered_version()
    agree_for(the_council(), version)

    standing = queries.standing_of(version, TODAY)

    assert standing.sentence == "Version 1, offered, agreed by 1 of 3"


def test_a_refusal_needs_a_reason_and_leaves_the_version_offered():
    version = an_offered_version()

    with pytest.raises(ValidationError, match="Say why this is not agreed"):
        agree_for(northmere(), version, "refused")
    agree_for(northmere(), version, "refused", "The discharge money is too low.")

    version.refresh_from_db()
    assert version.state == "offered"


def test_an_answer_can_be_taken_back_while_the_version_is_offered():
    version = an_offered_version()
    consent = agree_for(northmere(), version)

    actions.take_back_answer(
        actor=consent.person, at=NOW, version=version, consent=consent, reason="Signed the wrong version."
    )

    assert queries.standing_of(version, TODAY).agreed == 0


def test_a_plan_with_an_error_cannot_be_offered():
    content = wendleshire_content()
    draft = a_draft(replace(content, lines=(replace(content.lines[0], pence={YEAR: 1}), *content.lines[1:])))

    with pytest.raises(PlanError, match="Correct every error before you offer it"):
        actions.offer(actor=council_lead(), at=NOW, version=draft)


def test_only_a_warning_can_be_accepted_and_only_with_a_reason():
    content = wendleshire_content()
    draft = a_draft(replace(content, lines=(replace(content.lines[0], pence={YEAR: 1}), *content.lines[1:])))
    error = draft.findings.filter(severity="error").first()

    with pytest.raises(PlanError, match="only a warning can be accepted"):
        actions.accept_finding(actor=council_lead(), at=NOW, finding=error, reason="We like it.")
    with pytest.raises(DatabaseError), transaction.atomic():
        draft.findings.filter(pk=error.pk).update(accepted_by=council_lead(), accepted_at=NOW, reason="We like it.")


def test_an_accepted_warning_stays_accepted_when_the_plan_is_checked_again():
    content = wendleshire_content()
    moved = replace(content.lines[9], provider="NHS")
    draft = a_draft(replace(content, lines=(*content.lines[:9], moved, *content.lines[10:])))
    warning = draft.findings.filter(severity="warning").first()
    actions.accept_finding(actor=council_lead(), at=NOW, finding=warning, reason="Agreed by the board.")
    line = draft.scheme_lines.first()

    actions.edit_scheme_line(
        actor=council_lead(), at=NOW, line=line, revision=line.revision, changes={"description": "In other words."}
    )

    again = draft.findings.get(rule=warning.rule, problem=warning.problem)
    assert (again.reason, again.accepted_by) == ("Agreed by the board.", council_lead())


def test_a_version_cannot_be_offered_where_nobody_could_agree():
    draft = a_draft()
    wendleshire().pooled_funds.get().partners.all().delete()

    with pytest.raises(PlanError, match="Add the partners first"):
        actions.offer(actor=council_lead(), at=NOW, version=draft)


def test_a_newer_agreed_version_supersedes_the_one_before():
    first = an_agreed_version()
    told = []
    version_superseded.connect(lambda **news: told.append(news["by"].number), weak=False, dispatch_uid="test")

    second = an_agreed_version(base=first)

    first.refresh_from_db()
    assert (first.state, second.state, told) == ("superseded", "agreed", [2])
    version_superseded.disconnect(dispatch_uid="test")


@pytest.mark.parametrize(
    "change",
    [
        lambda version: SchemeLine.objects.filter(version=version).update(scheme_name="Altered"),
        lambda version: SchemeLineYear.objects.filter(line__version=version).update(pence=1),
        lambda version: version.income_lines.all().update(comment="Altered"),
        lambda version: version.ambitions.all().update(rationale="Altered"),
        lambda version: SchemeLine.objects.create(version=version, line_id="99", position=99),
        lambda version: SchemeLineYear.objects.filter(line__version=version).delete(),
        lambda version: PlanVersion.objects.filter(pk=version.pk).update(digest="0" * 64),
        lambda version: PlanVersion.objects.filter(pk=version.pk).update(state="draft"),
    ],
)
def test_the_database_keeps_an_offered_version_as_it_was(change):
    version = an_offered_version()

    with pytest.raises(DatabaseError), transaction.atomic():
        change(version)


def test_an_offered_version_cannot_be_edited_through_the_actions_either():
    version = an_offered_version()
    line = version.scheme_lines.first()

    with pytest.raises(PlanError, match="can no longer be changed"):
        actions.edit_scheme_line(actor=council_lead(), at=NOW, line=line, revision=1, changes={"scheme_name": "X"})


def test_an_offer_taken_back_goes_on_in_a_draft_that_says_the_same():
    version = an_offered_version()

    draft = actions.withdraw_offer(
        actor=council_lead(), at=NOW, version=version, reason="The board met early.", body=the_council()
    )

    version.refresh_from_db()
    assert (version.state, draft.state, draft.based_on, draft.number) == ("withdrawn", "draft", version, 2)
    assert draft.shared_at is not None
    assert not any(queries.standing_of(draft, TODAY).answers[0:0])


def test_two_versions_cannot_be_offered_at_once():
    an_offered_version()
    second = a_draft()

    with pytest.raises(PlanError, match="Another version of this plan is offered"):
        actions.offer(actor=council_lead(), at=NOW, version=second)


def test_a_draft_is_private_to_its_body_until_it_is_shared_or_offered():
    draft = a_draft()

    def readers():
        people = (council_lead(), northmere_lead(), national_reader(), stranger())
        return [queries.may_read_version(person, draft.uuid, TODAY) for person in people]

    private = readers()
    actions.share_draft(actor=council_lead(), at=NOW, version=draft)
    shared = readers()
    actions.offer(actor=council_lead(), at=NOW, version=draft)

    assert private == [True, False, False, False]
    assert shared == [True, True, False, False]
    assert readers() == [True, True, True, False]


def test_a_new_upload_can_be_undone_for_a_day_and_only_while_private():
    draft, later = a_draft(), a_draft()

    undone = actions.undo_version(actor=council_lead(), at=NOW + timedelta(hours=23), version=draft)
    with pytest.raises(PlanError, match="more than a day old"):
        actions.undo_version(actor=council_lead(), at=NOW + timedelta(hours=25), version=later)
    actions.share_draft(actor=council_lead(), at=NOW, version=later)
    with pytest.raises(PlanError, match="is shared with the partners"):
        actions.undo_version(actor=council_lead(), at=NOW, version=later)

    assert undone.state == "undone"


def test_every_step_is_one_event_of_history():
    version = an_agreed_version()

    steps = AuditEvent.objects.filter(subject_uuid=version.uuid).order_by("pk").values_list("action", flat=True)

    assert list(steps) == ["plans.upload", "plans.offer", *["people.consent"] * 3, "plans.agree"]


def test_an_agreed_plan_names_its_sources_once_without_their_amounts():
    from commonpool.funds.models import Source

    first = an_agreed_version()
    an_agreed_version(base=first)

    named = {(str(source.partner), source.category, source.origin_year) for source in Source.objects.all()}
    assert ("NHS Northmere ICB", "NHS_MIN", YEAR) in named
    assert len(named) == Source.objects.count() == 9
