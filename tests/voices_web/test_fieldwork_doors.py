"""Who opens which page of fieldwork: the team reads, whoever codes keeps the sample, whoever leads the rest."""

from __future__ import annotations

from typing import Any

import pytest

from commonpool.site.access.studies import STUDIES
from commonpool.voices.models import (
    Approach,
    Approval,
    ApprovalNeed,
    Candidate,
    Criterion,
    Interview,
    Participant,
    Removal,
    Site,
    Study,
    TeamMember,
)
from tests.voices_web.builders import a_coder, a_study, an_evaluator, as_member, lead_of
from tests.voices_web.fieldwork import a_full_study, url

pytestmark = pytest.mark.django_db
READ = (
    *("sample", "team", "approvals", "sampling", "cells", "choose-sites", "candidates", "sites", "recruitment"),
    *("guide", "compare-guides", "participants", "interviews"),
)
LED: dict[str, type[Any]] = {
    **dict.fromkeys(("settings", "add-member", "need-approval", "record-approval"), Study),
    **dict.fromkeys(("edit-member", "end-member"), TeamMember),
    "drop-need": ApprovalNeed,
    "edit-approval": Approval,
    "remove-approval": Approval,
}
CODED: dict[str, type[Any]] = {
    **dict.fromkeys(("add-criterion", "set-cell", "import-candidates", "add-site", "log-approach"), Study),
    **dict.fromkeys(("edit-guide", "add-participant", "import-participants"), Study),
    **dict.fromkeys(("add-interview", "import-interviews"), Study),
    **dict.fromkeys(("edit-criterion", "remove-criterion"), Criterion),
    **dict.fromkeys(("edit-site", "remove-site"), Site),
    **dict.fromkeys(("edit-approach", "remove-approach"), Approach),
    **dict.fromkeys(("edit-participant", "remove-participant"), Participant),
    **dict.fromkeys(("edit-interview", "remove-interview"), Interview),
    "make-site": Candidate,
    "put-back-removed": Removal,
    "forget-removed": Removal,
}


def test_each_page_opens_for_whom_it_should_and_for_nobody_else() -> None:
    study = a_full_study()
    outsider = as_member(lead_of(a_study("Another", lead=an_evaluator("other@study.example"))))
    reader = as_member(a_coder(study, "RR", TeamMember.Part.READER))
    coder, lead = as_member(a_coder(study)), as_member(lead_of(study))
    found = {}
    for name, model in {**dict.fromkeys(READ, Study), **CODED, **LED}.items():
        row = study if model is Study else model.objects.filter(study=study).first()
        address = url(name, row)
        found[name] = [who.get(address).status_code for who in (outsider, reader, coder, lead)]

    opened = {200, 405}  # what only a button asks for is no page
    for name, (by_outsider, by_reader, by_coder, by_lead) in found.items():
        assert by_outsider == 403, name
        assert (by_reader in opened) == (name in READ), name
        assert (by_coder in opened) == (name not in LED), name
        assert by_lead in opened, name


def test_every_page_of_fieldwork_is_in_the_list_above() -> None:
    listed = {f"voices:{name}" for name in (*READ, *CODED, *LED)}

    assert listed <= set(STUDIES)


def test_the_wrong_person_s_button_changes_nothing() -> None:
    study = a_full_study()
    reader = as_member(a_coder(study, "RR", TeamMember.Part.READER))
    participant = Participant.objects.filter(study=study).order_by("pk").last()

    answer = reader.post(url("remove-participant", participant))

    assert answer.status_code == 403
    assert Participant.objects.filter(pk=participant.pk).exists() if participant else False
