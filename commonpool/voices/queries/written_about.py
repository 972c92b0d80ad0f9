"""What else the team wrote that names or repeats one participant: the framework, decisions, names, what lies aside."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from typing import Final
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse

from commonpool.voices.models import (
    Approach,
    Code,
    CodebookChange,
    Decision,
    Interview,
    KeptAside,
    Participant,
    ProjectImport,
    ResearchConsent,
    TeamMember,
    TextUpload,
    Transcript,
)
from commonpool.voices.queries.asides import asides_of, left_aside
from commonpool.voices.queries.codings import transcripts_coded_blind
from commonpool.voices.queries.identities import names_of
from commonpool.voices.queries.mentions import mentions_of
from commonpool.voices.queries.texts import opened
from commonpool.voices.queries.touching import Touch, on_their_words, register, texts_with
from commonpool.voices.rules.refi.withdrawn import files_named
from commonpool.voices.sealing import the_keys

CODES: Final = "Codes that name or repeat them"
DECISIONS: Final = "Notes on how differences were settled"
LISTED: Final = "Names on the study’s list"
CALLED: Final = "Names, reasons and remarks that name them"
WAITING: Final = "Files that wait for a decision"
ASIDE: Final = "What imported projects left aside"
WORDS_OF_A_CODE: Final = ("name", "definition", "include", "exclude", "example")


def codes_touching(participant: Participant) -> Iterator[Touch]:
    """Codes whose words, of now or in the framework's history, name them or repeat what they said."""
    mentions, earlier = mentions_of(participant), _earlier_words(participant)
    for code in Code.objects.filter(study=participant.study_id):
        now = [getattr(code, field) for field in WORDS_OF_A_CODE]
        if mentions(*now, *earlier[str(code.uuid)]):
            called = "A code by its name" if mentions(code.name) else f"‘{code.name}’"
            yield Touch(code.uuid, called, reverse("voices:redefine-code", args=[code.uuid]))


def _earlier_words(participant: Participant) -> dict[str, list[str]]:
    """{uuid of a code: every text of a change that speaks of it}"""
    found: dict[str, list[str]] = defaultdict(list)
    for content, reason in CodebookChange.objects.filter(study=participant.study_id).values_list("content", "reason"):
        texts = [*_texts(content), reason]
        for guid in filter(_is_guid, texts):
            found[guid.lower()] += texts
    return found


def _texts(content: object) -> Iterator[str]:
    if isinstance(content, str):
        yield content
    elif isinstance(content, dict | list):
        for each in content.values() if isinstance(content, dict) else content:
            yield from _texts(each)


def _is_guid(text: str) -> bool:
    try:
        return str(UUID(text)) == text.lower()
    except ValueError:
        return False


def decisions_touching(participant: Participant) -> Iterator[Touch]:
    """Notes on decisions about their words, or that name or repeat them."""
    mentions, reaches = mentions_of(participant), on_their_words(participant)
    alone = {text.pk for text in texts_with(participant) if _is_theirs_alone(text)}
    rows = Decision.objects.filter(round__study=participant.study_id).exclude(note="")
    for row in rows.select_related("transcript", "round").prefetch_related("made"):
        agreed = any(reaches(each.version_id, each.start, each.end) for each in row.made.all())
        if row.transcript_id in alone or agreed or mentions(row.note):
            url = reverse("voices:disagreements", args=[row.round.uuid])
            yield Touch(row.uuid, f"A note on a passage of {row.transcript.name}", url)


def _is_theirs_alone(text: Transcript) -> bool:
    return text.interview is not None and text.interview.takings.count() == 1


def _decisions_seen(member: TeamMember) -> QuerySet[Decision]:
    blind = transcripts_coded_blind(member.study_id)
    return Decision.objects.filter(round__study=member.study_id).exclude(transcript__in=blind)


def listed_touching(participant: Participant) -> Iterator[Touch]:
    """Names on the list that are theirs and lie under the study's key: nothing takes them away by itself."""
    mentions = mentions_of(participant)
    url = reverse("voices:names", args=[participant.study.uuid])
    for name in names_of(participant.study):
        if name.row.participant_id is None and name.words and mentions.names_them(name.words):
            instead = f"A name, instead of which stands {name.replacement}" if name.replacement else "A name"
            yield Touch(name.row.uuid, instead, url)


def called_touching(participant: Participant) -> Iterator[Touch]:
    """Texts and interviews by name, reasons of versions, remarks on consents and requests that name or repeat them."""
    mentions, study = mentions_of(participant), participant.study_id
    for text in Transcript.objects.filter(study=study).prefetch_related("versions"):
        if mentions(text.name, *(each.reason for each in text.versions.all())):
            yield Touch(text.uuid, "A text by its name, or a reason of its versions", _at("versions", text.uuid))
    for held in Interview.objects.filter(study=study):
        if mentions(held.name, held.others_words):
            yield Touch(held.uuid, "An interview by its name, or who else was there", _at("edit-interview", held.uuid))
    for consent in ResearchConsent.objects.filter(participant__study=study).exclude(note=""):
        if consent.participant_id == participant.pk or mentions(consent.note):
            yield Touch(consent.participant.uuid, "A remark on consent", _at("consents", participant.study.uuid))
    for asked in Approach.objects.filter(study=study):
        if mentions(asked.label, asked.words):
            yield Touch(asked.uuid, "A line of the recruitment log", _at("edit-approach", asked.uuid))


def _at(name: str, uuid: UUID) -> str:
    return reverse(f"voices:{name}", args=[uuid])


def asides_touching(participant: Participant) -> Iterator[Touch]:
    """Imports with recordings or other files of which no program knows whose they are, or that name or repeat them."""
    mentions, known = mentions_of(participant), _files_of_texts(participant)
    kept = ProjectImport.objects.filter(study=participant.study_id, state=ProjectImport.State.KEPT)
    for held in kept.defer("sealed_file"):
        files = [name for name, _ in left_aside(held).files if name not in known]
        if files or mentions(held.name, *_parts(held), *_texts(held.losses)):
            called = "An imported project" if mentions(held.name) else held.name
            yield Touch(held.uuid, called, _at("project-import", held.uuid))


def _files_of_texts(participant: Participant) -> set[str]:
    """Documents that belong to texts of the study: theirs go by themselves, and the others' are not theirs."""
    return {name for source in asides_of(participant.study_id).sources.values() for name in files_named(source)}


def _parts(held: ProjectImport) -> Iterator[str]:
    for row in KeptAside.objects.filter(brought_by=held).exclude(kind="source"):
        words = opened(the_keys(), held.uuid, bytes(row.sealed))
        yield from _texts(json.loads(words)) if words is not None else ()


def waiting_touching(participant: Participant) -> Iterator[Touch]:
    """Files that somebody sent and nobody has decided on: they may hold words of theirs, under keys of their own."""
    for upload in TextUpload.objects.filter(study=participant.study_id, decided_at=None):
        yield Touch(upload.uuid, "Texts that were sent", _at("text-upload", upload.uuid))
    for held in ProjectImport.objects.filter(study=participant.study_id, decided_at=None).defer("sealed_file"):
        yield Touch(held.uuid, "A project that was sent", _at("project-import", held.uuid))


register(WAITING, waiting_touching)
register(CODES, codes_touching)
register(DECISIONS, decisions_touching, _decisions_seen)
register(LISTED, listed_touching)
register(CALLED, called_touching)
register(ASIDE, asides_touching)
