"""The passages of one transcript as other programs take them: those that came in a file as they came, then ours."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from commonpool.voices.models import Coding, Memo, Transcript
from commonpool.voices.queries.asides import guid_text, joined_passages
from commonpool.voices.rules.refi import model
from commonpool.voices.rules.refi.losses import LossReport
from commonpool.voices.rules.refi.values import minted, moment_text
from commonpool.voices.rules.text import Span


@dataclass(frozen=True, slots=True)
class Passages:
    """What there is to write of one transcript.

    codings     those that may be seen, in order
    came        the source as imports brought it, without words; None where it was made here
    rows        GUIDs of all codings that have a row, also of such as were taken away; any other lies aside
    user        row id of a member -> GUID, None for whom a file did not name
    notes       GUIDs of all notes that are written
    described   {GUID of a memo: its words}, for passages' descriptions
    on_coding   {GUID of a coding: notes written here on it}
    on_passage  memos written here on passages
    """

    transcript: Transcript
    length: int
    codings: Sequence[Coding]
    came: model.Source | None
    is_blind: bool
    me: str
    rows: Collection[str]
    user: Callable[[int | None], str | None]
    notes: Collection[str]
    described: Mapping[str, str]
    on_coding: Mapping[str, Sequence[str]]
    on_passage: Sequence[Memo]

    def written(self, losses: LossReport) -> tuple[tuple[model.Coding, ...], tuple[model.Selection, ...]]:
        """Codes on the whole text, and passages."""
        left = {guid_text(coding.uuid): coding for coding in self.codings}
        whole, selections = self._as_they_came(left, losses)
        own = sorted(left.values(), key=lambda coding: (coding.start, coding.end, coding.pk))
        joined: dict[str, model.Selection] = {}
        for each in (*selections, *map(self._own, own), *map(self._noted, self.on_passage)):
            joined[each.guid] = joined_passages(joined[each.guid], each) if each.guid in joined else each
        return whole, tuple(joined.values())

    # --- as they came ---

    def _as_they_came(
        self, left: dict[str, Coding], losses: LossReport
    ) -> tuple[tuple[model.Coding, ...], tuple[model.Selection, ...]]:
        """Takes out of `left` what stands in passages that came."""
        if self.came is None:
            return (), ()
        whole = tuple(filter(None, (self._again(each, left) for each in self.came.codings)))
        found = [self._selection(each, left, losses) for each in self.came.selections]
        return whole, tuple(each for each in found if each is not None)

    def _selection(self, came: model.Selection, left: dict[str, Coding], losses: LossReport) -> model.Selection | None:
        standing = [left[each.guid] for each in came.codings if each.guid in left]
        span = Span(standing[0].start, standing[0].end) if standing else came.span
        codings = tuple(filter(None, (self._again(each, left) for each in came.codings)))
        if not codings and (came.codings or self.is_blind):
            return None  # every coding of it was taken away, or a blind round hides it
        if span.end > self.length:
            losses.note("PlainTextSelection", came.guid, "the passage", "The text was shortened there.")
            return None
        notes = tuple(note for note in came.notes if note in self.notes)
        told = self.described.get(minted(f"{came.guid}/description")) if came.description else None
        return replace(came, span=span, description=told, codings=codings, notes=notes)

    def _again(self, came: model.Coding, left: dict[str, Coding]) -> model.Coding | None:
        """A coding that came: as it stands here now; as it came where this program keeps it aside; None if it went."""
        if (coding := left.pop(came.guid, None)) is not None:
            notes = tuple(note for note in came.notes if note in self.notes)
            return replace(self._coding(coding, notes), at=came.at)
        if came.guid in self.rows or (self.is_blind and came.coder != self.me):
            return None
        return came

    # --- ours ---

    def _own(self, coding: Coding) -> model.Selection:
        """One coding of ours, in a passage of its own."""
        guid = minted(f"{coding.uuid}/passage")
        return model.Selection(guid, Span(coding.start, coding.end), codings=(self._coding(coding),))

    def _coding(self, coding: Coding, came: Sequence[str] = ()) -> model.Coding:
        guid = guid_text(coding.uuid)
        own = [minted(f"{coding.uuid}/memo")] if coding.memo else []
        notes = tuple(dict.fromkeys((*came, *own, *self.on_coding.get(guid, ()))))
        return model.Coding(
            guid, guid_text(coding.code.uuid), self.user(coding.coder_id), moment_text(coding.made_at), notes
        )

    def _noted(self, memo: Memo) -> model.Selection:
        """A memo of ours on a passage."""
        assert memo.start is not None and memo.end is not None, "it is on a passage"
        guid = guid_text(memo.uuid)
        return model.Selection(minted(f"{memo.uuid}/passage"), Span(memo.start, memo.end), notes=(guid,))
