"""Puts the cast into the database as a team would: its study, sites, people, interviews and texts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any, Final

from commonpool.demo.region import email_of
from commonpool.demo.study.cast import Cast, Held
from commonpool.demo.study.talks import INTERVIEWER, Talk, phrases, talk
from commonpool.people.models import Person
from commonpool.places.models import Organisation
from commonpool.voices.actions.approvals import Terms, need_approval, record_approval
from commonpool.voices.actions.consents import record_consent
from commonpool.voices.actions.fieldwork import add_participant, add_site, record_interview, set_levels
from commonpool.voices.actions.guides import make_guide
from commonpool.voices.actions.recruitment import Asking, log_approach
from commonpool.voices.actions.sampling import keep_criterion
from commonpool.voices.actions.studies import add_member, begin_study
from commonpool.voices.actions.transcripts import Who, keep_transcript
from commonpool.voices.ids import new_id
from commonpool.voices.models import Coding, GuideVersion, Interview, Participant, Site, Study, TeamMember, Transcript
from commonpool.voices.rules.approvals import Need
from commonpool.voices.rules.guides import Question
from commonpool.voices.rules.sampling import Level

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
    guide: GuideVersion | None = None

    def interview_of(self, transcript_id: int) -> str:
        """The interview that a transcript is of."""
        return next(name for name, text in self.texts.items() if text.pk == transcript_id)

    def text_under(self, coding: Coding) -> str:
        """The words under a coding."""
        return self.talks[self.interview_of(coding.transcript_id)].said.text[coding.start : coding.end]

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


def prepare(world: World, cast: Cast, areas: Mapping[str, Organisation]) -> None:
    """What comes before the first interview: sites by their criteria, approvals, the topic guide, whom to ask."""
    at = moment(cast.begun, 11)
    for each in cast.sites:
        area = areas[each.area] if each.area else None
        world.sites[each.name] = add_site(actor=world.actor, at=at, study=world.study, name=each.name, area=area)
    _approve(world, cast)
    _choose(world, cast, at)
    world.guide = make_guide(
        actor=world.actor, at=at, study=world.study, questions=list(_questions()), used_from=cast.begun
    )
    for asked in cast.told["asked"]:
        known = {
            name: asked[name]
            for name in ("label", "channel", "made_on", "people", "outcome", "reason")
            if name in asked
        }
        asking = Asking(**known)
        log_approach(actor=world.actor, at=moment(asked["made_on"]), study=world.study, asking=asking)


def _approve(world: World, cast: Cast) -> None:
    for each in cast.told["approvals"]:
        _approved(world, each, Need(each["kind"], given_by=each["given_by"]), [None])
    each = cast.told["governance"]
    _approved(world, each, Need(each["kind"], True, each["given_by"]), [world.sites[one.name] for one in cast.sites])


def _approved(world: World, each: Mapping[str, Any], need: Need, sites: Sequence[Site | None]) -> None:
    at = moment(each["granted_on"])
    row = world.study.approval_needs.filter(kind=need.kind).first() or need_approval(
        actor=world.actor, at=at, study=world.study, need=need
    )
    for number, site in enumerate(sites, start=1):
        reference = each.get("reference", f"RG/{number:02}")
        body = each.get("body") or f"Governance office, {site}"
        terms = Terms(body, each["granted_on"], reference=reference, site=site)
        record_approval(actor=world.actor, at=at, need=row, terms=terms)


def _choose(world: World, cast: Cast, at: datetime) -> None:
    """The criteria, and each site's level of each; of a few nobody knows it."""
    for place, told in enumerate(cast.told["criteria"]):
        levels = [Level(name, target=told["target"]) for name in told["levels"]]
        row = keep_criterion(actor=world.actor, at=at, study=world.study, name=told["name"], levels=levels)
        held = list(row.levels.order_by("place"))
        for number, site in enumerate(cast.sites):
            is_known = (number + place) % 11 != 10
            level = held[(number * (place + 1) + number // 3) % len(held)] if is_known else None
            set_levels(actor=world.actor, at=at, site=world.sites[site.name], levels={row: level})


def _questions() -> Iterator[Question]:
    for each in phrases()["questions"]:
        yield Question(str(new_id()), each["ask"], tuple(each["prompts"]), "Review of the literature")


def go_out(world: World, cast: Cast) -> None:
    """Sites that agree, people who consent, interviews and their transcripts, each on its day."""
    for one in cast.people:
        world.people[one.pseudonym] = add_participant(
            actor=world.actor,
            at=moment(cast.begun, 12),
            study=world.study,
            pseudonym=one.pseudonym,
            site=world.sites[one.site],
            organisation_type=one.organisation_type,
            role_group=one.role_group,
            real_name=one.real_name,
        )
    for held in cast.interviews:
        asking = Asking(
            site=world.sites[held.site], channel="came", made_on=held.on, people=len(held.people), outcome="agreed"
        )
        log_approach(actor=world.actor, at=moment(held.on, 9), study=world.study, asking=asking)
        for name in held.people:
            _consents(world, cast, held, name)
        _hear(world, cast, held)


def _consents(world: World, cast: Cast, held: Held, name: str) -> None:
    """Everybody agrees to be recorded; one in twenty not to be quoted."""
    record_consent(
        actor=world.actor,
        at=moment(held.on, 15),
        participant=world.people[name],
        given_on=held.on,
        may_record=True,
        may_quote=int(name[1:]) % 20 != 19,
        may_archive=int(name[1:]) % 7 != 3,
    )


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
        guide=world.guide,
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
