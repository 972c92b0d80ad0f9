"""Reports of a study: filled from the data, the same bytes on repetition, and for the team alone."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from commonpool.voices.actions.releases import release_table
from commonpool.voices.models import Study, TableRelease, TeamMember
from commonpool.voices.queries.report_facts import facts_of
from commonpool.voices.queries.reports import all_reports, kinds, stamp_of
from commonpool.voices.rules.reports.checklists import COREQ, SRQR, State, coreq, srqr
from commonpool.voices.rules.reports.document import shown
from commonpool.voices.rules.reports.sentences import methods, sample
from commonpool.voices.writing.reports import KINDS, file_of
from tests.voices_web.builders import (
    NOW,
    a_code,
    a_coder,
    a_coding,
    a_participant,
    a_site,
    a_study,
    a_transcript,
    an_evaluator,
    an_interview,
    as_member,
    lead_of,
)
from tests.voices_web.test_history import a_blind_round

pytestmark = pytest.mark.django_db
ZERO = r"(?<![.\d])0(?![.\d])"


def a_small_study() -> Study:
    """Six people in one site: two single interviews, one of them by telephone, and a group of four."""
    study = a_study("What made pooling work")
    site = a_site(study, "Ashby")
    known = {"organisation_type": "Council", "role_group": "Manager", "site": site}
    people = [a_participant(study, f"P0{number}", **known) for number in range(5)] + [a_participant(study, "P06")]
    an_interview(study, people[0], name="I1", mode="telephone", held_on=date(2024, 3, 4), minutes=40)
    an_interview(study, people[1], name="I2", held_on=date(2024, 5, 6), minutes=55)
    an_interview(study, *people[2:], name="I3")
    return study


def text_of_report(member: TeamMember, key: str) -> str:
    [made] = [report for report in all_reports(member, NOW) if report.key == key]
    return "\n".join(" | ".join(map(shown, row)) for grid in made.grids for row in grid.rows)


@pytest.mark.requirement("S128")
def test_table_1_counts_everybody_and_its_published_version_nobody_apart() -> None:
    study = a_small_study()
    page = as_member(lead_of(study)).get(reverse("voices:report", args=[study.uuid, "table-1"]))

    assert page.context["blocks"][0]["grid"]["rows"][-1][-1] == ("6", True)
    assert [value for value, _ in page.context["next"]["rows"][1]] == ["not known", "0", "withheld", "withheld"]


def test_a_release_is_kept_as_it_was_shown_and_is_the_same_until_something_changes() -> None:
    study = a_small_study()
    client = as_member(lead_of(study))

    for _ in range(2):
        client.post(reverse("voices:release-table", args=[study.uuid]))

    [released] = TableRelease.objects.filter(study=study)
    assert released.total == 6
    assert ["Council", "Manager", None] in released.cells
    assert "Release 1" in client.get(reverse("voices:report", args=[study.uuid, "table-1-public"])).content.decode()


@pytest.mark.requirement("S124")
def test_what_nobody_recorded_is_printed_as_not_known_and_never_as_zero() -> None:
    study = a_small_study()

    told = text_of_report(lead_of(study), "methods")

    heard = "2 with one person and 1 group interview with 4 people."
    assert f"6 people took part in 1 site, in 3 interviews: {heard}" in told
    assert "Interviews were held by telephone (1); of 2 it is not known how." in told
    assert "They were held between 4 March 2024 and 6 May 2024; of 1 the day is not known." in told
    assert "They lasted from 40 to 55 minutes, median 47.5; of 1 the length is not known." in told
    assert "How many were invited, and how many declined, is not known: nobody has recorded it." in told


def test_the_methods_do_not_count_what_the_published_table_1_withholds() -> None:
    study = a_small_study()

    told = text_of_report(lead_of(study), "methods")

    assert facts_of(lead_of(study)).kind_or_role_not_known == 1
    assert "They came from 1 type of organisation and 1 group of roles (Table 1). Of some of them" in told


@pytest.mark.requirement("S124")
def test_a_study_of_which_nothing_is_recorded_has_no_zero_in_its_sentences() -> None:
    facts = facts_of(lead_of(a_study()))

    said = [sentence for _, sentence in methods(facts)]
    rows = [*coreq(facts).grids[0].rows, *srqr(facts).grids[0].rows]

    assert not [each for each in (*said, *(str(row[4]) for row in rows)) if re.search(ZERO, each)]
    assert "How many people took part is not known: nobody has recorded it." in said
    assert {row[1] for row in rows if row[3] in (str(State.FILLED), str(State.PARTLY))} == {
        *("Software", "Context", "Purpose or question", "Trustworthiness")
    }


def test_a_report_of_nothing_says_what_would_be_in_it_and_counts_nothing() -> None:
    lead = lead_of(a_study())

    told = {made.key: made.headline for made in all_reports(lead, NOW)}

    assert not [key for key, headline in told.items() if re.match("0 ", headline)]
    assert told["table-1"] == "Nobody is recorded yet. Table 1 counts participants once they are."
    assert (told["codebook"], told["themes"]) == ("The framework has no code yet.", "No theme is written yet.")


def test_people_without_a_site_and_interviews_without_people_are_told_as_far_as_they_are_known() -> None:
    study = a_study()
    an_interview(study, name="I1")
    assert _sample(study) == (
        "1 interview: 1 with one person. How many people took part is not known: nobody has recorded it. "
        "In how many sites is not known: nobody has recorded it."
    )

    an_interview(study, a_participant(study), name="I2")

    assert _sample(study) == (
        "1 person took part, in 2 interviews: 2 with one person. "
        "In how many sites is not known: nobody has recorded it."
    )


def _sample(study: Study) -> str | None:
    return sample(facts_of(lead_of(study)))


def test_checklists_have_every_item_and_leave_to_authors_what_only_they_know() -> None:
    facts = facts_of(lead_of(a_small_study()))

    rows = coreq(facts).grids[0].rows

    assert [item.number for item in COREQ] == list(range(1, 33))
    assert [item.number for item in SRQR] == list(range(1, 22))
    assert {row[3] for row in rows[:9]} == {str(State.AUTHORS)}
    assert rows[12][1:5] == ("Non-participation", "Design", str(State.NOT_KNOWN), "Not known.")
    assert rows[20][4] == "They lasted from 40 to 55 minutes, median 47.5; of 1 the length is not known."


def test_the_curve_of_new_codes_follows_the_order_of_coding() -> None:
    study = a_study()
    coder, risk, trust = a_coder(study), a_code(study, "risk"), a_code(study, "trust")
    first, second = a_transcript(study, name="T02"), a_transcript(study, name="T01")
    a_coding(coder, first, risk)
    a_coding(coder, second, risk)
    a_coding(coder, second, trust, words="trust")

    assert facts_of(lead_of(study)).coding.new_codes == (("T01", 2), ("T02", 0))


def test_no_report_tells_what_others_code_in_a_blind_round() -> None:
    study = a_study()
    text, risk = a_transcript(study), a_code(study, "risk")
    ann, ben = a_coder(study, "AN"), a_coder(study, "BE")
    blind = a_blind_round(text, ann, ben)
    before = [file_of(report, "csv", stamp_of(ben, NOW)) for report in all_reports(ben, NOW)]

    a_coding(ann, text, risk, coding_round=blind, memo="A memo of Ann’s")

    assert [file_of(report, "csv", stamp_of(ben, NOW)) for report in all_reports(ben, NOW)] == before
    assert [file_of(report, "csv", stamp_of(ann, NOW)) for report in all_reports(ann, NOW)] != before


@pytest.mark.parametrize("kind", KINDS)
def test_every_report_is_the_same_bytes_again(kind: str) -> None:
    member = lead_of(a_small_study())
    release_table(actor=None, at=NOW, study=member.study)

    def files() -> list[bytes]:
        return [file_of(report, kind, stamp_of(member, NOW)) for report in all_reports(member, NOW)]

    assert files() == files()
    assert len(files()) == len(kinds())


def test_a_report_downloads_as_each_kind_of_file() -> None:
    study = a_small_study()
    client = as_member(a_coder(study))

    for kind in KINDS:
        answer = client.get(reverse("voices:report", args=[study.uuid, "coreq"]), {"format": kind})
        assert answer["Content-Disposition"] == f'attachment; filename="what-made-pooling-work-coreq.{kind}"'


def test_a_history_that_was_kept_is_checked_and_an_altered_one_is_found() -> None:
    study = a_small_study()
    client = as_member(a_coder(study))
    kept = client.get(reverse("voices:report", args=[study.uuid, "history"]), {"format": "csv"}).content

    def found(content: bytes) -> Any:
        file = SimpleUploadedFile("history.csv", content)
        return client.post(reverse("voices:check-history", args=[study.uuid]), {"file": file}).context["found"]

    assert (found(kept).faults, found(kept).lines) == ((), 13)
    assert [fault.line for fault in found(kept.replace(b"telephone", b"face", 1)).faults] == [10, 10]
    assert "no history of a study" in str(found(b"a,b\n1,2\n").faults[0])


@pytest.mark.parametrize("name", ["reports", "report", "check-history", "release-table"])
def test_reports_are_for_the_team_and_only_a_lead_releases(name: str) -> None:
    study = a_study()
    address = reverse(f"voices:{name}", args=[study.uuid, *(["methods"] if name == "report" else [])])
    outsider = as_member(lead_of(a_study("Another", lead=an_evaluator("other@study.example"))))

    assert outsider.get(address).status_code == 403
    assert outsider.post(address).status_code == 403
    assert as_member(a_coder(study)).post(address).status_code == (403 if name == "release-table" else 200)


def test_a_report_that_is_not_there_is_not_found() -> None:
    study = a_study()

    assert as_member(lead_of(study)).get(reverse("voices:report", args=[study.uuid, "nonsense"])).status_code == 404
