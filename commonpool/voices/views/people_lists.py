"""The lists of sites, participants and interviews, column by column."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django.urls import reverse

from commonpool.pages.lists import Column, Filter, Kind, ListPage
from commonpool.voices.models import Criterion, Interview, Participant, Site, SiteLevel, Study

WORDS: Final = {"site": "Sites", "participant": "Participants", "interview": "Interviews"}


@dataclass(frozen=True, slots=True)
class SiteRow:
    """A site with its level of each criterion, by the criterion's row id, and how many people and interviews it has."""

    site: Site
    levels: dict[int, str]
    people: int
    interviews: int


def site_rows(study: Study) -> list[SiteRow]:
    """The study's sites."""
    levels: dict[int, dict[int, str]] = {}
    for held in SiteLevel.objects.filter(site__study=study).select_related("level"):
        levels.setdefault(held.site_id, {})[held.criterion_id] = held.level.name
    people = _counted(Participant, study)
    talks = _counted(Interview, study)
    found = Site.objects.filter(study=study).select_related("area")
    return [SiteRow(site, levels.get(site.pk, {}), people.get(site.pk, 0), talks.get(site.pk, 0)) for site in found]


def sites(study: Study, may_code: bool) -> ListPage:
    """The list of sites."""
    criteria = (
        Column(f"c{each.pk}", each.name, _level(each), filter=Filter.CHOICE)
        for each in Criterion.objects.filter(study=study)
    )
    return ListPage(
        "sites",
        "Sites",
        (
            Column("name", "Site", lambda row: row.site.name, link=_edit("voices:edit-site", may_code, _site)),
            Column("area", "Area", lambda row: row.site.area.name if row.site.area else None),
            *criteria,
            Column("people", "Participants", lambda row: row.people, Kind.NUMBER, is_summed=True),
            Column("interviews", "Interviews", lambda row: row.interviews, Kind.NUMBER, is_summed=True),
        ),
        noun="sites",
        empty="Here will stand the places of the study, with how they differ. Add one, or take it from the candidates.",
        sort="name",
    )


def participants(may_code: bool) -> ListPage:
    """The list of participants."""
    return ListPage(
        "participants",
        "Participants",
        (
            Column(
                "pseudonym",
                "Participant",
                lambda row: row.pseudonym,
                link=_edit("voices:edit-participant", may_code),
            ),
            Column("site", "Site", lambda row: row.site.name if row.site else None, filter=Filter.CHOICE),
            Column("type", "Organisation", lambda row: row.organisation_type or None, filter=Filter.CHOICE),
            Column("role", "Role", lambda row: row.role_group or None, filter=Filter.CHOICE),
            Column("interviews", "Interviews", lambda row: row.interview_count, Kind.NUMBER),
            Column("state", "State", _state, filter=Filter.CHOICE),
        ),
        noun="participants",
        empty="Here will stand who is heard, by pseudonym. Add the first, or take a file of them in.",
        sort="pseudonym",
    )


def interviews(may_code: bool) -> ListPage:
    """The list of interviews."""
    return ListPage(
        "interviews",
        "Interviews",
        (
            Column("name", "Interview", lambda row: row.name, link=_edit("voices:edit-interview", may_code)),
            Column("held_on", "Day", lambda row: row.held_on, Kind.DATE),
            Column("site", "Site", lambda row: row.site.name if row.site else None, filter=Filter.CHOICE),
            Column("kind", "With", lambda row: row.get_kind_display(), filter=Filter.CHOICE),
            Column("mode", "How", lambda row: row.get_mode_display() if row.mode else None, filter=Filter.CHOICE),
            Column("minutes", "Minutes", lambda row: row.minutes, Kind.NUMBER, is_summed=True),
            Column("people", "People", lambda row: len(row.takings.all()), Kind.NUMBER),
            Column("who", "Who", _who),
            Column("others", "Also present", _others),
            Column("guide", "Guide", lambda row: str(row.guide) if row.guide else None, filter=Filter.CHOICE),
            Column("texts", "Transcripts", lambda row: row.text_count, Kind.NUMBER),
        ),
        noun="interviews",
        empty="Here will stand each conversation that was held. Record the first, or take a file of them in. "
        "A transcript is kept apart: an interview may have none.",
        sort="name",
    )


def _edit(name: str, may_code: bool, of: Callable[[Any], Any] = lambda row: row) -> Callable[[Any], str | None]:
    return lambda row: reverse(name, args=[of(row).uuid]) if may_code else None


def _site(row: SiteRow) -> Site:
    return row.site


def _level(criterion: Criterion) -> Callable[[SiteRow], str | None]:
    return lambda row: row.levels.get(criterion.pk)


def _counted(model: type[Participant] | type[Interview], study: Study) -> dict[int, int]:
    places = model._default_manager.filter(study=study).values_list("site_id", flat=True)
    return Counter(place for place in places if place is not None)


def _state(row: Any) -> str:
    if row.withdrawn_at is not None:
        return "withdrew"
    return "heard" if row.interview_count else "not heard yet"


def _who(row: Interview) -> str:
    return ", ".join(taking.participant.pseudonym for taking in row.takings.all()) or "nobody named"


def _others(row: Interview) -> str | None:
    if row.others == Interview.Others.SOMEBODY:
        return row.others_words or "somebody else"
    return row.get_others_display() if row.others else None
