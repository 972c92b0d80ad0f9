"""The cases of a study, what is known of each, and which passages are whose."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from django.db.models import F, Model, QuerySet

from commonpool.voices.models import (
    CaseKind,
    Coding,
    Interview,
    Participant,
    Site,
    SiteLevel,
    Study,
    Taking,
    TeamMember,
    Transcript,
    Turn,
)
from commonpool.voices.queries.codings import transcripts_coded_blind
from commonpool.voices.rules.charting import TextFacts, TurnFacts, participants_of, sites_of
from commonpool.voices.rules.text import Span

MODELS: Final[dict[str, type[Model]]] = {
    CaseKind.SITE: Site,
    CaseKind.INTERVIEW: Interview,
    CaseKind.PARTICIPANT: Participant,
}
ORGANISATION: Final = "Organisation type"
ROLE: Final = "Role group"


@dataclass(frozen=True, slots=True)
class Case:
    """One case with what is known of it. `attributes`: {name: values}; no values where nobody knows."""

    kind: str
    id: int
    uuid: UUID
    name: str
    attributes: Mapping[str, tuple[str, ...]] = field(default_factory=dict, compare=False)


def cases_of(study: Study, kind: str) -> list[Case]:
    """The study's cases of one kind, by name, each with what is known of it."""
    sites = {site.pk: site for site in Site.objects.filter(study=study)}
    people = list(Participant.objects.filter(study=study))
    facts = _facts_of_sites(study, sites)
    if kind == CaseKind.SITE:
        at: dict[int, list[Participant]] = defaultdict(list)
        for person in people:
            at[person.site_id or 0].append(person)
        return [Case(kind, pk, site.uuid, site.name, facts[pk] | _of_people(at[pk])) for pk, site in sites.items()]
    if kind == CaseKind.PARTICIPANT:
        return [_participant(person, sites, facts) for person in people]
    by_interview: dict[int, list[Participant]] = defaultdict(list)
    known = {person.pk: person for person in people}
    for interview, taking_part in _takings(study):
        by_interview[interview].append(known[taking_part])
    held = Interview.objects.filter(study=study)
    return [_interview(each, by_interview[each.pk], sites, facts) for each in held]


def case_named(study: Study, kind: str, uuid: UUID) -> Case | None:
    """The case of that id; None where the study has none."""
    return next((case for case in cases_of(study, kind) if case.uuid == uuid), None)


def attribute_names(cases: Iterable[Case]) -> list[str]:
    """The attributes of which at least one case has a value."""
    return list(dict.fromkeys(name for case in cases for name, values in case.attributes.items() if values))


def _facts_of_sites(study: Study, sites: Mapping[int, Site]) -> dict[int, dict[str, tuple[str, ...]]]:
    """What sites were chosen by: each criterion with the site's level of it."""
    found: dict[int, dict[str, tuple[str, ...]]] = {pk: {} for pk in sites}
    rows = SiteLevel.objects.filter(site__study=study)
    for site, criterion, level in rows.values_list("site", "criterion__name", "level__name"):
        found[site][criterion] = (level,)
    return found


def _of_people(people: Iterable[Participant]) -> dict[str, tuple[str, ...]]:
    people = list(people)
    kinds = sorted({each.organisation_type for each in people if each.organisation_type})
    roles = sorted({each.role_group for each in people if each.role_group})
    return {ORGANISATION: tuple(kinds), ROLE: tuple(roles)}


def _participant(
    person: Participant, sites: Mapping[int, Site], facts: Mapping[int, Mapping[str, tuple[str, ...]]]
) -> Case:
    own = _of_people([person]) | _of_site(person.site_id, sites, facts)
    return Case(CaseKind.PARTICIPANT, person.pk, person.uuid, person.pseudonym, own)


def _interview(
    held: Interview,
    people: list[Participant],
    sites: Mapping[int, Site],
    facts: Mapping[int, Mapping[str, tuple[str, ...]]],
) -> Case:
    mode = (held.get_mode_display(),) if held.mode else ()
    own = {"Kind of interview": (held.get_kind_display(),), "Mode": mode}
    return Case(
        CaseKind.INTERVIEW,
        held.pk,
        held.uuid,
        held.name,
        own | _of_people(people) | _of_site(held.site_id, sites, facts),
    )


