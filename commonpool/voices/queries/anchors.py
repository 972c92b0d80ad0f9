"""Where places that were marked on an older version of a text stand in the newest one."""

from __future__ import annotations

from collections.abc import Iterable

from commonpool.voices.models import Transcript, TranscriptVersion
from commonpool.voices.rules.span_maps import Edit, SpanMap
from commonpool.voices.rules.text import Span


def in_newest(transcript: Transcript, marked: Iterable[tuple[int, Span]]) -> list[Span]:
    """Each (row id of the version, span) as a span of the newest version. One query, where any is older."""
    given = list(marked)
    if all(version == transcript.newest_id for version, _ in given):
        return [span for _, span in given]
    steps = list(TranscriptVersion.objects.filter(transcript=transcript).order_by("number"))
    place = {version.pk: at for at, version in enumerate(steps)}
    maps = [SpanMap(tuple(Edit(*edit) for edit in version.edits)) for version in steps]
    return [_moved(span, maps[place[version] + 1 :]) for version, span in given]


def _moved(span: Span, maps: list[SpanMap]) -> Span:
    for each in maps:
        span = each.moved(span).span
    return span
