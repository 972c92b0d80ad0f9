"""Nobody is interviewed before everybody has allowed it whose leave the study needs."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from commonpool.voices.actions import approvals as actions
from commonpool.voices.actions.studies import begin_study
from commonpool.voices.errors import StepError
from commonpool.voices.models import Approval, ApprovalNeed, Interview, Site, Study
from commonpool.voices.queries.approvals import not_covered, sites_lacking, study_lacks
from commonpool.voices.rules.approvals import Need
from tests.voices_web.builders import NOW, a_participant, a_site, a_study, an_interview, the_university

pytestmark = pytest.mark.django_db
GOVERNANCE = Need("Research governance", is_of_each_site=True, given_by="research office")
HELD_ON = date(2024, 9, 12)


def an_approval(study: Study, kind: str = "Research ethics", site: Site | None = None, **terms: object) -> Approval:
    need = ApprovalNeed.objects.get(study=study, kind=kind)
    given = {"body": "Wendle committee", "granted_on": date(2024, 1, 1), "site": site, **terms}
    return actions.record_approval(actor=None, at=NOW, need=need, terms=actions.Terms(**given))  # type: ignore[arg-type]


@pytest.mark.requirement("S132")
def test_a_new_study_needs_approval_of_its_ethics_unless_somebody_says_otherwise() -> None:
    study = begin_study(actor=None, at=NOW, title="New", body=the_university())

    with pytest.raises(StepError, match=r"‘Research ethics’ is not recorded\. Ask the research ethics committee"):
        an_interview(study, held_on=HELD_ON)

    assert not Interview.objects.exists()


@pytest.mark.requirement("S132")
def test_an_interview_waits_for_every_approval_of_its_own_site() -> None:
    study = a_study(needs=(actions.ETHICS, GOVERNANCE))
    north, south = a_site(study, "North"), a_site(study, "South")
    an_approval(study)
    an_approval(study, GOVERNANCE.kind, north, granted_on=date(2024, 5, 1))

    assert an_interview(study, site=north, held_on=HELD_ON).site == north
    with pytest.raises(StepError, match="‘Research governance’ of South is not recorded"):
        an_interview(study, site=south, held_on=HELD_ON)
    with pytest.raises(StepError, match="of North was given on 1 May 2024, after that day"):
        an_interview(study, site=north, held_on=date(2024, 4, 30))


def test_an_interview_of_an_unknown_day_needs_approvals_without_a_gap() -> None:
    study = a_study(needs=(actions.ETHICS,))
    first = an_approval(study, expires_on=date(2024, 3, 31))
    an_approval(study, granted_on=date(2024, 5, 1))

    with pytest.raises(StepError, match=r"Its day is not known.*gap after 31 March 2024"):
        an_interview(study)
    terms = actions.Terms("Wendle committee", date(2024, 1, 1), date(2024, 4, 30))
    actions.change_approval(actor=None, at=NOW, approval=first, terms=terms, revision=first.revision)

    assert an_interview(study).held_on is None


def test_an_interview_that_approvals_no_longer_cover_is_listed() -> None:
    study = a_study(needs=(actions.ETHICS,))
    approval = an_approval(study)
    held = an_interview(study, a_participant(study), held_on=HELD_ON)
    assert not_covered(study, NOW.date()) == []

    actions.remove_approval(actor=None, at=NOW, approval=approval)

    assert [interview for interview, _ in not_covered(study, NOW.date())] == [held]


def test_the_last_need_goes_only_with_a_reason_and_none_goes_that_was_met() -> None:
    study = a_study(needs=(actions.ETHICS,))
    need = ApprovalNeed.objects.get()
    approval = an_approval(study)

    with pytest.raises(StepError, match="Take those away first"):
        actions.no_longer_needed(actor=None, at=NOW, need=need, why="An evaluation of a service.")
    actions.remove_approval(actor=None, at=NOW, approval=approval)
    with pytest.raises(StepError, match="Say why nobody has to allow this study"):
        actions.no_longer_needed(actor=None, at=NOW, need=need)
    actions.no_longer_needed(actor=None, at=NOW, need=need, why="An evaluation of a service.")

    study.refresh_from_db()
    assert study.why_no_approval == "An evaluation of a service."
    assert an_interview(study).pk


def test_an_approval_of_each_site_names_one_and_one_of_the_study_names_none() -> None:
    study = a_study(needs=(actions.ETHICS, GOVERNANCE))
    north = a_site(study)

    with pytest.raises(StepError, match="Say which site"):
        an_approval(study, GOVERNANCE.kind)
    with pytest.raises(StepError, match="is of the whole study"):
        an_approval(study, site=north)
    with pytest.raises(StepError, match="another study"):
        an_approval(study, GOVERNANCE.kind, a_site(a_study()))


def test_somebody_else_s_change_of_an_approval_is_not_written_over() -> None:
    approval = an_approval(a_study(needs=(actions.ETHICS,)))
    terms = actions.Terms("Another", date(2024, 1, 1))
    actions.change_approval(actor=None, at=NOW, approval=approval, terms=terms, revision=1)

    with pytest.raises(StepError, match="Somebody has changed this approval"):
        actions.change_approval(actor=None, at=NOW, approval=approval, terms=terms, revision=1)


def test_an_approval_that_ends_before_it_begins_is_refused() -> None:
    study = a_study(needs=(actions.ETHICS,))

    with pytest.raises(ValidationError, match="cannot be before the first"):
        an_approval(study, expires_on=date(2023, 12, 31))
    kept = an_approval(study)
    with pytest.raises(IntegrityError, match="approval_ends_after_it_begins"), transaction.atomic():
        Approval.objects.filter(pk=kept.pk).update(expires_on=date(2023, 12, 31))


def test_what_the_whole_study_lacks_is_told_once_and_each_site_what_it_lacks_itself() -> None:
    study = a_study(needs=(actions.ETHICS, GOVERNANCE))
    north, south = a_site(study, "North"), a_site(study, "South")
    an_approval(study, GOVERNANCE.kind, north)

    assert [lack.need.kind for lack in study_lacks(study, HELD_ON)] == ["Research ethics"]
    assert [(site, [lack.site for lack in lacks]) for site, lacks in sites_lacking(study, (north, south), HELD_ON)] == [
        (south, ["South"])
    ]
