"""A transcript: one text, whose turns say who speaks where, and when where that is known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, groupby
from typing import TypeAlias

from commonpool.voices.rules.speakers import milliseconds, openings
from commonpool.voices.rules.tables import columns_of
from commonpool.voices.rules.text import Span, digest, normalised


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Text between two line ends of the document; a line break inside it is \\n."""

    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table: the text of each cell, its paragraphs apart by \\n. `table` counts the document's tables."""

    table: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cue:
    """A caption: when it is shown, in milliseconds, who is named as its voice, and what it says."""

    begins_ms: int
    ends_ms: int
    voice: str | None
    text: str


Block: TypeAlias = Paragraph | Row | Cue


@dataclass(frozen=True, slots=True)
class Turn:
    """One person's turn. `span` covers it with its label; the words begin at `words_from`.

    `speaker` is the label as typed; None before the first label, or where only a time stands.
    """

    span: Span
    words_from: int
    speaker: str | None = None
    begins_ms: int | None = None
    ends_ms: int | None = None


@dataclass(frozen=True, slots=True)
class TimeMark:
    """At this code point the recording is so many milliseconds in."""

    position: int
    milliseconds: int


@dataclass(frozen=True, slots=True)
class Transcript:
    """One version of what was said: a text that is never edited, its turns in order, and the times within it."""

    text: str
    turns: tuple[Turn, ...]
    times: tuple[TimeMark, ...] = ()

    def __post_init__(self) -> None:
        assert self.text == normalised(self.text), "the text is normalised once, before it is stored"

    @property
    def sha256(self) -> str:
        """What makes this version this version."""
        return digest(self.text)

    def speakers(self) -> dict[str, int]:
        """Each label with the number of its turns, in the order of first speaking."""
        return dict(Counter(turn.speaker for turn in self.turns if turn.speaker is not None))

    @property
    def word_count(self) -> int:
        """How many words are said in all turns, labels not counted; of a text without turns all."""
        if not self.turns:
            return len(self.text.split())
        return sum(len(self.words(turn).split()) for turn in self.turns)

    def words(self, turn: Turn) -> str:
        """What is said in a turn, without its label."""
        return self.text[turn.words_from : turn.span.end]


def compose(blocks: Iterable[Block], nobody: Collection[str] = (), known: Collection[str] = ()) -> Transcript:
    """The transcript of a document's parts in order.

    `nobody` are labels that are no speakers after all, `known` those that are speakers for sure.
    """
    writer = _Writer(nobody, known)
    for (kind, _), group in groupby(blocks, key=_kind):
        writer.write(kind, list(group))
    return Transcript(writer.text(), tuple(_closed(writer.turns)), tuple(writer.times))


def plain_transcript(text: str) -> Transcript:
    """The transcript of a normalised text that must stay as it is to the letter, such as one that was coded elsewhere.

    Its turns are those of its speakers where their labels stand as composing would put them, else its lines.
    """
    lines = text.removesuffix("\n").split("\n")
    composed = compose(map(Paragraph, lines))
    if composed.text.removesuffix("\n") == text.removesuffix("\n") and composed.turns:
        length = len(text)
        ends = (replace(turn, span=Span(turn.span.start, min(turn.span.end, length))) for turn in composed.turns)
        return Transcript(text, tuple(turn for turn in ends if turn.span.end > turn.span.start), composed.times)
    starts = accumulate((len(line) + 1 for line in lines), initial=0)
    spans = (Span(start, min(start + len(line) + 1, len(text))) for start, line in zip(starts, lines, strict=False))
    return Transcript(text, tuple(Turn(span, span.start) for span in spans if span.of(text).strip()))


def _kind(block: Block) -> tuple[type, int]:
    return type(block), block.table if isinstance(block, Row) else 0


def _closed(turns: Sequence[Turn]) -> Iterator[Turn]:
    """The turns that hold something: a blank stretch before the first label is none."""
    return (turn for turn in turns if turn.span.end > turn.span.start)


