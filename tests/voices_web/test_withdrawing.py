"""What participants agree to, and what withdrawing destroys: their words alone, here and in every backup."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest

from commonpool.voices.actions.consents import record_consent
from commonpool.voices.actions.speakers import map_speakers
from commonpool.voices.actions.transcripts import Who
from commonpool.voices.actions.withdrawing import withdraw
from commonpool.voices.errors import KeyDestroyedError, StepError
from commonpool.voices.models import EarlierSeal, Participant, SealedPart, Study, ToLookAt, Transcript
from commonpool.voices.queries.consents import may_quote, standing_of
from commonpool.voices.queries.texts import label_of, text_of, typed_label
from commonpool.voices.queries.touching import FOLLOWS, NAMES, Touch, found_for, register
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
from tests.voices_web.test_versions_of_texts import a_blind_round, a_memo

pytestmark = pytest.mark.django_db(transaction=True)
GROUP = (
    "Interviewer: Begin.",
    "Anna: Mine first.",
    "Ben: As she said.",
    "Interviewer: Go on.",
    "Ben: Anna Smith knows.",
    "Anna: Mine again.",
)


def agree(person: Participant, on: date = date(2024, 3, 1), *, quote: bool = True, archive: bool = False) -> None:
    given = {"may_record": True, "may_quote": quote, "may_archive": archive}
    record_consent(actor=None, at=NOW, participant=person, given_on=on, **given)


def a_group(study: Study) -> tuple[Transcript, Participant, Participant]:
    anna, ben = a_participant(study, "P01", real_name="Anna Smith"), a_participant(study, "P02")
    who = Who({"Anna": anna, "Ben": ben}, frozenset({"Interviewer"}))
    return a_transcript(study, *GROUP, name="Group", who=who, interview=an_interview(study, anna, ben)), anna, ben


def gone(person: Participant) -> None:
    withdraw(actor=None, at=NOW, participant=person, typed=person.pseudonym)
    person.refresh_from_db()


def read(text: Transcript) -> list[str]:
    assert text.newest is not None
    return text_of(text.newest).splitlines()


def quoting(person: Participant) -> bool | None:
    return may_quote([Participant.objects.get(pk=person.pk)])[person.pk]


def hidden(line: str) -> str:
    return UNREADABLE * len(line)


def test_quoting_needs_a_consent_and_the_latest_counts() -> None:
    person = a_participant(a_study(), "P01")
    assert quoting(person) is None

    agree(person, date(2024, 3, 1), quote=True, archive=True)
    [standing] = standing_of(person.study)
    assert quoting(person) and standing.consent is not None and standing.consent.may_archive
    agree(person, date(2024, 5, 1), quote=False)
    agree(person, date(2024, 4, 1), quote=True)

    assert quoting(person) is False
    assert person.consents.count() == 3


def test_a_consent_is_recorded_on_a_page_and_the_list_shows_it() -> None:
    study = a_study()
    person, browser = a_participant(study, "P01"), as_member(a_coder(study))

    browser.post(f"/participants/{person.uuid}/consent/", {"given_on": "2024-03-01", "may_quote": "on", "note": "Form"})
    listed = browser.get(f"/studies/{study.uuid}/consents/?download=csv").content.decode()

    assert quoting(person)
    assert "P01,2024-03-01,,no,yes,no," in listed
    early = browser.post(f"/participants/{person.uuid}/consent/", {"given_on": "2999-01-01"}).content.decode()
    assert "The day has not come yet" in early


def test_who_was_heard_before_agreeing_to_anything_is_named_and_the_day_itself_is_early_enough() -> None:
    study = a_study()
    for pseudonym, agreed_on in (("P01", date(2024, 3, 2)), ("P02", date(2024, 3, 1)), ("P03", None)):
        person = a_participant(study, pseudonym)
        an_interview(study, person, held_on=date(2024, 3, 1))
        an_interview(study, person)
        if agreed_on:
            agree(person, agreed_on)
    late = next(each.participant for each in standing_of(study) if each.is_late)

    page = as_member(lead_of(study)).get(f"/studies/{study.uuid}/consents/").content.decode()

    assert "by the days that are recorded: P01. Correct" in page
    agree(late, date(2024, 2, 1))
    assert not [each for each in standing_of(study) if each.is_late]


def test_withdrawing_makes_their_own_words_unreadable_and_leaves_the_others() -> None:
    text, anna, _ = a_group(a_study())

    gone(anna)

    assert read(text) == [GROUP[0], hidden(GROUP[1]), *GROUP[2:5], hidden(GROUP[5])]
    assert (bytes(anna.sealed_name), anna.withdrawn_at) == (b"", NOW)
    assert not the_keys().has(anna.uuid) and the_keys().has(text.uuid)
    label = text.speakers.get(participant=anna)
    assert (typed_label(label), label_of(label)) == (None, "P01")
    assert quoting(anna) is False


def test_where_they_were_heard_alone_the_whole_text_goes_with_every_label() -> None:
    study = a_study()
    anna = a_participant(study, "P01")
    lines = ("Interviewer: Begin.", "Anna: Mine.", "Sue: Who is this?", "Sue: Nobody knows.")
    text = a_transcript(study, *lines, interview=an_interview(study, anna))

    gone(anna)

    assert read(text) == [hidden("\n".join(lines) + "\n")]
    assert [typed_label(each) for each in text.speakers.all()] == [None, None, None]
    assert "Anna" not in " ".join(label_of(each) for each in text.speakers.all())


def test_with_the_last_of_a_group_the_texts_own_key_goes_too() -> None:
    text, anna, ben = a_group(a_study())

    gone(anna)
    assert the_keys().has(text.uuid)
    gone(ben)

    assert not the_keys().has(text.uuid)
    assert set("".join(read(text))) == {UNREADABLE}


def test_a_copy_of_the_database_from_before_cannot_be_read_either() -> None:
    _, anna, _ = a_group(a_study())
    before = {(part.key_id, bytes(part.sealed)) for part in SealedPart.objects.all()}

    gone(anna)

    theirs = [sealed for key_id, sealed in before if key_id == anna.uuid]
    assert len(theirs) == 1
    with pytest.raises(KeyDestroyedError):
        the_keys().open(anna.uuid, theirs[0])
    assert all(the_keys().open(key_id, sealed) for key_id, sealed in before if key_id != anna.uuid)


def test_words_that_were_named_theirs_only_later_cannot_be_read_from_an_earlier_backup() -> None:
    study = a_study()
    anna = a_participant(study, "P01")
    text = a_transcript(study, *GROUP)
    [before] = [bytes(part.sealed) for part in SealedPart.objects.all()]
    speaker = next(each for each in text.speakers.all() if typed_label(each) == "Anna")
    map_speakers(actor=None, at=NOW, transcript=text, interview=None, whose={speaker.pk: anna})
    assert EarlierSeal.objects.get().key_id == text.uuid
    assert "Mine first" in the_keys().open(text.uuid, before)

    gone(anna)

    with pytest.raises(KeyDestroyedError):
        the_keys().open(text.uuid, before)
    assert read(text) == [GROUP[0], hidden(GROUP[1]), *GROUP[2:5], hidden(GROUP[5])]


def test_nothing_of_somebody_who_withdrew_is_sealed_with_another_key() -> None:
    study = a_study()
    anna = a_participant(study, "P01")
    gone(anna)

    with pytest.raises(StepError, match="somebody who withdrew"):
        a_transcript(study, "Anna: More.", "Anna: And more.", who=Who({"Anna": anna}))
    with pytest.raises(StepError, match="P01 withdrew"):
        agree(anna)
    assert not the_keys().has(anna.uuid)


def test_something_else_typed_does_nothing() -> None:
    text, anna, _ = a_group(a_study())
    browser = as_member(lead_of(text.study))

    page = browser.post(f"/participants/{anna.uuid}/withdraw/", {"typed": "P02"}).content.decode()

    assert "Type P01 to say that you mean it. Nothing was done." in page
    assert the_keys().has(anna.uuid)
    assert read(text) == list(GROUP)


def test_before_the_step_the_page_says_what_goes_and_what_is_to_be_looked_at() -> None:
    text, anna, _ = a_group(a_study())
    coder = a_coder(text.study)
    a_coding(coder, text, a_code(text.study), "Mine first")
    alone = a_transcript(text.study, "Q: Yes?", "Q: No?", name="Alone", interview=an_interview(text.study, anna))

    page = as_member(lead_of(text.study)).get(f"/participants/{anna.uuid}/withdraw/").content.decode()

    assert "Group: 2 turns of theirs with" in page
    assert f"{alone.name}: the whole text" in page
    assert "1 coding that you may see stands on these words" in page
    assert f"{FOLLOWS}: 1" in page and f"{NAMES}: 1" in page
    assert "Group, turn 3" in page and "Group, turn 5" in page


def test_after_the_step_the_list_stays_and_each_thing_is_ticked_off() -> None:
    text, anna, _ = a_group(a_study())
    coder = a_coder(text.study)
    a_memo(coder, text, "Mine first")
    a_coding(coder, text, a_code(text.study), "Mine again", memo="She meant the board")
    lead = as_member(lead_of(text.study))

    page = lead.post(f"/participants/{anna.uuid}/withdraw/", {"typed": "P01"}, follow=True).content.decode()

    assert "The key to their words is destroyed. 4 of 4 things wait to be looked at." in page
    row = ToLookAt.objects.filter(kind=NAMES).get()
    assert row.words == "Group, turn 5"
    after = lead.post(f"/to-look-at/{row.uuid}/", {"seen": "1"}, follow=True).content.decode()
    assert "3 of 4 things wait" in after
    again = lead.post(f"/to-look-at/{row.uuid}/", {"seen": "0"}, follow=True).content.decode()
    assert "4 of 4 things wait" in again
    assert lead.get(f"/participants/{anna.uuid}/consent/")["Location"].endswith("/withdrawn/")


def test_what_a_blind_round_hides_is_not_on_the_list_of_others() -> None:
    text, anna, _ = a_group(a_study())
    one, other, lead = a_coder(text.study, "AA"), a_coder(text.study, "BB"), lead_of(text.study)
    made = a_blind_round(text.study, text, one, other)
    a_coding(one, text, a_code(text.study, "secret code"), "Mine first", coding_round=made, memo="What I think")

    before = as_member(lead).get(f"/participants/{anna.uuid}/withdraw/").content.decode()
    gone(anna)
    pages = {each.initials: listed(each, anna) for each in (one, other, lead)}

    assert "secret code" not in before + pages["BB"] + pages["LL"]
    assert "secret code" in pages["AA"]


def listed(member: object, person: Participant) -> str:
    return as_member(member).get(f"/participants/{person.uuid}/withdrawn/").content.decode()  # type: ignore[arg-type]


def test_other_parts_add_what_they_keep_about_people() -> None:
    _, anna, _ = a_group(a_study())
    thing = Touch(uuid4(), "A letter")
    register("Letters", lambda participant: [thing] if participant == anna else [])

    try:
        assert found_for(anna)["Letters"] == [thing]
    finally:
        register("Letters", lambda participant: [])


def test_a_key_that_a_crash_left_behind_is_told_and_destroyed() -> None:
    text, anna, _ = a_group(a_study())
    lead = as_member(lead_of(text.study))
    Participant.objects.filter(pk=anna.pk).update(withdrawn_at=NOW)

    page = lead.get(f"/participants/{anna.uuid}/withdrawn/").content.decode()
    lead.post(f"/participants/{anna.uuid}/withdrawn/finish/")

    assert "the key is there still" in page
    assert not the_keys().has(anna.uuid)
    assert read(text)[1] == hidden(GROUP[1])


def test_a_renewed_key_opens_what_was_sealed_before_until_it_is_settled() -> None:
    keys, key_id = the_keys(), uuid4()
    before = keys.seal(key_id, "before")

    keys.renew(key_id)
    after = keys.seal(key_id, "after")

    assert (keys.open(key_id, before), keys.open(key_id, after)) == ("before", "after")
    keys.settle(key_id)
    assert keys.open(key_id, after) == "after"
    with pytest.raises(KeyDestroyedError):
        keys.open(key_id, before)
    keys.destroy(key_id)
    with pytest.raises(KeyDestroyedError):
        keys.make(key_id)
