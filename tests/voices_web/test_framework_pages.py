"""The framework's pages: reading it, changing it, its history and versions, and who may do which."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from typer.testing import CliRunner

from commonpool.cli import app
from commonpool.voices.actions.codebooks import agree_version, change_codebook
from commonpool.voices.models import Code, CodebookChange, CodebookVersion, Recoding, Study, TeamMember
from commonpool.voices.queries.codebooks import book_of, last_change
from commonpool.voices.reading.codebooks import read_codebook
from commonpool.voices.rules import codebook as rules
from tests.voices_web.builders import (
    NOW,
    a_code,
    a_coder,
    a_coding,
    a_round,
    a_study,
    a_transcript,
    an_evaluator,
    as_member,
    lead_of,
)
from tests.voices_web.test_changing_the_framework import a_blind_round

pytestmark = pytest.mark.django_db
WHY = "After double coding of T03"


def guid(code: Code) -> str:
    return str(code.uuid).upper()


def address(name: str, row: Any) -> str:
    return reverse(f"voices:{name}", args=[row.uuid])


def said(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def names(study: Study) -> list[str]:
    book = book_of(study)
    return [" > ".join(book.path(code.guid)) for code in book.in_use()]


def lead(study: Study) -> Client:
    return as_member(lead_of(study))


def sent(study: Study, page: str, row: Any, /, **given: Any) -> Any:
    """A form sent by the lead, who has seen all that there is."""
    seen = {"seen": last_change(study)}
    return lead(study).post(address(page, row), {"reason": WHY, **seen, **given}, follow=True)


# -- beginning


def test_an_empty_framework_says_how_to_begin() -> None:
    study = a_study()

    page = said(lead(study).get(address("framework", study)))

    assert "Begin with the starter codebook" in page
    assert "Add a code" in page
    assert "Take its codes in" in page


def test_a_study_begins_with_the_starter_codebook_and_takes_that_back_as_a_whole() -> None:
    study = a_study()

    page = sent(study, "take-codes", study, starter="1")

    assert "52 codes are taken in." in said(page)
    assert {code.origin for code in Code.objects.all()} == {"advance"}
    sent(study, "undo-framework", study, step="1")
    assert Code.objects.count() == 0


YAML = b"""codes:
- name: money
  codable: no
  codes:
  - name: risk
    colour: '#1D70B8'
    definition: Who bears a loss
