"""What a study knows of names, and what a review of a text has found."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from commonpool.pages.glossary import abbreviations
from commonpool.places.models import NameVariant, Organisation
from commonpool.voices.models import (
    IdentityCandidate,
    IdentityReview,
    ListedName,
    Participant,
    Site,
    Speaker,
    Study,
)
from commonpool.voices.queries.texts import opened, text_of, typed_label
from commonpool.voices.rules.identities import (
    Case,
    Gazetteer,
    Kind,
    Listed,
    forms_of_body,
    forms_of_person,
    next_replacement,
    surface,
)
from commonpool.voices.sealing import the_keys

Area = Organisation.Kind
# Whose short name is the name of a place, and not of a body.
PLACES = (Area.HWB_AREA, Area.UPPER_TIER, Area.LOWER_TIER, Area.REGION)


@dataclass(frozen=True, slots=True)
class OpenName:
    """A name of the study's list, opened. `words` is None where its key was destroyed."""

    row: ListedName
    words: str | None
    replacement: str


def names_of(study: Study) -> list[OpenName]:
    """The study's list of names, opened with the keys that are there."""
    rows = ListedName.objects.filter(study=study, removed_at=None).select_related("study", "participant")
    return [opened_name(row) for row in rows]


def opened_name(row: ListedName) -> OpenName:
    """One name of the list, opened."""
    plain = opened(the_keys(), row.key_id, bytes(row.sealed))
    words, replacement = json.loads(plain) if plain is not None else (None, "")
    return OpenName(row, words, replacement)


@dataclass(frozen=True)
class KnownNames:
    """Everything by which a study's people and places could be known; see `own` and `public`."""

    study: Study

    @cached_property
    def listed(self) -> list[OpenName]:
        """The study's list."""
        return names_of(self.study)

    @cached_property
    def kept(self) -> frozenset[str]:
        """Words of which somebody decided that, typed exactly so, they give nobody away."""
        hidden = {surface(name.words) for name in self.listed if name.words and not name.row.is_kept}
        return frozenset(surface(name.words) for name in self.listed if name.words and name.row.is_kept) - hidden

    @cached_property
    def own(self) -> Gazetteer:
        """The study's list, its participants, speakers, sites and their areas: found however they are typed."""
        return Gazetteer(self._own())

    @cached_property
    def all(self) -> Gazetteer:
        """The study's own, and every body that this site knows, where its short name has a capital."""
        return Gazetteer([*self._own(), *self._public()])

    @cached_property
    def harmless(self) -> frozenset[str]:
        """Words with capitals that name nobody: abbreviations that pages explain, and the study's pseudonyms."""
        pseudonyms = Participant.objects.filter(study=self.study).values_list("pseudonym", flat=True)
        return frozenset([*abbreviations(), *pseudonyms, "Interviewer", "Speaker"])

    def _own(self) -> list[Listed]:
        return [*self._from_list(), *self._people(), *self._labels(), *self._sites()]

    def _from_list(self) -> Iterator[Listed]:
        for name in self.listed:
            if name.words and not name.row.is_kept:
                yield from _forms_of_listed(name, name.words)

    def _people(self) -> Iterator[Listed]:
        """Participants by their real names, where they were given and their keys are there."""
        keys = the_keys()
        for person in Participant.objects.filter(study=self.study).exclude(sealed_name=b""):
            name = opened(keys, person.uuid, bytes(person.sealed_name))
            for form in forms_of_person(name or ""):
                yield Listed(form, Kind.PERSON, person.pseudonym, key=str(person.uuid))

    def _labels(self) -> Iterator[Listed]:
        """Speakers as their transcripts name them: the pseudonym, or the interviewer, stands instead."""
        speakers = Speaker.objects.filter(transcript__study=self.study).select_related("participant", "transcript")
        for speaker in speakers:
            person = speaker.participant
            label = typed_label(speaker)
            instead = person.pseudonym if person else "Interviewer" if speaker.is_interviewer else ""
            if label is None or surface(label) in self.harmless:
                continue
            for form in forms_of_person(label):
                if form not in self.harmless:
                    yield Listed(form, Kind.PERSON, instead, key=str(person.uuid if person else speaker.uuid))

    def _sites(self) -> Iterator[Listed]:
        """Sites by the names that the team gave them, and the areas that they are."""
        for site in Site.objects.filter(study=self.study).select_related("area"):
            yield from _named(site.name, Area.HWB_AREA, Case.ANY, str(site.uuid))
            if site.area is not None:
                yield from forms_of(site.area, Case.ANY, str(site.uuid))

    def _public(self) -> Iterator[Listed]:
        for body in Organisation.objects.all():
            yield from forms_of(body, Case.CAPITAL_FIRST, str(body.uuid))
        for name, kind, uuid in NameVariant.objects.values_list("name", "organisation__kind", "organisation__uuid"):
            yield from _named(name, kind, Case.CAPITAL_FIRST, str(uuid))


