"""Quotations: chosen from a passage, faithful to it, with a label that names nobody, and files that leak nothing."""

from __future__ import annotations

import io
import unicodedata
from datetime import date
from typing import Any

import pytest
from django.db.models import QuerySet
from django.test import Client
from openpyxl import load_workbook

from commonpool.audit.models import AuditEvent
from commonpool.voices.actions import quotations as actions
from commonpool.voices.actions.identities import list_name
from commonpool.voices.actions.transcripts import Who
from commonpool.voices.errors import StepError
from commonpool.voices.models import (
    Assignment,
    Coding,
    CodingRound,
    Participant,
    Quotation,
    ResearchConsent,
    Study,
    TeamMember,
    Transcript,
)
from commonpool.voices.queries import codings
from commonpool.voices.queries.quotations import Quoting, Shown, seen_by
from commonpool.voices.queries.texts import text_of
from commonpool.voices.rules.text import Span
from commonpool.voices.sealing import the_keys
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
from tests.voices_web.test_identities import everything_offered

pytestmark = pytest.mark.django_db
WHO: dict[str, Any] = {"actor": None, "at": NOW}
COUNCIL = {"organisation_type": "Council", "role_group": "commissioner"}


def a_heard_study(alike: int = 3, **more: Any) -> Study:
    """A study with so many council commissioners."""
    study = a_study(**more)
    for _ in range(alike):
        a_participant(study, **COUNCIL)
    return study


def a_talk(study: Study, *lines: str, person: Participant | None = None) -> Transcript:
    """A text in which one participant speaks these lines, after a question."""
    speaker = person or study.participants.first()
    assert speaker is not None
    said = ("Interviewer: Well?", *(f"Anna: {line}" for line in lines or ("We shared the risk and it was not easy.",)))
    who = Who({"Anna": speaker}, frozenset({"Interviewer"}))
    return a_transcript(study, *said, who=who, interview=an_interview(study, speaker))


def a_quotation(
    text: Transcript,
    words: str = "We shared the risk and it was not easy.",
    edited: str = "",
    member: TeamMember | None = None,
    is_checked: bool = True,
    breadth: str = "both",
    coding: Coding | None = None,
) -> Quotation:
    """A quotation of these words, checked by the lead unless said otherwise."""
    assert text.newest is not None
    start = text_of(text.newest).index(words)
    made = actions.quote(
        **WHO,
        member=member or a_coder(text.study),
        version=text.newest,
        span=Span(start, start + len(words)),
        text=edited or words,
        breadth=breadth,
        coding=coding,
    )
    if is_checked:
        actions.check(**WHO, member=lead_of(text.study), quotation=made, revision=made.revision)
    return made


def shown(row: Quotation, member: TeamMember | None = None) -> Shown:
    return Quoting(member or lead_of(row.study)).shown([Quotation.objects.get(pk=row.pk)])[0]


def test_a_quotation_is_sealed_and_stands_beside_its_original_with_its_label() -> None:
    study = a_heard_study()
    row = a_quotation(a_talk(study), edited="We shared the risk …")

    found = shown(row)

    assert b"risk" not in bytes(row.sealed)
    assert (found.text, found.attribution.label) == ("We shared the risk …", "Council commissioner")
    assert found.faults == () and found.warnings[0].startswith("A cut or a bracket takes out ‘not’")
    assert found.state == ("Checked by LL", "green")


def test_words_that_were_not_said_are_refused() -> None:
    with pytest.raises(StepError, match="After ‘We shared the’ the original goes on ‘risk and it was’"):
        a_quotation(a_talk(a_heard_study()), edited="We shared the costs …")


def test_a_passage_of_two_participants_is_not_quoted() -> None:
    study = a_study()
    anna, ben = a_participant(study), a_participant(study)
    text = a_transcript(study, "Anna: Mine.", "Ben: Yours.", who=Who({"Anna": anna, "Ben": ben}))

    with pytest.raises(StepError, match="words of two participants"):
        a_quotation(text, "Anna: Mine.\nBen: Yours.")


