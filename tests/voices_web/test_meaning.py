"""A sentence model beside the wording: sealed as the words are, gone with them, and never without being said.

Most tests put a small invented model in the place of the real one, so that they run where that is not installed; the
last ones use it. What it reads is in tests/voices/test_sentence_model.py.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from commonpool.site.backups import FOLDERS, stored_files
from commonpool.voices import sentence_model
from commonpool.voices.actions.identities import forget_earlier_wordings
from commonpool.voices.actions.meaning import read_passages
from commonpool.voices.actions.speakers import map_speakers
from commonpool.voices.actions.transcripts import Who
from commonpool.voices.actions.versions import correct_text
from commonpool.voices.actions.withdrawing import withdraw
from commonpool.voices.cli import commands
from commonpool.voices.errors import KeyDestroyedError
from commonpool.voices.models import Coding, Participant, Study, TeamMember, Transcript
from commonpool.voices.queries.meaning import unread_of
from commonpool.voices.queries.suggestions import Suggesting
from commonpool.voices.queries.texts import text_of
from commonpool.voices.rules.suggesting.encoder import Floats
from commonpool.voices.sealing import KeyRing, the_keys
from commonpool.voices.sentence_model import WIDTH
from commonpool.voices.vector_files import VectorFiles, digest_of
from tests.voices_web.builders import (
    NOW,
    a_code,
    a_coder,
    a_coding,
    a_participant,
    a_study,
    a_transcript,
    an_evaluator,
    an_interview,
    as_member,
    lead_of,
)
from tests.voices_web.test_suggestions import coded_blind

pytestmark = pytest.mark.django_db
# Keys are destroyed, and tasks begun, once a transaction has ended.
ends = pytest.mark.django_db(transaction=True)
SAID = "More was spent than the pooled budget had in it."
WARD = "Patients waited on the ward since no nurse came."
ALIKE = "Finance overshot what partners once paid in."
# Which words the invented model takes for the same matter.
MATTERS = ({"spent", "budget", "finance", "paid"}, {"ward", "patients", "nurse", "bed"})
is_here = pytest.mark.skipif(
    not sentence_model.is_installed(), reason="the sentence model is not installed: `make suggestions`"
)


def by_matter(passages: Sequence[str]) -> Floats:
    """A row of length 1 for each: how many words of each matter it has, and one number that all have."""
    rows = np.zeros((len(passages), WIDTH), dtype=np.float32)
    for row, passage in zip(rows, passages, strict=True):
        words = passage.lower().replace(".", "").split()
        row[: len(MATTERS)] = [sum(word in matter for word in words) for matter in MATTERS]
        row[-1] = 0.1
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@pytest.fixture(autouse=True)
def no_other_keys(settings: Any, tmp_path: Path) -> None:
    settings.INTERVIEW_KEYS = tmp_path / "keys"


@pytest.fixture
def invented(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sentence_model, "is_installed", lambda: True)
    monkeypatch.setattr(sentence_model, "encoded", by_matter)


@pytest.fixture
def absent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sentence_model, "is_installed", lambda: False)


def talk(study: Study, *lines: str, participant: Participant | None = None) -> Transcript:
    """An interview with one person, whose words are theirs."""
    person = participant or a_participant(study)
    who = Who({"Anna": person}, frozenset({"Interviewer"}))
    interview = an_interview(study, person)
    return a_transcript(
        study, "Interviewer: How was it?", *(f"Anna: {each}" for each in lines), who=who, interview=interview
    )


def a_coded_study() -> tuple[Study, TeamMember, Transcript]:
    """Two codes, each on a passage of two texts, and a text whose only turn means money in other words."""
    study = a_study()
    coder = a_coder(study)
    money, beds = a_code(study, "money"), a_code(study, "beds")
    for _ in range(2):
        text = talk(study, SAID, WARD)
        a_coding(coder, text, money, SAID)
        a_coding(coder, text, beds, WARD)
    return study, coder, talk(study, ALIKE)


def offered(member: TeamMember, text: Transcript) -> list[str]:
    return [offer.code.name for turn in Suggesting(member).for_transcript(text) for offer in turn.offers]


def is_by_meaning(member: TeamMember, text: Transcript) -> bool:
    asked = Suggesting(member)
    return asked.way_of(asked.looked_at(text)).is_by_meaning


def files() -> list[Path]:
    return sorted(the_keys().folder.glob("*.vectors"))


def leave(person: Participant) -> None:
    withdraw(actor=None, at=NOW, participant=person, typed=person.pseudonym)


# --- when meaning counts, and what the page says ---


def test_without_the_model_the_wording_is_compared_and_the_page_says_so(absent: None) -> None:
    study, coder, text = a_coded_study()
    browser = as_member(coder)

    page = browser.get(f"/transcripts/{text.uuid}/suggestions/").content.decode()
    model = browser.get(f"/studies/{study.uuid}/suggestions/model/").content.decode()
    refused = browser.post(f"/studies/{study.uuid}/suggestions/model/", follow=True).content.decode()

    assert offered(coder, text) == []
    assert "The wording is compared on this site and nothing is sent out." in page and "sentence model" not in page
    assert "No sentence model is installed" in model
    assert "The sentence model is not installed on this site" in refused and not files()


def test_until_the_model_has_read_everything_is_as_without_it(invented: None) -> None:
    study, coder, text = a_coded_study()
    browser = as_member(coder)

    page = browser.get(f"/transcripts/{text.uuid}/suggestions/").content.decode()
    rates = browser.get(f"/studies/{study.uuid}/suggestions/").content.decode()

    assert offered(coder, text) == [] and not is_by_meaning(coder, text)
    assert "has still to read 5 of the passages that it needs here" in page
    assert "has still to read 4 of the passages that it needs here" in rates


@ends
def test_once_it_has_read_what_means_the_same_is_offered_and_the_page_says_how(invented: None) -> None:
    study, coder, text = a_coded_study()
    browser = as_member(coder)
    before = browser.get(f"/studies/{study.uuid}/suggestions/model/").content.decode()

    after = browser.post(f"/studies/{study.uuid}/suggestions/model/", follow=True).content.decode()
    page = browser.get(f"/transcripts/{text.uuid}/suggestions/").content.decode()

    assert "The model has read 0 of 5 passages" in before and "Let it read 5 passages" in before
    assert "The model has read all 5 passages" in after
    assert offered(coder, text) == ["money"]
    assert "meaning by the sentence model all-MiniLM-L6-v2, and nothing is sent out" in page
    assert not Coding.objects.filter(transcript=text).exists(), "it codes nothing by itself"


def test_the_rates_shown_are_those_of_the_way_in_use(invented: None) -> None:
    study, coder, _ = a_coded_study()
    other = talk(study, "Our finance people never paid.")
    a_coding(coder, other, a_code(study, "late"), "Our finance people never paid.")
    before = {code.name: rate for code, rate in Suggesting(coder).measured()}

    read_passages(study=study)

    after = Suggesting(coder)
    assert after.learnt.meaning is not None
    assert {code.name: rate.passages for code, rate in after.measured()} == {"money": 2, "beds": 2, "late": 1}
    assert set(before) == {"money", "beds", "late"}
    assert (
        "meaning by the sentence model" in as_member(coder).get(f"/studies/{study.uuid}/suggestions/").content.decode()
    )


def test_more_like_this_goes_by_meaning_too(invented: None) -> None:
    study, coder, text = a_coded_study()
    coding = Coding.objects.filter(code__name="money")[0]
    assert text not in {each.transcript for each in Suggesting(coder).like(coding)}

    read_passages(study=study)

    assert text in {each.transcript for each in Suggesting(coder).like(coding)}
    page = as_member(coder).get(f"/codings/{coding.uuid}/more-like-this/").content.decode()
    assert "meaning by the sentence model" in page


def test_a_single_passage_that_it_has_not_read_is_read_at_once_and_not_kept(invented: None) -> None:
    study, coder, text = a_coded_study()
    read_passages(study=study)
    kept = [path.read_bytes() for path in files()]
    assert text.newest is not None
    turn = Suggesting(coder).looked_at(text)[0]
    url = f"/transcripts/{text.uuid}/suggestions/?start={turn.span.start}&end={turn.span.end - 1}"

    page = as_member(coder).get(url)

    assert page.context["way"].is_by_meaning
    assert page.context["page"].object_list[0].offers[0].code.name == "money"
    assert [path.read_bytes() for path in files()] == kept


def test_a_text_that_came_since_is_compared_by_wording_until_it_is_read(invented: None) -> None:
    study, coder, text = a_coded_study()
    read_passages(study=study)
    new = talk(study, f"{ALIKE} Again, I mean.", "They spent what was in the budget of the year.")

    assert is_by_meaning(coder, text) and not is_by_meaning(coder, new)
    assert read_passages(study=study) == 2
    assert is_by_meaning(coder, new)


def test_what_few_passages_were_coded_since_are_left_out_until_they_are_read(invented: None) -> None:
    study, coder, text = a_coded_study()
    longer = talk(study, *(f"The nurse of bed {number} came." for number in range(12)))
    for number in range(12):
        a_coding(coder, longer, a_code(study, f"bed {number}"), f"The nurse of bed {number}")
    read_passages(study=study)
    a_coding(coder, longer, a_code(study, "since"), "nurse of bed 3 came")

    asked = Suggesting(coder)

    assert (asked.known, len(asked.learnt.examples), asked.unread) == (17, 16, 1)
    page = as_member(coder).get(f"/studies/{study.uuid}/suggestions/").content.decode()
    assert "1 passage coded since is not learnt from until the model has read it" in page
    assert is_by_meaning(coder, text)


def test_reading_again_reads_nothing_twice(invented: None, monkeypatch: pytest.MonkeyPatch) -> None:
    study, _, _ = a_coded_study()
    asked: list[str] = []

    def counting(passages: Sequence[str]) -> Floats:
        asked.extend(passages)
        return by_matter(passages)

    monkeypatch.setattr(sentence_model, "encoded", counting)

    assert (read_passages(study=study), read_passages(study=study)) == (5, 0)
    assert len(asked) == 5


def test_two_that_read_beside_each_other_lose_nothing(invented: None, monkeypatch: pytest.MonkeyPatch) -> None:
    study, _, _ = a_coded_study()
    others: list[int] = []

    def meanwhile(passages: Sequence[str]) -> Floats:
        monkeypatch.setattr(sentence_model, "encoded", by_matter)
        others.append(read_passages(study=study))
        return by_matter(passages)

    monkeypatch.setattr(sentence_model, "encoded", meanwhile)

    assert read_passages(study=study) == 2, "those that it was reading"
    assert others == [5]
    assert (unread_of(study).missing, unread_of(study).read) == (0, 5)


def test_progress_is_told_and_a_second_reading_is_not_begun_meanwhile(
    invented: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    study, coder, _ = a_coded_study()
    pages: list[str] = []

    def looking(passages: Sequence[str]) -> Floats:
        browser = as_member(coder)
        pages.append(browser.get(f"/studies/{study.uuid}/suggestions/model/").content.decode())
        pages.append(browser.post(f"/studies/{study.uuid}/suggestions/model/", follow=True).content.decode())
        return by_matter(passages)

    monkeypatch.setattr(sentence_model, "encoded", looking)
    told: list[tuple[int, int]] = []

    read_passages(study=study, told=lambda missing, many: told.append((missing, many)))

    assert told == [(5, 5), (3, 5), (1, 5)]
    assert "It is reading" in pages[0] and "The model is reading already" in pages[1]
    assert "The model has read 2 of 5 passages" in pages[2]
    assert as_member(coder).get(f"/studies/{study.uuid}/suggestions/model/?format=json").json() == {"done": True}


# --- blind rounds ---


def test_nothing_coded_blind_is_read_or_counted_and_nothing_is_offered_there(invented: None) -> None:
    study, coder, text = a_coded_study()
    hidden = Coding.objects.filter(code__name="money")[0].transcript
    other = a_coder(study, "CD")
    coded_blind(hidden, other)
    a_coding(other, hidden, a_code(study, "seen by one"), "pooled budget had")

    read_passages(study=study)

    assert unread_of(study).many == 5, "turns alone, as before it was coded"
    assert digest_of("pooled budget had") not in {key for kept in unread_of(study).kept.values() for key in kept}
    asked = Suggesting(coder)
    assert asked.for_transcript(hidden) == [] and asked.looked_at(hidden) == []
    assert (asked.known, asked.unread) == (2, 0)
    assert is_by_meaning(coder, text)


# --- sealed, and gone with the words ---


def test_vectors_lie_sealed_beside_the_keys_and_say_nothing_of_the_words(invented: None) -> None:
    study, _, _ = a_coded_study()

    read_passages(study=study)

    assert files()
    for path in files():
        content = path.read_bytes()
        assert path.stat().st_mode & 0o777 == 0o600
        for words in (SAID, WARD, ALIKE):
            assert words.encode() not in content
            assert digest_of(words) not in content and by_matter([words])[0].tobytes() not in content


@ends
def test_vectors_go_when_the_speaker_withdraws_and_a_copy_of_them_opens_no_more(invented: None) -> None:
    study, _, text = a_coded_study()
    person = Participant.objects.get(speakers__transcript=text)
    read_passages(study=study)
    before = {path.name: path.read_bytes() for path in files()}
    assert VectorFiles(the_keys()).kept({person.uuid})

    leave(person)

    gone = set(before) - {path.name for path in files()}
    assert len(gone) == 1
    [name] = gone
    (the_keys().folder / name).write_bytes(before[name])
    assert VectorFiles(the_keys()).kept({person.uuid}) == {}
    assert VectorFiles(the_keys()).sweep() == 1
    assert unread_of(study).many == 4


@ends
def test_a_passage_of_two_peoples_words_goes_with_either(invented: None) -> None:
    study = a_study()
    coder, anna, ben = a_coder(study), a_participant(study, "P01"), a_participant(study, "P02")
    who = Who({"Anna": anna, "Ben": ben})
    lines = ("Anna: The budget was spent by May, they said.", "Ben: Finance paid it twice, I heard from them.")
    text = a_transcript(study, *lines, who=who, interview=an_interview(study, anna, ben))
    a_coding(coder, text, a_code(study, "money"), "spent by May, they said.\nBen: Finance paid it twice")
    read_passages(study=study)
    [under] = [under for under in unread_of(study).wanted if {anna.uuid, ben.uuid} <= under]
    [both] = [path for path in files() if ben.uuid.bytes in path.read_bytes() and anna.uuid.bytes in path.read_bytes()]
    content = both.read_bytes()
    assert VectorFiles(the_keys()).kept(under)

    leave(ben)

    assert not both.exists()
    both.write_bytes(content)
    assert VectorFiles(the_keys()).kept(under) == {}
    assert VectorFiles(the_keys()).kept({anna.uuid}), "Anna's own turn is still hers"


@ends
def test_what_was_read_before_anybody_said_whose_words_they_are_goes_as_well(invented: None) -> None:
    study = a_study()
    person = a_participant(study, "P01")
    text = a_transcript(study, f"Anna: {SAID}", f"Ben: {WARD}")
    read_passages(study=study)
    old = {path.name: path.read_bytes() for path in files()}
    speaker = text.speakers.order_by("number")[0]
    heard = an_interview(study, person)
    map_speakers(actor=None, at=NOW, transcript=text, interview=heard, whose={speaker.pk: person})
    read_passages(study=study)

    leave(person)

    ring = VectorFiles(the_keys())
    for name, content in old.items():
        (the_keys().folder / name).write_bytes(content)
    every = {digest for under in unread_of(study).wanted for digest in ring.kept(under)}
    assert digest_of(SAID) not in every and ring.kept({text.uuid}) == {} and ring.kept({person.uuid}) == {}


@ends
def test_who_withdraws_while_the_model_reads_leaves_nothing_behind(
    invented: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    study, _, text = a_coded_study()
    person = Participant.objects.get(speakers__transcript=text)

    def reading(passages: Sequence[str]) -> Floats:
        if ALIKE in passages:
            leave(person)
        return by_matter(passages)

    monkeypatch.setattr(sentence_model, "encoded", reading)

    assert read_passages(study=study) == 4
    assert not any(person.uuid.bytes in path.read_bytes() for path in files())
    assert not the_keys().has(person.uuid) and unread_of(study).missing == 0


@ends
def test_an_earlier_wording_that_is_forgotten_leaves_no_vector(invented: None) -> None:
    study, _, text = a_coded_study()
    read_passages(study=study)
    person = Participant.objects.get(speakers__transcript=text)
    assert text.newest is not None
    said = text_of(text.newest).replace("Finance", "Money")
    correct_text(actor=None, at=NOW, transcript=text, version=text.newest, text=said, reason="A mishearing")
    assert digest_of(ALIKE) in VectorFiles(the_keys()).kept({person.uuid})

    forget_earlier_wordings(actor=None, at=NOW, study=study)

    assert VectorFiles(the_keys()).kept({person.uuid}) == {}


def test_a_file_that_is_damaged_is_read_anew(invented: None) -> None:
    study, _, _ = a_coded_study()
    read_passages(study=study)
    first, second, *_ = files()
    first.write_bytes(first.read_bytes()[:-3])
    second.write_bytes(b"")

    again = read_passages(study=study)

    assert again > 0 and unread_of(study).missing == 0


@pytest.mark.parametrize("left", [0, 1, 10, 16])
def test_a_file_whose_beginning_is_damaged_keeps_nobody_from_withdrawing(invented: None, left: int) -> None:
    study, _, _ = a_coded_study()
    read_passages(study=study)
    damaged, *others = files()
    damaged.write_bytes(damaged.read_bytes()[:left])
    every = {each.uuid for each in Participant.objects.filter(study=study)}

    assert VectorFiles(the_keys()).forget(every) == len(others)
    assert VectorFiles(the_keys()).sweep() == 1 and not files()


def test_a_file_that_another_process_takes_away_first_is_passed_over(
    invented: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    study, _, _ = a_coded_study()
    read_passages(study=study)
    gone, *others = files()
    found = list(the_keys().folder.glob("*.vectors"))
    monkeypatch.setattr(Path, "glob", lambda self, pattern: found)
    gone.unlink()
    every = {each.uuid for each in Participant.objects.filter(study=study)}

    assert VectorFiles(the_keys()).forget(every) == len(others)


def test_what_a_process_that_was_killed_had_half_written_is_forgotten_too(
    invented: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, _, text = a_coded_study()
    person = Participant.objects.get(speakers__transcript=text)
    ring = VectorFiles(the_keys())
    with monkeypatch.context() as killed:
        killed.setattr(Path, "replace", lambda self, target: target)
        killed.setattr(Path, "unlink", lambda self, missing_ok: None)
        ring.keep({person.uuid}, {digest_of(ALIKE): np.ones(WIDTH, dtype=np.float32)})
    assert len(files()) == 1 and ring.kept({person.uuid}) == {}

    assert ring.forget({person.uuid}) == 1

    assert not files()


def test_vectors_that_are_forgotten_while_they_are_written_are_not_kept(
    invented: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, _, text = a_coded_study()
    person = Participant.objects.get(speakers__transcript=text)
    ring, replace = VectorFiles(the_keys()), Path.replace

    def forgotten_first(self: Path, target: Path) -> Path:
        ring.forget({person.uuid})
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", forgotten_first)

    ring.keep({person.uuid}, {digest_of(ALIKE): np.ones(WIDTH, dtype=np.float32)})

    assert not files() and ring.kept({person.uuid}) == {}


def test_bytes_under_several_keys_open_with_all_of_them_only(tmp_path: Path) -> None:
    ring = KeyRing(tmp_path / "keys")
    one, two, other = (a_participant(a_study()).uuid for _ in range(3))
    for key_id in (one, two, other):
        ring.make(key_id)

    sealed = ring.seal_under_all({one, two}, b"shadows")

    assert ring.open_under_all({two, one}, sealed) == b"shadows"
    for under in ({one}, {two}, {one, other}, {one, two, other}):
        with pytest.raises(KeyDestroyedError):
            assert ring.open_under_all(under, sealed) != b"shadows"
            raise KeyDestroyedError("it opened to something that is still sealed")
    ring.renew(one)
    with pytest.raises(KeyDestroyedError, match="being replaced"):
        ring.seal_under_all({one, two}, b"shadows")
    ring.destroy(two)
    with pytest.raises(KeyDestroyedError):
        ring.open_under_all({one, two}, sealed)


def test_no_backup_and_no_key_file_takes_vectors_along(invented: None, settings: Any, tmp_path: Path) -> None:
    settings.COMMONPOOL_HOME = tmp_path
    settings.INTERVIEW_KEYS = (tmp_path / FOLDERS[0] / "keys").resolve()
    study, _, _ = a_coded_study()
    (tmp_path / FOLDERS[0] / "sent.csv").write_text("1")

    read_passages(study=study)

    assert files()
    assert [name for name, _ in stored_files()] == [f"{FOLDERS[0]}/sent.csv"]
    assert len(the_keys().ids()) == len(list(the_keys().folder.glob("*.key")))


# --- who may ---


@pytest.mark.parametrize("method", ["get", "post"])
def test_what_the_model_has_read_is_for_those_who_code(invented: None, method: str) -> None:
    study, coder, _ = a_coded_study()
    url = f"/studies/{study.uuid}/suggestions/model/"
    outsider = lead_of(a_study("Another", lead=an_evaluator("other@study.example")))

    def answer(member: TeamMember) -> int:
        return int(getattr(as_member(member), method)(url).status_code)

    assert (answer(outsider), answer(a_coder(study, "RR", "reader"))) == (403, 403)
    assert answer(coder) in (200, 302) and answer(lead_of(study)) in (200, 302)


# --- the command ---


def run(study: Study, *more: str, as_: str) -> tuple[int, str]:
    found = CliRunner().invoke(commands, ["suggestions", "--study", str(study.uuid), "--as", as_, *more])
    return found.exit_code, found.output


def test_the_command_reads_and_says_how_good_suggestions_are_in_which_way(invented: None) -> None:
    study, coder, _ = a_coded_study()

    before = run(study, as_=coder.person.email)
    after = run(study, "--read", as_=coder.person.email)

    assert before[0] == after[0] == 0
    assert "By wording, on 4 of 4 coded passages" in before[1]
    assert "The model has not read 4 of them. Give --read to let it." in before[1]
    assert "Read 0 of 5 passages." in after[1] and "By wording and meaning, on 4 of 4 coded passages" in after[1]
    assert [line.split() for line in after[1].splitlines()[-2:]] == [
        ["beds", "2", "50%", "50%"],
        ["money", "2", "50%", "50%"],
    ]


def test_the_command_answers_programs_and_says_that_without_the_model_none_counts(absent: None) -> None:
    study, coder, _ = a_coded_study()

    code, said = run(study, "--json", as_=coder.person.email)

    answer = json.loads(said)
    assert (code, answer["model"], answer["known"], answer["unread"]) == (0, None, 4, 0)
    assert answer["codes"][0] == {"code": "beds", "passages": 2, "rate": 0.5, "chance": 0.5}
    code, said = run(study, "--read", as_=coder.person.email)
    assert code != 0 and "The sentence model is not installed on this site" in said


def test_a_reader_may_look_and_not_let_it_read(invented: None) -> None:
    study, _, _ = a_coded_study()
    reader = a_coder(study, "RR", "reader")

    assert run(study, as_=reader.person.email)[0] == 0
    code, said = run(study, "--read", as_=reader.person.email)

    assert code != 0 and "codes in the study, or leads it" in said and not files()


# --- the real one ---


@is_here
def test_the_installed_model_finds_what_is_said_in_other_words() -> None:
    study, coder, text = a_coded_study()
    assert offered(coder, text) == []

    assert read_passages(study=study) == 5

    assert is_by_meaning(coder, text)
    assert offered(coder, text)[:1] == ["money"]
