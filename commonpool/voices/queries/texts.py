"""The words of a transcript, opened with the keys that are there."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from commonpool.voices.errors import KeyDestroyedError
from commonpool.voices.models import SealedPart, Speaker, TranscriptVersion
from commonpool.voices.rules.parts import put_together
from commonpool.voices.rules.text import Span
from commonpool.voices.sealing import UNREADABLE, KeyRing, the_keys


def text_of(version: TranscriptVersion) -> str:
    """The whole text. Words of somebody who withdrew stand as so many UNREADABLE signs; positions stay."""
    return texts_of([version])[version.pk]


def texts_of(versions: Sequence[TranscriptVersion]) -> dict[int, str]:
    """{row id of the version: its text}, in one query."""
    keys = the_keys()
    found: dict[int, dict[UUID, tuple[list[Span], str | None]]] = {version.pk: {} for version in versions}
    for part in SealedPart.objects.filter(version__in=versions):
        spans = [Span(start, end) for start, end in part.spans]
        found[part.version_id][part.key_id] = (spans, opened(keys, part.key_id, bytes(part.sealed)))
    return {pk: put_together(parts, UNREADABLE) for pk, parts in found.items()}


def opened(keys: KeyRing, key_id: UUID, sealed: bytes) -> str | None:
    """The words, or None where their key is gone."""
    try:
        return keys.open(key_id, sealed)
    except KeyDestroyedError:
        return None


def label_of(speaker: Speaker) -> str:
    """How pages name a speaker: the participant's pseudonym, the interviewer, or else the label as typed."""
    if speaker.participant_id is not None and speaker.participant is not None:
        return speaker.participant.pseudonym
    if speaker.is_interviewer:
        return "Interviewer"
    return typed_label(speaker) or f"Speaker {speaker.number}"


def typed_label(speaker: Speaker) -> str | None:
    """The label as it stands in the text; None where its key is gone."""
    return opened(the_keys(), speaker.key_id, bytes(speaker.sealed_label))