def test_the_first_wording_leaves_out_labels_and_questions() -> None:
    study = a_heard_study()
    text = a_talk(study, "Yes, it was.")
    coding = a_coding(a_coder(study), text, a_code(study), "Interviewer: Well?\nAnna: Yes, it was.")

    page = as_member(a_coder(study)).get(f"/studies/{study.uuid}/quotations/new/?coding={coding.uuid}")

    assert page.context["form"].initial["text"] == "… Yes, it was."


def test_a_coded_passage_is_quoted_on_the_page_and_checked_by_somebody_else() -> None:
    study = a_heard_study()
    coder = a_coder(study)
    coding = a_coding(coder, a_talk(study), a_code(study, "risk"))
    mine, leads = as_member(coder), as_member(lead_of(study))

    page = mine.post(
        f"/studies/{study.uuid}/quotations/new/?coding={coding.uuid}",
        {"text": "shared the risk", "breadth": "both"},
        follow=True,
    )
    assert "Nobody has checked it" in page.content.decode()
    row = Quotation.objects.get()
    page = mine.post(f"/quotations/{row.uuid}/check/", {"revision": 1}, follow=True)
    assert "You chose this quotation yourself" in page.content.decode()
    page = leads.post(f"/quotations/{row.uuid}/check/", {"revision": 1}, follow=True)

    assert "It can be printed" in page.content.decode()
    assert "coded risk" in page.content.decode()


def test_words_are_found_in_a_text_whatever_the_breadth_of_spaces() -> None:
    study = a_heard_study()
    text = a_talk(study)
    given = {"transcript": text.uuid, "words": "the   risk\nand it"}

    answer = as_member(a_coder(study)).post(f"/studies/{study.uuid}/quotations/choose/", given)

    start = text_of(text.newest).index("the risk") if text.newest else -1
    assert answer["Location"].endswith(f"transcript={text.uuid}&start={start}&end={start + 15}")


def test_other_words_make_it_a_draft_again_and_nobody_overwrites_unseen() -> None:
    row = a_quotation(a_talk(a_heard_study()))

    actions.reword(**WHO, quotation=row, text="We shared the risk …", breadth="role", revision=1)

    assert "Nobody has checked it." in shown(row).faults
    with pytest.raises(StepError, match="Somebody changed this quotation"):
        actions.reword(**WHO, quotation=row, text="We shared …", breadth="role", revision=1)


def test_a_label_follows_how_many_share_it() -> None:
    study = a_heard_study(alike=2)
    row = a_quotation(a_talk(study))
    assert shown(row).attribution.label == "participant"

    actions.set_fewest(**WHO, study=study, fewest=2)

    assert shown(row).attribution.label == "Council commissioner"


def test_somebody_who_withdrew_is_quoted_no_more_and_hides_nobody() -> None:
    study = a_heard_study(alike=3)
    first = a_quotation(a_talk(study))
    last = study.participants.last()
    assert last is not None
    other = a_quotation(a_talk(study, "It grew.", person=last), "It grew.")
    study.participants.filter(pk=last.pk).update(withdrawn_at=NOW)
    the_keys().destroy(last.uuid)

    assert "The participant withdrew." in shown(other).faults
    assert shown(other).text is None
    assert shown(first).attribution.label == "participant"


def test_consent_that_is_not_recorded_is_told() -> None:
    assert "Consent to quote is not recorded." in shown(a_quotation(a_talk(a_heard_study()))).warnings


def test_whoever_does_not_agree_to_be_quoted_is_not_as_they_last_said() -> None:
    study = a_heard_study()
    text = a_talk(study)
    row = a_quotation(text)
    for day, agrees in ((1, False), (2, True)):
        ResearchConsent.objects.create(
            participant=study.participants.all()[0],
            given_on=date(2024, 9, day),
            may_record=True,
            may_quote=agrees,
            may_archive=False,
            recorded_at=NOW,
        )
        faults = [each for each in shown(row).faults if "agree" in each]
        assert faults == ([] if agrees else ["The participant does not agree to be quoted."])

    ResearchConsent.objects.filter(may_quote=True).delete()
    with pytest.raises(StepError, match="does not agree to be quoted"):
        a_quotation(text, "shared the risk")


