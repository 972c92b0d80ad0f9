"""Participants and interviews of a study: what lists show, and what they come to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, QuerySet

from commonpool.voices.models import GuideVersion, Interview, Participant, Removal, Site, Study
from commonpool.voices.models.removals import CAN_BE_PUT_BACK_FOR
from commonpool.voices.queries.approvals import register_of
from commonpool.voices.queries.texts import opened
from commonpool.voices.reading.fieldwork import InterviewRow, Known, Refusals
from commonpool.voices.rules.heard import Heard, Talk, heard
from commonpool.voices.sealing import the_keys


@dataclass(frozen=True, slots=True)
class Sector:
    """One type of organisation: at how many sites how many people of it were heard, over how many months."""

    name: str
    sites: int
    unplaced: int
    heard: Heard


def participants_of(study: Study) -> QuerySet[Participant]:
    """The study's participants with `interview_count`."""
    rows = Participant.objects.filter(study=study).select_related("site")
    return rows.annotate(interview_count=Count("takings")).order_by("pseudonym")


def interviews_of(study: Study) -> QuerySet[Interview]:
    """The study's interviews with those who took part and `text_count`, how many transcripts record each."""
    rows = Interview.objects.filter(study=study).select_related("site", "guide")
    counted = rows.annotate(text_count=Count("transcripts", distinct=True))
    return counted.prefetch_related("takings__participant").order_by("name")


def heard_in(study: Study) -> Heard:
    """What the study's interviews come to."""
    return heard([_talk(each) for each in interviews_of(study)], Interview.Mode.values)


def sectors_of(study: Study) -> list[Sector]:
    """The same for each type of organisation, of those who were heard; "" is not known."""
    held = list(interviews_of(study))
    people: dict[str, dict[str, int | None]] = {}
    for interview in held:
        for taking in interview.takings.all():
            who = taking.participant
            people.setdefault(who.organisation_type, {})[str(who.uuid)] = who.site_id
    return [_sector(name, people[name], held) for name in sorted(people, key=lambda name: (not name, name))]


def _sector(name: str, people: dict[str, int | None], held: list[Interview]) -> Sector:
    talks = []
    for interview in held:
        talk = _talk(interview)
        if own := talk.people & people.keys():
            talks.append(Talk(own, talk.is_group, talk.mode, talk.held_on, talk.minutes))
    sites = {site for site in people.values() if site is not None}
    return Sector(name, len(sites), sum(site is None for site in people.values()), heard(talks))


def _talk(interview: Interview) -> Talk:
    people = frozenset(str(taking.participant.uuid) for taking in interview.takings.all())
    is_group = interview.kind == Interview.Kind.GROUP
    return Talk(people, is_group, interview.mode, interview.held_on, interview.minutes)


def real_name_of(participant: Participant) -> str | None:
    """The name that was sealed; "" where nobody gave one, None where nobody can read it any more."""
    sealed = bytes(participant.sealed_name)
    return opened(the_keys(), participant.uuid, sealed) if sealed else ""


def notes_of(interview: Interview) -> str | None:
    """The field notes; "" where there are none, None where nobody can read them any more."""
    sealed = bytes(interview.sealed_notes)
    return opened(the_keys(), interview.notes_key or UUID(int=0), sealed) if sealed else ""


def known_of(study: Study) -> Known:
    """What files of the study may name."""
    return Known(
        sites=list(Site.objects.filter(study=study).values_list("name", flat=True)),
        pseudonyms=list(Participant.objects.filter(study=study).values_list("pseudonym", flat=True)),
        interviews=list(Interview.objects.filter(study=study).values_list("name", flat=True)),
        guides=list(GuideVersion.objects.filter(study=study).values_list("number", flat=True)),
        kinds={"single": Interview.Kind.SINGLE, "group": Interview.Kind.GROUP},
        modes={
            "telephone": Interview.Mode.TELEPHONE,
            "face to face": Interview.Mode.FACE_TO_FACE,
            "video": Interview.Mode.VIDEO,
            "writing": Interview.Mode.WRITTEN,
        },
        others={"nobody": Interview.Others.NOBODY, "somebody": Interview.Others.SOMEBODY},
    )


def refusals_of(study: Study, today: date) -> Refusals:
    """What stands in the way of an interview of a file: approvals, a day to come, a group called single."""
    register = register_of(study)
    sites = {site.name: site for site in Site.objects.filter(study=study)}

    def said(row: InterviewRow) -> list[str]:
        found = [str(lack) for lack in register.lacking(sites.get(row.site), row.held_on, today)]
        if row.held_on is not None and row.held_on > today:
            found.append("Its day is in the future. Record it when it was held.")
        if row.kind == Interview.Kind.SINGLE and len(row.participants) > 1:
            found.append(f"{len(row.participants)} people took part: write ‘group’ as its kind.")
        if row.others_words and row.others != Interview.Others.SOMEBODY:
            found.append("It says who else was present: write ‘somebody’ in the column others.")
        return found

    return said


@dataclass(frozen=True, slots=True)
class Gone:
    """Something that was taken away and can be put back until a moment."""

    uuid: UUID
    name: str
    until: datetime


def removed_of(study: Study, kind: str, at: datetime) -> list[Gone]:
    """What of that kind was taken away within a day, newest first."""
    rows = Removal.objects.filter(study=study, kind=kind, removed_at__gte=at - CAN_BE_PUT_BACK_FOR)
    return [Gone(row.uuid, _name(row), row.removed_at + CAN_BE_PUT_BACK_FOR) for row in rows]


def _name(row: Removal) -> str:
    kept = row.content[0]["fields"]
    return kept.get("pseudonym") or kept.get("name") or kept.get("label") or "An approach"