"""


def test_the_codes_of_a_file_come_in_once() -> None:
    study = a_study()

    for _ in range(2):
        sent(study, "take-codes", study, file=SimpleUploadedFile("own.yaml", YAML))

    assert names(study) == ["money", "money > risk"]
    risk = Code.objects.get(name="risk")
    assert (risk.colour, risk.origin, risk.parent.is_codable) == ("#1D70B8", "file", False)


def test_a_codebook_of_another_program_comes_in_and_goes_out_alike() -> None:
    one, other = a_study(), a_study()
    sent(one, "take-codes", one, file=SimpleUploadedFile("own.yaml", YAML))
    refi = lead(one).get(address("framework", one) + "?format=qdc").content

    sent(other, "take-codes", other, file=SimpleUploadedFile("own.qdc", refi))

    assert names(other) == names(one)
    assert Code.objects.get(study=other, name="risk").definition == "Who bears a loss"


def test_a_file_with_faults_is_refused_with_each_and_nothing_comes_in() -> None:
    study = a_study()

    page = sent(
        study, "take-codes", study, file=SimpleUploadedFile("own.yaml", b"codes:\n- nam: x\n- name: y\n  colour: red\n")
    )

    assert "‘nam’ is not known here" in said(page)
    assert "‘red’ is no colour" in said(page)
    assert Code.objects.count() == 0


# -- the tree


def test_the_tree_shows_what_each_code_means_and_how_often_this_member_sees_it() -> None:
    study = a_study()
    money = a_code(study, "money", is_codable=False)
    risk = a_code(study, "risk", money, definition="Who bears a loss", colour="#1D70B8")
    coder, text = a_coder(study), a_transcript(study)
    a_coding(coder, text, risk)
    a_coding(coder, text, risk, "It took trust")

    page = said(as_member(coder).get(address("framework", study)))

    assert "Folder" in page
    assert "2 passages in 1 text" in page
    assert "Who bears a loss" in page
    assert 'aria-label="Blue square"' in page
    assert f"?of={risk.uuid}" in page


def test_finding_a_code_works_without_javascript() -> None:
    study = a_study()
    money = a_code(study, "money")
    a_code(study, "risk", money, definition="Who bears a loss")
    a_code(study, "trust")

    nodes = lead(study).get(address("framework", study) + "?q=BEARS").context["nodes"]

    assert [(node.code.name, [each.code.name for each in node.nodes]) for node in nodes] == [("money", ["risk"])]


@pytest.mark.requirement("S130")
def test_in_a_blind_round_the_tree_counts_ones_own_passages_alone() -> None:
    study = a_study()
    text, risk = a_transcript(study), a_code(study, "risk")
    one, other = a_coder(study, "AB"), a_coder(study, "CD")
    a_round(study, (text, one), (text, other))
    a_coding(one, text, risk)
    a_coding(one, text, risk, "It took trust")
    a_coding(other, text, risk)

    pages = [said(as_member(each).get(address("framework", study))) for each in (one, other, lead_of(study))]

    assert ["2 passages in" in pages[0], "1 passage in" in pages[1], "passages in" in pages[2]] == [True, True, False]


def test_a_coder_in_a_blind_round_is_offered_no_change() -> None:
    study = a_study()
    risk = a_code(study, "risk")
    coder = a_coder(study)
    a_blind_round(study)

    page = said(as_member(coder).get(address("framework", study)))
    refused = as_member(coder).post(address("redefine-code", risk), {"name": "danger", "reason": WHY}, follow=True)

    assert "To propose a code, write a memo" in page
    assert "Add a code" not in page
    assert "Propose it in a memo" in said(refused)
    assert names(study) == ["risk"]


# -- changing


def test_a_new_code_stands_where_it_was_put() -> None:
    study = a_study()
    money = a_code(study, "money")

    sent(study, "add-code", study, name="risk", parent=guid(money), origin="data", colour="#00703C", reason="")

    risk = Code.objects.get(name="risk")
    assert (names(study), risk.origin, risk.colour) == (["money", "money > risk"], "data", "#00703C")


def test_other_words_and_another_name_are_one_step() -> None:
    study = a_study()
    risk = a_code(study, "risk")

    sent(study, "redefine-code", risk, name="danger", definition="Loss", is_folder="on")

    row = Code.objects.get(pk=risk.pk)
    assert (row.name, row.definition, row.is_codable) == ("danger", "Loss", False)
    steps = CodebookChange.objects.filter(step=2)
    assert list(steps.values_list("kind", "reason")) == [("rename", WHY), ("redefine", WHY)]


def test_a_change_without_a_reason_is_asked_for_one_and_keeps_what_was_typed() -> None:
    study = a_study()
    risk = a_code(study, "risk")

    page = said(sent(study, "redefine-code", risk, name="danger", reason=""))

    assert "Say why" in page
    assert 'value="danger"' in page
    assert names(study) == ["risk"]


def test_what_somebody_else_changed_meanwhile_is_shown_and_nothing_is_lost() -> None:
    study = a_study()
    risk = a_code(study, "risk")
    seen = last_change(study)
    a_code(study, "trust")

    page = said(sent(study, "redefine-code", risk, name="danger", seen=seen))
    assert "Since then: ‘trust’ is new, at the top." in page
    assert 'value="danger"' in page
    assert f'name="seen" value="{seen + 1}"' in page
    sent(study, "redefine-code", risk, name="danger", seen=seen + 1)
    assert names(study) == ["danger", "trust"]


def test_a_form_that_lacks_something_else_still_has_not_seen_what_others_changed() -> None:
    study = a_study()
    risk = a_code(study, "risk")
    seen = last_change(study)
    a_code(study, "trust")

    page = sent(study, "redefine-code", risk, name="danger", reason="", seen=seen)

    assert page.context["seen"] == seen


def test_a_code_moves_with_all_beneath_it_and_up_among_its_siblings() -> None:
    study = a_study()
    money, trust = a_code(study, "money"), a_code(study, "trust")
    a_code(study, "risk", money)

    sent(study, "move-code", money, parent=guid(trust))
    assert names(study) == ["trust", "trust > money", "trust > money > risk"]
    hope = a_code(study, "hope")
    sent(study, "swap-code", hope, to="up")
    assert names(study)[0] == "hope"


def test_merging_shows_what_it_means_before_anything_is_done() -> None:
    study = a_study()
    blame, trust = a_code(study, "blame"), a_code(study, "trust")
    a_coding(a_coder(study), a_transcript(study), blame)

    page = said(lead(study).get(address("merge-code", blame) + f"?into={guid(trust)}"))

    assert "1 passage that you see will wait to be mapped to ‘trust’" in page
    assert "‘blame’ merged into ‘trust’." in page
    assert names(study) == ["blame", "trust"]
    sent(study, "merge-code", blame, into=guid(trust))
    assert names(study) == ["trust"]


def test_a_merge_that_makes_no_sense_is_refused_in_words() -> None:
    study = a_study()
    money = a_code(study, "money")
    risk = a_code(study, "risk", money)

    page = said(lead(study).get(address("merge-code", money) + f"?into={guid(risk)}"))

    assert "‘risk’ stands beneath ‘money’. Move it out first" in page


def test_a_code_is_split_in_as_many_parts_as_are_named() -> None:
    study = a_study()
    risk = a_code(study, "risk")
    given = {"name_1": "losses", "name_2": "gains", "name_3": "", "count": "2"}

    more = said(sent(study, "split-code", risk, **given, more="1"))
    assert "Part 3" in more
    assert 'value="losses"' in more
    sent(study, "split-code", risk, **{**given, "count": "3", "name_3": "doubts"})

    assert names(study) == ["losses", "gains", "doubts"]
    assert Code.objects.get(pk=risk.pk).shown == "risk (retired)"


def test_one_part_is_no_split() -> None:
    study = a_study()
    risk = a_code(study, "risk")

    page = said(sent(study, "split-code", risk, name_1="losses", count="2"))

    assert "Give the code a name." in page


def test_a_retired_code_is_gone_from_the_tree_and_stays_named() -> None:
    study = a_study()
    risk = a_code(study, "risk")
    a_code(study, "trust")

    page = said(sent(study, "retire-code", risk))

    assert "1 retired code" in page
    assert "‘risk’ is no longer offered" in page


@pytest.mark.parametrize("name", ["redefine-code", "move-code", "merge-code", "split-code", "retire-code", "swap-code"])
def test_pages_of_a_retired_code_open_and_refuse_in_words(name: str) -> None:
    study = a_study()
    risk, trust = a_code(study, "risk"), a_code(study, "trust")
    change_codebook(actor=None, at=NOW, study=study, changes=[rules.Retire(guid(risk))])
    given = {"name": "x", "parent": guid(trust), "into": guid(trust), "name_1": "a", "name_2": "b", "count": "2"}

    page = lead(study).get(address(name, risk), follow=True)
    refused = sent(study, name, risk, **given)

    assert page.status_code == 200
    assert refused.status_code == 200
    assert name == "swap-code" or "‘risk’ is retired. To change it, take that back first." in said(refused)
    assert names(study) == ["trust"]


# -- history and versions


def a_version(study: Study, label: str = "v0.1", reason: str = WHY, *members: TeamMember) -> CodebookVersion:
    return agree_version(actor=None, at=NOW, study=study, label=label, reason=reason, agreed_by=members)


def test_the_history_reads_as_what_was_agreed_and_why() -> None:
    study = a_study()
    risk = a_code(study, "risk share")
    coder = a_coder(study, "AB")
    a_version(study, "v0.1", "From the topic guide.")
    sent(study, "split-code", risk, name_1="losses", name_2="gains", count="2")
    a_version(study, "v0.2", "After double coding of T03.", coder, lead_of(study))

    page = said(lead(study).get(address("framework-history", study)))

    assert "v0.2</a>, 1 October 2024" in page
    assert "After double coding of T03. Agreed by AB and LL." in page
    assert "‘risk share’ split in two: ‘losses’ and ‘gains’." in page


def test_the_history_goes_out_as_a_table() -> None:
    study = a_study(is_invented=True)
    a_code(study, "risk")

    table = lead(study).get(address("framework-history", study) + "?download=csv").content.decode()

    assert "‘risk’ is new, at the top." in table
    assert "invented" in table


def test_what_was_taken_back_is_shown_as_such_and_cannot_be_taken_back_twice() -> None:
    study = a_study()
    risk = a_code(study, "risk")
    sent(study, "redefine-code", risk, name="danger")

    page = said(sent(study, "undo-framework", study, step="2"))
    again = said(sent(study, "undo-framework", study, step="2"))

    assert "Taken back by step 3" in page
    assert "This was taken back already." in again
    assert names(study) == ["risk"]
    sent(study, "undo-framework", study, step="3")
    assert names(study) == ["danger"]


def test_what_later_changes_built_upon_is_not_taken_back_alone() -> None:
    study = a_study()
    risk = a_code(study, "risk")
    sent(study, "redefine-code", risk, name="danger")
    sent(study, "redefine-code", risk, name="peril")

    page = said(sent(study, "undo-framework", study, step="2"))

    assert "‘danger’ has changed since. Take the later change back first." in page


def test_a_lead_agrees_a_version_and_the_next_one_gets_the_next_name() -> None:
    study = a_study()
    a_code(study, "risk")
    page = lead(study).get(address("agree-version", study))
    assert 'value="v0.1"' in said(page)

    answer = sent(study, "agree-version", study, label="v0.1", agreed_by=[lead_of(study).uuid])

    assert "v0.1 is agreed" in said(answer)
    assert 'value="v0.2"' in said(lead(study).get(address("agree-version", study)))
    assert "The codebook has a version of this name already" in said(
        sent(study, "agree-version", study, label="v0.1", agreed_by=[lead_of(study).uuid])
    )


def test_any_two_versions_are_compared_in_sentences() -> None:
    study = a_study()
    risk = a_code(study, "risk")
    a_version(study)
    sent(study, "redefine-code", risk, name="danger")

    page = said(lead(study).get(address("framework-versions", study) + "?from=v0.1&to=now"))

    assert "‘risk’ is now called ‘danger’." in page


@pytest.mark.parametrize("kind", ["csv", "xlsx", "yaml", "qdc"])
def test_a_version_goes_out_as_it_was_whatever_came_later(kind: str) -> None:
    study = a_study()
    risk = a_code(study, "risk")
    made = a_version(study)
    sent(study, "redefine-code", risk, name="danger")

    file = lead(study).get(address("framework-version", made) + f"?format={kind}")

    assert f"codebook-v0.1.{kind}" in file["Content-Disposition"]
    assert kind == "xlsx" or (b"risk" in file.content and b"danger" not in file.content)


# -- who may open what


READING = ["framework", "framework-history", "framework-versions", "recoding"]
CHANGING = ["add-code", "take-codes", "undo-framework"]
OF_A_CODE = [
    "redefine-code",
    "move-code",
    "swap-code",
    "merge-code",
    "split-code",
    "retire-code",
    "map-codings",
    "choose-parts",
]


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(
    "name", [*READING, *CHANGING, "agree-version", *OF_A_CODE, "framework-version", "undo-recoding"]
)
def test_nobody_opens_what_is_not_theirs(name: str, method: str) -> None:
    study = a_study()
    code = a_code(study, "a secret name")
    version = a_version(study)
    step = Recoding.objects.create(study=study, code=code, member=lead_of(study), made_at=NOW)
    row = {"framework-version": version, "undo-recoding": step}.get(name, code if name in OF_A_CODE else study)
    outsider = as_member(lead_of(a_study("Another", lead=an_evaluator("other@study.example"))))
    reader, coder = as_member(a_coder(study, "RR", "reader")), as_member(a_coder(study, "CC"))

    answers = [getattr(each, method)(address(name, row)) for each in (outsider, reader, coder)]

    is_reading = name in READING or name == "framework-version"
    refused = [True, not is_reading, name == "agree-version"]
    assert [answer.status_code == 403 for answer in answers] == refused
    assert "a secret name" not in answers[0].content.decode()


# -- the command


def run(*arguments: object) -> Any:
    return CliRunner().invoke(app, ["voices", "codebook", *map(str, arguments)])


def test_the_command_shows_a_study_s_codebook_as_it_stands_and_as_it_was_agreed() -> None:
    study = a_study("Pooling in Wendle", is_invented=True)
    risk = a_code(study, "risk", definition="Who bears a loss")
    a_version(study)
    sent(study, "redefine-code", risk, name="danger", definition="Who bears a loss")

    now, then = run("--study", study.uuid), run("--study", study.uuid, "--version", "v0.1")

    first = "Pooling in Wendle (invented). 1 code, 1 at the top."
    assert now.output == f"The framework as it stands: {first}\n  danger: Who bears a loss\n"
    assert then.output == f"Framework v0.1: {first}\n  risk: Who bears a loss\n"


def test_the_command_takes_a_study_by_its_title_where_one_alone_is_called_so() -> None:
    study = a_study("Pooling")
    a_code(study, "risk")

    once = run("--study", "Pooling")
    a_study("Pooling")
    twice = run("--study", "Pooling")

    assert once.output.endswith("  risk\n")
    assert (twice.exit_code, str(study.uuid) in twice.stderr) == (2, True)


def test_the_command_writes_a_study_s_codebook_and_names_what_is_retired(tmp_path: Path) -> None:
    study = a_study()
    risk = a_code(study, "risk")
    a_code(study, "trust")
    sent(study, "retire-code", risk)

    answer = run("--study", study.uuid, "--to", tmp_path / "own.yaml")

    assert "Out: Lost: Code ‘risk’: the whole code." in answer.output
    assert [code.name for code in read_codebook(tmp_path / "own.yaml").book] == ["trust"]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--study", "7"], 2, "There is no study ‘7’. Give its title or its id"),
        (["--version", "v0.1"], 64, "--version needs --study"),
        (["own.yaml", "--study", "7"], 64, "Give own.yaml or --study, not both."),
    ],
)
def test_a_command_that_cannot_be_meant_says_what_to_give(arguments: list[str], code: int, said: str) -> None:
    answer = run(*arguments)

    assert (answer.exit_code, answer.stderr.startswith(said)) == (code, True)


def test_a_version_that_was_never_agreed_is_refused_with_those_that_were() -> None:
    study = a_study()
    a_code(study, "risk")
    a_version(study)

    answer = run("--study", study.uuid, "--version", "v9")

    assert (answer.exit_code, answer.stderr) == (2, "There is no version ‘v9’. There are: v0.1.\n")
