"""One version of a text as rules know it, and the history of all of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import Final
from uuid import UUID

from commonpool.voices.models import SealedPart, Speaker, Transcript, TranscriptVersion, Turn
from commonpool.voices.queries.texts import opened, texts_of, typed_label
from commonpool.voices.rules import transcripts as rules
from commonpool.voices.rules.parts import put_together
from commonpool.voices.rules.span_maps import Edit
from commonpool.voices.rules.text import Span
from commonpool.voices.rules.versions import Difference, differences
from commonpool.voices.sealing import UNREADABLE, the_keys

MOST_SHOWN: Final = 200


@dataclass(frozen=True, slots=True)
class Opened:
    """A version with its speakers by label, and the stretches that nobody can read, each with its key.

    without_key  words whose key is not here, although nobody destroyed it
    """

    said: rules.Transcript
    speakers: Mapping[str, Speaker]
    unreadable: tuple[tuple[Span, UUID], ...]
    without_key: bool


@dataclass(frozen=True, slots=True)
class ShownVersion:
    """One version with what differs from the one before; `more` changes are not shown."""

    version: TranscriptVersion
    differences: list[Difference]
    more: int


def opened_version(version: TranscriptVersion) -> Opened:
    """The version as rules know it. A label that cannot be read any more is called by its speaker's number."""
    keys, parts, unreadable, without = the_keys(), {}, [], False
    for part in SealedPart.objects.filter(version=version):
        spans = [Span(start, end) for start, end in part.spans]
        words = opened(keys, part.key_id, bytes(part.sealed))
        parts[part.key_id] = (spans, words)
        if words is None:
            unreadable += [(span, part.key_id) for span in spans]
            without = without or not keys.is_gone(part.key_id)
    speakers = list(Speaker.objects.filter(transcript=version.transcript_id).select_related("participant"))
    labels = {each.pk: typed_label(each) or f"{UNREADABLE}{each.number}" for each in speakers}
    turns = [_turn(row, labels) for row in Turn.objects.filter(version=version).order_by("number")]
    times = [rules.TimeMark(*mark) for mark in version.times]
    said = rules.Transcript(put_together(parts, UNREADABLE), tuple(turns), tuple(times))
    return Opened(said, {labels[each.pk]: each for each in speakers}, tuple(unreadable), without)


def _turn(row: Turn, labels: Mapping[int, str]) -> rules.Turn:
    label = labels[row.speaker_id] if row.speaker_id is not None else None
    return rules.Turn(Span(row.start, row.end), row.words_from, label, row.begins_ms, row.ends_ms)


def history_of(transcript: Transcript) -> list[ShownVersion]:
    """All versions, the newest first, each with what it changed."""
    versions = list(
        TranscriptVersion.objects.filter(transcript=transcript).select_related("made_by").order_by("number")
    )
    texts = texts_of(versions)
    shown = [ShownVersion(versions[0], [], 0)] if versions else []
    for before, after in pairwise(versions):
        edits = [Edit(*edit) for edit in after.edits]
        found = list(islice(differences(texts[before.pk], texts[after.pk], edits), MOST_SHOWN))
        shown.append(ShownVersion(after, found, max(0, len(edits) - MOST_SHOWN)))
    return shown[::-1]