class _Writer:
    """Puts the text together and notes where each turn stands in it."""

    def __init__(self, nobody: Collection[str], known: Collection[str]) -> None:
        self._nobody, self._known = nobody, known
        self._parts: list[str] = []
        self._position = 0
        self.turns: list[Turn] = []
        self.times: list[TimeMark] = []

    def text(self) -> str:
        return "".join(self._parts)

    def write(self, kind: type, blocks: list[Block]) -> None:
        """All blocks of one kind that stand together."""
        if kind is Row:
            self._write_table([block for block in blocks if isinstance(block, Row)])
        elif kind is Cue:
            self._write_cues([block for block in blocks if isinstance(block, Cue)])
        else:
            self._write_paragraphs([block.text for block in blocks if isinstance(block, Paragraph)])

    def _add(self, part: str) -> int:
        """Append to the text; gives where the part begins."""
        start = self._position
        self._parts.append(part)
        self._position += len(part)
        return start

    def _write_paragraphs(self, paragraphs: list[str]) -> None:
        lines = [line for text in paragraphs for line in normalised(text).split("\n")]
        for line, opening in zip(lines, openings(lines, self._nobody, self._known), strict=True):
            start = self._add(f"{line}\n")
            end = start + len(line.rstrip())
            if opening is not None:
                self._open(
                    Turn(Span(start, end), min(start + opening.length, end), opening.label, opening.milliseconds)
                )
            elif line.strip():
                self._go_on(start, end)

    def _open(self, turn: Turn) -> None:
        if turn.speaker is None and self.turns:
            # A time alone marks the recording; it does not say that somebody else speaks.
            self.times.append(TimeMark(turn.span.start, turn.begins_ms or 0))
            self._go_on(turn.span.start, turn.span.end)
            return
        if turn.begins_ms is not None:
            self.times.append(TimeMark(turn.span.start, turn.begins_ms))
        self.turns.append(turn)

    def _go_on(self, start: int, end: int) -> None:
        """More of the turn before; at the beginning, a turn of nobody known."""
        if not self.turns:
            self.turns.append(Turn(Span(start, end), start))
            return
        last = self.turns[-1]
        words_from = last.words_from if last.words_from < last.span.end else start
        self.turns[-1] = Turn(Span(last.span.start, end), words_from, last.speaker, last.begins_ms, last.ends_ms)

    def _write_table(self, rows: list[Row]) -> None:
        columns = columns_of([row.cells for row in rows])
        for number, row in enumerate(rows):
            starts = self._write_row(row.cells)
            end = self._position - 1
            if columns is None or number < columns.header_rows:
                self._go_on(starts[0], end) if end > starts[0] else None
                continue
            self._open_row(row.cells, starts, end, columns.speaker, columns.time)

    def _write_row(self, cells: tuple[str, ...]) -> list[int]:
        starts = []
        for index, cell in enumerate(cells):
            starts.append(self._add(normalised(cell)))
            self._add("\n" if index == len(cells) - 1 else "\t")
        return starts or [self._add("\n")]

    def _open_row(self, cells: tuple[str, ...], starts: list[int], end: int, speaker: int, time: int | None) -> None:
        label = cells[speaker].strip().rstrip(":").strip() if speaker < len(cells) else ""
        begins = milliseconds(cells[time]) if time is not None and time < len(cells) and cells[time].strip() else None
        spoken = [index for index in range(len(cells)) if index not in (speaker, time)]
        words_from = starts[spoken[0]] if spoken else end
        if not label:
            self._go_on(starts[0], end) if end > starts[0] + len(cells) - 1 else None
            return
        self._open(Turn(Span(starts[0], end), words_from, label, begins))

    def _write_cues(self, cues: list[Cue]) -> None:
        """Captions of the same voice in a row are one turn; the time of each is kept."""
        named = any(cue.voice for cue in cues)
        if not named and (spoken := self._labelled(cues)):
            cues = spoken
        for voice, group in groupby(cues, key=lambda cue: cue.voice):
            self._write_voice(voice, list(group), one_turn=voice is not None)

    def _labelled(self, cues: list[Cue]) -> list[Cue]:
        """Cues whose text begins with a label, as in `Anna: Yes.`, with the label as their voice; [] when none do."""
        texts = [normalised(cue.text).replace("\n", " ") for cue in cues]
        found = openings(texts, self._nobody, self._known)
        if not any(opening and opening.label for opening in found):
            return []
        spoken, voice = [], None
        for cue, text, opening in zip(cues, texts, found, strict=True):
            if opening and opening.label:
                voice, text = opening.label, text[opening.length :]
            spoken.append(Cue(cue.begins_ms, cue.ends_ms, voice, text))
        return spoken

    def _write_voice(self, voice: str | None, cues: list[Cue], *, one_turn: bool) -> None:
        start = self._add(f"{normalised(voice)}: " if voice else "")
        words_from = self._position
        for number, cue in enumerate(cues):
            if number:
                self._add(" " if one_turn else "\n")
            self.times.append(TimeMark(self._position, cue.begins_ms))
            self._add(normalised(cue.text).replace("\n", " ").strip())
        end = self._position
        self._add("\n")
        self.turns.append(Turn(Span(start, end), words_from, voice, cues[0].begins_ms, cues[-1].ends_ms))
