"""Transcripts are sent, looked at, kept whole or not at all, and can be undone. Nothing lies open meanwhile."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from commonpool.voices.actions.uploads import clear_stale
from commonpool.voices.models import SealedPart, TextUpload, Transcript, WaitingText
from commonpool.voices.queries.texts import text_of, typed_label
from commonpool.voices.rules.text import normalised
from commonpool.voices.sealing import the_keys
from tests.voices.files import a_docx
from tests.voices_web.builders import (
    a_code,
    a_coder,
    a_coding,
    a_participant,
    a_study,
    an_interview,
    as_member,
)
from tests.voices_web.sending import GROUP, SPOKEN, decide, kept, send, words_at_rest

ROWS = [("I", "How did it begin, then?"), ("Res", "With a letter from the board."), ("I", "And then, what came?")]
pytestmark = pytest.mark.django_db(transaction=True)


def test_a_file_is_kept_with_its_speakers_once_somebody_has_said_who_they_are() -> None:
    study = a_study()
    browser, anna = as_member(a_coder(study)), a_participant(study, "P01")

    text = kept(browser, study, Anna=anna)

    assert text.newest is not None
    assert text_of(text.newest) == SPOKEN
    assert (text.newest.words, text.newest.turns.count()) == (12, 4)
    speakers = [(typed_label(each), each.participant, each.is_interviewer) for each in text.speakers.all()]
    assert speakers == [("Interviewer", None, True), ("Anna", anna, False)]
    assert {part.key_id for part in SealedPart.objects.all()} == {text.uuid, anna.uuid}


def test_the_preview_shows_what_was_read_and_keeps_nothing() -> None:
    study = a_study()
    browser = as_member(a_coder(study))

    page = browser.get(f"/text-uploads/{send(browser, study, {'T01.txt': SPOKEN}).uuid}/").content.decode()

    assert "1 new text would be added" in page
    assert "Who is ‘Anna’?" in page
    assert "We shared the risk." in page
    assert not Transcript.objects.exists()


def test_a_turn_as_long_as_a_talk_is_shown_by_its_beginning() -> None:
    study = a_study()
    browser = as_member(a_coder(study))
    upload = send(browser, study, {"T01.txt": f"A: {'word ' * 100_000}\nB: So.\n"})

    page = browser.get(f"/text-uploads/{upload.uuid}/")

    assert "word word …" in page.content.decode()
    assert len(page.content) < 50_000


def test_several_files_of_several_kinds_are_mapped_once_for_all_of_them(tmp_path: Path) -> None:
    study = a_study()
    browser, anna, ben = as_member(a_coder(study)), a_participant(study, "P01"), a_participant(study, "P02")
    first, second = an_interview(study, anna, name="I1"), an_interview(study, ben, name="I2")
    table = a_docx(tmp_path / "t.docx", (), rows=ROWS)
    upload = send(browser, study, {"I1.txt": "I: One?\nRes: Yes.\nI: So?\n", "I2.docx": table.read_bytes()})

    answer = decide(browser, upload, Res="theirs", I="interviewer")

    assert answer.status_code == 302, answer.context["form"].errors
    texts = {text.name: text for text in Transcript.objects.all()}
    assert {name: text.interview for name, text in texts.items()} == {"I1": first, "I2": second}
    named = {name: text.speakers.get(participant__isnull=False).participant for name, text in texts.items()}
    assert named == {"I1": anna, "I2": ben}


def test_a_label_that_is_nobodys_is_read_as_words() -> None:
    study = a_study()
    text = "Anna: First.\nTheme two: more of it.\nAnna: Second.\nTheme two: the end.\n"

    made = kept(as_member(a_coder(study)), study, text, **{"Anna": "unknown", "Theme two": "nobody"})

    assert made.newest is not None
    assert [typed_label(each) for each in made.speakers.all()] == ["Anna"]
    assert made.newest.turns.count() == 2
    assert text_of(made.newest) == text


def test_nothing_waits_unsealed_and_the_key_goes_with_the_decision() -> None:
    study = a_study()
    browser = as_member(a_coder(study))
    upload = send(browser, study, {"Anna Smith.txt": SPOKEN})
    assert the_keys().has(upload.uuid)
    for open_words in (b"shared the risk", b"Anna Smith"):
        assert open_words not in words_at_rest()
        assert not any(open_words in path.read_bytes() for path in files_at_home())

    browser.post(f"/text-uploads/{upload.uuid}/aside/")

    assert not the_keys().has(upload.uuid)
    [file] = WaitingText.objects.all()
    assert (bytes(file.sealed_name), bytes(file.sealed_file), bytes(file.sealed_reading)) == (b"", b"", b"")
    assert "Nothing of this upload is kept" in browser.get(f"/text-uploads/{upload.uuid}/").content.decode()


def files_at_home() -> list[Path]:
    return [path for path in Path(settings.COMMONPOOL_HOME).rglob("*") if path.is_file() and path.suffix != ".sqlite3"]


def test_what_nobody_decides_on_is_put_aside_after_a_week() -> None:
    study = a_study()
    upload = send(as_member(a_coder(study)), study, {"T01.txt": SPOKEN})

    assert clear_stale(at=timezone.now() + timedelta(days=6)) == 0
    assert clear_stale(at=timezone.now() + timedelta(days=8)) == 1
    upload.refresh_from_db()
    assert (upload.state, the_keys().has(upload.uuid)) == (TextUpload.State.ASIDE, False)


def test_the_same_file_again_adds_nothing_and_says_so() -> None:
    study = a_study()
    browser = as_member(a_coder(study))
    kept(browser, study, Anna="unknown")

    upload = send(
        browser, study, {"Another name.txt": SPOKEN.replace("\n", "\r\n"), "T02.txt": GROUP, "T03.txt": GROUP}
    )
    page = browser.get(f"/text-uploads/{upload.uuid}/").content.decode()
    decide(browser, upload, Anna="unknown", Ben="unknown")

    assert "‘Another name.txt’ has the same words as" in page
    assert "‘T03.txt’ has the same words as another file of this upload" in page
    assert sorted(Transcript.objects.values_list("name", flat=True)) == ["T01", "T02"]


def test_a_name_that_is_taken_or_too_long_or_a_speaker_nobody_named_keeps_nothing_and_tells_all() -> None:
    study = a_study()
    browser = as_member(a_coder(study))
    kept(browser, study, Anna="unknown")
    upload = send(browser, study, {"T01.txt": GROUP, "T02.txt": SPOKEN.replace("grew", "went")})

    answer = decide(browser, upload, name_2="x" * 121)

    page = answer.content.decode()
    assert "The study has a text called ‘T01’ already" in page
    assert "The name has 121 characters, and 120 are the most" in page
    assert "Say who ‘Anna’ is" in page and "Say who ‘Ben’ is" in page
    assert "x" * 121 in page
    assert Transcript.objects.count() == 1


def test_a_participant_who_was_not_in_the_interview_is_told() -> None:
    study = a_study()
    browser, anna, ben = as_member(a_coder(study)), a_participant(study, "P01"), a_participant(study, "P02")
    an_interview(study, ben, name="T01")

    answer = decide(browser, send(browser, study, {"T01.txt": SPOKEN}), Anna=anna)

    assert "P01 is not listed for interview T01" in answer.content.decode()
    assert not Transcript.objects.exists()


def test_an_import_is_undone_with_one_click_and_its_keys_go() -> None:
    study = a_study()
    browser = as_member(a_coder(study))
    upload = send(browser, study, {"T01.txt": SPOKEN, "T02.txt": GROUP})
    decide(browser, upload, Anna="unknown", Ben="unknown")
    keys = [text.uuid for text in Transcript.objects.all()]
    assert all(the_keys().has(key) for key in keys)

    browser.post(f"/text-uploads/{upload.uuid}/undo/")

    assert not Transcript.objects.exists()
    assert not SealedPart.objects.exists()
    assert not any(the_keys().has(key) for key in keys)
    assert kept(browser, study, Anna="unknown").name == "T01"


def test_an_import_with_something_coded_on_it_stays() -> None:
    study = a_study()
    coder = a_coder(study)
    browser = as_member(coder)
    upload = send(browser, study, {"T01.txt": SPOKEN})
    decide(browser, upload, Anna="unknown")
    a_coding(coder, Transcript.objects.get(), a_code(study), "shared the risk")

    page = browser.post(f"/text-uploads/{upload.uuid}/undo/", follow=True).content.decode()

    assert "‘T01’ has been coded or written on, so it stays" in page
    assert Transcript.objects.count() == 1


def test_plain_text_in_a_guessed_encoding_is_read_again_as_somebody_says() -> None:
    study = a_study()
    browser = as_member(a_coder(study))
    content = "Anna: Žluťoučký kůň.\nAnna: Příliš.\n".encode("cp1250")
    upload = send(browser, study, {"T01.txt": content})
    assert "TEXT-30" in browser.get(f"/text-uploads/{upload.uuid}/").content.decode()

    browser.post(f"/text-uploads/{upload.uuid}/again/", {"number": 1, "e1-number": 1, "e1-encoding": "cp1250"})
    decide(browser, upload, Anna="unknown")

    version = Transcript.objects.get().newest
    assert version is not None
    assert text_of(version).startswith("Anna: Žluťoučký kůň.")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("rtl.txt", "Anna: שלום עולם\nBen: قال نعم\u200f\nAnna: שלום\nBen: نعم\n".encode()),
        ("emoji.txt", "Anna: 👩\u200d⚕️ said e\u0301 and 👍🏽\nAnna: क्षि ok\n".encode()),
        ("utf16.txt", "Anna: One “two”.\r\nAnna: Three.\r\n".encode("utf-16")),
    ],
    ids=["right to left", "emoji and combining marks", "UTF-16 with CRLF"],
)
def test_text_of_any_script_and_encoding_is_kept_to_the_letter(name: str, content: bytes) -> None:
    study = a_study()
    browser = as_member(a_coder(study))
    text = content.decode("utf-16" if name == "utf16.txt" else "utf-8")

    made = kept(browser, study, content, name, Anna="unknown", Ben="unknown")  # type: ignore[arg-type]

    assert made.newest is not None
    assert text_of(made.newest) == normalised(text)


def test_a_file_that_cannot_be_read_is_told_beside_the_others_which_are_kept() -> None:
    study = a_study()
    browser = as_member(a_coder(study))
    upload = send(
        browser,
        study,
        {"zip.docx": b"PK\x03\x04 no", "empty.txt": b"", "long.txt": b"x" * 5_000_001, "T01.txt": SPOKEN},
    )

    page = browser.get(f"/text-uploads/{upload.uuid}/").content.decode()
    decide(browser, upload, Anna="unknown")

    assert "3 files could not be read" in page
    assert all(
        words in page for words in ("‘zip.docx’", "‘empty.txt’ is empty", "‘long.txt’ holds more than 5,000,000")
    )
    assert [text.name for text in Transcript.objects.all()] == ["T01"]


def test_no_file_chosen_is_told() -> None:
    study = a_study()

    page = as_member(a_coder(study)).post(f"/studies/{study.uuid}/texts/upload/", {})

    assert "Choose one file or more." in page.content.decode()


def test_the_list_says_what_each_text_holds_and_can_be_downloaded() -> None:
    study = a_study()
    coder = a_coder(study)
    browser = as_member(coder)
    kept(browser, study, Anna="unknown")

    page = browser.get(f"/studies/{study.uuid}/texts/").content.decode()
    file = browser.get(f"/studies/{study.uuid}/texts/?download=csv").content.decode()

    assert "1 text of" in page
    assert "1 speaker not known" in page
    assert "T01,none,not begun,12,4,1," in file


def test_saying_later_who_speaks_seals_the_words_anew_and_leaves_the_text() -> None:
    study = a_study()
    browser, anna = as_member(a_coder(study)), a_participant(study, "P01")
    text = kept(browser, study, Anna="unknown")
    assert {part.key_id for part in SealedPart.objects.all()} == {text.uuid}
    page = browser.get(f"/transcripts/{text.uuid}/speakers/")
    interviewer, speaker = text.speakers.all()

    browser.post(
        f"/transcripts/{text.uuid}/speakers/",
        {"interview": "", f"speaker-{speaker.pk}": str(anna.uuid), f"speaker-{interviewer.pk}": "interviewer"},
    )

    assert "‘Anna’" in page.content.decode()
    assert text.newest is not None
    assert text_of(text.newest) == SPOKEN
    assert {part.key_id for part in SealedPart.objects.all()} == {text.uuid, anna.uuid}
    speaker.refresh_from_db()
    assert (speaker.key_id, typed_label(speaker)) == (anna.uuid, "Anna")
