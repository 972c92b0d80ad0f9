"""A corrected text is a new version; codings move over it, and those that an edit touches are listed for review."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commonpool.voices.actions.codings import uncode
from commonpool.voices.actions.touched import adjust_touched
from commonpool.voices.actions.transcripts import Who
from commonpool.voices.actions.versions import correct_text, correct_turn, undo_version
from commonpool.voices.errors import StepError
from commonpool.voices.models import (
    Assignment,
    Code,
    Coding,
    CodingRound,
    Memo,
    SealedPart,
    TeamMember,
    Transcript,
    TranscriptVersion,
    Turn,
)
from commonpool.voices.queries.codings import seen_by
from commonpool.voices.queries.texts import text_of
from commonpool.voices.queries.touched import touched_codings, waiting_for
from commonpool.voices.queries.versions import history_of
from commonpool.voices.rules.text import Span, cuts_a_character
from commonpool.voices.rules.versions import stored_form
from commonpool.voices.sealing import UNREADABLE, the_keys
from tests.voices_web.builders import (
    NOW,
    a_code,
    a_coder,
    a_coding,
    a_participant,
    a_study,
    a_transcript,
    an_interview,
    as_member,
    lead_of,
)

pytestmark = pytest.mark.django_db
TEXT = "Interviewer: How did it go?\nAnna: We shared the risk with Ms Smith. It took trust.\nInterviewer: And then?\n"


def newest(text: Transcript) -> TranscriptVersion:
    text.refresh_from_db()
    return TranscriptVersion.objects.get(pk=text.newest_id)


def corrected(text: Transcript, old: str, new: str, reason: str = "A mishearing") -> TranscriptVersion:
    version = newest(text)
    whole = text_of(version).replace(old, new)
    made = correct_text(actor=None, at=NOW, transcript=text, version=version, text=whole, reason=reason)
    text.refresh_from_db()
    return made


def words_of(coding: Coding) -> str:
    coding.refresh_from_db()
    return text_of(coding.version)[coding.start : coding.end]


def a_memo(member: TeamMember, text: Transcript, words: str) -> Memo:
    version = newest(text)
    start = text_of(version).index(words)
    return Memo.objects.create(
        study=member.study,
        subject_kind="transcript",
        subject_uuid=text.uuid,
        version=version,
        start=start,
        end=start + len(words),
        text="Look here",
        written_by=member,
        written_at=NOW,
    )


def a_blind_round(study: object, text: Transcript, *coders: TeamMember) -> CodingRound:
    made = CodingRound.objects.create(study=study, name="Blind", kind="double", is_blind=True, opened_at=NOW)
    for coder in coders:
        Assignment.objects.create(round=made, transcript=text, coder=coder)
    return made


def test_a_correction_makes_a_new_version_and_leaves_the_one_before() -> None:
    text = a_transcript(a_study(), *TEXT.splitlines())
    first = newest(text)

    second = corrected(text, "Ms Smith", "[person 1]")

    assert (second.number, second.reason) == (2, "A mishearing")
    assert text_of(first) == TEXT
    assert text_of(second) == TEXT.replace("Ms Smith", "[person 1]")
    assert [(turn.number, turn.speaker_id) for turn in second.turns.all()] == [
        (turn.number, turn.speaker_id) for turn in first.turns.all()
    ]


def test_untouched_passages_keep_their_words_and_touched_ones_are_listed_for_their_coder() -> None:
    study = a_study()
    coder, text, code = a_coder(study), a_transcript(study, *TEXT.splitlines()), a_code(study)
    before, across = a_coding(coder, text, code, "How did it go"), a_coding(coder, text, code, "risk with Ms Smith")
    after = a_coding(coder, text, code, "It took trust")
    memo = a_memo(coder, text, "It took trust")

    corrected(text, "Ms Smith", "[person 1]")

    assert (words_of(before), words_of(after)) == ("How did it go", "It took trust")
    assert words_of(across) == "risk with [person 1]"
    memo.refresh_from_db()
    assert text_of(newest(text))[memo.start : memo.end] == "It took trust"
    [listed] = touched_codings(coder, text)
    assert (listed.coding, listed.was, listed.now) == (across, "risk with Ms Smith", "risk with [person 1]")
    assert waiting_for(coder, text) == 1


def test_what_a_coder_took_away_moves_along_and_can_be_put_back() -> None:
    study = a_study()
    coder, text = a_coder(study), a_transcript(study, *TEXT.splitlines())
    gone = uncode(actor=None, at=NOW, member=coder, coding=a_coding(coder, text, a_code(study), "It took trust"))

    corrected(text, "Ms Smith", "somebody")

    assert words_of(gone) == "It took trust"


def test_a_passage_whose_words_all_went_stands_on_what_is_there_and_waits() -> None:
    study = a_study()
    coder, text = a_coder(study), a_transcript(study, *TEXT.splitlines())
    coding = a_coding(coder, text, a_code(study), " It took trust.")

    corrected(text, " It took trust.", "")

    assert len(words_of(coding)) == 1
    assert coding.is_touched


def test_two_codings_that_come_to_cover_the_same_words_become_one_until_the_version_is_undone() -> None:
    study = a_study()
    coder, text, code = a_coder(study), a_transcript(study, *TEXT.splitlines()), a_code(study)
    wide, narrow = a_coding(coder, text, code, "the risk"), a_coding(coder, text, code, "risk")

    corrected(text, "the risk", "it")

    assert seen_by(coder).count() == 1
    undo_version(actor=None, at=NOW, transcript=text)
    assert (words_of(wide), words_of(narrow)) == ("the risk", "risk")
    assert seen_by(coder).filter(is_touched=False).count() == 2


def test_passages_of_one_code_side_by_side_move_past_each_other() -> None:
    study = a_study()
    coder, code = a_coder(study), a_code(study)
    text = a_transcript(study, "Anna: aa bb cc dd ee ff gg.")
    words = ["aa", "bb", "cc", "dd", "ee", "ff"]
    codings = [a_coding(coder, text, code, each) for each in words]

    corrected(text, "Anna: aa", "Anna: xx aa")

    assert [words_of(each) for each in codings] == words


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    pieces=st.lists(
        st.sampled_from(["a", "word ", "\n", "e\u0301", "👩\u200d⚕️", "👍🏽", "שלום ", "قال ", "क्षि", ". ", "\u0308"]),
        min_size=4,
        max_size=25,
    ),
    edits=st.lists(
        st.tuples(st.integers(0, 80), st.integers(0, 6), st.sampled_from(["", "x", "👍", "\u0301", "\nI: "]))
    ),
    places=st.lists(st.tuples(st.integers(0, 80), st.integers(1, 12)), min_size=1, max_size=6),
)
def test_after_any_edit_each_coding_keeps_its_words_or_is_listed(
    pieces: list[str], edits: list[tuple[int, int, str]], places: list[tuple[int, int]]
) -> None:
    with transaction.atomic():
        study = a_study()
        coder = a_coder(study)
        text = a_transcript(study, "I: begin", *"".join(pieces).split("\n"))
        old = text_of(newest(text))
        spans = {Span(start, min(start + length, len(old))) for start, length in places if start < len(old)}
        codings = [_coded(coder, text, a_code(study), span) for span in spans]
        new = old
        for start, length, put_in in edits:
            new = new[: min(start, len(new))] + put_in + new[min(start, len(new)) + length :]
        try:
            correct_text(actor=None, at=NOW, transcript=text, version=newest(text), text=new, reason="Any")
        except StepError:
            assert not new.strip() or stored_form(new) == old, "refused where nothing is left or nothing differs"
            new = old
        stands = text_of(newest(text))
        listed = {each.coding.pk for each in touched_codings(coder, text)}
        for coding, span in zip(codings, spans, strict=True):
            now = words_of(coding)
            assert coding.pk in listed or now == span.of(old)
            if coding.pk not in listed:
                assert cuts_a_character(old, span.end) or not cuts_a_character(stands, coding.end)
        transaction.set_rollback(True)


def _coded(coder: TeamMember, text: Transcript, code: Code, span: Span) -> Coding:
    version = newest(text)
    made = {"start": span.start, "end": span.end, "made_start": span.start, "made_end": span.end, "made_at": NOW}
    return Coding.objects.create(
        study=text.study, transcript=text, version=version, made_on=version, code=code, coder=coder, **made
    )


def test_a_turn_is_corrected_by_itself_on_a_page() -> None:
    study = a_study()
    coder, text = a_coder(study), a_transcript(study, *TEXT.splitlines())
    browser, url = as_member(coder), f"/transcripts/{text.uuid}/correct/2/"
    form = browser.get(url).context["form"]

    answer = browser.post(url, {"words": "We bore it.\r\nInterviewer: Who?", "reason": "Heard again", "version": 1})

    assert form.initial["words"] == "We shared the risk with Ms Smith. It took trust."
    assert answer.status_code == 302
    assert text_of(newest(text)).splitlines()[1:3] == ["Anna: We bore it.", "Interviewer: Who?"]
    assert newest(text).turns.count() == 4


def test_a_correction_without_a_reason_of_nothing_or_of_an_older_version_keeps_what_was_typed() -> None:
    study = a_study()
    coder, text = a_coder(study), a_transcript(study, *TEXT.splitlines())
    browser, url = as_member(coder), f"/transcripts/{text.uuid}/correct/"
    corrected(text, "Ms Smith", "her")

    answers = {
        "Say why the text is changed": {"text": "Something typed", "version": 2},
        "has a newer version since you opened it": {"text": "Something typed", "reason": "Why", "version": 1},
        "Nothing differs": {"text": text_of(newest(text)), "reason": "Why", "version": 2},
        "Nothing would be left": {"text": " ", "reason": "Why", "version": 2},
    }

    for told, sent in answers.items():
        page = browser.post(url, sent).content.decode()
        assert told in page
        assert str(sent["text"]).splitlines()[0] in page
    assert newest(text).number == 2


def test_a_corrected_file_takes_the_place_of_the_text_and_codings_move() -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    study = a_study()
    coder, text = a_coder(study), a_transcript(study, *TEXT.splitlines())
    coding = a_coding(coder, text, a_code(study), "It took trust")
    sent = SimpleUploadedFile("again.txt", TEXT.replace("Ms Smith", "her").replace("\n", "\r\n").encode("utf-16"))

    as_member(coder).post(f"/transcripts/{text.uuid}/correct/", {"file": sent, "reason": "Agency", "version": 1})

    assert text_of(newest(text)) == TEXT.replace("Ms Smith", "her")
    assert words_of(coding) == "It took trust"


def test_history_shows_what_changed_in_words() -> None:
    study = a_study()
    text = a_transcript(study, *TEXT.splitlines())
    corrected(text, "Ms Smith", "[person 1]", "A name taken out")

    page = as_member(a_coder(study)).get(f"/transcripts/{text.uuid}/versions/").content.decode()

    assert "A name taken out" in page
    assert "<del>Ms Smith</del>" in page
    assert "<ins>[person 1]</ins>" in page
    assert [shown.version.number for shown in history_of(text)] == [2, 1]


def test_the_newest_version_is_undone_and_codings_stand_where_they_stood() -> None:
    study = a_study()
    coder, text, code = a_coder(study), a_transcript(study, *TEXT.splitlines()), a_code(study)
    across, after = a_coding(coder, text, code, "with Ms Smith"), a_coding(coder, text, code, "It took")
    corrected(text, "Ms Smith", "[person 1]")

    as_member(coder).post(f"/transcripts/{text.uuid}/versions/undo/")

    assert newest(text).number == 1
    assert (words_of(across), across.is_touched) == ("with Ms Smith", False)
    assert words_of(after) == "It took"
    assert TranscriptVersion.objects.count() == 1


def test_a_version_on_which_something_was_coded_or_looked_at_stays() -> None:
    study = a_study()
    coder, text, code = a_coder(study), a_transcript(study, *TEXT.splitlines()), a_code(study)
    across = a_coding(coder, text, code, "with Ms Smith")
    corrected(text, "Ms Smith", "[person 1]")
    adjust_touched(actor=None, at=NOW, member=coder, coding=across, words="[person 1]")

    with pytest.raises(StepError, match="has looked at passages"):
        undo_version(actor=None, at=NOW, transcript=text)
    a_coding(coder, text, code, "It took")
    with pytest.raises(StepError, match="was coded on this version"):
        undo_version(actor=None, at=NOW, transcript=text)


def test_while_a_blind_round_is_open_undoing_tells_nothing_of_others_codings() -> None:
    study = a_study()
    anna, ben, text = a_coder(study, "AA"), a_coder(study, "BB"), a_transcript(study, *TEXT.splitlines())
    a_blind_round(study, text, anna, ben)
    corrected(text, "Ms Smith", "[person 1]")

    said = as_member(ben).post(f"/transcripts/{text.uuid}/versions/undo/", follow=True).content.decode()
    a_coding(anna, text, a_code(study), "It took")

    assert "A blind round is open on this text" in said
    assert said.count("A blind round") == as_member(ben).post(
        f"/transcripts/{text.uuid}/versions/undo/", follow=True
    ).content.decode().count("A blind round")


def test_in_a_blind_round_each_is_shown_only_their_own_touched_passages() -> None:
    study = a_study()
    anna, ben, text = a_coder(study, "AA"), a_coder(study, "BB"), a_transcript(study, *TEXT.splitlines())
    code = a_code(study, "a very special code")
    a_coding(anna, text, code, "with Ms Smith", coding_round=a_blind_round(study, text, anna, ben))
    corrected(text, "Ms Smith", "[person 1]")

    pages = {
        member.initials: as_member(member).get(f"/transcripts/{text.uuid}/touched/").content.decode()
        for member in (anna, ben, lead_of(study))
    }

    assert "a very special code" in pages["AA"]
    assert "a very special code" not in pages["BB"] + pages["LL"]
    assert "Nothing waits to be looked at" in pages["BB"]


def test_a_touched_passage_is_confirmed_moved_or_taken_away_by_its_own_coder() -> None:
    study = a_study()
    coder, text, code = a_coder(study), a_transcript(study, *TEXT.splitlines()), a_code(study)
    first, second = a_coding(coder, text, code, "with Ms Smith"), a_coding(coder, text, code, "the risk with Ms Smith")
    third = a_coding(coder, text, code, "Ms Smith. It")
    corrected(text, "Ms Smith", "[person 1]")
    browser = as_member(coder)

    browser.post(f"/touched-codings/{first.uuid}/", {"what": "confirm"})
    browser.post(f"/touched-codings/{second.uuid}/", {"what": "adjust", "words": "the risk"})
    browser.post(f"/touched-codings/{third.uuid}/", {"what": "remove"})
    wrong = browser.post(f"/touched-codings/{first.uuid}/", {"what": "confirm"}, follow=True).content.decode()

    assert (words_of(first), first.is_touched) == ("with [person 1]", False)
    assert (words_of(second), second.is_touched) == ("the risk", False)
    third.refresh_from_db()
    assert third.removed_at is not None
    assert "does not wait to be looked at" in wrong


def test_words_that_do_not_stand_in_the_text_are_told() -> None:
    study = a_study()
    coder, text = a_coder(study), a_transcript(study, *TEXT.splitlines())
    coding = a_coding(coder, text, a_code(study), "with Ms Smith")
    corrected(text, "Ms Smith", "[person 1]")

    with pytest.raises(StepError, match="‘never said’ does not stand in the text"):
        adjust_touched(actor=None, at=NOW, member=coder, coding=coding, words="never said")
    with pytest.raises(StepError, match="somebody else’s coding"):
        adjust_touched(actor=None, at=NOW, member=a_coder(study, "ZZ"), coding=coding, words="risk")


def test_words_of_somebody_who_withdrew_go_along_unread() -> None:
    study = a_study()
    anna, ben = a_participant(study, "P01"), a_participant(study, "P02")
    who = Who({"Anna": anna, "Ben": ben})
    text = a_transcript(
        study, "Anna: Mine.", "Ben: Theirs and more.", who=who, interview=an_interview(study, anna, ben)
    )
    the_keys().destroy(anna.uuid)
    signs = UNREADABLE * len("Anna: Mine.")

    made = corrected(text, "and more", "")

    assert text_of(made) == f"{signs}\nBen: Theirs .\n"
    part = SealedPart.objects.get(version=made, key_id=anna.uuid)
    assert bytes(part.sealed) == b""
    with pytest.raises(StepError, match="Leave them as they are"):
        corrected(text, signs, signs[:3])
    with pytest.raises(StepError, match="stands for words that nobody can read"):
        corrected(text, "Theirs", f"Theirs {UNREADABLE}")


@pytest.mark.parametrize(
    ("model", "field", "value"),
    [
        (TranscriptVersion, "length", 3),
        (TranscriptVersion, "sha256", "0" * 64),
        (TranscriptVersion, "edits", [[0, 1, 1]]),
        (TranscriptVersion, "words", 99),
        (Turn, "end", 999),
        (Turn, "words_from", 0),
    ],
)
def test_no_route_changes_a_version_once_it_is_made(model: type[TranscriptVersion], field: str, value: object) -> None:
    text = a_transcript(a_study(), *TEXT.splitlines())
    rows = model.objects.filter(pk=(newest(text) if model is TranscriptVersion else newest(text).turns.last()).pk)

    with pytest.raises(DatabaseError, match="never change"), transaction.atomic():
        rows.update(**{field: value})


def test_words_may_be_sealed_anew_but_stay_with_their_version() -> None:
    text = a_transcript(a_study(), *TEXT.splitlines())
    second = corrected(text, "Ms Smith", "her")
    part = SealedPart.objects.filter(version__number=1).first()
    assert part is not None

    SealedPart.objects.filter(pk=part.pk).update(sealed=b"other")
    with pytest.raises(DatabaseError, match="belong to their version"), transaction.atomic():
        SealedPart.objects.filter(pk=part.pk).update(version=second, key_id=part.version.uuid)


def test_a_turn_that_is_not_there_is_told() -> None:
    study = a_study()
    text = a_transcript(study, *TEXT.splitlines())
    browser = as_member(a_coder(study))

    assert browser.get(f"/transcripts/{text.uuid}/correct/99/").status_code == 404
    said = browser.get(f"/transcripts/{text.uuid}/correct/turn/?number=99", follow=True).content.decode()
    assert "There is no turn ‘99’. Write a number from 1 to 3." in said


def test_correct_turn_needs_the_newest_version() -> None:
    study = a_study()
    text = a_transcript(study, *TEXT.splitlines())
    first = newest(text)
    corrected(text, "Ms Smith", "her")

    with pytest.raises(StepError, match="has a newer version"):
        correct_turn(actor=None, at=NOW, transcript=text, version=first, number=1, words="x", reason="y")
