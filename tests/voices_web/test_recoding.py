"""After the framework changed: merges are mapped, splits are chosen, all can be put back, and no coding is lost."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commonpool.voices.actions.codebooks import change_codebook, undo_step
from commonpool.voices.actions.codings import put_back, uncode
from commonpool.voices.actions.recoding import choose_parts, map_codings, undo_recoding
from commonpool.voices.errors import StepError
from commonpool.voices.models import Code, CodebookChange, Coding, Recoded, Recoding, Study, TeamMember, Transcript
from commonpool.voices.queries.codebooks import book_of, last_change
from commonpool.voices.queries.codings import seen_by
from commonpool.voices.queries.news import waiting_for as news
from commonpool.voices.queries.recoding import gone_of, own_of, waiting_for
from commonpool.voices.rules import codebook as rules
from tests.voices.codebooks import histories
from tests.voices_web.builders import (
    NOW,
    a_code,
    a_coder,
    a_coding,
    a_round,
    a_study,
    a_transcript,
    as_member,
    finished,
    lead_of,
)
from tests.voices_web.test_framework_pages import a_version
from tests.voices_web.walking import steady

pytestmark = pytest.mark.django_db
OF_A_STUDY = ("framework", "framework-history", "framework-versions", "recoding")
OF_A_CODE = ("redefine-code", "merge-code", "split-code", "retire-code", "choose-parts")


def guid(code: Code) -> str:
    return str(code.uuid).upper()


def changed(study: Study, *changes: rules.Change) -> None:
    change_codebook(actor=None, at=NOW, study=study, changes=changes)


def merged(code: Code, into: Code) -> None:
    changed(code.study, rules.Merge(guid(code), guid(into)))
    code.refresh_from_db()


def split(code: Code, *names: str) -> list[Code]:
    ids = [f"0000000{number}-0000-0000-0000-000000000000" for number in range(1, len(names) + 1)]
    changed(code.study, rules.Split(guid(code), tuple(map(rules.Code, ids, names))))
    code.refresh_from_db()
    return [Code.objects.get(uuid=each) for each in ids]


def mapped(member: TeamMember, code: Code) -> int:
    return map_codings(actor=member.person, at=NOW, member=member, code=code)


def chosen(member: TeamMember, code: Code, choices: dict[Coding, Sequence[Code]]) -> int:
    given = {coding.uuid: [part.uuid for part in parts] for coding, parts in choices.items()}
    return choose_parts(actor=member.person, at=NOW, member=member, code=code, chosen=given)


def test_what_was_recoded_is_not_put_back_coding_by_coding() -> None:
    study = a_study()
    coder, risk, money = a_coder(study), a_code(study, "risk"), a_code(study, "money")
    text = a_transcript(study)
    coding = a_coding(coder, text, risk)
    merged(risk, money)
    mapped(coder, risk)

    with pytest.raises(StepError, match="Put that step back under Recoding"):
        put_back(actor=None, at=NOW, member=coder, coding=coding)

    assert [code for code, _, _ in standing(coder)] == ["money"]
    assert reverse("voices:put-coding-back", args=[coding.uuid]) not in read(coder, text)
    undo_recoding(actor=None, at=NOW, recoding=Recoding.objects.get())
    assert [code for code, _, _ in standing(coder)] == ["risk"]


def read(member: TeamMember, text: Transcript) -> str:
    return as_member(member).get(f"/transcripts/{text.uuid}/").content.decode()


def standing(member: TeamMember) -> list[tuple[str, str, int]]:
    """(code, coder, start) of what the member sees."""
    rows = seen_by(member).select_related("code", "coder")
    return sorted((row.code.name, row.coder.initials, row.start) for row in rows)


# -- merged


def test_after_a_merge_nothing_is_recoded_until_somebody_maps_it() -> None:
    study = a_study()
    blame, trust = a_code(study, "blame"), a_code(study, "trust")
    coder = a_coder(study)
    coding = a_coding(coder, a_transcript(study), blame, memo="Note")

    merged(blame, trust)
    assert [each[0] for each in standing(coder)] == ["blame"]
    assert mapped(coder, blame) == 1

    new = Coding.objects.get(code=trust)
    assert [each[0] for each in standing(coder)] == ["trust"]
    assert (new.came_from_id, new.coder_id, new.start, new.memo) == (coding.pk, coder.pk, coding.start, "Note")


def test_a_mapped_coding_keeps_its_coder_and_round() -> None:
    study = a_study()
    blame, trust, text = a_code(study, "blame"), a_code(study, "trust"), a_transcript(study)
    coder = a_coder(study)
    closed = a_round(study, (text, coder), is_blind=False)
    a_coding(coder, text, blame, coding_round=closed)
    finished(closed)
    merged(blame, trust)

    mapped(lead_of(study), blame)

    new = Coding.objects.get(code=trust)
    assert (new.coder_id, new.round_id) == (coder.pk, closed.pk)


def test_a_passage_that_has_the_other_code_already_gets_it_once() -> None:
    study = a_study()
    blame, trust, text = a_code(study, "blame"), a_code(study, "trust"), a_transcript(study)
    coder = a_coder(study)
    a_coding(coder, text, blame)
    a_coding(coder, text, trust)
    merged(blame, trust)

    mapped(coder, blame)

    assert [each[0] for each in standing(coder)] == ["trust"]
    undo_recoding(actor=None, at=NOW, recoding=Recoding.objects.get())
    assert [each[0] for each in standing(coder)] == ["blame", "trust"]


def test_two_codes_merged_into_a_third_share_one_coding_and_each_can_be_put_back_alone() -> None:
    study = a_study()
    one, other, into = a_code(study, "one"), a_code(study, "other"), a_code(study, "into")
    coder, text = a_coder(study), a_transcript(study)
    a_coding(coder, text, one)
    a_coding(coder, text, other)
    merged(one, into)
    merged(other, into)
    mapped(coder, one)
    mapped(coder, other)
    assert [each[0] for each in standing(coder)] == ["into"]
    first, second = Recoding.objects.order_by("pk")

    undo_recoding(actor=None, at=NOW, recoding=first)
    assert [each[0] for each in standing(coder)] == ["into", "one"]
    undo_recoding(actor=None, at=NOW, recoding=second)

    assert [each[0] for each in standing(coder)] == ["one", "other"]


@pytest.mark.requirement("S130")
def test_taking_a_merge_back_puts_the_mapped_codings_back() -> None:
    study = a_study()
    blame, trust = a_code(study, "blame"), a_code(study, "trust")
    coder, text = a_coder(study), a_transcript(study)
    a_coding(coder, text, blame)
    a_coding(a_coder(study, "CD"), text, blame, "It took trust")
    a_coding(coder, text, trust, "the first day")
    before = standing(lead_of(study))
    merged(blame, trust)
    mapped(lead_of(study), blame)
    assert {name for name, _, _ in standing(lead_of(study))} == {"trust"}

    back = undo_step(actor=None, at=NOW, study=study, step=last_change(study), reason="They differ.")

    assert back.codings == 2
    assert standing(lead_of(study)) == before


def test_what_a_coder_took_away_after_it_was_mapped_stays_away() -> None:
    study = a_study()
    blame, trust, coder = a_code(study, "blame"), a_code(study, "trust"), a_coder(study)
    a_coding(coder, a_transcript(study), blame)
    merged(blame, trust)
    mapped(coder, blame)
    uncode(actor=None, at=NOW, member=coder, coding=Coding.objects.get(code=trust))

    back = undo_step(actor=None, at=NOW, study=study, step=last_change(study), reason="They differ.")

    assert (back.codings, standing(coder)) == (0, [])


def test_what_was_recoded_again_is_put_back_from_the_end() -> None:
    study = a_study()
    a, b, c = (a_code(study, name) for name in "abc")
    coder = a_coder(study)
    a_coding(coder, a_transcript(study), a)
    merged(a, b)
    mapped(coder, a)
    merged(b, c)
    mapped(coder, b)
    first, second = Recoding.objects.order_by("pk")

    with pytest.raises(StepError, match="Take the later recoding back first"):
        undo_recoding(actor=None, at=NOW, recoding=first)

    undo_recoding(actor=None, at=NOW, recoding=second)
    undo_recoding(actor=None, at=NOW, recoding=first)
    assert [each[0] for each in standing(coder)] == ["a"]


def test_the_lead_maps_what_they_see_and_a_coder_their_own() -> None:
    study = a_study()
    blame, trust, text = a_code(study, "blame"), a_code(study, "trust"), a_transcript(study)
    one, other = a_coder(study, "AB"), a_coder(study, "CD")
    a_coding(one, text, blame)
    a_coding(other, text, blame)
    merged(blame, trust)

    assert mapped(one, blame) == 1
    assert [each[:2] for each in standing(one)] == [("blame", "CD"), ("trust", "AB")]
    assert mapped(lead_of(study), blame) == 1


def test_in_a_blind_round_the_lead_maps_nothing_that_they_may_not_see() -> None:
    study = a_study()
    blame, trust, text = a_code(study, "blame"), a_code(study, "trust"), a_transcript(study)
    coder, lead = a_coder(study), lead_of(study)
    a_round(study, (text, coder))
    a_coding(coder, text, blame)
    merged(blame, trust)

    assert ([gone.count for gone in gone_of(lead)], mapped(lead, blame)) == ([0], 0)
    assert ([gone.count for gone in gone_of(coder)], mapped(coder, blame)) == ([1], 1)


def test_a_round_held_to_a_version_is_recoded_once_it_is_closed() -> None:
    study = a_study()
    blame, trust, text = a_code(study, "blame"), a_code(study, "trust"), a_transcript(study)
    coder = a_coder(study)
    held = a_round(study, (text, coder), is_blind=False, framework=a_version(study))
    a_coding(coder, text, blame, coding_round=held)
    merged(blame, trust)

    [gone] = gone_of(coder)
    assert (gone.mine, gone.later, mapped(coder, blame)) == (0, 1, 0)
    finished(held)

    assert mapped(coder, blame) == 1


# -- split


def test_a_coder_chooses_for_each_passage_which_parts_fit() -> None:
    study = a_study()
    risk, text, coder = a_code(study, "risk"), a_transcript(study), a_coder(study)
    passages = [
        a_coding(coder, text, risk, words) for words in ("shared the risk", "It took trust", "first day", "grew")
    ]
    losses, gains = split(risk, "losses", "gains")

    went = chosen(coder, risk, {passages[0]: [losses], passages[1]: [losses, gains], passages[2]: []})

    assert went == 3
    assert [each[0] for each in standing(coder)] == ["gains", "losses", "losses", "risk"]
    assert list(own_of(coder, risk)) == [passages[3]]


def test_choices_are_put_back_as_a_whole() -> None:
    study = a_study()
    risk, text, coder = a_code(study, "risk"), a_transcript(study), a_coder(study)
    one, two = a_coding(coder, text, risk), a_coding(coder, text, risk, "It took trust")
    before = standing(coder)
    losses, gains = split(risk, "losses", "gains")
    chosen(coder, risk, {one: [losses, gains], two: []})

    undo_recoding(actor=None, at=NOW, recoding=Recoding.objects.get())

    assert standing(coder) == before


def test_taking_a_split_back_puts_codings_back_and_retires_the_parts_that_were_used() -> None:
    study = a_study()
    risk, text, coder = a_code(study, "risk"), a_transcript(study), a_coder(study)
    coding = a_coding(coder, text, risk)
    losses, gains = split(risk, "losses", "gains")
    chosen(coder, risk, {coding: [losses]})

    undone = undo_step(actor=None, at=NOW, study=study, step=last_change(study), reason="No.")

    assert (undone.codings, undone.retired) == (1, ["losses", "gains"])
    assert standing(coder) == [("risk", "AB", coding.start)]
    assert [code.name for code in book_of(study).in_use()] == ["risk"]
    again = undo_step(actor=None, at=NOW, study=study, step=2 + 1, reason="Yes.")
    assert (again.retired, [code.name for code in book_of(study).in_use()]) == ([], ["losses", "gains"])
    assert gains.study_id == study.pk


def test_nobody_chooses_for_another_coder_except_the_lead_for_one_who_cannot() -> None:
    study = a_study()
    risk, text = a_code(study, "risk"), a_transcript(study)
    one, other, lead = a_coder(study, "AB"), a_coder(study, "CD"), lead_of(study)
    coding = a_coding(one, text, risk)
    losses, _ = split(risk, "losses", "gains")

    for member in (other, lead):
        with pytest.raises(StepError, match="recoded or taken away meanwhile"):
            chosen(member, risk, {coding: [losses]})
    TeamMember.objects.filter(pk=one.pk).update(ends_on=NOW.date())

    assert chosen(lead, risk, {coding: [losses]}) == 1
    assert standing(lead) == [("losses", "AB", coding.start)]


def test_a_part_that_is_none_is_refused() -> None:
    study = a_study()
    risk, trust, coder = a_code(study, "risk"), a_code(study, "trust"), a_coder(study)
    coding = a_coding(coder, a_transcript(study), risk)
    split(risk, "losses", "gains")

    with pytest.raises(StepError, match="One of the parts has changed"):
        chosen(coder, risk, {coding: [trust]})


def test_a_retired_code_s_passages_rest() -> None:
    study = a_study()
    risk, coder = a_code(study, "risk"), a_coder(study)
    a_coding(coder, a_transcript(study), risk)

    changed(study, rules.Retire(guid(risk)))

    [gone] = gone_of(coder)
    assert (gone.fate, gone.count, waiting_for(coder)) == (rules.Fate.RESTS, 1, 0)
    with pytest.raises(StepError, match="nothing can be mapped"):
        mapped(coder, Code.objects.get(pk=risk.pk))


def test_what_waits_to_be_recoded_stands_on_the_home_page_of_whoever_can_do_it() -> None:
    study = a_study("Pooling")
    blame, trust, coder = a_code(study, "blame"), a_code(study, "trust"), a_coder(study)
    a_coding(coder, a_transcript(study), blame)
    merged(blame, trust)
    assert coder.person is not None

    [item] = news(coder.person)

    assert item.text == "1 passage of Pooling to recode, as the framework changed"
    assert item.url == reverse("voices:recoding", args=[study.uuid])
    TeamMember.objects.filter(pk=coder.pk).update(part=TeamMember.Part.READER)
    assert list(news(coder.person)) == []


# -- no coding is lost


def fates(before: Sequence[Coding]) -> list[str]:
    """The slow way: follow each coding through what it became."""
    return [_fate(coding.pk) for coding in before]


def _fate(pk: int) -> str:
    coding = Coding.objects.select_related("code").get(pk=pk)
    if coding.removed_at is None:
        return "waits" if coding.code.is_retired else "kept"
    pairs = list(Recoded.objects.filter(was=pk, recoding__undone_at=None))
    if [pair.became_id for pair in pairs] == [None]:
        return "fits none"
    assert pairs, "it is gone, and nothing says where"
    ends = {_fate(pair.became_id) for pair in pairs if pair.became_id}
    assert ends
    return "mapped" if ends & {"kept", "mapped"} else ends.pop()


@settings(max_examples=12, suppress_health_check=list(HealthCheck))
@given(made=histories(), choices=st.lists(st.integers(0, 5), min_size=30, max_size=30))
def test_no_coding_is_lost_whatever_changes_and_whoever_recodes(made: list[rules.Change], choices: list[int]) -> None:
    with transaction.atomic():
        study = a_study()
        text, coders = a_transcript(study), [a_coder(study, "AB"), a_coder(study, "CD")]
        begun = next((at for at, change in enumerate(made) if not isinstance(change, rules.Add)), len(made))
        changed(study, *made[:begun])
        words = ("shared the risk", "It took trust", "first day")
        before = [
            a_coding(coder, text, code, words[(at + number) % 3])
            for at, code in enumerate(Code.objects.filter(is_codable=True))
            for number, coder in enumerate(coders)
        ]
        for change in made[begun:]:
            try:
                with transaction.atomic():
                    changed(study, change)
            except (StepError, rules.CodebookError):
                continue  # an addition of what is coded with is not taken back
            choice = choices[Code.objects.count() % len(choices)]
            _recode_somehow(study, coders[choice % 2], choice)
        book = book_of(study)

        found = fates(before)

        assert "mapped" in found or set(found) <= {"kept", "waits", "fits none"}
        waiting = {
            each.pk for coder in coders for gone in Code.objects.filter(is_retired=True) for each in own_of(coder, gone)
        }
        assert waiting == set(
            Coding.objects.filter(removed_at=None, code__is_retired=True).values_list("pk", flat=True)
        )
        assert all(
            book[str(code.uuid).upper()].is_retired == code.is_retired for code in Code.objects.filter(study=study)
        )
        transaction.set_rollback(True)


def _recode_somehow(study: Study, coder: TeamMember, choice: int) -> None:
    for gone in gone_of(coder):
        code = Code.objects.get(uuid=gone.code.guid)
        if gone.fate is rules.Fate.MAPPED and choice:
            mapped(coder, code)
        elif gone.fate is rules.Fate.ASKS and choice > 1:
            parts = [Code.objects.get(uuid=part.guid) for part in gone.to]
            chosen(coder, code, dict.fromkeys(own_of(coder, code), parts[: choice - 2]))
    if choice == 4:
        try:
            undo_step(actor=None, at=NOW, study=study, step=_last_step(study), reason="Drawn.")
        except (StepError, rules.CodebookError) as refused:
            assert str(refused)
    if choice == 5 and (last := Recoding.objects.filter(study=study, undone_at=None).last()):
        undo_recoding(actor=None, at=NOW, recoding=last)


def _last_step(study: Study) -> int:
    return CodebookChange.objects.filter(study=study).latest("number").step


# -- blind


@pytest.mark.requirement("S130")
@pytest.mark.parametrize("who", ["another coder", "the lead"])
def test_in_a_blind_round_no_page_of_the_framework_changes_with_another_s_work(
    who: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = a_study()
    codes = {name: a_code(study, name) for name in ("blame", "trust", "risk")}
    text, one, other, later = a_transcript(study), a_coder(study, "AB"), a_coder(study, "CD"), NOW + timedelta(hours=1)
    a_round(study, (text, one), (text, other), framework=a_version(study))
    merged(codes["blame"], codes["trust"])
    split(codes["risk"], "losses", "gains")
    client = as_member(one if who == "another coder" else lead_of(study))
    pages = [reverse(f"voices:{name}", args=[study.uuid]) for name in OF_A_STUDY]
    pages += [reverse(f"voices:{name}", args=[code.uuid]) for name in OF_A_CODE for code in codes.values()]
    steady(monkeypatch, later)
    before = [client.get(page).content for page in pages]

    for name, words in (("blame", "the risk"), ("risk", "the risk"), ("trust", "first day"), ("trust", "one place")):
        a_coding(other, text, codes[name], words)

    assert [client.get(page).content for page in pages] == before


# -- pages


def page_of(member: TeamMember, name: str, row: Any, **posted: Any) -> str:
    client, there = as_member(member), reverse(f"voices:{name}", args=[row.uuid])
    answer = client.post(there, posted, follow=True) if posted else client.get(there)
    return " ".join(answer.content.decode().split())


def test_the_page_says_what_each_change_means_and_for_whom_it_waits() -> None:
    study = a_study()
    blame, trust, risk, text = (
        a_code(study, "blame"),
        a_code(study, "trust"),
        a_code(study, "risk"),
        a_transcript(study),
    )
    coder = a_coder(study)
    a_coding(coder, text, blame)
    a_coding(lead_of(study), text, risk)
    merged(blame, trust)
    split(risk, "losses", "gains")

    page = page_of(coder, "recoding", study)

    assert "1 passage waits for you." in page
    assert "‘blame’ was merged into ‘trust’" in page
    assert "Map 1 passage to ‘trust’" in page
    assert "Waiting: LL 1." in page


def test_mapping_and_putting_back_by_their_buttons() -> None:
    study = a_study()
    blame, trust, coder = a_code(study, "blame"), a_code(study, "trust"), a_coder(study)
    a_coding(coder, a_transcript(study), blame)
    merged(blame, trust)

    assert "1 passage is mapped. It can be taken back below." in page_of(coder, "map-codings", blame, go="1")
    other = a_coder(study, "CD")
    step = Recoding.objects.get()
    assert "Somebody else recoded these" in page_of(other, "undo-recoding", step, go="1")
    assert "The passages are back" in page_of(coder, "undo-recoding", step, go="1")
    assert [each[0] for each in standing(coder)] == ["blame"]


def test_choosing_shows_ones_own_passages_with_their_words_and_saves_what_is_ticked() -> None:
    study = a_study()
    risk, text = a_code(study, "risk"), a_transcript(study)
    coder, other = a_coder(study), a_coder(study, "CD")
    mine = a_coding(coder, text, risk)
    a_coding(other, text, risk, "It took trust")
    losses, _ = split(risk, "losses", "gains")

    page = page_of(coder, "choose-parts", risk)
    assert "<mark>shared the risk</mark>" in page
    assert "<mark>It took trust" not in page
    done = page_of(coder, "choose-parts", risk, **{f"part-{mine.uuid}": [guid(losses)]})

    assert "1 passage is recoded." in done
    assert "Nothing of yours waits." in done


@pytest.mark.parametrize(
    ("ticked", "words"),
    [
        ([], "Nothing is ticked yet"),
        (["none", "00000001-0000-0000-0000-000000000000"], "ticked both with a part and with none"),
        (["nonsense"], "not known. Open the page again."),
    ],
)
def test_ticks_that_say_nothing_or_too_much_are_refused_and_kept(ticked: list[str], words: str) -> None:
    study = a_study()
    risk, coder = a_code(study, "risk"), a_coder(study)
    coding = a_coding(coder, a_transcript(study), risk)
    split(risk, "losses", "gains")

    page = page_of(coder, "choose-parts", risk, go="1", **{f"part-{coding.uuid}": ticked})

    assert words in page
    assert ("checked" in page) == (len(ticked) > 1)


def test_a_passage_of_nobody_is_refused() -> None:
    study = a_study()
    risk, coder = a_code(study, "risk"), a_coder(study)
    a_coding(coder, a_transcript(study), risk)
    losses, _ = split(risk, "losses", "gains")

    page = page_of(coder, "choose-parts", risk, **{f"part-{UUID(int=7)}": [guid(losses)]})

    assert "recoded or taken away meanwhile" in page
