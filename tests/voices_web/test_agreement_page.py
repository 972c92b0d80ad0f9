"""The agreement page: the figures of the rules, fed with what coders did in a closed round, and taken away as files."""

from __future__ import annotations

import csv
import json
import re
from datetime import timedelta
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook
from typer.testing import CliRunner

from commonpool.cli import app
from commonpool.voices.models import Assignment, Code, Coding, CodingRound, Study, TeamMember, Transcript
from commonpool.voices.queries.agreement import Question, answer, facts_of
from commonpool.voices.queries.compared import compared_of_round
from commonpool.voices.rules.agreement import Statistic, TextStatistic, ratings_of
from commonpool.voices.rules.agreement import agreement as figure
from commonpool.voices.rules.agreement.comparing import Asked
from commonpool.voices.rules.agreement.of_texts import text_agreement
from commonpool.voices.sealing import the_keys
from tests.voices_web.builders import (
    NOW,
    SAID,
    a_code,
    a_coder,
    a_coding,
    a_round,
    a_study,
    a_transcript,
    an_evaluator,
    as_member,
    finished,
    lead_of,
)

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("S130")]
TEXT = "\n".join(SAID) + "\n"
LATER = NOW + timedelta(hours=2)


@pytest.fixture
def study() -> Study:
    """Two coders, two codes, two transcripts of the same words, coded blind and closed."""
    made = a_study()
    risk, trust = a_code(made, "risk"), a_code(made, "trust")
    first, second = a_transcript(made, name="T01"), a_transcript(made, name="T02")
    ab, cd = a_coder(made, "AB"), a_coder(made, "CD")
    held = a_round(made, *((text, coder) for text in (first, second) for coder in (ab, cd)), name="Double")
    for text in (first, second):
        a_coding(ab, text, risk, "We shared the risk")
        a_coding(ab, text, trust, "It took trust")
    a_coding(cd, first, risk, "shared the risk from")
    a_coding(cd, first, trust, "It took trust")
    a_coding(cd, second, risk, "We shared the risk")
    finished(held, at=LATER)
    return made


def the_round(study: Study) -> CodingRound:
    return CodingRound.objects.get(study=study, name="Double")


def page(study: Study, member: TeamMember | None = None, **asked: Any) -> Any:
    url = reverse("voices:agreement", args=[the_round(study).uuid])
    return as_member(member or lead_of(study)).get(url, asked)


def marks(words: str) -> list[float]:
    """1 for each character of the text that stands in these words, otherwise 0."""
    start = TEXT.index(words)
    return [float(start <= at < start + len(words)) for at in range(len(TEXT))]


def test_the_headline_says_statistic_interval_unit_and_that_it_is_indicative(study: Study) -> None:
    said = page(study).content.decode()

    assert "AB and CD agree with Krippendorff&#x27;s alpha of" in said
    assert "by character, 2 codes pooled, in 2 transcripts: indicative." in said
    assert "With one transcript left out at a time" in said and "to be below 0.667" in said
    assert "2,000 draws of 2 transcripts, seed 1" in said


def test_each_code_is_compared_position_by_position_as_marked_or_not(study: Study) -> None:
    answered = page(study, statistic="cohen_kappa").context["shown"]

    [risk] = [each for each in answered.codes if each.code == "risk"]
    ab = marks("We shared the risk") * 2
    cd = marks("shared the risk from") + marks("We shared the risk")
    assert risk.found.value == pytest.approx(figure(ratings_of([ab, cd]), Statistic.COHEN_KAPPA, draws=0).value)
    assert risk.sections == {"AB": 2, "CD": 2}


def test_codes_stand_worst_first_with_both_coders_counts(study: Study) -> None:
    shown = page(study)

    rows = [(each.code, counts) for each, counts in shown.context["rows"]]
    assert rows == [("trust", [2, 1]), ("risk", [2, 2])]


def test_by_sentence_a_code_counts_where_a_sentence_is_touched(study: Study) -> None:
    shown = page(study, statistic="percent_agreement", unit="sentence").context["shown"]

    # Five sentences in each text: AB's and CD's differ in one of T02, on trust.
    values = {each.code: each.found.value for each in shown.codes}
    assert values["risk"] == 1.0
    assert values["trust"] == pytest.approx(1 - 1 / shown.codes[0].found.units)


@pytest.mark.parametrize("unit", ["turn", "character", "sentence"])
def test_the_unit_is_stated(study: Study, unit: str) -> None:
    assert f"by {unit}" in page(study, unit=unit).content.decode()


@pytest.mark.parametrize(
    "statistic", ["percent_agreement", "presence_agreement", "fleiss_kappa", "scott_pi", "gwet_ac1", "brennan_prediger"]
)
def test_every_statistic_can_be_asked_for(study: Study, statistic: str) -> None:
    assert page(study, statistic=statistic).context["shown"].whole.value is not None


