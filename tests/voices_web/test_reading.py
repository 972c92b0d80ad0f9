"""Coding while reading: what may be done, what is kept where it cannot, and what others see of it."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from commonpool.voices.models import (
    Assignment,
    Code,
    CodebookChange,
    CodebookVersion,
    Coding,
    CodingRound,
    Memo,
    Study,
    TeamMember,
    Transcript,
    TranscriptVersion,
    Turn,
    TurnTag,
)
from commonpool.voices.queries.codings import seen_by
from commonpool.voices.queries.margins import margins_of
from commonpool.voices.queries.progress import progress_of
from commonpool.voices.queries.texts import text_of
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

pytestmark = pytest.mark.django_db
SCRIPT = {"accept": "application/json"}


def a_blind_round(
    study: Study, text: Transcript, *coders: TeamMember, framework: CodebookVersion | None = None
) -> CodingRound:
    made = CodingRound.objects.create(
        study=study, name="Double", kind="double", is_blind=True, framework=framework, opened_at=NOW
    )
    for coder in coders:
        Assignment.objects.create(round=made, transcript=text, coder=coder)
    return made


def a_framework(study: Study) -> CodebookVersion:
    """The codebook as it stands, agreed."""
    last = CodebookChange.objects.filter(study=study).count()
    return CodebookVersion.objects.create(study=study, label="v0.1", change_number=last, reason="Piloted.", made_at=NOW)


def version_of(text: Transcript) -> TranscriptVersion:
    assert text.newest is not None
    return text.newest


def place(text: Transcript, words: str) -> dict[str, Any]:
    start = text_of(version_of(text)).index(words)
    return {"version": version_of(text).uuid, "start": start, "end": start + len(words)}


def code(client: Client, text: Transcript, *, headers: dict[str, str] | None = None, **sent: Any) -> Any:
    return client.post(f"/transcripts/{text.uuid}/code/", sent, headers=headers or {})


def words_of(coding: Coding) -> str:
    return text_of(coding.version)[coding.start : coding.end]


def test_a_passage_is_coded_by_turn_and_words_without_any_script() -> None:
    study = a_study()
    text, coder, trust = a_transcript(study), a_coder(study), a_code(study, "trust")

    answer = code(
        as_member(coder),
        text,
        version=version_of(text).uuid,
        turn=2,
        words="it took  trust",
        codes=[trust.uuid],
        memo="Early.",
    )

    made = Coding.objects.get()
    assert answer.status_code == 302
    assert (words_of(made), made.memo, made.coder) == ("It took trust", "Early.", coder)


def test_empty_words_are_the_whole_turn_and_a_later_turn_ends_a_longer_passage() -> None:
    study = a_study()
    text, trust = a_transcript(study), a_code(study)
    browser, known = as_member(a_coder(study)), {"version": version_of(text).uuid, "codes": [trust.uuid]}

    code(browser, text, turn=3, **known)
    code(browser, text, turn=2, until=3, **known)

    one, several = Coding.objects.order_by("pk")
    assert words_of(one) == "And the trust?"
    assert words_of(several).startswith("We shared") and words_of(several).endswith("And the trust?")


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"turn": 2, "words": "nowhere"}, "‘nowhere’ does not stand in turn 2"),
        ({"turn": 4, "words": "in"}, "These words stand"),
        ({"turn": 99}, "Choose the turn"),
        ({"turn": 2, "until": 1}, "Give one from 2 to 4"),
        ({"start": 5, "end": 5}, "Select some words first"),
    ],
)
def test_what_cannot_be_coded_is_said_and_what_was_typed_is_kept(sent: dict[str, Any], said: str) -> None:
    study = a_study()
    text = a_transcript(study, "A: One.", "B: We shared the risk.", "A: Two.", "B: Once in a pool, in one place.")
    trust = a_code(study)

    answer = code(
        as_member(a_coder(study)), text, version=version_of(text).uuid, codes=[trust.uuid], memo="Kept.", **sent
    )

    page = answer.content.decode()
    assert said in page
    assert not Coding.objects.exists()
    if sent.get("turn") != 99 and "start" not in sent:
        assert "Kept." in page and re.search(rf'value="{trust.uuid}"[^>]* checked', page)


def test_several_codes_are_put_on_at_once_or_none_of_them() -> None:
    study = a_study()
    text, one, two = a_transcript(study), a_code(study), a_code(study)
    browser = as_member(a_coder(study))

    done = code(browser, text, headers=SCRIPT, codes=[one.uuid, two.uuid], **place(text, "shared the risk"))
    again = code(browser, text, headers=SCRIPT, codes=[a_code(study).uuid, two.uuid], **place(text, "shared the risk"))

    assert len(done.json()["made"]) == 2
    assert (again.status_code, Coding.objects.count()) == (409, 2)
    assert "on exactly this passage already" in again.json()["problem"]


def test_a_passage_never_cuts_a_letter_from_its_accent() -> None:
    study = a_study()
    text, trust = a_transcript(study, "A: A cafe\u0301 \U0001f469\U0001f3fd talk."), a_code(study)

    code(as_member(a_coder(study)), text, headers=SCRIPT, codes=[trust.uuid], **place(text, "cafe"))

    assert words_of(Coding.objects.get()) == "cafe\u0301"


def test_words_become_a_code_of_their_own_and_the_same_words_the_same_code() -> None:
    study = a_study()
    text, browser = a_transcript(study), as_member(a_coder(study))

    for words in ("in one place", "shared the risk", "In one place"[3:]):
        code(browser, text, headers=SCRIPT, in_vivo="on", **place(text, words))

    assert sorted(Code.objects.values_list("name", flat=True)) == ["in one place", "one place", "shared the risk"]


def test_in_a_blind_round_only_its_framework_is_offered_and_no_code_can_be_made() -> None:
    study = a_study()
    text, coder, known = a_transcript(study), a_coder(study), a_code(study, "known")
    a_blind_round(study, text, coder, framework=a_framework(study))
    later = a_code(study, "later")
    browser = as_member(coder)

    offered = browser.get(f"/transcripts/{text.uuid}/panel/?turn=2").content.decode()
    refused = [
        code(browser, text, headers=SCRIPT, codes=[later.uuid], **place(text, "trust")),
        code(browser, text, headers=SCRIPT, in_vivo="on", **place(text, "trust")),
    ]
    code(browser, text, headers=SCRIPT, codes=[known.uuid], **place(text, "trust"))

    assert str(known.uuid) in offered and str(later.uuid) not in offered
    assert [each.status_code for each in refused] == [409, 409]
    assert "blind round" in refused[1].json()["problem"]
    assert Coding.objects.get().round == CodingRound.objects.get()


@pytest.mark.requirement("S130")
def test_nobody_learns_of_anothers_coding_in_a_blind_round_from_any_part_of_the_page() -> None:
    study = a_study()
    text, ann, ben = a_transcript(study), a_coder(study, "AB"), a_coder(study, "CD")
    secret = a_code(study, "telltale")
    a_blind_round(study, text, ann, ben)
    browser, address = as_member(ben), f"/transcripts/{text.uuid}/"
    start = place(text, "It took trust")["start"]
    asked = [f"{address}state/", f"{address}turns/?n=2", f"{address}panel/?start={start}&end={start + 5}"]
    before = [browser.get(each).content for each in asked]
    hidden = a_coding(ann, text, secret, "It took trust")
    page = browser.get(address)

    after = [browser.get(each).content for each in asked]

    without_tokens = [
        [re.sub(rb'value="[A-Za-z0-9]{64}"', b"", each) for each in each_time] for each_time in (before, after)
    ]
    assert without_tokens[0] == without_tokens[1]
    assert str(hidden.uuid) not in page.content.decode()
    assert browser.get(f"{address}panel/?passage={hidden.uuid}").status_code == 404
    assert page.context["codings"] == []


def test_what_one_codes_the_other_sees_at_the_next_look_and_nothing_is_lost() -> None:
    study = a_study()
    text, ann, ben = a_transcript(study), a_coder(study, "AB"), a_coder(study, "CD")
    trust, address = a_code(study), f"/transcripts/{text.uuid}/"
    anns, bens = as_member(ann), as_member(ben)
    known = bens.get(f"{address}state/").json()["stamp"]

    for browser in (anns, bens):
        code(browser, text, headers=SCRIPT, codes=[trust.uuid], **place(text, "It took trust"))

    found = bens.get(f"{address}state/", {"known": known}).json()
    assert list(found["turns"]) == ["2"]
    assert bens.get(f"{address}turns/?n=2").content.decode().count("v-name") == 2
    assert seen_by(ben).count() == 2
    assert bens.get(f"{address}state/", {"known": found["stamp"]}).status_code == 204


def test_a_text_that_has_a_newer_version_is_said_so_and_what_was_typed_is_kept() -> None:
    study = a_study()
    text, trust = a_transcript(study), a_code(study)
    old = place(text, "It took trust")
    text.newest = TranscriptVersion.objects.create(
        transcript=text, number=2, length=5, sha256="x", reason="Mishearing.", made_at=NOW
    )
    text.save()

    answer = code(as_member(a_coder(study)), text, headers=SCRIPT, codes=[trust.uuid], memo="M", **old)

    assert answer.status_code == 409
    assert "newer version" in answer.json()["problem"]


def test_ones_own_coding_is_taken_away_and_put_back_and_nobody_elses() -> None:
    study = a_study()
    text, ann, ben = a_transcript(study), a_coder(study, "AB"), a_coder(study, "CD")
    made = a_coding(ann, text, a_code(study))

    refused = as_member(ben).post(f"/codings/{made.uuid}/remove/", headers=SCRIPT)
    as_member(ann).post(f"/codings/{made.uuid}/remove/")
    gone = seen_by(ann).count()
    page = as_member(ann).get(f"/transcripts/{text.uuid}/").content.decode()
    as_member(ann).post(f"/codings/{made.uuid}/put-back/")

    assert refused.status_code == 409
    assert gone == 0 and f"/codings/{made.uuid}/put-back/" in page
    assert seen_by(ann).count() == 1


def test_a_memo_is_written_on_ones_own_coding_and_read_beside_it() -> None:
    study = a_study()
    text, ann = a_transcript(study), a_coder(study)
    made = a_coding(ann, text, a_code(study))

    as_member(ann).post(f"/codings/{made.uuid}/memo/", {"text": "Compare with T02."})

    page = as_member(ann).get(f"/transcripts/{text.uuid}/?passage={made.uuid}").content.decode()
    assert "Compare with T02." in page


def test_the_margin_shows_only_what_is_asked_for() -> None:
    study = a_study()
    text, ann, ben = a_transcript(study), a_coder(study, "AB"), a_coder(study, "CD")
    above = a_code(study, "above")
    beneath, other = a_code(study, "beneath", above), a_code(study, "other")
    a_coding(ann, text, beneath)
    a_coding(ben, text, other)
    browser, address = as_member(ann), f"/transcripts/{text.uuid}/"

    def names(**asked: Any) -> list[str]:
        return [each.code.name for each in browser.get(address, asked).context["codings"]]

    assert names(code=above.uuid) == ["beneath"]
    assert names(coder=ben.uuid) == ["other"]
    assert names(round=uuid4()) == []
    assert sorted(names(code="nonsense")) == ["beneath", "other"]


def test_each_coding_is_read_out_with_its_code_coder_and_first_words() -> None:
    study = a_study()
    text, ann = a_transcript(study), a_coder(study, "AB")
    a_coding(ann, text, a_code(study, "sharing"), "shared the risk from the first day")

    page = as_member(ann).get(f"/transcripts/{text.uuid}/").content.decode()

    chip = re.search(r'<a class="v-chip.*?</a>', page, re.DOTALL)
    assert chip is not None
    assert re.sub(r"<[^>]+>", "", chip[0]) == "sharing AB: ‘shared the risk from the first day’"


def test_forty_codes_on_one_passage_leave_few_in_sight_and_the_others_in_a_list_that_opens() -> None:
    study = a_study()
    text, ann = a_transcript(study), a_coder(study)
    for _ in range(40):
        a_coding(ann, text, a_code(study), "shared the risk")

    turn = as_member(ann).get(f"/transcripts/{text.uuid}/turns/?n=2").content.decode()

    assert turn.count("<path") == 8 + 40  # seven brackets, one for all others, and a key for each name
    assert "37 more" in turn
    assert turn.index("<details") > turn.rindex("</pre>")


def test_two_passages_of_one_line_have_brackets_side_by_side_and_those_of_two_turns_one_above_another() -> None:
    study = a_study()
    text, ann = a_transcript(study), a_coder(study)
    for words in ("shared the risk", "It took trust", "one place"):
        a_coding(ann, text, a_code(study), words)

    drawn = [mark.lane for mark in margins_of(ann, text).marks]

    assert drawn == [0, 1, 0]


def test_what_begins_on_the_line_of_forty_codes_has_a_bracket_of_its_own_all_the_same() -> None:
    study = a_study()
    text, ann = a_transcript(study), a_coder(study)
    for _ in range(40):
        a_coding(ann, text, a_code(study), "shared the risk")
    after = a_coding(ann, text, a_code(study), "It took trust")

    lane_of = {mark.pk: mark.lane for mark in margins_of(ann, text).marks}

    assert sorted(lane_of.values()) == [0, *range(40)] and lane_of[after.pk] == 0


def test_words_in_a_transcript_are_shown_as_they_were_said() -> None:
    study = a_study()
    text = a_transcript(study, "A: The <b>BCF</b> & the HWB\tboard.")

    turn = as_member(a_coder(study)).get(f"/transcripts/{text.uuid}/").content.decode()

    assert "The &lt;b&gt;BCF&lt;/b&gt; &amp; the HWB\tboard.</pre>" in turn


def test_a_turn_that_was_coded_or_marked_as_read_is_done_with() -> None:
    study = a_study()
    text, ann = a_transcript(study), a_coder(study)
    a_coding(ann, text, a_code(study), "shared the risk")
    version = version_of(text).uuid

    as_member(ann).post(f"/transcripts/{text.uuid}/read/", {"version": version, "turn": 1, "is_read": "1"})
    found = progress_of(ann, [text])[text.pk]
    as_member(ann).post(f"/transcripts/{text.uuid}/done/", {"done": "1"})

    assert (found.turns, found.seen, found.coded, found.next_uncoded) == (4, 2, 1, 3)
    assert progress_of(ann, [text])[text.pk].done_at is not None
    assert progress_of(lead_of(study), [text])[text.pk].seen == 0


def test_a_turn_read_is_read_in_a_newer_version_too() -> None:
    study = a_study()
    text, ann = a_transcript(study, "A: One.", "B: Two."), a_coder(study)
    as_member(ann).post(
        f"/transcripts/{text.uuid}/read/", {"version": version_of(text).uuid, "turn": 2, "is_read": "1"}
    )
    as_member(ann).post(
        f"/transcripts/{text.uuid}/tag/", {"version": version_of(text).uuid, "turn": 2, "name": "look again"}
    )

    newer_with(text, inserted=10)

    assert progress_of(ann, [text])[text.pk].next_uncoded == 1
    page = as_member(ann).get(f"/transcripts/{text.uuid}/turns/?n=2").content.decode()
    assert "look again" in page and "data-read" in page


def newer_with(text: Transcript, inserted: int) -> None:
    """A second version in which so many characters stand before everything."""
    old = version_of(text)
    text.newest = TranscriptVersion.objects.create(
        transcript=text,
        number=2,
        length=old.length + inserted,
        sha256="2",
        edits=[[0, 0, inserted]],
        reason="R",
        made_at=NOW,
    )
    text.save()
    for turn in Turn.objects.filter(version=old):
        turn.pk, turn.version = None, text.newest
        turn.start, turn.words_from, turn.end = (at + inserted for at in (turn.start, turn.words_from, turn.end))
        turn.save(force_insert=True)


def test_tags_mark_turns_and_narrow_the_page_to_them() -> None:
    study = a_study()
    text, ann, ben = a_transcript(study), a_coder(study, "AB"), a_coder(study, "CD")
    sent = {"version": version_of(text).uuid, "turn": 3, "name": "check the tape"}

    as_member(ann).post(f"/transcripts/{text.uuid}/tag/", sent)
    twice = as_member(ann).post(f"/transcripts/{text.uuid}/tag/", sent, headers=SCRIPT)

    page = as_member(ben).get(f"/transcripts/{text.uuid}/")
    tag = page.context["filter_tags"][0][0]
    narrowed = as_member(ben).get(f"/transcripts/{text.uuid}/", {"tag": tag})
    assert "already" in twice.json()["problem"]
    assert [number for number, _ in narrowed.context["turns"]] == [3]


def test_a_coding_is_saved_in_a_fixed_number_of_questions_to_the_database(django_assert_max_num_queries: Any) -> None:
    study = a_study()
    text, ann, trust = a_transcript(study), a_coder(study), a_code(study)
    browser = as_member(ann)
    code(browser, text, headers=SCRIPT, codes=[trust.uuid], **place(text, "money"))

    with django_assert_max_num_queries(24):
        code(browser, text, headers=SCRIPT, codes=[trust.uuid], **place(text, "trust"))


def test_the_page_asks_no_more_of_the_database_where_more_is_coded(django_assert_max_num_queries: Any) -> None:
    study = a_study()
    text, ann = a_transcript(study), a_coder(study)
    for words in ("shared", "risk", "first", "day", "trust", "money", "place", "pooled", "budget"):
        a_coding(ann, text, a_code(study), words)
    browser = as_member(ann)

    with django_assert_max_num_queries(45):
        browser.get(f"/transcripts/{text.uuid}/")


WRITES = ["code", "note", "tag", "read", "done"]
READS = ["", "turns/", "state/", "panel/?turn=1"]


@pytest.mark.parametrize("part", READS + [f"{each}/" for each in WRITES])
def test_nobody_outside_the_team_reaches_any_part_of_the_reading_view(part: str) -> None:
    study = a_study()
    text = a_transcript(study, name="Secret name")
    outsider = as_member(lead_of(a_study("Another", lead=an_evaluator("other@study.example"))))
    address = f"/transcripts/{text.uuid}/{part}"

    answer = outsider.post(address) if part.rstrip("/") in WRITES else outsider.get(address)

    assert answer.status_code == 403
    assert "Secret" not in answer.content.decode()


@pytest.mark.parametrize("part", ["code", "note", "tag"])
def test_a_reader_reads_and_changes_nothing(part: str) -> None:
    study = a_study()
    text, reader = a_transcript(study), a_coder(study, "RR", part=TeamMember.Part.READER)
    browser = as_member(reader)

    assert browser.get(f"/transcripts/{text.uuid}/?turn=2").status_code == 200
    assert browser.post(f"/transcripts/{text.uuid}/{part}/", {}).status_code == 403


@pytest.mark.parametrize("step", ["remove", "put-back", "memo"])
def test_a_coding_is_reached_by_the_team_alone(step: str) -> None:
    study = a_study()
    made = a_coding(a_coder(study), a_transcript(study), a_code(study))
    outsider = as_member(lead_of(a_study("Another", lead=an_evaluator("other@study.example"))))

    assert outsider.post(f"/codings/{made.uuid}/{step}/").status_code == 403
    assert seen_by(lead_of(study)).count() == 1


def tagged(text: Transcript, member: TeamMember, name: str = "look again", turn: int = 2) -> TurnTag:
    sent = {"version": version_of(text).uuid, "turn": turn, "name": name}
    as_member(member).post(f"/transcripts/{text.uuid}/tag/", sent)
    return TurnTag.objects.latest("pk")


def noted(text: Transcript, member: TeamMember) -> Memo:
    sent = {**place(text, "It took trust"), "text": "Why it lasted."}
    as_member(member).post(f"/transcripts/{text.uuid}/note/", sent)
    return Memo.objects.latest("pk")


def test_a_passage_shows_the_tags_of_its_turn_wherever_in_it_the_passage_stands() -> None:
    study = a_study()
    text, ann = a_transcript(study), a_coder(study)
    tag = tagged(text, ann)
    browser, off = as_member(ann), f"/turn-tags/{tag.uuid}/remove/"
    inside, before = place(text, "took trust"), place(text, "the pooled budget")

    shown = [
        off in browser.get(f"/transcripts/{text.uuid}/panel/", asked).content.decode()
        for asked in ({"turn": 2}, inside, {"turn": 1}, before, {"turn": 3})
    ]

    assert shown == [True, True, False, False, False]


def test_what_is_taken_away_while_reading_is_put_back_on_the_page_that_follows_without_any_script() -> None:
    study = a_study()
    text, ann = a_transcript(study), a_coder(study)
    tag, memo, coding = tagged(text, ann), noted(text, ann), a_coding(ann, text, a_code(study, "trust"))
    browser = as_member(ann)

    for sent, fields in (
        (f"/turn-tags/{tag.uuid}/remove/", {}),
        (f"/memos/{memo.uuid}/remove/", {"text": "1"}),
        (f"/codings/{coding.uuid}/remove/", {}),
    ):
        page = browser.post(sent, fields, follow=True)
        assert page.redirect_chain[0][0].startswith(f"/transcripts/{text.uuid}/")
        assert "It can be put back at the end of the page." in page.content.decode()
    forms = re.findall(r'<li><form method="post" action="([^"]+)">(.*?)</form>', page.content.decode(), re.DOTALL)
    assert len(forms) == 3
    for address, inside in forms:
        browser.post(address, dict(re.findall(r'name="(text|back)" value="(1)"', inside)))

    assert set(TurnTag.objects.values_list("removed_at")) == set(Memo.objects.values_list("removed_at")) == {(None,)}
    assert seen_by(ann).get() == coding
    assert "What you took away" not in browser.get(f"/transcripts/{text.uuid}/").content.decode()


def test_the_script_learns_how_to_put_back_what_it_took_away() -> None:
    study = a_study()
    text, ann = a_transcript(study), a_coder(study)
    tag, memo, coding = tagged(text, ann), noted(text, ann), a_coding(ann, text, a_code(study, "trust"))
    browser = as_member(ann)

    told = [
        browser.post(f"/turn-tags/{tag.uuid}/remove/", headers=SCRIPT).json(),
        browser.post(f"/memos/{memo.uuid}/remove/", {"text": "1"}, headers=SCRIPT).json(),
        browser.post(f"/codings/{coding.uuid}/remove/", headers=SCRIPT).json(),
    ]
    back = [browser.post(each["url"], each["fields"], headers=SCRIPT).json() for each in told]

    assert [each["said"] for each in told] == [
        "The tag ‘look again’ was taken off.",
        "The memo was taken away.",
        "‘trust’ was taken away.",
    ]
    assert back == [{}, {}, {}]
    assert set(TurnTag.objects.values_list("removed_at")) == set(Memo.objects.values_list("removed_at")) == {(None,)}
    assert seen_by(ann).get() == coding


def test_a_tag_that_was_put_on_again_since_is_not_put_back_beside_it_in_a_newer_version_either() -> None:
    study = a_study()
    text, ann = a_transcript(study, "A: One.", "B: Two."), a_coder(study)
    tag = tagged(text, ann)
    browser = as_member(ann)
    browser.post(f"/turn-tags/{tag.uuid}/remove/")
    newer_with(text, inserted=10)
    text.refresh_from_db()
    tagged(text, ann)

    refused = browser.post(f"/turn-tags/{tag.uuid}/put-back/", headers=SCRIPT)
    standing = browser.post(f"/turn-tags/{TurnTag.objects.latest('pk').uuid}/put-back/", headers=SCRIPT)

    assert (refused.status_code, standing.status_code) == (409, 409)
    assert "You have put ‘look again’ on this turn again since." in refused.json()["problem"]
    assert "nothing" in standing.json()["problem"] or "no tag of yours" in standing.json()["problem"]


def test_a_tag_is_put_back_by_whoever_put_it_on_alone() -> None:
    study = a_study()
    text, ann = a_transcript(study), a_coder(study)
    tag = tagged(text, ann)
    as_member(ann).post(f"/turn-tags/{tag.uuid}/remove/")
    outsider = as_member(lead_of(a_study(lead=an_evaluator("other@study.example"))))
    readers, others = as_member(a_coder(study, "RD", "reader")), as_member(a_coder(study, "CD"))

    answers = [each.post(f"/turn-tags/{tag.uuid}/put-back/").status_code for each in (outsider, readers, others)]

    assert answers == [403, 403, 404]
    tag.refresh_from_db()
    assert tag.removed_at is not None


def test_whoever_is_done_with_a_text_is_led_to_the_next_one_and_back_to_the_round() -> None:
    study = a_study()
    first, second, third = (a_transcript(study, name=name) for name in ("T01", "T02", "T03"))
    ann, ben = a_coder(study, "AB"), a_coder(study, "CD")
    main = a_round(study, (third, ann), is_blind=False, name="Main")
    double = a_round(study, (first, ann), (second, ann), (first, ben), name="Double")
    browser = as_member(ann)

    found = []
    for text in (first, second, third):
        answer = browser.post(f"/transcripts/{text.uuid}/done/", {"done": "1"}, follow=True)
        assert answer.redirect_chain == [(f"/transcripts/{text.uuid}/#next", 302)]
        [told] = re.findall(r'id="next"[^>]*>(.*?)</div>', answer.content.decode(), re.DOTALL)
        found.append((" ".join(re.sub("<[^>]+>", "", told).split()), re.findall('href="([^"]+)"', told)))

    assert found == [
        (
            "You are done with this text. Next for you: T02. Back to the round ‘Double’",
            [f"/transcripts/{second.uuid}/", f"/rounds/{double.uuid}/"],
        ),
        (
            "You are done with this text. Next for you: T03, in the round ‘Main’. Back to the round ‘Double’",
            [f"/transcripts/{third.uuid}/", f"/rounds/{double.uuid}/"],
        ),
        (
            "You are done with this text. Nothing else waits for you to code. Back to the round ‘Main’",
            [f"/rounds/{main.uuid}/"],
        ),
    ]


def test_the_next_step_stands_below_a_text_once_every_turn_is_coded_or_read() -> None:
    study = a_study()
    text, ann = a_transcript(study), a_coder(study)
    browser, address = as_member(ann), f"/transcripts/{text.uuid}/"

    before = browser.get(address).content.decode()
    for turn in (1, 2, 3, 4):
        browser.post(f"{address}read/", {"version": version_of(text).uuid, "turn": turn, "is_read": "1"})
    after = browser.get(address).content.decode()

    assert '<div class="v-end" data-end hidden>' in before
    assert '<div class="v-end" data-end><p class="govuk-body">You have coded or read every turn.</p>' in after
