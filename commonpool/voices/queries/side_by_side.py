"""The words of a passage with each coder's marks, as the newest version of the text has them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from commonpool.voices.models import TeamMember, TranscriptVersion, Turn
from commonpool.voices.queries.compared import Compared, Marked
from commonpool.voices.queries.decided import Differing, codings_under
from commonpool.voices.queries.texts import texts_of
from commonpool.voices.rules.disagreements import Mark, pieces
from commonpool.voices.rules.text import Span

AROUND: Final = 300
EXCERPT: Final = 90


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words and the codes that a coder put on them."""

    words: str
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Side:
    """The passage as one coder has it."""

    coder: TeamMember
    marks: tuple[Mark, ...]
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class SideBySide:
    """A passage with the words around it.

    passage   where it stands on `version`, the newest unless an edit took some of the words away
    context   the turns that it touches, cut where they are long; `words` of them begin at `context.start`
    """

    version: TranscriptVersion
    passage: Span
    context: Span
    words: str
    sides: tuple[Side, ...]
    is_newest: bool


def side_by_side(found: Compared, differing: Differing) -> SideBySide:
    """The passage as each coder has it."""
    version, marks = _now(found, differing)
    passage = Span(min(each.start for each in marks), max(each.end for each in marks))
    context = _context(version, passage)
    text = texts_of([version])[version.pk]
    sides = tuple(_side(each, marks, context, text) for each in differing.text.coders)
    is_newest = version.pk == differing.text.transcript.newest_id
    return SideBySide(version, passage, context, context.of(text), sides, is_newest)


def excerpts(found: Compared, rows: Sequence[Differing]) -> dict[str, str]:
    """{key of the passage: its first words}. All texts are opened once."""
    placed = {each.key: _now(found, each) for each in rows}
    versions = {version.pk: version for version, _ in placed.values()}
    words = texts_of(list(versions.values()))
    return {key: _excerpt(words[version.pk], marks) for key, (version, marks) in placed.items()}


def _excerpt(text: str, marks: Sequence[Mark]) -> str:
    words = " ".join(text[min(each.start for each in marks) : max(each.end for each in marks)].split())
    return words if len(words) <= EXCERPT else f"{words[: EXCERPT - 1].rstrip()}…"


def _now(found: Compared, differing: Differing) -> tuple[TranscriptVersion, list[Mark]]:
    """The marks where they stand on the newest version; where they were compared if some do not stand there."""
    text = differing.text
    under = codings_under(text, differing.passage)
    newest = text.transcript.newest
    if newest is not None and all(each.coding.version_id == newest.pk for each in under):
        return newest, [_mark(found.names, each, each.coding.start, each.coding.end) for each in under]
    return text.version, [_mark(found.names, each, each.start, each.end) for each in under]


def _mark(names: Mapping[int, str], marked: Marked, start: int, end: int) -> Mark:
    return Mark(start, end, names[marked.coding.code_id], marked.coding.coder.initials)


def _context(version: TranscriptVersion, passage: Span) -> Span:
    turns = Turn.objects.filter(version=version, start__lt=passage.end, end__gt=passage.start)
    places = list(turns.values_list("words_from", "end"))
    start = min([passage.start, *(start for start, _ in places)])
    end = max([passage.end, *(end for _, end in places)])
    return Span(max(start, passage.start - AROUND), min(end, passage.end + AROUND))


def _side(coder: TeamMember, marks: Sequence[Mark], context: Span, text: str) -> Side:
    mine = tuple(each for each in marks if each.coder == coder.initials)
    cut = pieces(context.start, context.end, mine)
    return Side(coder, mine, tuple(Piece(text[start:end], codes) for start, end, codes in cut))
