"""Participants and sites of a study as cases with variables, by pseudonym and by the team's name for the site."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from commonpool.voices.models import Participant, Site, SiteLevel, Study, Taking, Transcript
from commonpool.voices.queries.asides import guid_text
from commonpool.voices.rules.refi import model
from commonpool.voices.rules.refi.values import minted

KIND, ORGANISATION, ROLE, SITE = "Kind of case", "Type of organisation", "Role group", "Site"


@dataclass(frozen=True, slots=True)
class Cases:
    """Variables that some case has a value of, and the cases."""

    variables: tuple[model.Variable, ...]
    cases: tuple[model.Case, ...]


def cases_of(study: Study, sources: Mapping[int, str]) -> Cases:
    """Everybody who takes part, and every site, with the texts that belong to them. {row id of a transcript: GUID}."""
    texts_of_interviews: dict[int, list[str]] = defaultdict(list)
    for pk, interview in Transcript.objects.filter(study=study, interview__isnull=False).values_list("pk", "interview"):
        if pk in sources and interview is not None:
            texts_of_interviews[interview].append(sources[pk])
    of_people: dict[int, list[str]] = defaultdict(list)
    of_sites: dict[int, list[str]] = defaultdict(list)
    for person, interview, site in Taking.objects.filter(interview__study=study).values_list(
        "participant", "interview", "interview__site"
    ):
        of_people[person] += texts_of_interviews[interview]
        if site is not None:
            of_sites[site] += texts_of_interviews[interview]
    people = [_person(study, each, of_people[each.pk]) for each in _people(study)]
    sites = [_site(study, each, levels, of_sites[each.pk]) for each, levels in _sites(study)]
    cases = (*people, *sites)
    return Cases(_variables(study, cases), cases)


def _people(study: Study) -> list[Participant]:
    return list(Participant.objects.filter(study=study).select_related("site"))


def _sites(study: Study) -> list[tuple[Site, dict[str, str]]]:
    levels: dict[int, dict[str, str]] = defaultdict(dict)
    for row in SiteLevel.objects.filter(site__study=study).select_related("criterion", "level"):
        levels[row.site_id][row.criterion.name] = row.level.name
    return [(site, levels[site.pk]) for site in Site.objects.filter(study=study)]


def _person(study: Study, person: Participant, sources: list[str]) -> model.Case:
    known = {KIND: "Participant", ORGANISATION: person.organisation_type, ROLE: person.role_group}
    known[SITE] = person.site.name if person.site else ""
    return _case(study, guid_text(person.uuid), person.pseudonym, known, sources)


def _site(study: Study, site: Site, levels: Mapping[str, str], sources: list[str]) -> model.Case:
    return _case(study, guid_text(site.uuid), site.name, {KIND: "Site", **levels}, sources)


def _case(study: Study, guid: str, name: str, known: Mapping[str, str], sources: list[str]) -> model.Case:
    """What is not known is no value: the standard has none for it."""
    values = tuple(model.Value(variable_guid(study, what), text) for what, text in known.items() if text)
    return model.Case(guid, name, values=values, sources=tuple(dict.fromkeys(sources)))


def variable_guid(study: Study, name: str) -> str:
    """The id of one of this program's own variables, the same at each export."""
    return minted(f"{study.uuid}/variable/{name}")


def _variables(study: Study, cases: tuple[model.Case, ...]) -> tuple[model.Variable, ...]:
    criteria = list(study.criteria.values_list("name", flat=True))
    used = {value.variable for case in cases for value in case.values}
    named = {variable_guid(study, name): name for name in (KIND, ORGANISATION, ROLE, SITE, *criteria)}
    return tuple(model.Variable(guid, name, "Text") for guid, name in named.items() if guid in used)