@pytest.mark.parametrize("statistic", ["unitizing_alpha", "u_alpha", "u_alpha_binary", "cu_alpha"])
def test_sections_have_statistics_of_their_own(study: Study, statistic: str) -> None:
    said = page(study, statistic=statistic, unit="turn").content.decode()

    assert "by the sections that coders cut" in said or "undefined" in said


def test_gamma_can_take_too_long_for_a_page_and_is_not_asked_for_here(study: Study) -> None:
    asked = page(study, statistic="gamma")

    assert 'value="gamma"' not in asked.content.decode()
    assert asked.context["shown"] == page(study).context["shown"]


def test_nonsense_in_the_address_gives_the_usual_figure(study: Study) -> None:
    assert page(study, statistic="luck", unit="page", coders="nobody").context["shown"] == page(study).context["shown"]


def test_what_is_undefined_says_why(study: Study) -> None:
    ef = a_coder(study, "EF")
    text = a_transcript(study, name="T03")
    held = a_round(study, (text, ef), (text, lead_of(study)), name="Nothing marked")
    finished(held, at=LATER)

    url = reverse("voices:agreement", args=[held.uuid])
    said = as_member(lead_of(study)).get(url).content.decode()

    assert "is undefined here" in said and "There is no code to compare" in said


def test_three_coders_are_compared_and_two_of_them_chosen(study: Study) -> None:
    ef = a_coder(study, "EF")
    text = Transcript.objects.get(study=study, name="T01")
    held = a_round(study, *((text, each) for each in (a_coder(study, "AB"), a_coder(study, "CD"), ef)), name="Three")
    a_coding(ef, text, Code.objects.get(study=study, name="risk"))
    finished(held, at=LATER)
    url = reverse("voices:agreement", args=[held.uuid])

    said = as_member(ef).get(url, {"statistic": "cohen_kappa"}).content.decode()
    chosen = as_member(ef).get(
        url, {"statistic": "cohen_kappa", "coders": [str(ef.uuid), str(a_coder(study, "AB").uuid)]}
    )

    assert "compares two coders and 3 are here" in said
    assert [each.initials for each in chosen.context["found"].coders] == ["AB", "EF"]


def test_parents_count_their_children_where_that_is_asked_and_the_page_says_so(study: Study) -> None:
    risk = Code.objects.get(study=study, name="risk")
    child = a_code(study, "sharing", parent=risk)
    text = a_transcript(study, name="T03")
    held = a_round(study, (text, a_coder(study, "AB")), (text, a_coder(study, "CD")), name="Children")
    a_coding(a_coder(study, "AB"), text, child)
    a_coding(a_coder(study, "CD"), text, risk)
    finished(held, at=LATER)
    url = reverse("voices:agreement", args=[held.uuid])

    apart = as_member(lead_of(study)).get(url).context["shown"]
    together = as_member(lead_of(study)).get(url, {"beneath": "on"})

    assert {each.code: each.presence.value for each in apart.codes} == {"risk": 0.0, "risk › sharing": 0.0}
    values = {each.code: each.presence.value for each in together.context["shown"].codes}
    assert values == {"risk": 1.0, "risk › sharing": 0.0}
    assert "counts what is coded with those beneath it" in together.content.decode()


# --- what is compared ---


def test_agreement_is_that_of_the_codings_as_they_stood_when_the_round_closed(study: Study) -> None:
    held = the_round(study)
    before = answer(Question(compared_of_round(held), Asked())).whole
    ab = a_coder(study, "AB")

    a_coding(
        ab, Transcript.objects.get(study=study, name="T02"), Code.objects.get(study=study, name="risk"), "one place"
    )
    Coding.objects.filter(coder=ab, round=held).update(removed_at=LATER + timedelta(days=1))

    assert answer(Question(compared_of_round(held), Asked())).whole == before


def test_what_was_taken_away_before_the_round_closed_is_not_compared(study: Study) -> None:
    held = the_round(study)
    Coding.objects.filter(coder__initials="CD", round=held).update(removed_at=LATER - timedelta(minutes=1))

    counts = answer(Question(compared_of_round(held), Asked(draws=0))).codes[0].sections

    assert counts == {"AB": 2, "CD": 0}


def test_a_transcript_that_one_coder_has_not_finished_is_left_out(study: Study) -> None:
    held = the_round(study)
    Assignment.objects.filter(round=held, transcript__name="T02", coder__initials="CD").update(done_at=None)

    said = page(study).content.decode()

    assert "1 transcript left out" in said and "T02: one coder only has finished it" in said


def test_a_transcript_under_another_blind_round_is_left_out(study: Study) -> None:
    a_round(study, (Transcript.objects.get(study=study, name="T02"), a_coder(study, "EF")))

    said = page(study).content.decode()

    assert "T02: a blind round is still open on it" in said


def test_nobody_sees_a_figure_of_a_blind_round_that_is_open(study: Study) -> None:
    text = a_transcript(study, name="T03")
    held = a_round(study, (text, a_coder(study, "AB")), (text, a_coder(study, "CD")))
    url = reverse("voices:agreement", args=[held.uuid])

    said = as_member(lead_of(study)).get(url).content.decode()

    assert "This round is blind and open" in said and "Krippendorff" not in said


