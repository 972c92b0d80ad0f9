"""Moving codings and memos from one version of a text to another. Everybody's, whoever may see them."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from datetime import datetime
from typing import Final

from django.db.models import F

from commonpool.voices.models import CarriedOver, Coding, Memo, TranscriptVersion
from commonpool.voices.rules.span_maps import Edit, Moved, SpanMap, move
from commonpool.voices.rules.text import Span

BATCH: Final = 500
# Beyond any text: rows are set down here first, since on their way one may meet another that has yet to leave.
OUT_OF_THE_WAY: Final = 1_000_000_000


def map_of(version: TranscriptVersion) -> SpanMap:
    """The edits that led to a version."""
    return SpanMap(tuple(Edit(*edit) for edit in version.edits))


def carry_over(before: TranscriptVersion, after: TranscriptVersion, old: str, new: str, at: datetime) -> None:
    """Let every coding and memo stand on the new version; those that an edit reached into are marked."""
    changes = map_of(after)
    codings = list(Coding.objects.filter(version=before).order_by("pk"))
    memos = list(Memo.objects.filter(version=before, start__isnull=False).order_by("pk"))
    carried = [
        *_carry(codings, after, move(_spans(codings), old, new, changes), len(new)),
        *_carry(memos, after, move(_spans(memos), old, new, changes), len(new)),
    ]
    _take_doubles_away(codings, carried, at)
    _set_down(before, after, codings, memos)
    CarriedOver.objects.bulk_create(carried, batch_size=BATCH)


def _spans(rows: Iterable[Coding | Memo]) -> list[Span]:
    return [Span(row.start or 0, row.end or 0) for row in rows]


def _carry(
    rows: Sequence[Coding | Memo], after: TranscriptVersion, moved: Sequence[Moved], length: int
) -> list[CarriedOver]:
    """Gives the rows their new places, and what they were for those that were touched."""
    touched = []
    for row, place in zip(rows, moved, strict=True):
        if place.is_touched:
            touched.append(_as_it_was(row, after))
        if isinstance(row, Coding):
            row.is_touched = row.is_touched or place.is_touched
        span = _something(place.span, length)
        row.start, row.end = span.start, span.end
    return touched


def _as_it_was(row: Coding | Memo, after: TranscriptVersion) -> CarriedOver:
    if isinstance(row, Coding):
        start, end = row.start, row.end
        return CarriedOver(version=after, coding=row, start=start, end=end, was_touched=row.is_touched)
    return CarriedOver(version=after, memo=row, start=row.start or 0, end=row.end or 0)


def _something(span: Span, length: int) -> Span:
    """A coding covers something: where all its words went, it stands on what is there now, for somebody to look at."""
    if span.end > span.start:
        return span
    start = min(span.start, length - 1)
    return Span(start, start + 1)


def _take_doubles_away(codings: Sequence[Coding], carried: Sequence[CarriedOver], at: datetime) -> None:
    """Where two codings of one coder and code came to stand on the same words, one of those touched is taken away."""
    rows = {row.coding_id: row for row in carried if row.coding_id}
    standing: set[Hashable] = set()
    # Untouched ones first: they keep their words, so no two of them can meet.
    for coding in sorted(codings, key=lambda each: (each.pk in rows, each.pk)):
        if coding.removed_at is not None:
            continue
        key = (coding.start, coding.end, coding.code_id, coding.coder_id, coding.round_id)
        if key in standing:
            coding.removed_at = at
            rows[coding.pk].was_removed = True
        standing.add(key)


def _set_down(
    before: TranscriptVersion, after: TranscriptVersion, codings: Sequence[Coding], memos: Sequence[Memo]
) -> None:
    aside = {"start": F("start") + OUT_OF_THE_WAY, "end": F("end") + OUT_OF_THE_WAY, "version": after}
    Coding.objects.filter(version=before).update(**aside)
    Coding.objects.bulk_update(codings, ["start", "end", "is_touched", "removed_at"], batch_size=BATCH)
    Memo.objects.filter(version=before).update(version=after)
    Memo.objects.bulk_update(memos, ["start", "end"], batch_size=BATCH)


def carry_back(after: TranscriptVersion, before: TranscriptVersion) -> None:
    """Let every coding and memo stand where it stood before the newest version was made."""
    back = map_of(after).reversed()
    codings = list(Coding.objects.filter(version=after))
    memos = list(Memo.objects.filter(version=after, start__isnull=False))
    was = {(row.coding_id, row.memo_id): row for row in CarriedOver.objects.filter(version=after)}
    for coding in codings:
        row = was.get((coding.pk, None))
        span = Span(row.start, row.end) if row else back.moved(Span(coding.start, coding.end)).span
        coding.start, coding.end = span.start, span.end
        if row is not None:
            coding.is_touched = row.was_touched
            coding.removed_at = None if row.was_removed else coding.removed_at
    for memo in memos:
        row = was.get((None, memo.pk))
        span = Span(row.start, row.end) if row else back.moved(Span(memo.start or 0, memo.end or 0)).span
        memo.start, memo.end = span.start, span.end
    _set_down(after, before, codings, memos)
