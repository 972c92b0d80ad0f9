"""Studies for tests, with their team, texts and codes; each fills in what the case does not care about."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import count
from typing import Any
from uuid import uuid4

from django.test import Client

from commonpool.people.models import Person
from commonpool.people.rules import Role
from commonpool.places.models import Organisation
from commonpool.voices.actions.codebooks import change_codebook
from commonpool.voices.actions.codings import code_passage
from commonpool.voices.actions.fieldwork import add_participant, add_site, record_interview
from commonpool.voices.actions.rounds import close_round, mark_done, open_round
from commonpool.voices.actions.studies import add_member, begin_study
from commonpool.voices.actions.transcripts import Who, keep_transcript
from commonpool.voices.models import (
    Assignment,
    Code,
    Coding,
    CodingRound,
    Interview,
    Memo,
    Participant,
    Site,
    Study,
    TeamMember,
    Transcript,
)
from commonpool.voices.queries.texts import text_of
from commonpool.voices.rules import codebook as rules
from commonpool.voices.rules.text import Span
from commonpool.voices.rules.transcripts import Paragraph, compose
from tests.funds.builders import a_body
from tests.funds.builders import a_person as an_account
from tests.people.builders import with_second_factor

NOW = datetime(2024, 10, 1, 9, 30, tzinfo=UTC)
SAID = (
    "Interviewer: How did the pooled budget begin?",
    "Anna: We shared the risk from the first day. It took trust.",
    "Interviewer: And the trust?",
    "Anna: It grew once the money was in one place.",
)
_numbers = count(1)


def the_university() -> Organisation:
    """The body that answers for studies here."""
    return a_body("University of Wendle", "other")


def an_evaluator(email: str = "lead@study.example", role: Role = Role.EVALUATOR) -> Person:
    """Somebody who may work with interviews, and has a second factor."""
    person = an_account(email, (the_university(), role))
    return person if person.authenticator_set.exists() else with_second_factor(person)


def a_study(title: str = "", lead: Person | None = None, **more: Any) -> Study:
    """A study led by lead@study.example, which nobody has to approve unless `needs` say so."""
    given = {"question": "What made pooling work?", "body": the_university(), "initials": "LL", "needs": (), **more}
    person = lead or an_evaluator()
    return begin_study(actor=person, at=NOW, title=title or f"Study {next(_numbers)}", lead=person, **given)


def lead_of(study: Study) -> TeamMember:
    return TeamMember.objects.select_related("study", "person").get(study=study, part=TeamMember.Part.LEAD)


def a_coder(study: Study, initials: str = "AB", part: str = TeamMember.Part.CODER) -> TeamMember:
    """A member of the team with an account of their own, made once for each study and initials."""
    found = TeamMember.objects.filter(study=study, initials=initials).select_related("study", "person").first()
    if found is not None:
        return found
    person = an_evaluator(f"{initials.lower()}-{study.pk}@study.example", Role.CODER)
    return add_member(
        actor=None, at=NOW, study=study, person=person, part=part, initials=initials, starts_on=date(2020, 1, 1)
    )


def a_site(study: Study, name: str = "", **more: Any) -> Site:
    return add_site(actor=None, at=NOW, study=study, name=name or f"Site {next(_numbers)}", **more)


def a_participant(study: Study, pseudonym: str = "", **more: Any) -> Participant:
    return add_participant(actor=None, at=NOW, study=study, pseudonym=pseudonym or f"P{next(_numbers):03}", **more)


def an_interview(study: Study, *participants: Participant, name: str = "", **more: Any) -> Interview:
    given = {"kind": Interview.Kind.GROUP if len(participants) > 1 else Interview.Kind.SINGLE, **more}
    title = name or f"I{next(_numbers):03}"
    return record_interview(actor=None, at=NOW, study=study, name=title, participants=participants, **given)


def a_transcript(study: Study, *lines: str, name: str = "", who: Who | None = None, **more: Any) -> Transcript:
    """A text of these lines, or of SAID, with `Interviewer` known as one."""
    said = compose([Paragraph(line) for line in lines or SAID])
    known = who or Who(interviewers=frozenset({"Interviewer"}))
    return keep_transcript(
        actor=None, at=NOW, study=study, name=name or f"T{next(_numbers):03}", said=said, who=known, **more
    )


def a_code(study: Study, name: str = "", parent: Code | None = None, **words: str) -> Code:
    guid = str(uuid4()).upper()
    above = str(parent.uuid).upper() if parent else None
    added = rules.Add(rules.Code(guid, name or f"code {next(_numbers)}", parent=above, **words))
    change_codebook(actor=None, at=NOW, study=study, changes=[added])
    return Code.objects.get(uuid=guid)


def a_coding(
    member: TeamMember,
    transcript: Transcript,
    code: Code,
    words: str = "shared the risk",
    coding_round: CodingRound | None = None,
    memo: str = "",
) -> Coding:
    """This code on the first place where these words stand."""
    assert transcript.newest is not None
    start = text_of(transcript.newest).index(words)
    return code_passage(
        actor=member.person,
        at=NOW,
        member=member,
        version=transcript.newest,
        span=Span(start, start + len(words)),
        code=code,
        coding_round=coding_round,
        memo=memo,
    )


def as_member(member: TeamMember) -> Client:
    """A browser in which this member has signed in."""
    client = Client()
    assert member.person is not None
    client.force_login(member.person)
    return client


def a_round(
    study: Study,
    *given: tuple[Transcript, TeamMember],
    kind: str = CodingRound.Kind.DOUBLE,
    is_blind: bool = True,
    name: str = "",
    at: datetime = NOW,
    **more: Any,
) -> CodingRound:
    """An open round, blind unless said otherwise, with these transcripts of these coders."""
    return open_round(
        actor=None,
        at=at,
        study=study,
        name=name or f"Round {next(_numbers)}",
        kind=kind,
        is_blind=is_blind,
        dealt=given,
        **more,
    )


def finished(coding_round: CodingRound, at: datetime = NOW) -> CodingRound:
    """The round with everything marked as done, and closed."""
    for each in Assignment.objects.filter(round=coding_round).select_related("coder", "round"):
        mark_done(actor=each.coder.person, at=at, member=each.coder, assignment=each)
    return close_round(actor=None, at=at, coding_round=coding_round)


def a_memo(member: TeamMember, subject: Any, text: str = "Noted.", at: datetime = NOW, **more: Any) -> Memo:
    """Something that a member noted on a thing of the study."""
    return Memo.objects.create(
        study_id=member.study_id,
        subject_kind=subject._meta.model_name,
        subject_uuid=subject.uuid,
        text=text,
        written_by=member,
        written_at=at,
        **more,
    )