def test_whose_words_they_are_is_asked_again_once_somebody_has_said_it() -> None:
    study = a_heard_study()
    text = a_transcript(study, "Interviewer: Well?", "Anna: We shared it.", "Anna: Yes.")
    row = a_quotation(text, "We shared it.")
    assert shown(row).attribution.label == "participant"

    text.speakers.filter(is_interviewer=False).update(participant=study.participants.first())

    assert shown(row).attribution.label == "Council commissioner"
    assert shown(row).text == "We shared it."


def test_a_number_said_once_in_all_texts_is_told() -> None:
    study = a_heard_study()
    a_talk(study, "There were 40 beds.")
    row = a_quotation(a_talk(study, "We had 40 beds and 1,250 people."), "We had 40 beds and 1,250 people.")

    assert [each for each in shown(row).warnings if "number" in each] == [
        "The number 1250 is said once in all texts: who knows it knows who said it."
    ]


def test_a_quotation_is_brought_to_a_newer_version_and_kept_where_it_is_faithful() -> None:
    study = a_heard_study()
    text = a_talk(study, "Well, Ben Poole left. We shared the risk.", "So, Ben Poole came.")
    same = a_quotation(text, "We shared the risk.")
    changed = a_quotation(text, "So, Ben Poole came.")
    everything_offered(text)
    assert any("newer version" in fault for fault in shown(same).faults)

    for row in (same, changed):
        actions.bring_along(**WHO, quotation=Quotation.objects.get(pk=row.pk))

    assert shown(same).text == "We shared the risk." and not shown(same).is_stale
    assert shown(changed).text == "So, [name] came."


def test_a_quotation_is_taken_away_and_put_back_as_a_draft() -> None:
    study = a_heard_study()
    row = a_quotation(a_talk(study))
    coder = as_member(a_coder(study))

    page = coder.post(f"/quotations/{row.uuid}/take-away/", follow=True)
    assert "Nobody is quoted yet" in page.content.decode()
    page = coder.post(f"/quotations/{row.uuid}/put-back/", follow=True)

    assert "Draft" in page.content.decode() and page.context["total"] == 1


# --- blind rounds ---


def coded_blind(text: Transcript, *coders: TeamMember) -> CodingRound:
    made = CodingRound.objects.create(study=text.study, name="Double", kind="double", is_blind=True, opened_at=NOW)
    Assignment.objects.bulk_create([Assignment(round=made, transcript=text, coder=coder) for coder in coders])
    return made


def test_on_a_text_that_is_coded_blind_only_ones_own_quotations_are_seen() -> None:
    study = a_heard_study()
    text = a_talk(study)
    mine, theirs = a_coder(study, "AB"), a_coder(study, "CD")
    row = a_quotation(text, member=mine, is_checked=False)
    opened = coded_blind(text, mine, theirs)

    browser = as_member(theirs)
    pages = [browser.get(f"/studies/{study.uuid}/quotations/"), browser.get(f"/quotations/{row.uuid}/")]
    posts = [browser.post(f"/quotations/{row.uuid}/{step}/") for step in ("check", "take-away", "reword")]

    assert pages[0].context["total"] == 0 and pages[0].context["balance"].total == 0
    assert [each.status_code for each in (pages[1], *posts)] == [404] * 4
    assert list(seen_by(mine)) == [row]
    opened.closed_at = NOW
    opened.save()
    assert list(seen_by(theirs)) == [row]


def test_a_coding_of_a_blind_round_is_quoted_by_nobody_else() -> None:
    study = a_heard_study()
    text = a_talk(study)
    mine, theirs = a_coder(study, "AB"), a_coder(study, "CD")
    code = a_code(study, "risk")
    coding = a_coding(mine, text, code)
    coded_blind(text, mine, theirs)
    browser = as_member(theirs)

    page = browser.get(f"/studies/{study.uuid}/quotations/choose/?code={code.uuid}")
    asked = browser.get(f"/studies/{study.uuid}/quotations/new/?coding={coding.uuid}")

    assert page.context["passages"] == [] and asked.status_code == 404


