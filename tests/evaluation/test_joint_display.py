"""The joint display: themes, metrics and money of the same sites, for the study's team alone."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings

from commonpool.demo.activity import fill_activity
from commonpool.evaluation.rules import Band
from commonpool.people.rules import Role
from commonpool.places.models import Organisation
from commonpool.voices.actions.matrices import Written, make_matrix, write_cell
from commonpool.voices.actions.themes import Wording, mark_evidence, write_theme
from commonpool.voices.actions.transcripts import Who
from commonpool.voices.models import Assignment, CodingRound, Matrix, Study, TeamMember, Theme
from commonpool.voices.queries.cases import cases_of
from commonpool.voices.queries.matrices import columns_of
from tests.demo.filled import the_filled_region_with_books
from tests.shared_rows import rows_for_a_module
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

pytestmark = pytest.mark.django_db
SITES = ("XW01", "XW03", "XW05")


@pytest.fixture(scope="module")
def region(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The demonstration's region with its plans, books and figures."""
    with rows_for_a_module(django_db_blocker):
        home = tmp_path_factory.mktemp("home")
        the_filled_region_with_books(home)
        fill_activity(home)
        yield home


@pytest.fixture
def home(region: Path, db: None) -> Iterator[Path]:
    with override_settings(COMMONPOOL_HOME=region):
        yield region


def area(code: str) -> Organisation:
    return Organisation.objects.get(kind="hwb_area", gss_code=code)


def a_study_of_places() -> tuple[Study, Theme, Matrix]:
    """A study of three sites, of which one supports its theme and is summed up in the matrix."""
    study = a_study("Pooling", is_invented=True)
    risk, coder = a_code(study, "risk"), a_coder(study)
    theme = write_theme(actor=None, at=NOW, member=coder, wording=Wording("Trust follows money", codes=[risk]))
    for code in SITES:
        site = a_site(study, area(code).name, area=area(code))
        person = a_participant(study, site=site)
        who = Who({"Anna": person}, frozenset({"Interviewer"}))
        a_transcript(study, who=who, interview=an_interview(study, person, site=site))
    first = study.transcripts.order_by("interview__site__area__gss_code")[0]
    coding = a_coding(coder, first, risk)
    mark_evidence(actor=None, at=NOW, member=coder, theme=theme, coding=coding.pk, side="for")
    matrix = make_matrix(actor=None, at=NOW, member=coder, name="All", case_kind="site", codes=[risk])
    case = next(each for each in cases_of(study, "site") if each.name == area("XW01").name)
    write_cell(
        actor=None,
        at=NOW,
        member=coder,
        matrix=matrix,
        column=columns_of(matrix)[0],
        case=case,
        written=Written("They share every loss."),
        revision=0,
    )
    return study, theme, matrix


def shown(member: TeamMember, **asked: Any) -> Any:
    return as_member(member).get(f"/studies/{member.study.uuid}/joint-display/", asked)


def row_of(answer: Any, code: str) -> Any:
    return next(row for row in answer.context["display"].rows if row.area == area(code))


@pytest.mark.requirement("S121")
def test_what_a_site_says_stands_beside_its_metric_and_its_money_in_bands(home: Path) -> None:
    study, theme, _ = a_study_of_places()

    answer = shown(lead_of(study), theme=theme.uuid, metric="EA65", money=["planned", "spent"], bands="2")

    row = row_of(answer, "XW01")
    assert (row.said[0].words, row.said[0].summary) == ("supports it", "They share every loss.")
    metric, planned, spent = row.figures
    assert {metric.band, planned.band, spent.band} <= {Band(1, 2), Band(2, 2)}
    assert metric.url == f"/areas/{area('XW01').uuid}/performance/EA65/"
    page = answer.content.decode()
    assert "per 100,000" in page
    assert "does not show how common anything is" in page


def test_bands_are_those_of_all_areas_and_what_is_not_known_is_said(home: Path) -> None:
    study, _, _ = a_study_of_places()

    answer = shown(lead_of(study), money=["planned", "spent"])

    planned, spent = answer.context["display"].columns
    assert (len(planned.values), len(spent.values)) == (9, 2)
    assert "2024-25, agreed plans" in planned.about
    assert row_of(answer, "XW01").figures[1].why == "too few areas have a figure"
    assert row_of(answer, "XW05").figures[1].why == "not known"


