"""Puts the cast into the database as a team would: its study, sites, people, interviews and texts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Final

from commonpool.demo.region import email_of
from commonpool.demo.study.cast import Cast, Held
from commonpool.demo.study.talks import INTERVIEWER, Talk, talk
from commonpool.people.models import Person
from commonpool.places.models import Organisation
from commonpool.voices.actions.fieldwork import add_participant, add_site, record_interview
from commonpool.voices.actions.studies import add_member, begin_study
from commonpool.voices.actions.transcripts import Who, keep_transcript
from commonpool.voices.models import Interview, Participant, Site, Study, TeamMember, Transcript

LEAD: Final = "evaluator"
CODER: Final = "coder"


@dataclass
class World:
    """The study as it grows: its rows by the names that the cast has for them."""

    study: Study
    lead: TeamMember
    coder: TeamMember
    sites: dict[str, Site] = field(default_factory=dict)
    people: dict[str, Participant] = field(default_factory=dict)
    interviews: dict[str, Interview] = field(default_factory=dict)
    texts: dict[str, Transcript] = field(default_factory=dict)
    talks: dict[str, Talk] = field(default_factory=dict)

    @property
    def actor(self) -> Person:
        """Whoever leads the study."""
        assert self.lead.person is not None
        return self.lead.person


def moment(day: date, hour: int = 10) -> datetime:
    """That hour of a day."""
    return datetime.combine(day, time(hour), tzinfo=UTC)


def begin(cast: Cast, body: Organisation) -> World:
    """The study with its two coders."""
    lead, coder = (Person.objects.get(email=email_of(name)) for name in (LEAD, CODER))
    at = moment(cast.begun)
    study = begin_study(
        actor=lead, at=at, title=cast.title, question=cast.question, body=body, lead=lead, is_invented=True
    )
    second = add_member(
        actor=lead, at=at, study=study, person=coder, part=TeamMember.Part.CODER, initials="DT", starts_on=cast.begun
    )
    return World(study, TeamMember.objects.select_related("person").get(study=study, person=lead), second)


def go_out(world: World, cast: Cast, areas: Mapping[str, Organisation]) -> None:
    """Sites, people, interviews and their transcripts, each on its day."""
    at = moment(cast.begun, 11)
    for each in cast.sites:
        area = areas[each.area] if each.area else None
        world.sites[each.name] = add_site(actor=world.actor, at=at, study=world.study, name=each.name, area=area)
    for one in cast.people:
        world.people[one.pseudonym] = add_participant(
            actor=world.actor,
            at=at,
            study=world.study,
            pseudonym=one.pseudonym,
            site=world.sites[one.site],
            organisation_type=one.organisation_type,
            role_group=one.role_group,
            real_name=one.real_name,
        )
    for held in cast.interviews:
        _hear(world, cast, held)


def _hear(world: World, cast: Cast, held: Held) -> None:
    people = [world.people[name] for name in held.people]
    interview = record_interview(
        actor=world.actor,
        at=moment(held.on, 16),
        study=world.study,
        name=held.name,
        participants=people,
        site=world.sites[held.site],
        kind=Interview.Kind.GROUP if len(people) > 1 else Interview.Kind.SINGLE,
        mode=Interview.Mode.FACE_TO_FACE if held.is_face_to_face else Interview.Mode.TELEPHONE,
        held_on=held.on,
        minutes=held.minutes,
        interviewer=world.actor,
    )
    told = talk(held.number, held.people, cast.names_in(held))
    name = held.name.replace("I", "T")
    world.interviews[held.name], world.talks[held.name] = interview, told
    world.texts[held.name] = keep_transcript(
        actor=world.actor,
        at=moment(held.on, 17),
        study=world.study,
        name=name,
        said=told.said,
        who=Who(dict(zip(held.people, people, strict=True)), frozenset({INTERVIEWER})),
        interview=interview,
        file_format="docx",
    )
