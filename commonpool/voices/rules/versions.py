"""The next version of a transcript: turns and times carried over to a corrected text, and what differs, in words."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from commonpool.voices.rules.span_maps import Edit, SpanMap, map_between
from commonpool.voices.rules.speakers import MOST_SPEAKERS
from commonpool.voices.rules.text import Span, normalised
from commonpool.voices.rules.transcripts import Paragraph, TimeMark, Transcript, Turn, compose

AROUND: Final = 40


class VersionError(ValueError):
    """A corrected text that cannot be taken over: why, and what to do instead."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One change: the words that stood there and those that stand there now, with a few words around them."""

    before: str
    old: str
    new: str
    after: str


def stored_form(text: str) -> str:
    """A text as it is stored, with a line end after its last line. Raises VersionError where nothing is left."""
    plain = normalised(text)
    if not plain.strip():
        raise VersionError("Nothing would be left of the text. To take it out, undo its import.")
    return plain if plain.endswith("\n") else f"{plain}\n"


def no_speakers(text: str, speakers: Collection[str]) -> set[str]:
    """Labels that would be taken for speakers in a text and are none of these: somebody said that they are nobody."""
    return set(_by_labels(text, (), speakers).speakers()) - set(speakers)


def next_version(old: Transcript, text: str) -> Transcript:
    """The corrected text with its turns.

    Where the labels in the old text say just what its turns are, the new text is read by its labels too, so that a
    turn can be cut in two. Otherwise the turns are carried over. Raises VersionError where a change runs over from
    one speaker's turn into another's, since nobody can know whose the new words are, and where labels would be more
    than anybody can say the speakers of.
    """
    nobody = no_speakers(old.text, old.speakers())
    if _by_labels(old.text, nobody, old.speakers()) == old:
        new = _by_labels(text, nobody, old.speakers())
        if (found := len(new.speakers())) > max(MOST_SPEAKERS, len(old.speakers())):
            raise VersionError(
                f"{found:,} labels would open a turn, and {MOST_SPEAKERS:,} is the most. If they are no speakers, put "
                "a dash for the colon or tab behind them."
            )
        return new
    return carried(old, text, map_between(old.text, text))


def _by_labels(text: str, nobody: Collection[str], known: Collection[str]) -> Transcript:
    return compose([Paragraph(text.removesuffix("\n"))], nobody, known)


def carried(old: Transcript, text: str, changes: SpanMap) -> Transcript:
    """The corrected text with the turns and times of the old one where they stand now. Raises VersionError."""
    if crossing := [number for edit in changes.edits for number in _crossed(old.turns, edit)]:
        listed = ", ".join(str(number) for number in sorted(set(crossing)))
        raise VersionError(
            f"A change runs over from one turn into the next (turns {listed}), so nobody can know whose the new words "
            "are. Correct these turns one by one."
        )
    starts = [(start, each) for each in old.turns if (start := _start(each, changes)) is not None]
    times = [TimeMark(_place_after(changes, mark.position), mark.milliseconds) for mark in old.times]
    return Transcript(text, tuple(_turns(starts, text, changes)), tuple(times))


def _crossed(turns: Sequence[Turn], edit: Edit) -> list[int]:
    """The numbers of the turns between which new words are put so that they could belong to several."""
    if not edit.length:
        return []
    reached = [n for n, turn in enumerate(turns, 1) if edit.start < turn.span.end and edit.end > turn.span.start]
    return reached if len(reached) > 1 else []


def _start(turn: Turn, changes: SpanMap) -> int | None:
    """Where the turn begins now; None where nothing of it is left.

    What is put in before a label belongs to the turn before, what is put in before words without one to those words.
    """
    span = changes.moved(turn.span).span
    if span.start == span.end:
        return None
    is_labelled = turn.words_from > turn.span.start
    return _place_after(changes, turn.span.start) if is_labelled else _place_before(changes, turn.span.start)


def _turns(starts: Sequence[tuple[int, Turn]], text: str, changes: SpanMap) -> Iterator[Turn]:
    """The turns from these places on, each as far as the next, so that no words are left between them."""
    ends = [*(start for start, _ in starts[1:]), len(text)]
    for (start, turn), until in zip(starts, ends, strict=True):
        end = start + len(text[start:until].rstrip())
        if end > start:
            yield replace(
                turn, span=Span(start, end), words_from=min(max(_words_from(turn, changes, start), start), end)
            )


def _words_from(turn: Turn, changes: SpanMap, start: int) -> int:
    if turn.words_from == turn.span.start:
        return start
    return changes.moved(Span(turn.span.start, turn.words_from)).span.end


def _place_after(changes: SpanMap, position: int) -> int:
    """The place now, behind what is put in just there."""
    return changes.moved(Span(position, position + 1)).span.start


def _place_before(changes: SpanMap, position: int) -> int:
    """The place now, before what is put in just there."""
    return changes.moved(Span(position - 1, position)).span.end if position else 0


def differences(old: str, new: str, edits: Sequence[Edit]) -> Iterator[Difference]:
    """What each edit changed, in words. Edits with nothing but a space between them are shown as one."""
    shift = 0
    for edit in _in_one_breath(old, edits):
        start = edit.start + shift
        yield Difference(
            before=_last_words(old[max(0, edit.start - AROUND) : edit.start]),
            old=old[edit.start : edit.end],
            new=new[start : start + edit.length],
            after=_first_words(old[edit.end : edit.end + AROUND]),
        )
        shift += edit.length - (edit.end - edit.start)


def _in_one_breath(old: str, edits: Sequence[Edit]) -> Iterator[Edit]:
    held: Edit | None = None
    for edit in edits:
        if held is not None and old[held.end : edit.start] == " ":
            held = Edit(held.start, edit.end, held.length + 1 + edit.length)
            continue
        if held is not None:
            yield held
        held = edit
    if held is not None:
        yield held


def _last_words(text: str) -> str:
    line = text.rsplit("\n", 1)[-1]
    return line if len(line) < AROUND else line.partition(" ")[2] or line


def _first_words(text: str) -> str:
    line = text.split("\n", 1)[0]
    return line if len(line) < AROUND else line.rpartition(" ")[0] or line


def nearest(text: str, words: str, place: int) -> Span | None:
    """Where these words stand nearest to a place in the text; None where they do not."""
    if not words:
        return None
    before, after = text.rfind(words, 0, place + len(words)), text.find(words, place)
    found = [start for start in (before, after) if start >= 0]
    start = min(found, key=lambda each: abs(each - place), default=None)
    return None if start is None else Span(start, start + len(words))