def _of_site(
    pk: int | None, sites: Mapping[int, Site], facts: Mapping[int, Mapping[str, tuple[str, ...]]]
) -> dict[str, tuple[str, ...]]:
    return {"Site": (sites[pk].name,), **facts[pk]} if pk is not None else {"Site": ()}


# -- whose passage


@dataclass(frozen=True, slots=True)
class Place:
    """Where one coding stands, and by which code: what counting needs of it."""

    id: int
    uuid: UUID
    code: int
    transcript: int
    version: UUID
    span: Span


def places_of(codings: QuerySet[Coding]) -> list[Place]:
    """The codings as places, in one query."""
    wanted = ("pk", "uuid", "code_id", "transcript_id", "version__uuid", "start", "end")
    rows = codings.values_list(*wanted)
    return [
        Place(pk, uuid, code, text, version, Span(start, end)) for pk, uuid, code, text, version, start, end in rows
    ]


class Belonging:
    """Which cases passages belong to. Reads what it needs of the study's texts once."""

    def __init__(self, study: Study) -> None:
        took_part: dict[int, list[int]] = defaultdict(list)
        for interview, person in _takings(study):
            took_part[interview].append(person)
        rows = Transcript.objects.filter(study=study).values_list("pk", "interview", "interview__site")
        texts = {pk: (interview, site, tuple(took_part.get(interview or 0, ()))) for pk, interview, site in rows}
        turns = _turns([pk for pk, (_, _, people) in texts.items() if len(people) != 1])
        self._texts = {pk: TextFacts(*facts, tuple(turns.get(pk, ()))) for pk, facts in texts.items()}
        people = Participant.objects.filter(study=study, site__isnull=False).values_list("pk", "site")
        self._site_of: dict[int, int] = {pk: site for pk, site in people if site is not None}

    def cases(self, kind: str, transcript: int, span: Span) -> frozenset[int]:
        """Row ids of the cases of this kind that a passage belongs to."""
        text = self._texts[transcript]
        if kind == CaseKind.PARTICIPANT:
            return participants_of(span, text)
        if kind == CaseKind.SITE:
            return sites_of(span, text, self._site_of)
        return frozenset() if text.interview is None else frozenset({text.interview})

    def touched(self, kind: str, transcript: int) -> frozenset[int]:
        """Row ids of every case of this kind that anything in a text may belong to."""
        text = self._texts[transcript]
        if kind == CaseKind.INTERVIEW:
            return self.cases(kind, transcript, Span(0, 0))
        people = frozenset(text.took_part) | {turn.participant for turn in text.turns if turn.participant is not None}
        if kind == CaseKind.PARTICIPANT:
            return people
        own = {self._site_of[person] for person in people if person in self._site_of}
        return frozenset({text.site}) if text.site is not None else frozenset(own)


def cases_coded_blind(member: TeamMember, kind: str, belonging: Belonging) -> frozenset[int]:
    """Row ids of the cases of which a text lies in an open blind round."""
    blind = transcripts_coded_blind(member.study_id).values_list("pk", flat=True)
    return frozenset(case for text in blind for case in belonging.touched(kind, text))


def _takings(study: Study) -> list[tuple[int, int]]:
    rows = Taking.objects.filter(interview__study=study).order_by("interview", "participant__pseudonym")
    return list(rows.values_list("interview", "participant"))


def _turns(transcripts: Collection[int]) -> dict[int, list[TurnFacts]]:
    found: dict[int, list[TurnFacts]] = defaultdict(list)
    rows = Turn.objects.filter(version__transcript__in=transcripts, version__transcript__newest=F("version"))
    for text, start, end, person in rows.values_list("version__transcript", "start", "end", "speaker__participant"):
        found[text].append(TurnFacts(Span(start, end), person))
    return found
