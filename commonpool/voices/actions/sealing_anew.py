"""Sealing a text's words anew after somebody has said whose they are. The text itself stays as it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from uuid import UUID

from commonpool.voices.actions.transcripts import key_of_all
from commonpool.voices.models import EarlierSeal, Participant, SealedPart, Speaker, Transcript, TranscriptVersion
from commonpool.voices.queries.texts import opened, typed_label
from commonpool.voices.rules.parts import cut_by_owner, put_together, words_of
from commonpool.voices.rules.text import Span
from commonpool.voices.sealing import UNREADABLE, the_keys


def seal_anew(transcript: Transcript) -> None:
    """Put every version's words, and the labels, under the keys of those whose they are by now.

    What cannot be read stays as it is. Where a participant's words lay under another key, that is remembered: should
    they withdraw, that key goes too. Call it inside the transaction that changed speakers or interview.
    """
    own = key_of_all(transcript)
    speakers = list(Speaker.objects.filter(transcript=transcript).select_related("participant"))
    owners = {each.pk: each.participant.uuid if each.participant else own for each in speakers}
    moved = set(_labels(speakers, owners))
    for version in TranscriptVersion.objects.filter(transcript=transcript):
        moved.update(_version(version, owners, own))
    _remember(transcript, moved)


def _labels(speakers: list[Speaker], owners: Mapping[int, UUID]) -> Iterator[tuple[UUID, UUID]]:
    for each in speakers:
        if each.key_id == owners[each.pk] or (label := typed_label(each)) is None:
            continue
        yield each.key_id, owners[each.pk]
        each.key_id = owners[each.pk]
        each.sealed_label = the_keys().seal(each.key_id, label)
        each.save(update_fields=["key_id", "sealed_label"])


def _version(version: TranscriptVersion, owners: Mapping[int, UUID], own: UUID) -> Iterator[tuple[UUID, UUID]]:
    """Seals a version's parts anew. Gives (key before, key now) of words that came under another."""
    keys = the_keys()
    parts = list(SealedPart.objects.filter(version=version))
    read = {part.pk: opened(keys, part.key_id, bytes(part.sealed)) for part in parts}
    spans = {part.pk: [Span(start, end) for start, end in part.spans] for part in parts}
    fixed = [(span, part.key_id) for part in parts if read[part.pk] is None for span in spans[part.pk]]
    turns = version.turns.order_by("number").values_list("start", "end", "speaker_id")
    owned = [(Span(start, end), owners.get(speaker or 0, own)) for start, end, speaker in turns]
    wanted = cut_by_owner(version.length, owned, own, fixed)
    closed = {part.key_id for part in parts if read[part.pk] is None}
    before = {part.key_id: spans[part.pk] for part in parts if read[part.pk] is not None}
    if before == {key: under for key, under in wanted.items() if key not in closed}:
        return
    text = put_together({part.pk: (spans[part.pk], read[part.pk]) for part in parts}, UNREADABLE)
    SealedPart.objects.filter(version=version, key_id__in=before).delete()
    for key_id, under in wanted.items():
        if key_id not in closed:
            sealed = keys.seal(key_id, words_of(text, under))
            SealedPart.objects.create(
                version=version, key_id=key_id, spans=[[span.start, span.end] for span in under], sealed=sealed
            )
            yield from ((key, key_id) for key, held in before.items() if key != key_id and _overlap(held, under))


def _overlap(some: list[Span], others: list[Span]) -> bool:
    return any(a.start < b.end and b.start < a.end for a in some for b in others)


def _remember(transcript: Transcript, moved: set[tuple[UUID, UUID]]) -> None:
    """Which participants' words lay under which other key."""
    people = Participant.objects.filter(study=transcript.study_id, uuid__in=[now for _, now in moved])
    by_uuid = {each.uuid: each for each in people}
    EarlierSeal.objects.bulk_create(
        [EarlierSeal(participant=by_uuid[now], key_id=before) for before, now in moved if now in by_uuid],
        ignore_conflicts=True,
    )