def test_any_transcripts_and_coders_of_a_study_can_be_chosen(study: Study) -> None:
    url = reverse("voices:study-agreement", args=[study.uuid])
    first = Transcript.objects.get(study=study, name="T01")

    every = as_member(lead_of(study)).get(url)
    one = as_member(lead_of(study)).get(url, {"transcripts": str(first.uuid)})

    assert "in 2 transcripts" in every.content.decode()
    assert list(one.context["shown"].transcripts) == ["T01"]


def test_words_under_a_destroyed_key_change_no_figure_by_character(study: Study) -> None:
    before = page(study).context["shown"].whole
    for text in Transcript.objects.filter(study=study):
        the_keys().destroy(text.uuid)

    assert page(study).context["shown"].whole == before
    assert page(study, unit="sentence").status_code == 200


def test_the_same_question_is_worked_out_once(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    first = page(study).context["shown"]
    monkeypatch.setattr("commonpool.voices.queries.agreement.compare", lambda *args: pytest.fail("worked out again"))

    assert page(study).context["shown"] == first


# --- files ---


@pytest.mark.parametrize(
    ("statistic", "unit"),
    [
        ("krippendorff_alpha", "character"),
        ("cohen_kappa", "sentence"),
        ("gwet_ac1", "turn"),
        ("unitizing_alpha", ""),
    ],
)
def test_the_command_on_the_download_gives_the_pages_figure(
    study: Study, tmp_path: Path, statistic: str, unit: str
) -> None:
    whole = page(study, statistic=statistic, unit=unit).context["shown"].whole
    file = tmp_path / "ratings.csv"
    file.write_bytes(page(study, statistic=statistic, unit=unit, download="for-command").content)

    given = ["--units", str(file)] if statistic == "unitizing_alpha" else [str(file)]
    told = CliRunner().invoke(app, ["voices", "agreement", *given, "--statistic", statistic, "--json"])

    found = json.loads(told.stdout)
    interval = list(whole.interval) if whole.interval else None
    assert (found["value"], found["interval"], found["units"]) == (whole.value, interval, whole.units)


def test_gamma_is_given_by_the_command_that_the_page_names_on_the_file_beside_it(study: Study, tmp_path: Path) -> None:
    shown = page(study, statistic="krippendorff_alpha", unit="sentence")
    texts = Question(compared_of_round(the_round(study)), Asked()).texts()
    file = tmp_path / "sections.csv"
    file.write_bytes(page(study, statistic="krippendorff_alpha", unit="sentence", download="sections").content)
    [command] = re.findall(r"<code>commonpool (voices agreement --units [^<]+)</code>", shown.content.decode())

    told = CliRunner().invoke(app, [*command.replace("sections.csv", str(file)).split(), "--json", "--draws", "0"])

    assert command == "voices agreement --units sections.csv --statistic gamma"
    assert (told.exit_code, json.loads(told.stdout)["value"]) == (0, text_agreement(texts, TextStatistic.GAMMA).value)


def test_the_table_comes_as_csv_and_as_a_workbook(study: Study) -> None:
    rows = list(csv.reader(StringIO(page(study, download="csv").content.decode("utf-8-sig"))))
    book = load_workbook(BytesIO(page(study, download="xlsx").content))

    assert rows[0][:4] == ["Code", "Coded by AB", "Coded by CD", "Agreement"]
    assert [row[0] for row in rows[1:]] == ["All codes pooled", "trust", "risk"]
    assert book.sheetnames == ["Codes", "Transcripts", "About"]


# --- for reports ---


def test_a_report_is_told_what_a_closed_round_came_to(study: Study) -> None:
    a_round(study, (a_transcript(study), a_coder(study, "AB")), name="Open")

    [facts] = facts_of(study)

    assert (facts.round.name, facts.coders, facts.transcripts, facts.coded_twice) == ("Double", 2, 2, 2)
    assert facts.before == answer(Question(compared_of_round(facts.round), Asked())).whole
    assert (facts.differing, facts.settled) == (2, 0)


@pytest.mark.parametrize("name", ["agreement", "study-agreement"])
def test_nobody_outside_the_team_sees_how_far_coders_agree(study: Study, name: str) -> None:
    outsider = lead_of(a_study(lead=an_evaluator("other@study.example")))
    row = study if name == "study-agreement" else the_round(study)

    assert as_member(outsider).get(reverse(f"voices:{name}", args=[row.uuid])).status_code == 403


def test_more_transcripts_take_no_more_queries(study: Study) -> None:
    held = the_round(study)
    with CaptureQueriesContext(
        connection,
    ) as few:
        page(study, unit="sentence")
    for at in range(4):
        text = a_transcript(study, name=f"X{at}")
        for coder in (a_coder(study, "AB"), a_coder(study, "CD")):
            Assignment.objects.create(round=held, transcript=text, coder=coder, done_at=NOW)
    with CaptureQueriesContext(connection) as many:
        page(study, unit="sentence")

    assert len(many) <= len(few) + 1
