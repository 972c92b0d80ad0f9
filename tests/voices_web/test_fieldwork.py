"""Sites, participants, interviews, recruitment and the guide, as the team keeps them through pages."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from commonpool.audit.models import AuditEvent
from commonpool.voices.actions import fieldwork as actions
from commonpool.voices.actions.guides import make_guide
from commonpool.voices.actions.removing import forget_removed, put_back_removed, remove
from commonpool.voices.actions.withdrawing import withdraw
from commonpool.voices.errors import KeyDestroyedError, StepError
from commonpool.voices.models import (
    Approach,
    Approval,
    ApprovalNeed,
    GuideVersion,
    Interview,
    Participant,
    Removal,
    Site,
    Study,
)
from commonpool.voices.queries.fieldwork import heard_in, notes_of, real_name_of, sectors_of
from commonpool.voices.queries.guides import questions_of
from commonpool.voices.queries.touching import FIELD_NOTES
from commonpool.voices.rules.approvals import Need
from commonpool.voices.sealing import the_keys
from tests.voices_web.builders import (
    NOW,
    a_participant,
    a_site,
    a_study,
    a_transcript,
    an_interview,
    as_member,
    lead_of,
    the_university,
)
from tests.voices_web.fieldwork import GUIDE, a_full_study, a_guide, asked, csv_file, said, url

pytestmark = pytest.mark.django_db
WHO: dict[str, Any] = {"actor": None, "at": NOW}
DAY = {"held_on_day": "12", "held_on_month": "9", "held_on_year": "2024"}


def browser(study: Study) -> Client:
    return as_member(lead_of(study))


# -- what the study says of itself


def test_a_study_begun_on_the_site_waits_for_its_ethics() -> None:
    client = browser(a_study())

    client.post("/studies/begin/", {"title": "New", "body": the_university().pk})
    study = Study.objects.get(title="New")

    page = said(client.get(url("sample", study)))
    assert "Nobody was heard yet." in page
    assert "Next: Record the approvals of the study as they are given." in page
    refused = said(client.post(url("add-interview", study), {"name": "I01", "kind": "single", **DAY}))
    assert "‘Research ethics’ is not recorded. Ask the research ethics committee for it." in refused
    assert not Interview.objects.exists()


def test_an_approval_is_listed_recorded_and_changed_through_pages() -> None:
    study = a_study(needs=())
    client = browser(study)
    granted = {"granted_on_day": "1", "granted_on_month": "2", "granted_on_year": "2024", "body": "Wendle committee"}

    client.post(url("need-approval", study), {"kind": "Ethics", "given_by": "committee"})
    client.post(url("record-approval", study), {"need": ApprovalNeed.objects.get().pk, **granted})
    row = Approval.objects.get()
    ended = {"expires_on_day": "1", "expires_on_month": "3", "expires_on_year": "2024", "reference": "24/1"}
    client.post(url("edit-approval", row), {**granted, **ended, "revision": 1})

    row.refresh_from_db()
    page = said(client.get(url("approvals", study)))
    assert (row.expires_on, row.reference) == (date(2024, 3, 1), "24/1")
    assert "Ethics the whole study Wendle committee 24/1 1 February 2024 1 March 2024" in page
    assert "24/1" in said(client.get(url("settings", study)))


def test_the_last_approval_on_the_list_goes_with_a_reason_that_the_page_then_shows() -> None:
    study = a_study(needs=(Need("Ethics"),))
    client, need = browser(study), ApprovalNeed.objects.get()

    kept = said(client.post(url("drop-need", need), {"why": " "}, follow=True))
    gone = said(client.post(url("drop-need", need), {"why": "An evaluation of a service."}, follow=True))

    assert "Say why nobody has to allow this study" in kept
    assert "Nobody has to allow this study: An evaluation of a service." in gone


def test_settings_are_changed_and_one_changed_meanwhile_is_not_written_over() -> None:
    study = a_study("Before")
    client = browser(study)
    given = {"title": "After", "question": "Why?", "body": study.body_id, "revision": study.revision}

    client.post(url("settings", study), given)
    again = said(client.post(url("settings", study), {**given, "title": "Later"}))

    study.refresh_from_db()
    assert (study.title, study.question, study.revision) == ("After", "Why?", 2)
    assert "Somebody has changed the study since you opened it." in again


# -- participants and interviews


def test_a_participant_is_added_changed_and_their_name_forgotten() -> None:
    study = a_study()
    client, north = browser(study), a_site(study, "North")

    client.post(url("add-participant", study), {"pseudonym": "P01", "site": north.pk, "real_name": "Ann Invented"})
    row = Participant.objects.get()
    page = said(client.get(url("edit-participant", row)))
    given = {"pseudonym": "P1", "role_group": "Clinician"}
    client.post(url("edit-participant", row), {**given, "revision": 1})
    row.refresh_from_db()
    kept = real_name_of(row)
    client.post(url("edit-participant", row), {**given, "forget_name": "on", "revision": 2})
    row.refresh_from_db()

    assert "Ann Invented" in page
    assert (row.pseudonym, row.site, row.role_group, row.organisation_type) == ("P1", None, "Clinician", "")
    assert (kept, real_name_of(row)) == ("Ann Invented", "")


def test_no_event_of_fieldwork_holds_a_name_or_a_word() -> None:
    study = a_full_study(title="Secretly titled")
    client = browser(study)
    row = Participant.objects.get(pseudonym="P01")
    client.post(url("edit-participant", row), {"pseudonym": "Secretive", "real_name": "Ann Invented", "revision": 1})

    told = str(list(AuditEvent.objects.values_list("before", "after")))

    for word in ("Secret", "Ann", "A N", "P01", "North", "Rain", "Council", "Newsletter", "Too busy", "pooled budget"):
        assert word not in told


def test_field_notes_of_one_person_go_with_their_key_and_those_of_a_group_stay() -> None:
    study = a_study()
    anna, ben = a_participant(study), a_participant(study)
    alone = an_interview(study, anna, notes="It rained.")
    group = an_interview(study, anna, ben, notes="They laughed.")

    the_keys().destroy(anna.uuid)

    assert (notes_of(alone), notes_of(group)) == (None, "They laughed.")
    page = said(browser(study).get(url("edit-interview", alone)))
    assert "There were field notes. Nobody can read them any more" in page


def test_an_interview_is_recorded_with_whoever_took_part_and_changed() -> None:
    study = a_study()
    client = browser(study)
    a_guide(study)
    people = [a_participant(study), a_participant(study)]
    given = {"name": "I01", "kind": "group", "mode": "video", "minutes": "45", "notes": "Calm.", **DAY}

    client.post(url("add-interview", study), {**given, "participants": [each.uuid for each in people]})
    held = Interview.objects.get()
    client.post(
        url("edit-interview", held),
        {**given, "kind": "single", "participants": [people[0].uuid], "notes": "", "others": "nobody", "revision": 1},
    )

    changed = Interview.objects.get()
    assert (held.held_on, held.minutes, notes_of(held)) == (date(2024, 9, 12), 45, "Calm.")
    assert held.guide is not None and held.guide.number == 1
    assert [*changed.participants.all()] == people[:1]
    assert (changed.others, notes_of(changed)) == ("nobody", "")


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"kind": "single"}, "2 people took part. Say that it was a group, or name one of them."),
        ({"held_on_year": "2999"}, "The interview is in the future."),
        ({"others_words": "a note taker"}, "choose ‘Somebody else’, or clear the words"),
        ({"minutes": "0"}, "greater than or equal to 1"),
    ],
)
def test_an_interview_that_cannot_be_is_refused_and_nothing_typed_is_lost(more: dict[str, str], says: str) -> None:
    study = a_study()
    people = [a_participant(study).uuid, a_participant(study).uuid]
    given = {"name": "I01", "kind": "group", "participants": people, "notes": "Typed at length.", **DAY, **more}

    page = said(browser(study).post(url("add-interview", study), given))

    assert says in page
    assert "Typed at length." in page
    assert not Interview.objects.exists()


def test_somebody_else_s_change_of_an_interview_is_not_written_over() -> None:
    study = a_study()
    held = an_interview(study)
    given: dict[str, Any] = {"name": "I01", "participants": [], "revision": held.revision}
    actions.change_interview(**WHO, interview=held, **given)

    with pytest.raises(StepError, match="Somebody has changed this"):
        actions.change_interview(**WHO, interview=held, **given)


def test_rows_of_another_study_cannot_be_named() -> None:
    study, other = a_study(), a_study()

    for wrong in ({"site": a_site(other)}, {"participants": [a_participant(other)]}, {"guide": a_guide(other)}):
        with pytest.raises(StepError, match="belongs to another study"):
            actions.record_interview(**WHO, study=study, name="I01", **{"participants": [], **wrong})


@pytest.mark.requirement("S126")
def test_interviews_participants_and_texts_are_three_things() -> None:
    study = a_study()
    people = [a_participant(study, f"P{at:02}") for at in range(1, 41)]
    for each in people[:25]:
        an_interview(study, each)
    for low, high in ((25, 28), (28, 31), (31, 40)):
        an_interview(study, *people[low:high])
    a_transcript(study, name="A note of a board", is_note=True)

    page = said(browser(study).get(url("interviews", study)))

    assert "40 people in 28 interviews, 15 of them in 3 groups." in page
    assert heard_in(study).interviews == 28
    assert Interview.objects.filter(transcripts=None).count() == 28


@pytest.mark.requirement("S125")
def test_a_study_counts_its_sites_people_and_months_by_sector() -> None:
    study = a_study()
    north, south = a_site(study), a_site(study)
    council = [a_participant(study, site=site, organisation_type="Council") for site in (north, south)]
    unknown = a_participant(study)
    an_interview(study, council[0], held_on=date(2017, 1, 12))
    an_interview(study, council[1], unknown, held_on=date(2018, 1, 20))
    a_participant(study, organisation_type="CCG")

    told = [(each.name, each.sites, each.unplaced, each.heard.people, each.heard.months) for each in sectors_of(study)]

    assert told == [("Council", 2, 0, 2, 12), ("", 0, 1, 1, 0)]
    page = said(browser(study).get(url("sample", study)))
    assert "3 people in 2 interviews at 2 sites over 12 months." in page
    assert "not known 1 0 1 at a site not known 1 less than 1" in page


# -- taking away and putting back


def test_what_is_taken_away_is_back_as_it_was_within_a_day() -> None:
    study = a_full_study()
    client = browser(study)
    held = Interview.objects.get(name="I02")
    people = list(held.participants.all())

    gone = said(client.post(url("remove-interview", held), follow=True))
    removal = Removal.objects.filter(kind="interview").get()
    back = said(client.post(url("put-back-removed", removal), follow=True))

    assert "I02, can be put back until" in gone
    assert "It is back as it was." in back
    restored = Interview.objects.get(uuid=held.uuid)
    assert list(restored.participants.all()) == people
    assert (restored.held_on, restored.guide_id, restored.pk) == (held.held_on, held.guide_id, held.pk)


def test_nothing_is_taken_away_while_something_hangs_on_it() -> None:
    study = a_study()
    site = a_site(study, "North")
    anna = a_participant(study, "P01", site=site)
    held = an_interview(study, anna, name="I01")
    a_transcript(study, interview=held)

    for row, says in ((anna, "‘P01’.*an interview names them"), (held, "a transcript records"), (site, "participants")):
        with pytest.raises(StepError, match=says):
            remove(**WHO, row=row)

    assert list(held.participants.all()) == [anna]
    assert not Removal.objects.exists()


def test_after_a_day_a_participant_is_gone_for_good_with_their_key(
    django_capture_on_commit_callbacks: Any,
) -> None:
    study = a_study()
    anna = a_participant(study, real_name="Ann Invented")
    removal = remove(**WHO, row=anna)
    later = NOW + timedelta(days=1, minutes=1)
    assert the_keys().has(anna.uuid)

    with pytest.raises(StepError, match="more than a day ago"):
        put_back_removed(actor=None, at=later, removal=removal)
    with django_capture_on_commit_callbacks(execute=True):
        remove(actor=None, at=later, row=a_site(study))

    assert not the_keys().has(anna.uuid)
    assert not Removal.objects.filter(pk=removal.pk).exists()


def test_what_was_put_back_meanwhile_keeps_its_key(django_capture_on_commit_callbacks: Any) -> None:
    study = a_study()
    anna = a_participant(study, real_name="Ann Invented")
    removal = remove(**WHO, row=anna)
    put_back_removed(**WHO, removal=removal)

    with django_capture_on_commit_callbacks(execute=True), pytest.raises(StepError, match="It is back"):
        forget_removed(**WHO, removal=removal)

    assert the_keys().has(anna.uuid)


def test_what_two_take_away_at_one_moment_is_kept_once() -> None:
    study = a_study()
    anna = a_participant(study)
    same = Participant.objects.get(pk=anna.pk)
    remove(**WHO, row=anna)

    with pytest.raises(StepError, match="taken away already"):
        remove(**WHO, row=same)

    assert Removal.objects.count() == 1


def test_what_cannot_be_put_back_says_why() -> None:
    study = a_study()
    anna = a_participant(study, "P01")
    gone = remove(**WHO, row=anna)
    a_participant(study, "P01")
    held = an_interview(study, ben := a_participant(study))
    interview = remove(**WHO, row=held)
    remove(**WHO, row=ben)

    with pytest.raises(StepError, match="Something else has its name"):
        put_back_removed(**WHO, removal=gone)
    with pytest.raises(StepError, match="participant was taken away since"):
        put_back_removed(**WHO, removal=interview)


# -- recruitment


@pytest.mark.requirement("S123")
def test_an_approach_is_logged_with_its_channel_attempts_answer_and_reason() -> None:
    study = a_study()
    client = browser(study)
    given = {"label": "Councils", "channel": "email", "people": "12", "attempts": "2", "outcome": "declined"}

    client.post(url("log-approach", study), {**given, "reason": "capacity", "words": "Two vacancies."})
    row = Approach.objects.get()
    page = said(client.get(url("recruitment", study)))
    client.post(url("edit-approach", row), {**given, "outcome": "agreed", "revision": 1})
    row.refresh_from_db()

    assert "Councils E-mail not known 12 2 Declined No capacity Two vacancies." in page
    assert (row.outcome, row.reason, row.revision) == ("agreed", "", 2)


@pytest.mark.requirement("S124")
def test_the_flow_says_what_nobody_knows_on_the_picture_and_in_its_table() -> None:
    study = a_study()
    asked(study, channel="national", outcome="declined")
    asked(study, channel="email", outcome="agreed", people=16)
    an_interview(study, a_participant(study))

    answer = browser(study).get(url("recruitment", study))

    page = said(answer)
    assert "Of at least 16 (1 not known) who were asked, 16 agreed; 1 was heard." in page
    assert "Of 1 approach nobody knows how many people were reached" in page
    assert "Asked National network not known 1" in page
    svg = str(answer.context["chart"].svg)
    assert "not known" in svg and 'role="img"' in svg
    assert "None" not in svg


def test_an_approach_to_nowhere_or_with_a_reason_for_agreeing_is_refused() -> None:
    study = a_study()

    with pytest.raises(ValidationError, match="Choose a site, or say in words"):
        asked(study, "")
    with pytest.raises(ValidationError, match="A reason belongs to people who declined"):
        asked(study, outcome="agreed", reason="time")
    with pytest.raises(StepError, match="in the future"):
        asked(study, made_on=NOW.date() + timedelta(days=1))


def test_the_log_is_filtered_and_downloaded() -> None:
    study = a_full_study()
    client = browser(study)

    page = said(client.get(url("recruitment", study), {"outcome": "Declined"}))
    file = client.get(url("recruitment", study), {"outcome": "Declined", "download": "csv"}).content.decode()

    assert "1 of 2 approaches" in page
    assert "Newsletter" in file and "Councils of the coast" not in file


# -- the topic guide


def sent_guide(study: Study, *words: str, reason: str = "", after: int = 0) -> dict[str, str]:
    """The editor as it is sent: these words in its rows, the keys as the page had them."""
    last = GuideVersion.objects.filter(study=study, number=after).first()
    old = questions_of(last)
    given = {"q-TOTAL_FORMS": str(len(words)), "q-INITIAL_FORMS": str(len(old)), "reason": reason}
    given |= {"used_from_day": "1", "used_from_month": "3", "used_from_year": "2024", "after_number": str(after)}
    for at, each in enumerate(words):
        given |= {f"q-{at}-words": each, f"q-{at}-prompts": "When?\n\nWho?", f"q-{at}-place": str(at + 1)}
        if at < len(old):
            given[f"q-{at}-key"] = old[at].key
    return given


@pytest.mark.requirement("S127")
def test_a_guide_is_written_changed_and_compared_and_interviews_keep_theirs() -> None:
    study = a_study()
    client = browser(study)

    client.post(url("edit-guide", study), sent_guide(study, *GUIDE))
    before = an_interview(study, held_on=date(2024, 3, 2))
    early = an_interview(study, held_on=date(2024, 2, 2))
    changed = sent_guide(study, GUIDE[0], "Who decides, and how?", "", "Who pays?", reason="Piloted.", after=1)
    client.post(url("edit-guide", study), changed | {"used_from_month": "4"})
    page = said(client.get(url("compare-guides", study)))

    assert before.guide is not None and before.guide.number == 1
    assert early.guide is None
    assert "3 of 4 questions differ between version 1 and version 2. Piloted." in page
    for row in ("Changed Who decides? When? Who? Who decides, and how?", "Added not in it Who pays?", "Taken out What"):
        assert row in page
    assert "1 interview is stamped with it" in said(client.get(url("guide", study), {"version": "1"}))


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"reason": ""}, "Fill in ‘Why is the guide changed?’"),
        ({"after_number": "0"}, "Somebody has made another version"),
        ({"q-0-place": "x"}, "Row 1, Number"),
    ],
)
def test_a_version_that_cannot_be_made_says_why(given: dict[str, str], says: str) -> None:
    study = a_study()
    a_guide(study)

    page = said(browser(study).post(url("edit-guide", study), sent_guide(study, "New", reason="R", after=1) | given))

    assert says in page
    assert GuideVersion.objects.count() == 1


def test_a_guide_that_is_the_same_makes_no_version() -> None:
    study = a_study()
    version = a_guide(study)

    with pytest.raises(StepError, match="Nothing in the guide has changed"):
        make_guide(**WHO, study=study, questions=questions_of(version), used_from=NOW.date(), reason="R")
    with pytest.raises(StepError, match="at least one question"):
        make_guide(**WHO, study=study, questions=[], used_from=NOW.date(), reason="R")


# -- files


def test_a_file_of_participants_is_looked_at_and_then_taken_in() -> None:
    study = a_study()
    client = browser(study)
    a_site(study, "North")
    rows = csv_file(["pseudonym,site,organisation_type,real_name", "P01,north,Council,Ann Invented", "P02,,,"])

    answer = client.post(url("import-participants", study), rows)
    assert "The file has 2 participants and no fault. Nothing is taken in yet." in said(answer)
    assert not Participant.objects.exists()
    client.post(url("import-participants", study), {"text": answer.context["text"]})

    first, second = Participant.objects.all()
    assert (first.site, real_name_of(first), second.site) == (Site.objects.get(), "Ann Invented", None)


def test_every_fault_of_a_file_of_participants_is_told_at_once() -> None:
    study = a_study()
    a_participant(study, "P01")
    lines = ["pseudonym,site,role_group", "p01,North,", ",,x", "P03,,", "P03,," + "y" * 81]

    page = said(browser(study).post(url("import-participants", study), csv_file(lines)))

    for fault in (
        "Row 2: ‘p01’ cannot be used again. The study has it already.",
        "The study has no site ‘North’. It has none yet.",
        "Row 3: pseudonym is empty.",
        "Row 5: ‘P03’ cannot be used again. Row 4 has it.",
        "role_group is longer than 80 letters.",
    ):
        assert fault in page
    assert Participant.objects.count() == 1


def test_a_file_of_interviews_is_taken_in_with_groups_and_days() -> None:
    study = a_study()
    client = browser(study)
    people = [a_participant(study, name) for name in ("P01", "P02", "P03")]
    a_guide(study)
    lines = [
        "name,held_on,participants,mode,minutes,others",
        "I01,2024-02-01,p01,telephone,50,",
        "I02,12/09/2024,P02; P03,,,nobody",
    ]

    answer = client.post(url("import-interviews", study), csv_file(lines))
    client.post(url("import-interviews", study), {"text": answer.context["text"]})

    one, two = Interview.objects.all()
    assert (one.held_on, one.mode, one.minutes, one.kind) == (date(2024, 2, 1), "telephone", 50, "single")
    assert (two.held_on, two.kind, two.minutes, two.others) == (date(2024, 9, 12), "group", None, "nobody")
    assert list(two.participants.all()) == people[1:]
    assert one.guide is not None


def test_every_fault_of_a_file_of_interviews_is_told_at_once_with_its_approvals() -> None:
    study = a_study(needs=(Need("Ethics"),))
    a_participant(study, "P01")
    lines = [
        "name,held_on,participants,mode,minutes,guide,kind",
        "I01,2024-02-30,P01,,,,",
        "I02,,P09,by post,0,4,both",
        "I03,2024-02-01,P01,,,,",
    ]

    page = said(browser(study).post(url("import-interviews", study), csv_file(lines)))

    for fault in (
        "Row 2: ‘2024-02-30’ is no day.",
        "Row 3: There is no participant ‘P09’.",
        "‘by post’ is no mode. Write one of: telephone, face to face, video, writing",
        "‘0’ is no whole number from 1 to 1,440.",
        "The topic guide has no version 4.",
        "‘both’ is no kind.",
        "Row 4: ‘Ethics’ is not recorded.",
    ):
        assert fault in page
    assert not Interview.objects.exists()


@pytest.mark.parametrize("name", ["import-participants", "import-interviews", "import-candidates"])
@pytest.mark.parametrize(
    "content", [b"", b"\x00\x01", b"PK\x03\x04" + b"x" * 99, b"a,b\n", b'"open', b"\xff\xfe" + b"x"]
)
def test_what_is_no_table_is_refused_in_words(name: str, content: bytes) -> None:
    study = a_study()

    answer = browser(study).post(url(name, study), {"file": SimpleUploadedFile("x.csv", content)})

    assert answer.status_code == 200
    assert "There is a problem" in said(answer)


# -- somebody withdraws


def test_field_notes_of_a_group_are_listed_to_be_looked_at_when_one_of_it_withdraws() -> None:
    study = a_study()
    anna, ben = a_participant(study), a_participant(study)
    an_interview(study, anna, notes="Hers alone.")
    group = an_interview(study, anna, ben, notes="They laughed.")

    withdraw(**WHO, participant=anna, typed=anna.pseudonym)

    listed = anna.to_look_at.filter(kind=FIELD_NOTES)
    assert [(row.subject_uuid, row.words) for row in listed] == [(group.uuid, f"Field notes of {group.name}")]


def test_notes_that_once_lay_under_another_key_are_out_of_reach_of_backups_after_a_withdrawal(
    django_capture_on_commit_callbacks: Any,
) -> None:
    study = a_study()
    anna, ben = a_participant(study), a_participant(study)
    held = an_interview(study, anna, ben, notes="Written of both.")
    backup = bytes(held.sealed_notes)
    given: dict[str, Any] = {"name": held.name, "participants": [anna], "notes": "Written of both."}
    actions.change_interview(**WHO, interview=held, revision=1, **given)
    assert the_keys().open(held.uuid, backup) == "Written of both."

    with django_capture_on_commit_callbacks(execute=True):
        withdraw(**WHO, participant=anna, typed=anna.pseudonym)

    held.refresh_from_db()
    assert notes_of(held) is None
    with pytest.raises(KeyDestroyedError):
        the_keys().open(held.uuid, backup)


def test_somebody_who_withdrew_is_named_for_no_interview_and_no_notes_make_their_key_anew() -> None:
    study = a_study()
    anna = a_participant(study)
    held = an_interview(study, anna)
    withdraw(**WHO, participant=anna, typed=anna.pseudonym)
    anna.refresh_from_db()
    given: dict[str, Any] = {"name": held.name, "participants": [anna], "revision": 1}

    with pytest.raises(StepError, match="cannot be named for an interview any more"):
        an_interview(study, anna)
    with pytest.raises(StepError, match="no notes of this interview are kept any more"):
        actions.change_interview(**WHO, interview=held, notes="After all.", **given)
    actions.change_interview(**WHO, interview=held, minutes=40, **given)

    assert Interview.objects.get().minutes == 40


def test_what_was_taken_away_can_go_for_good_at_once(django_capture_on_commit_callbacks: Any) -> None:
    study = a_study()
    anna = a_participant(study)
    removal = remove(**WHO, row=anna)

    with django_capture_on_commit_callbacks(execute=True):
        page = said(browser(study).post(url("forget-removed", removal), follow=True))

    assert "It is gone for good, and so is its key." in page
    assert not the_keys().has(anna.uuid)
    assert not Removal.objects.exists()