def test_a_table_with_a_row_that_few_areas_could_be_does_not_leave_and_says_what_would_help(home: Path) -> None:
    study, _, _ = a_study_of_places()
    asked = {"metric": "EA65", "money": "planned"}

    page = shown(lead_of(study), **asked)
    refused = shown(lead_of(study), **asked, download="csv")

    assert refused.status_code == 403
    assert refused["Content-Type"].startswith("text/html")
    said = refused.content.decode()
    assert "This table may not leave the team" in said
    assert area("XW01").name in said
    assert "Choose halves instead of thirds" in said
    assert "Download CSV" not in page.content.decode()


def test_a_table_without_figures_leaves_with_numbers_for_names(home: Path) -> None:
    study, theme, _ = a_study_of_places()

    answer = shown(lead_of(study), theme=theme.uuid, download="csv")

    table = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row["Site"] for row in table] == ["Site 1", "Site 2", "Site 3"]
    assert {row["Trust follows money: which way"] for row in table} == {"supports it", "no passage"}
    assert all(row["Data"] == "invented" for row in table)
    assert not any(area(code).name in str(table) for code in SITES)


def test_halves_leave_where_five_areas_share_each_row(home: Path) -> None:
    study = a_study(is_invented=True)
    probe = shown(lead_of(study), money="planned", bands="2")
    assert probe.context["display"].rows == ()
    column = next(iter(probe.context["display"].columns))
    lowest = min(column.values, key=lambda pk: column.values[pk])
    a_site(study, "Lowest", area=Organisation.objects.get(pk=lowest))

    page = shown(lead_of(study), money="planned", bands="2")
    file = shown(lead_of(study), money="planned", bands="2", download="csv")

    # The lower half of nine areas has five.
    assert page.context["display"].rare == {}
    assert "lower half" in file.content.decode()


def test_a_coder_without_a_right_to_read_an_area_sees_no_figure_of_it(home: Path) -> None:
    study, _, _ = a_study_of_places()
    coder = a_coder(study, "CO")
    assert not coder.person.memberships.filter(role=Role.EVALUATOR).exists()  # type: ignore[union-attr]

    answer = shown(coder, metric="EA65", money="planned")

    assert {figure.why for row in answer.context["display"].rows for figure in row.figures} == {"not yours to see"}
    assert not any(figure.url or figure.band for row in answer.context["display"].rows for figure in row.figures)


def test_a_site_that_is_no_area_has_no_figures_and_is_named(home: Path) -> None:
    study = a_study(is_invented=True)
    a_site(study, "Somewhere")

    answer = shown(lead_of(study), metric="EA65")

    assert "Nobody has said which area these are: Somewhere" in answer.content.decode()
    assert answer.context["display"].rows[0].figures[0].why == "no area"


def test_a_site_whose_text_is_coded_blind_shows_nothing_of_what_was_found(home: Path) -> None:
    study, theme, _ = a_study_of_places()
    text = study.transcripts.order_by("interview__site__area__gss_code")[0]
    blind = CodingRound.objects.create(study=study, name="Double", kind="double", is_blind=True, opened_at=NOW)
    Assignment.objects.create(round=blind, transcript=text, coder=a_coder(study))

    answer = shown(lead_of(study), theme=theme.uuid)

    assert row_of(answer, "XW01").said[0].words == "in an open blind round"
    assert "They share every loss" not in answer.content.decode()


def test_only_the_team_opens_it_and_it_stands_among_the_study_s_tabs(db: None) -> None:
    study = a_study()
    outsider = lead_of(a_study("Another", lead=an_evaluator("other@study.example")))
    url = f"/studies/{study.uuid}/joint-display/"

    assert as_member(outsider).get(url).status_code == 403
    assert as_member(outsider).get(f"{url}?download=csv").status_code == 403
    reader = as_member(a_coder(study, "RE", part=TeamMember.Part.READER))
    assert "The study has no site yet" in reader.get(url).content.decode()
    assert url in reader.get(f"/studies/{study.uuid}/").content.decode()
