"""Everything that the team wrote and that names or repeats somebody is listed when they withdraw; nothing else is."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from commonpool.voices.actions.codebooks import change_codebook
from commonpool.voices.actions.consents import record_consent
from commonpool.voices.actions.identities import list_name
from commonpool.voices.actions.matrices import Written, write_cell
from commonpool.voices.actions.projects import keep_project, put_project_aside, receive_project
from commonpool.voices.actions.recruitment import Asking, log_approach
from commonpool.voices.actions.themes import Wording, write_theme
from commonpool.voices.actions.transcripts import Who
from commonpool.voices.actions.uploads import put_aside, receive_texts
from commonpool.voices.models import Decision, Participant, Study, Transcript
from commonpool.voices.queries import written_about as about
from commonpool.voices.queries.cases import cases_of
from commonpool.voices.queries.matrices import columns_of
from commonpool.voices.queries.touching import CODINGS, EARLIER, MEMOS, NAMES, found_for, seen_for
from commonpool.voices.queries.what_touches import SUMMARIES, THEMES
from commonpool.voices.rules import codebook as rules
from commonpool.voices.rules.mentions import mentions_of
from tests.voices.projects import a_qde, a_qdpx, g
from tests.voices_web.builders import (
    NOW,
    a_code,
    a_coder,
    a_coding,
    a_memo,
    a_participant,
    a_round,
    a_site,
    a_transcript,
    an_interview,
    finished,
    lead_of,
)
from tests.voices_web.builders import a_study as a_plain_study
from tests.voices_web.test_matrix import a_matrix, written
from tests.voices_web.test_versions_of_texts import corrected
from tests.voices_web.test_withdrawing import a_group

pytestmark = pytest.mark.django_db
SAID = "the kingfisher waits on the lower weir"
BROUGHT = f'<TextSource guid="{g(5)}" name="T"><PlainTextContent>A: Begin.</PlainTextContent></TextSource>'
RECORDING = f'<AudioSource guid="{g(6)}" name="Tape" path="internal://tape.mp3"/>'
SET = f'<Sets><Set guid="{g(7)}" name="Set"><Description>{{words}}</Description></Set></Sets>'


def a_study() -> tuple[Study, Participant, Transcript]:
    """A study with Anna Smith, P01, who was heard alone."""
    study = a_plain_study()
    anna = a_participant(study, "P01", real_name="Anna Smith")
    lines = ("Interviewer: Begin.", f"P01: I said that {SAID} every day.", "Interviewer: And?", "P01: No more.")
    who = Who({"P01": anna}, frozenset({"Interviewer"}))
    return study, anna, a_transcript(study, *lines, who=who, interview=an_interview(study, anna))


def listed(person: Participant, kind: str) -> list[str]:
    return [touch.words for touch in found_for(person)[kind]]


def test_five_words_in_a_row_are_repeated_and_four_are_chance() -> None:
    anna = mentions_of(["Anna", "P1"], ["We shared the risk from the first day, at last."])

    assert anna.repeats_them("They say they Shared the RISK, from the beginning")
    assert not anna.repeats_them("They shared the risk early on")
    assert anna.repeats_them("the first day") and not anna.repeats_them("first day")
    assert anna.names_them("as p1 knows") and not anna.names_them("P12 and Annabel")


def test_memos_on_their_text_or_interview_or_that_repeat_them_are_listed() -> None:
    study, anna, text = a_study()
    lead = lead_of(study)
    a_memo(lead, text, "A long day.")
    a_memo(lead, text.interview, "It rained.")
    a_memo(lead, study, f"Somebody says {SAID}.")
    a_memo(lead, study, "P01 was late.")
    a_memo(lead, study, "Nothing of anybody.")

    assert sorted(listed(anna, MEMOS)) == ["A memo", "A memo", "A memo", f"A memo on {text.name}"]


def test_a_turn_of_the_interviewer_that_says_again_what_they_said_is_listed() -> None:
    study = a_plain_study()
    anna, ben = a_participant(study, "P01"), a_participant(study, "P02")
    lines = ("A: Well, " + SAID, "Q: So " + SAID + "?", "B: It does.", "Q: Does anybody see it?")
    who = Who({"A": anna, "B": ben}, frozenset({"Q"}))
    a_transcript(study, *lines, name="Group", who=who, interview=an_interview(study, anna, ben))

    assert listed(anna, NAMES) == ["Group, turn 2"]
    assert listed(ben, NAMES) == []


def test_a_note_on_anothers_passage_is_listed_where_it_names_them() -> None:
    study, anna, _ = a_study()
    coder, other = a_coder(study), a_transcript(study, name="Other")
    a_coding(coder, other, a_code(study, "risk"), memo="As Anna Smith said.")
    a_coding(coder, other, a_code(study, "trust"), memo="As others said.")

    assert listed(anna, CODINGS) == ["A note on ‘risk’ in Other"]


def test_codes_in_their_words_are_listed_also_where_only_the_history_has_them() -> None:
    study, anna, _ = a_study()
    a_code(study, "waits on the lower weir")
    example = a_code(study, "patience", example=f"“{SAID}”")
    once = a_code(study, "time", definition="What Anna Smith means by it.")
    again = rules.Redefine(str(once.uuid).upper(), definition="How long it takes.")
    change_codebook(actor=None, at=NOW, study=study, changes=[again])
    a_code(study, "money", definition="What partners pay.")

    assert listed(anna, about.CODES) == ["A code by its name", "‘patience’", "‘time’"]
    assert example.name == "patience"


def test_a_cell_is_listed_that_repeats_them_at_another_site_or_did_before() -> None:
    study, anna, _ = a_study()
    site, lead = a_site(study, "Elsewhere"), lead_of(study)
    matrix = a_matrix(study, a_code(study, "risk"), a_code(study, "trust"))
    written(matrix, lead, f"One says {SAID}.")
    [case] = cases_of(study, "site")
    given: dict[str, Any] = {"actor": None, "at": NOW, "member": lead, "matrix": matrix, "case": case}
    write_cell(**given, column=columns_of(matrix)[0], written=Written(nothing_said=True), revision=1)
    write_cell(**given, column=columns_of(matrix)[1], written=Written("Others trust."), revision=0)

    assert case.id == site.pk
    assert listed(anna, SUMMARIES) == ["‘risk’ in What sites say"]


def test_a_theme_that_says_what_they_said_is_listed_without_any_passage() -> None:
    study, anna, _ = a_study()
    for name, claim in (("Waiting", f"People know that {SAID}."), ("Other", "People pay.")):
        write_theme(actor=None, at=NOW, member=lead_of(study), wording=Wording(name, claim))

    assert listed(anna, THEMES) == ["Waiting"]
    assert [touch.words for touch in seen_for(anna, a_coder(study))[THEMES]] == ["Waiting"]


def test_a_name_that_left_the_newest_text_is_listed_where_an_earlier_version_has_it() -> None:
    text, anna, _ = a_group(a_plain_study())
    assert text.newest is not None
    corrected(text, "Anna Smith knows", "[person] knows")

    assert listed(anna, EARLIER) == ["Group, version 1"]


def test_a_name_on_the_list_under_another_key_is_listed() -> None:
    study, anna, _ = a_study()
    for words, instead in (("Anna Smith", "[person]"), ("Ms Smith", "P01"), ("Wendle", "[place]")):
        list_name(actor=None, at=NOW, study=study, words=words, kind="person", replacement=instead)

    assert listed(anna, about.LISTED) == ["A name, instead of which stands [person]"]


def test_names_of_texts_remarks_and_the_recruitment_log_are_listed() -> None:
    study, anna, _ = a_study()
    a_transcript(study, name="Talk with Anna Smith")
    an_interview(study, a_participant(study), others="somebody", others_words="P01 came in late")
    scope = {"may_record": True, "may_quote": True, "may_archive": True}
    record_consent(actor=None, at=NOW, participant=anna, given_on=date(2024, 3, 1), note="By telephone", **scope)
    log_approach(actor=None, at=NOW, study=study, asking=Asking(label="Ms Smith’s office", made_on=date(2024, 3, 1)))
    log_approach(actor=None, at=NOW, study=study, asking=Asking(label="Some office", made_on=date(2024, 3, 1)))

    assert listed(anna, about.CALLED) == [
        "A text by its name, or a reason of its versions",
        "An interview by its name, or who else was there",
        "A remark on consent",
        "A line of the recruitment log",
    ]


def test_a_note_on_how_a_difference_in_their_words_was_settled_is_listed_and_hidden_while_blind() -> None:
    study, anna, text = a_study()
    other = a_transcript(study, name="Other")
    coders = [a_coder(study, "AB"), a_coder(study, "CD")]
    held = finished(a_round(study, *((each, coder) for each in (text, other) for coder in coders)))
    for each, note in ((text, "She meant the river."), (other, "Unclear."), (other, "As P01 says.")):
        Decision.objects.create(round=held, transcript=each, key=note, outcome="both", note=note, decided_at=NOW)

    assert listed(anna, about.DECISIONS) == [f"A note on a passage of {text.name}", "A note on a passage of Other"]
    a_round(study, (text, coders[0]))
    assert [touch.words for touch in seen_for(anna, coders[1])[about.DECISIONS]] == ["A note on a passage of Other"]


def test_files_that_wait_for_a_decision_are_listed_until_somebody_decides() -> None:
    study, anna, _ = a_study()
    upload = receive_texts(actor=None, at=NOW, study=study, files=[("T.txt", b"A: One.\nA: Two.\n")])
    project = receive_project(actor=None, at=NOW, study=study, name="p.qdpx", content=b"PK")

    assert listed(anna, about.WAITING) == ["Texts that were sent", "A project that was sent"]
    put_aside(actor=None, at=NOW, upload=upload)
    put_project_aside(actor=None, at=NOW, held=project)
    assert listed(anna, about.WAITING) == []


@pytest.mark.parametrize(
    ("name", "sources", "more", "called"),
    [
        ("Talk with Anna Smith.qdpx", BROUGHT, "", ["An imported project"]),
        ("study.qdpx", BROUGHT + RECORDING, "", ["study.qdpx"]),
        ("study.qdpx", BROUGHT, SET.format(words=f"It says {SAID}."), ["study.qdpx"]),
        ("study.qdpx", BROUGHT, SET.format(words="It says nothing of anybody."), []),
    ],
    ids=["its name names them", "it left a recording aside", "a part repeats them", "nothing of theirs"],
)
def test_an_import_is_listed_that_names_or_repeats_them_or_left_a_recording(
    tmp_path: Path, name: str, sources: str, more: str, called: list[str]
) -> None:
    study, anna, _ = a_study()
    path = a_qdpx(tmp_path / name, a_qde(sources, more), {"sources/tape.mp3": "a recording"})
    held = receive_project(actor=None, at=NOW, study=study, name=name, content=path.read_bytes())
    keep_project(actor=None, at=NOW, member=lead_of(study), held=held, users={})

    assert listed(anna, about.ASIDE) == called


def test_nobody_who_said_and_is_named_nothing_has_anything_listed() -> None:
    study, _, _ = a_study()
    ben = a_participant(study, "P02", real_name="Benedict Marlow")
    a_memo(lead_of(study), study, "Anna Smith said so.")

    assert {kind: touches for kind, touches in found_for(ben).items() if touches} == {}
