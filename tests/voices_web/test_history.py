"""The history of a study: every event of it and of nothing else, and nothing of others' coding in a blind round."""

from __future__ import annotations

import pytest

from commonpool.voices.actions.codings import uncode
from commonpool.voices.actions.events import tell
from commonpool.voices.models import Assignment, CodingRound, StudyEvent, TeamMember, Transcript
from commonpool.voices.queries.history import history_of
from commonpool.voices.rules.history import broken
from tests.voices_web.builders import (
    NOW,
    a_code,
    a_coder,
    a_coding,
    a_participant,
    a_study,
    a_transcript,
    lead_of,
)

pytestmark = pytest.mark.django_db


def a_blind_round(text: Transcript, *coders: TeamMember) -> CodingRound:
    made = CodingRound.objects.create(study=text.study, name="Double", kind="double", is_blind=True, opened_at=NOW)
    for coder in coders:
        Assignment.objects.create(round=made, transcript=text, coder=coder)
    return made


def test_every_event_belongs_to_the_study_of_its_subject() -> None:
    study, other = a_study("One"), a_study("Another")
    text = a_transcript(study, name="T01")
    a_coding(a_coder(study), text, a_code(study, "risk"))
    tell("uncode", text.newest, actor=None, at=NOW)  # type: ignore[arg-type]  # led to its study by its transcript

    lines = history_of(lead_of(study))

    assert [line.entry.action.partition(".")[2] for line in lines] == [
        "begin_study", "add_member", "keep_transcript", "add_member", "change_codebook", "code", "uncode"
    ]  # fmt: skip
    assert {line.entry.action for line in history_of(lead_of(other))} == {"voices.begin_study", "voices.add_member"}
    assert broken(str(study.uuid), lines) == []


def test_a_line_says_in_words_what_it_tells_of() -> None:
    study = a_study("Pooling")
    text = a_transcript(study, name="T01")
    a_participant(study, "P01", real_name="Anna Real")
    a_coding(a_coder(study, "AB"), text, a_code(study, "risk"))

    told = [(line.entry.who, line.entry.did, line.entry.in_words) for line in history_of(lead_of(study))]

    assert ("AB", "coded a passage", "risk, T01, 55–70") in told
    assert ("a command", "changed a study’s codebook", "‘risk’ is new, at the top.") in told
    assert "Real" not in str(told)


@pytest.mark.requirement("S130")
def test_in_a_blind_round_the_history_tells_nobody_what_others_code() -> None:
    study = a_study()
    text, risk = a_transcript(study), a_code(study, "risk")
    ann, ben = a_coder(study, "AN"), a_coder(study, "BE")
    blind = a_blind_round(text, ann, ben)
    coding = a_coding(ann, text, risk, coding_round=blind)
    uncode(actor=ann.person, at=NOW, member=ann, coding=coding)
    tell("suggest", blind, actor=ann.person, at=NOW, after={"number": 1, "codings": 7})

    assert len([1 for line in history_of(ann) if line.entry.kind == "voices.coding"]) == 2
    for member in (ben, lead_of(study)):
        lines = history_of(member)
        assert not [line for line in lines if line.entry.kind == "voices.coding"]
        assert '"codings"' not in "".join(line.entry.after for line in lines)
        assert broken(str(study.uuid), lines) == []

    CodingRound.objects.filter(pk=blind.pk).update(closed_at=NOW)

    assert [line.entry.action for line in history_of(ben)][-3:] == ["voices.code", "voices.uncode", "voices.suggest"]


def test_what_belongs_to_a_study_cannot_be_altered() -> None:
    study = a_study()

    with pytest.raises(Exception, match="append-only"):
        StudyEvent.objects.filter(study=study).update(study=a_study())