def _forms_of_listed(name: OpenName, words: str) -> Iterator[Listed]:
    """A name of the list, and the parts of it by which somebody or some place is spoken of."""
    kind = Kind(name.row.kind)
    if kind in (Kind.PERSON, Kind.NAME):
        parts = forms_of_person(words)
    else:
        parts = forms_of_body(words) if kind in (Kind.ORGANISATION, Kind.PLACE) else []
    for form in dict.fromkeys([words, *parts]):
        # A part of what only looks like a name may be an everyday word.
        case = Case.CAPITAL_FIRST if kind is Kind.NAME and form != words else Case.ANY
        yield Listed(form, kind, name.replacement, case, str(name.row.uuid))


def forms_of(body: Organisation, case: Case, key: str) -> Iterator[Listed]:
    """A body by its name, its short name and its codes."""
    yield from _named(body.name, body.kind, case, key)
    for code in (body.ods_code, body.gss_code, body.register_code):
        if code:
            yield Listed(code, Kind.CODE, case=Case.ALL_CAPITALS, key=key)


def _named(name: str, kind: str, case: Case, key: str) -> Iterator[Listed]:
    forms = forms_of_body(name)
    for form in forms:
        # What is left of ‘Northmere Council’ without the council is a place; ‘Northmere’ alone is one by its kind.
        is_place = form == forms[-1] and (len(forms) > 1 or kind in PLACES)
        yield Listed(form, Kind.PLACE if is_place else Kind.ORGANISATION, case=case, key=key)


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One candidate with the words around it."""

    row: IdentityCandidate
    before: str
    words: str
    after: str
    replacement: str


@dataclass(frozen=True, slots=True)
class Group:
    """Candidates that are typed alike: one decision settles them. `offered` is what would stand in their place.

    decision  "" while one is not decided, "mixed" where they were decided differently
    """

    kind: Kind
    words: str
    occurrences: list[Occurrence]
    offered: str
    was_left: bool

    @property
    def id(self) -> int:
        """The first candidate's id, by which pages name the group."""
        return self.occurrences[0].row.pk

    @property
    def decision(self) -> str:
        """What was decided of all of them."""
        found = {each.row.decision for each in self.occurrences}
        return found.pop() if len(found) == 1 else "" if "" in found else "mixed"


AROUND = 45


def occurrences_of(review: IdentityReview, text: str | None = None) -> list[Occurrence]:
    """The candidates of a review in their places, with what shall stand instead of those taken out."""
    said = text_of(review.version) if text is None else text
    keys = the_keys()
    found = []
    for row in review.candidates.all():
        instead = opened(keys, review.study.uuid, bytes(row.sealed)) if row.sealed else ""
        before, after = said[max(0, row.start - AROUND) : row.start], said[row.end : row.end + AROUND]
        found.append(Occurrence(row, before, said[row.start : row.end], after, instead or ""))
    return found


def groups_of(review: IdentityReview) -> list[Group]:
    """The candidates, those alike together: what is not decided first, then by kind and by how many there are."""
    return sorted(_groups(review), key=_place)


def _place(group: Group) -> tuple[bool, int, int, str]:
    order = list(Kind).index(group.kind)
    return group.decision != "", order, -len(group.occurrences), group.words


def _groups(review: IdentityReview) -> Iterator[Group]:
    known = KnownNames(review.study)
    found = alike(occurrences_of(review))
    decided = {each.replacement for group in found.values() for each in group if each.replacement}
    offers = _Offers(known, decided)
    # Whole names first: ‘Ben’ is then offered what ‘Ben Poole’ is.
    for (kind, words), occurrences in sorted(found.items(), key=lambda each: -len(each[0][1])):
        instead = next((each.replacement for each in occurrences if each.replacement), "")
        yield Group(kind, words, occurrences, instead or offers.of(kind, words), words in known.kept)


class _Offers:
    """What would stand in place of each name: as lists say, else the next number of its kind, one for each body."""

    def __init__(self, known: KnownNames, decided: Iterable[str]) -> None:
        self._names = known.all
        self._used = {*decided, *(name.replacement for name in known.listed)}
        self._by_key: dict[str, str] = {}
        self._wholes: list[str] = []

    def of(self, kind: Kind, words: str) -> str:
        """The replacement that is offered for these words."""
        found = self._names.find(words)[:1]
        listed = found[0].listed if found and found[0].listed.kind is kind else None
        if listed and listed.replacement:
            return listed.replacement
        key = f"{kind} {listed.key if listed and listed.key else self._whole(kind, words)}"
        if key not in self._by_key:
            self._by_key[key] = next_replacement(kind, self._used)
            self._used.add(self._by_key[key])
        return self._by_key[key]

    def _whole(self, kind: Kind, words: str) -> str:
        """The one whole name, of those before, that these words are a part of; else themselves."""
        if kind is not Kind.NAME:
            return words
        whole = [each for each in self._wholes if set(words.split()) < set(each.split())]
        self._wholes.append(words)
        return whole[0] if len(whole) == 1 else words


def alike(occurrences: Iterable[Occurrence]) -> dict[tuple[Kind, str], list[Occurrence]]:
    """Candidates by what they are and how they are typed."""
    groups: dict[tuple[Kind, str], list[Occurrence]] = {}
    for each in occurrences:
        groups.setdefault((Kind(each.row.kind), surface(each.words)), []).append(each)
    return groups
