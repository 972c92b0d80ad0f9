"""Taking identities out of a text: candidates, decisions, the list of names, the version without them."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from commonpool.audit.models import AuditEvent
from commonpool.voices.actions import identities as actions
from commonpool.voices.actions.identities import Decision, begin_review, decide, take_out
from commonpool.voices.actions.transcripts import Who
from commonpool.voices.actions.versions import undo_version
from commonpool.voices.errors import StepError
from commonpool.voices.models import Coding, IdentityReview, ListedName, Study, Transcript
from commonpool.voices.queries.deidentifying import states_of
from commonpool.voices.queries.identities import KnownNames, groups_of, names_of
from commonpool.voices.queries.texts import text_of
from commonpool.voices.rules.identities import Kind
from commonpool.voices.sealing import UNREADABLE, the_keys
from tests.funds.builders import a_body
from tests.voices_web.builders import (
    NOW,
    a_code,
    a_coder,
    a_coding,
    a_participant,
    a_site,
    a_study,
    a_transcript,
    an_evaluator,
    an_interview,
    as_member,
    lead_of,
)

pytestmark = pytest.mark.django_db
WHO: dict[str, Any] = {"actor": None, "at": NOW}
LINES = (
    "Interviewer: Who began it?",
    "Anna: Northmere Council did, with Ben Poole. Call 07700 900123.",
    "Interviewer: And then?",
    "Anna: Then Ben left Northmere. I am Anna Kowalska’s own critic.",
)


def a_named_text(study: Study | None = None) -> Transcript:
    """A text in which a participant, a council, a colleague and a telephone number are named."""
    of = study or a_study()
    a_body("Northmere Council", "upper_tier")
    anna = a_participant(of, "P07", real_name="Anna Kowalska")
    return a_transcript(
        of, *LINES, who=Who({"Anna": anna}, frozenset({"Interviewer"})), interview=an_interview(of, anna)
    )


def decided(review: IdentityReview, **chosen: str) -> None:
    """Take out what is named with its replacement, `True` with what is offered; leave all else."""
    groups = groups_of(review)
    found = [Decision(each.id, each.words in chosen, chosen.get(each.words, "") or each.offered) for each in groups]
    decide(**WHO, review=review, decisions=found)


def without(text: Transcript, **chosen: str) -> IdentityReview:
    review = begin_review(**WHO, transcript=text)
    decided(review, **chosen)
    take_out(**WHO, review=review)
    text.refresh_from_db()
    review.refresh_from_db()
    return review


def everything_offered(text: Transcript) -> IdentityReview:
    review = begin_review(**WHO, transcript=text)
    decide(**WHO, review=review, decisions=[Decision(each.id, True, each.offered) for each in groups_of(review)])
    take_out(**WHO, review=review)
    text.refresh_from_db()
    return review


@pytest.mark.requirement("S129")
def test_what_is_decided_on_is_taken_out_and_nothing_else() -> None:
    text = a_named_text()

    everything_offered(text)

    assert text.newest is not None and text.newest.number == 2
    assert text.newest.reason == "identities taken out"
    assert text_of(text.newest).splitlines() == [
        "Interviewer: Who began it?",
        "P07: [organisation] did, with [name]. Call [telephone number].",
        "Interviewer: And then?",
        "P07: Then [name] left [place]. I am P07’s own critic.",
    ]


def test_candidates_say_what_they_are_and_one_body_has_one_replacement() -> None:
    review = begin_review(**WHO, transcript=a_named_text())

    groups = {each.words: (each.kind, each.offered) for each in groups_of(review)}

    assert groups == {
        "Anna": (Kind.PERSON, "P07"),
        "Anna Kowalska": (Kind.PERSON, "P07"),
        "Northmere Council": (Kind.ORGANISATION, "[organisation]"),
        "Northmere": (Kind.PLACE, "[place]"),
        "Ben Poole": (Kind.NAME, "[name]"),
        "Ben": (Kind.NAME, "[name]"),
        "07700 900123": (Kind.PHONE, "[telephone number]"),
    }


def test_codings_move_along_and_keep_their_words_unless_an_edit_reached_in() -> None:
    study = a_study()
    text = a_named_text(study)
    coder, code = a_coder(study), a_code(study)
    a_coding(coder, text, code, "Who began it")
    a_coding(coder, text, code, "did, with Ben")

    everything_offered(text)

    said = text_of(text.newest) if text.newest else ""
    whole, touched = Coding.objects.order_by("start")
    assert (said[whole.start : whole.end], whole.is_touched) == ("Who began it", False)
    assert touched.is_touched and "[name]" in said[touched.start : touched.end]


def test_what_was_taken_out_once_is_offered_in_the_next_text_and_what_was_left_is_marked() -> None:
    study = a_study()
    review = begin_review(**WHO, transcript=a_named_text(study))
    groups = {each.words: each for each in groups_of(review)}
    taken = Decision(groups["Ben Poole"].id, True, "[the first director]")
    decide(**WHO, review=review, decisions=[taken, Decision(groups["Northmere"].id, False)])

    again = begin_review(**WHO, transcript=a_transcript(study, "Cara: I saw Ben POOLE in Northmere."))

    offered = {each.words: (each.offered, each.was_left) for each in groups_of(again)}
    assert offered["Ben POOLE"] == ("[the first director]", False)
    assert offered["Northmere"][1]


def test_the_list_is_sealed_with_the_study_and_a_participants_name_with_theirs() -> None:
    study = a_study()
    everything_offered(a_named_text(study))
    rows = ListedName.objects.filter(study=study)
    assert not any(word in bytes(row.sealed) for row in rows for word in (b"Anna", b"Poole", b"Northmere"))

    the_keys().destroy(study.participants.get().uuid)

    words = {name.words for name in names_of(study)}
    assert "Ben Poole" in words and None in words
    assert not any(word and "Anna" in word for word in words)


def test_one_place_can_be_decided_by_itself() -> None:
    text = a_transcript(a_study(), "Cara: I met Dee, and Dee met me. Then Dee left.")
    review = begin_review(**WHO, transcript=text)
    places = next(each for each in groups_of(review) if each.words == "Dee").occurrences

    decide(**WHO, review=review, decisions=[Decision(places[1].row.pk, True, "[a nurse]", all_alike=False)])

    assert [each.row.decision for each in next(g for g in groups_of(review) if g.words == "Dee").occurrences] == [
        "",
        "take",
        "",
    ]


def test_a_replacement_that_is_a_name_itself_is_refused_with_all_other_faults() -> None:
    review = begin_review(**WHO, transcript=a_named_text())
    groups = groups_of(review)

    with pytest.raises(StepError) as refused:
        decide(
            **WHO,
            review=review,
            decisions=[Decision(groups[0].id, True, "anna"), Decision(groups[1].id, True, "x" * 70)],
        )

    assert "holds the name ‘anna’" in str(refused.value) and "too long" in str(refused.value)
    assert not review.candidates.exclude(decision="").exists()


def test_a_replacement_may_hold_what_was_left_and_be_a_pseudonym() -> None:
    study = a_study()
    ann = a_participant(study, "P02", real_name="Ann P02")
    who = Who({"Ward Manager Ann": ann}, frozenset({"Interviewer"}))
    lines = "Interviewer: And then?", "Ward Manager Ann: My manager Brenda Fielding went.", "Interviewer: And you?"
    text = a_transcript(study, *lines, "Ward Manager Ann: I stayed.", who=who, interview=an_interview(study, ann))
    chosen = {"Ward Manager Ann": "P02", "Brenda Fielding": "[her manager]"}

    review = without(text, **chosen)

    assert "P02: My manager [her manager] went." in text_of(review.made)


def test_what_was_decided_stands_in_its_boxes_again_after_a_refusal() -> None:
    study = a_study()
    review = begin_review(**WHO, transcript=a_named_text(study))
    first, second, *_ = groups_of(review)
    answers = {f"do-{first.id}": "take", f"with-{first.id}": "anna", f"do-{second.id}": "leave"}

    page = as_member(a_coder(study)).post(f"/identity-reviews/{review.uuid}/decide/?page=1", answers).content.decode()

    assert "holds the name ‘anna’" in page
    assert f'name="with-{first.id}" value="anna"' in page
    assert page.count('value="take" selected') == page.count('value="leave" selected') == 1


def test_no_version_is_made_while_something_waits_or_after_the_text_changed() -> None:
    text = a_named_text()
    first = begin_review(**WHO, transcript=text)
    with pytest.raises(StepError, match="wait for a decision"):
        take_out(**WHO, review=first)
    decided(first, Ben="[a colleague]")
    take_out(**WHO, review=first)

    with pytest.raises(StepError, match="made already"):
        take_out(**WHO, review=first)
    with pytest.raises(StepError, match="made already"):
        decided(first)


def test_a_version_that_was_undone_asks_to_be_made_again() -> None:
    study = a_study()
    text = a_named_text(study)
    everything_offered(text)
    assert states_of(study)[0].words == "Taken out in version 2"

    undo_version(**WHO, transcript=text)

    assert states_of(study)[0].words == "That version was undone: look again"


def test_a_listed_name_stays_hidden_although_it_is_left_in_another_text() -> None:
    study = a_study()
    everything_offered(a_named_text(study))

    second = begin_review(**WHO, transcript=a_transcript(study, "Cara: I saw Ben Poole."))
    decided(second)

    assert KnownNames(study).own.find("ben poole")
    assert "Ben Poole" not in KnownNames(study).kept


def test_sites_and_their_areas_are_known_however_they_are_typed() -> None:
    study = a_study()
    a_site(study, "Eastern site", area=a_body("Wendleshire County Council", "hwb_area"))

    known = KnownNames(study).own

    assert [each.listed.kind for each in known.find("the EASTERN SITE and wendleshire's own")] == [
        Kind.PLACE,
        Kind.PLACE,
    ]


def test_a_name_is_taken_off_the_list_and_put_back() -> None:
    study = a_study()
    name = actions.list_name(**WHO, study=study, words="Old Mill", kind="place", replacement="[place 9]")

    actions.unlist_name(**WHO, name=name)
    assert not KnownNames(study).own.find("the old mill")
    actions.relist_name(**WHO, name=name)

    assert KnownNames(study).own.find("the old mill")


def test_forgetting_destroys_the_words_of_earlier_versions_and_of_those_alone() -> None:
    study = a_study()
    text = a_named_text(study)
    everything_offered(text)
    first = text.versions.get(number=1)
    length = first.length

    assert actions.forget_earlier_wordings(**WHO, study=study) == 1

    assert text_of(first) == UNREADABLE * length
    assert text.newest is not None and "[organisation]" in text_of(text.newest)
    assert actions.forget_earlier_wordings(**WHO, study=study) == 0


def test_no_event_holds_a_name_or_a_replacement() -> None:
    study = a_study()
    everything_offered(a_named_text(study))
    actions.list_name(**WHO, study=study, words="Old Mill", kind="place", replacement="[place 9]")

    told = repr([(each.before, each.after) for each in AuditEvent.objects.all()])

    assert not [word for word in ("Anna", "Poole", "Northmere", "Mill", "[", "P07") if f"'{word}" in told]


def test_the_page_leads_from_a_text_to_its_version_without_names() -> None:
    study = a_study()
    text = a_named_text(study)
    browser = as_member(a_coder(study))
    page = browser.post(f"/transcripts/{text.uuid}/identities/begin/", follow=True)
    assert "8 of 8 passages wait for a decision, typed in 7 ways" in page.content.decode()
    review = IdentityReview.objects.get()

    answers = {f"do-{each.id}": "take" for each in groups_of(review)}
    answers |= {f"with-{each.id}": each.offered for each in groups_of(review)}
    page = browser.post(f"/identity-reviews/{review.uuid}/decide/", answers, follow=True)
    assert "All 8 passages are decided on: 8 to be taken out, 0 left" in page.content.decode()
    page = browser.post(f"/identity-reviews/{review.uuid}/take-out/", follow=True)

    assert "8 passages were taken out, 0 left" in page.content.decode()
    assert "Taken out in version 2" in browser.get(f"/studies/{study.uuid}/identities/").content.decode()


def test_a_name_put_on_the_list_shows_there_and_nowhere_is_it_to_be_downloaded() -> None:
    study = a_study()
    browser = as_member(a_coder(study))
    given = {"words": "Old Mill", "kind": "place", "replacement": "[place 9]"}

    page = browser.post(f"/studies/{study.uuid}/names/", given, follow=True)

    assert "Old Mill" in page.content.decode()
    assert "ownload" not in page.content.decode().split("<main")[1].replace("is in no download", "")


@pytest.mark.requirement("S129")
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_report_counts_and_holds_no_word(kind: str) -> None:
    study = a_study()
    review = everything_offered(a_named_text(study))

    answer = as_member(a_coder(study)).get(f"/identity-reviews/{review.uuid}/?download={kind}")

    assert answer.status_code == 200
    if kind == "csv":
        assert "person,3,3,0,0" in answer.content.decode()
        assert not [word for word in ("Anna", "Poole", "Northmere", "P07") if word in answer.content.decode()]


def urls_of(study: Study) -> list[tuple[str, str, str]]:
    """(the least that may open it, method, address) of every page on identities."""
    text = a_named_text(study)
    review = begin_review(**WHO, transcript=text)
    name = actions.list_name(**WHO, study=study, words="Old Mill", kind="place", replacement="[place 9]")
    return [
        ("reader", "get", f"/studies/{study.uuid}/identities/"),
        ("coder", "get", f"/studies/{study.uuid}/names/"),
        ("lead", "get", f"/studies/{study.uuid}/forget-wordings/"),
        ("coder", "post", f"/transcripts/{text.uuid}/identities/begin/"),
        ("reader", "get", f"/identity-reviews/{review.uuid}/"),
        ("coder", "post", f"/identity-reviews/{review.uuid}/decide/"),
        ("coder", "post", f"/identity-reviews/{review.uuid}/take-out/"),
        ("coder", "post", f"/identity-reviews/{review.uuid}/end/"),
        ("coder", "post", f"/listed-names/{name.uuid}/take-off/"),
        ("coder", "post", f"/listed-names/{name.uuid}/put-back/"),
    ]


def answers(browser: Client, urls: list[tuple[str, str, str]]) -> dict[str, int]:
    return {url: getattr(browser, method)(url).status_code for _, method, url in urls}


def test_each_page_is_closed_to_whoever_may_do_less() -> None:
    study = a_study()
    urls = urls_of(study)
    outsider = as_member(lead_of(a_study("Another", lead=an_evaluator("other@study.example"))))
    reader, coder = as_member(a_coder(study, "RR", "reader")), as_member(a_coder(study))

    assert set(answers(outsider, urls).values()) == {403}
    assert {url for url, code in answers(reader, urls).items() if code != 403} == {
        url for least, _, url in urls if least == "reader"
    }
    assert {url for url, code in answers(coder, urls).items() if code == 403} == {
        url for least, _, url in urls if least == "lead"
    }
