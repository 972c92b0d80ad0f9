"""A study's first page: where the work stands, what waits for whoever looks, and nothing that a round hides."""

from __future__ import annotations

import re

import pytest

from commonpool.voices.models import Study, TeamMember
from tests.voices_web.builders import (
    a_code,
    a_coder,
    a_coding,
    a_participant,
    a_round,
    a_site,
    a_study,
    a_transcript,
    an_interview,
    as_member,
    finished,
    lead_of,
)

pytestmark = pytest.mark.django_db


def stages(member: TeamMember) -> dict[str, tuple[str, str]]:
    """{stage: how it stands and what there is to do} as the page says them."""
    page = as_member(member).get(f"/studies/{member.study.uuid}/").content.decode()
    rows = re.findall(r'summary-list__key"><a[^>]*>([^<]+)</a></dt><dd[^>]*>([^<]*)(?:<br><span[^>]*>([^<]*))?', page)
    return {name: (says, todo) for name, says, todo in rows}


def next_step(member: TeamMember) -> str:
    """What the page says comes next."""
    page = as_member(member).get(f"/studies/{member.study.uuid}/").content.decode()
    found = re.search(r"<strong>Next:</strong> <a[^>]*>([^<]*)</a>", page)
    return found[1] if found else ""


def a_study_without_approvals() -> Study:
    study = a_study()
    study.why_no_approval = "An exercise with invented people."
    study.save()
    return study


def test_what_waits_for_whoever_looks_comes_before_what_nobody_began() -> None:
    study = a_study_without_approvals()
    text, ann, ben = a_transcript(study), a_coder(study, "AB"), a_coder(study, "CD")
    assert next_step(ann) == "Say by what the sites should differ."

    a_round(study, (text, ann), (text, ben))

    assert next_step(ann) == "Code what waits for you: 1 text."


def test_once_somebody_was_heard_a_plan_never_written_holds_nothing_up() -> None:
    study = a_study_without_approvals()
    a_transcript(study, interview=an_interview(study, a_participant(study, "P01", site=a_site(study))))
    for initials in ("AB", "CD"):
        a_coder(study, initials)

    assert next_step(lead_of(study)).startswith("Begin with the framework that comes with this program")


def test_whoever_records_an_interview_with_nobody_listed_is_told_so() -> None:
    study = a_study()
    asked = f"/studies/{study.uuid}/interviews/add/"
    none_yet = as_member(lead_of(study)).get(asked).content.decode()
    a_participant(study, "P01")

    assert "Nobody is listed yet. Add participants first" in none_yet
    assert "Nobody is listed yet" not in as_member(lead_of(study)).get(asked).content.decode()


def test_an_empty_study_says_of_each_part_what_begins_it() -> None:
    found = stages(lead_of(a_study()))

    assert list(found) == [
        "Sample",
        "Texts",
        "Framework",
        "Coding rounds",
        "Passages",
        "Matrix",
        "Themes",
        "Quotations",
    ]
    assert found["Sample"] == ("Nobody was heard yet", "Say which approvals the study needs.")
    assert found["Coding rounds"][0] == found["Matrix"][0] == "None yet"
    assert all(todo for name, (_, todo) in found.items() if name != "Quotations")


def test_what_is_there_is_counted_and_interviews_without_a_text_are_named() -> None:
    study = a_study()
    anna = a_participant(study, "P01", site=a_site(study))
    text = a_transcript(study, interview=an_interview(study, anna))
    an_interview(study, anna)
    a_coding(a_coder(study), text, a_code(study, "risk"))

    found = stages(lead_of(study))

    assert found["Sample"][0] == "1 person in 2 interviews"
    assert found["Texts"] == (
        "1 text; 1 interview without one",
        "Send the transcripts of the interviews that have none.",
    )
    assert found["Framework"] == ("1 code; 0 versions kept", "")
    assert found["Passages"] == ("1 coding", "")


def test_a_round_says_what_waits_for_whoever_looks() -> None:
    study = a_study()
    text, ann, ben = a_transcript(study), a_coder(study, "AB"), a_coder(study, "CD")
    coding_round = a_round(study, (text, ann), (text, ben))

    assert stages(ann)["Coding rounds"] == ("1 open, 0 closed", "Code what waits for you: 1 text.")
    assert stages(lead_of(study))["Coding rounds"] == ("1 open, 0 closed", "")

    finished(coding_round)

    assert stages(lead_of(study))["Coding rounds"][0] == "0 open, 1 closed"


def test_what_another_codes_blind_is_in_no_count() -> None:
    study = a_study()
    text, ann, ben = a_transcript(study), a_coder(study, "AB"), a_coder(study, "CD")
    a_round(study, (text, ann), (text, ben))
    before = {each.pk: stages(each) for each in (ann, lead_of(study))}

    a_coding(ben, text, a_code(study, "risk"))

    for each in (ann, lead_of(study)):
        now = stages(each)
        assert {**now, "Framework": ""} == {**before[each.pk], "Framework": ""}, "but for the code that was made"