def test_the_history_says_nothing_of_a_quotation_while_its_text_is_coded_blind() -> None:
    study = a_heard_study()
    text = a_talk(study)
    row = a_quotation(text, is_checked=False)
    told = AuditEvent.objects.filter(subject_uuid=row.uuid)
    assert kept_back(told) == 0

    coded_blind(text, a_coder(study))

    assert kept_back(told) == 1


def kept_back(events: QuerySet[AuditEvent]) -> int:
    return sum(events.filter(each).count() for each in codings.events_kept_back())


# --- files ---

NAMES = ("Anne-Marie", "Kowalska", "Northmere", "Old Mill", "Zoë", "O’Brien", "Wendle")
TYPED = (
    "ANNE-MARIE KOWALSKA",
    "Anne Marie Kowalska’s",
    "Annemarie",
    "Kowalskas",
    "the Kowal-\nska plan",
    "Northmere’s",
    "NORTH-\nMERE COUNCIL",
    "northmere council",
    "Old\nMill",
    "old-mill",
    "Zoe O'Brien",
    "ZOE\u0308 OBRIEN",
    "O’Brien’s",
    "Wéndle",
    "Wendle's",
    "anne‑marie",
)


def squeezed(text: str) -> str:
    """Letters and digits alone, without accents and capitals: cruder than any rule of ours."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(sign for sign in plain if sign.isalnum() and not unicodedata.combining(sign))


def the_listed_study() -> Study:
    """A study whose list, participants and sites have the names above."""
    study = a_heard_study(alike=3)
    a_participant(study, "P90", real_name="Anne-Marie Kowalska", **COUNCIL)
    a_site(study, "Wendle", area=a_body("Northmere Council", "hwb_area"))
    list_name(**WHO, study=study, words="Old Mill", kind="place", replacement="[place 8]")
    list_name(**WHO, study=study, words="Zoë O’Brien", kind="person", replacement="[director]")
    return study


def exported(browser: Client, study: Study, kind: str, only: str = "passing") -> str:
    """All the text of a file."""
    answer = browser.get(f"/studies/{study.uuid}/quotations/?download={kind}&only={only}")
    assert answer.status_code == 200, "there is something to export"
    if kind != "xlsx":
        return answer.content.decode()
    book = load_workbook(io.BytesIO(answer.content))
    return "\n".join(str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row)


@pytest.mark.requirement("S129")
@pytest.mark.parametrize("kind", ["csv", "xlsx", "txt"])
def test_no_listed_name_or_place_leaks_into_any_export(kind: str) -> None:
    study = the_listed_study()
    a_quotation(a_talk(study), edited="We shared the risk …")
    for typed in TYPED:
        said = f"Then {typed} shared it."
        a_quotation(a_talk(study, said), said)
        a_quotation(a_talk(study, said), said, edited=f"Then [{typed.split()[0]}] …")
    said = "Then Old Mill shared it."
    a_quotation(a_talk(study, said), said, edited="Then [place 8] shared it.")

    text = exported(as_member(lead_of(study)), study, kind)

    assert [name for name in NAMES if squeezed(name) in squeezed(text)] == []
    assert "We shared the risk" in text and "[place 8]" in text


@pytest.mark.requirement("S129")
def test_a_code_or_a_label_that_holds_a_name_keeps_a_quotation_back_too() -> None:
    study = the_listed_study()
    coder = a_coder(study)
    text = a_talk(study)
    coding = a_coding(coder, text, a_code(study, "the Old-Mill pilot"), "shared the risk")
    coded = a_quotation(text, "shared the risk", coding=coding)
    study.participants.update(role_group="head of Wendle", organisation_type="Council")
    labelled = a_quotation(text, "it was not easy.")

    assert "Its code holds ‘Old-Mill’, which is a listed name." in shown(coded).faults
    assert "Its label holds ‘Wendle’, which is a listed name." in shown(labelled).faults


def test_an_export_with_faults_writes_nothing_and_tells_them_all() -> None:
    study = the_listed_study()
    a_quotation(a_talk(study, "Old Mill began it."), "Old Mill began it.")
    a_quotation(a_talk(study), is_checked=False)
    a_quotation(a_talk(study, "It grew."), "It grew.")

    answer = as_member(lead_of(study)).get(f"/studies/{study.uuid}/quotations/?download=csv")

    page = answer.content.decode()
    assert answer.status_code == 409 and answer["Content-Type"].startswith("text/html")
    assert "2 quotations cannot leave the site yet" in page
    assert "It holds ‘Old Mill’, which is a listed name." in page and "Nobody has checked it." in page


def test_files_hold_words_labels_and_codes_and_no_pseudonym() -> None:
    study = a_heard_study()
    text = a_talk(study)
    coding = a_coding(a_coder(study), text, a_code(study, "risk"), "shared the risk")
    a_quotation(text, "shared the risk", coding=coding)
    browser = as_member(lead_of(study))

    assert exported(browser, study, "csv", "").splitlines()[1] == "1,“shared the risk”,Council commissioner,risk,LL"
    assert exported(browser, study, "txt", "") == "“shared the risk” [Council commissioner]\n"
    pseudonyms = list(study.participants.values_list("pseudonym", flat=True))
    assert not any(each in exported(browser, study, kind, "") for kind in ("csv", "xlsx", "txt") for each in pseudonyms)


def test_invented_quotations_say_so_in_every_file() -> None:
    study = a_heard_study(is_invented=True)
    a_quotation(a_talk(study))
    browser = as_member(lead_of(study))

    assert all("nvented" in exported(browser, study, kind, "") for kind in ("csv", "xlsx", "txt"))


def test_no_event_of_quotations_holds_a_word() -> None:
    a_quotation(a_talk(a_heard_study()))

    told = repr([(each.action, each.before, each.after) for each in AuditEvent.objects.all()])

    assert "voices.quote" in told and "shared" not in told and "commissioner" not in told


# --- who may ---


def urls_of(study: Study) -> list[tuple[str, str, str]]:
    row = a_quotation(a_talk(study))
    base = f"/studies/{study.uuid}/quotations/"
    return [
        ("reader", "get", base),
        ("coder", "get", f"{base}choose/"),
        ("coder", "get", f"{base}new/?transcript={row.transcript.uuid}&start=0&end=5"),
        ("lead", "post", f"{base}fewest/"),
        ("reader", "get", f"/quotations/{row.uuid}/"),
        *(
            ("coder", "post", f"/quotations/{row.uuid}/{step}/")
            for step in ("reword", "check", "uncheck", "bring-along", "take-away", "put-back")
        ),
    ]


def answers(browser: Client, urls: list[tuple[str, str, str]]) -> dict[str, int]:
    return {url: getattr(browser, method)(url).status_code for _, method, url in urls}


def test_each_page_is_closed_to_whoever_may_do_less() -> None:
    study = a_heard_study()
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


def test_a_reader_words_nothing_by_another_way() -> None:
    study = a_heard_study()
    row = a_quotation(a_talk(study))
    given = {"text": "We shared …", "breadth": "role", "revision": 1}

    as_member(a_coder(study, "RR", "reader")).post(f"/quotations/{row.uuid}/", given)

    assert Quotation.objects.get(pk=row.pk).revision == 1


@pytest.mark.parametrize("asked", ["", "transcript=x", "coding=x", "start=1&end=2", "transcript={}&start=9&end=2"])
def test_an_address_that_names_no_passage_is_not_found(asked: str) -> None:
    study = a_heard_study()
    text = a_talk(study)

    answer = as_member(a_coder(study)).get(f"/studies/{study.uuid}/quotations/new/?{asked.format(text.uuid)}")

    assert answer.status_code == 404


def test_the_only_coder_of_a_study_checks_alone() -> None:
    study = a_heard_study()
    alone = lead_of(study)
    row = a_quotation(a_talk(study), member=alone, is_checked=False)

    actions.check(**WHO, member=alone, quotation=row, revision=1)

    assert shown(row).passes
    assert alone.starts_on <= date(2024, 10, 1)
