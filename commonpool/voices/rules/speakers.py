"""Who speaks: the labels that typists put before a turn, and the times beside them.

Seen in transcripts: `Name:`, `[00:01:02] Name:`, `Name 00:01:02` on a line of its own, `NAME` on a line of its own,
`Name` and a tab, and table columns. A label is only ever proposed: a person says who it is, or that it is nobody.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

CLOCK: Final = r"(?:\d{1,3}:)?[0-5]?\d:[0-5]\d(?:[.,]\d{1,3})?"
# Blanks are never given back (*+): tried in every way, a line of a hundred thousand of them would take hours.
TIME: Final = rf"[\[(<]?\s*+(?:{CLOCK})(?:[^\S\t]*+[\])>])?"
NAME: Final = r"[^\W_](?:[\w .'’&/#()\-]{0,38}[\w.)])?"
LINE: Final = re.compile(
    rf"(?P<before>{TIME}\s*+[-–—]?\s*+)?(?P<label>{NAME})??(?P<beside>[ \t]*+{TIME}(?: *+[^\S \t]++)*+)?"
    r"[ \t]*(?P<mark>:(?!//|\d)|\t|$)[ \t]*"
)
TIME_ALONE: Final = re.compile(rf"(?P<before>[\[(<]\s*{CLOCK}\s*[\])>]|{CLOCK}(?=\s*$))[ \t]*")
CODE_LIKE: Final = re.compile(
    r"(?:(?-i:[A-Z]{1,3}\d{0,3})|(?:int(?:erviewer|erviewee)?|moderator|facilitator|researcher|chair|(?:female |male )?"
    r"(?:speaker|participant|respondent|voice))(?: ?\w{1,3})?)\.?",
    re.IGNORECASE,
)
INTERVIEWERS: Final = re.compile(
    r"(?:i|int|iv|ivr|q|interviewer|moderator|facilitator|researcher|chair)\.?(?: ?\d{1,2})?", re.IGNORECASE
)
MOST_WORDS: Final = 5
MOST_SPEAKERS: Final = 500  # of one text, such as the answers of a survey: somebody has to say who each is
# What stands before a colon at the head of a transcript, or within it, and is nobody's name.
NOBODY: Final = frozenset(
    {"audio", "date", "duration", "end", "file", "length", "location", "mode", "note", "notes", "place", "question"}
    | {"questions", "recording", "re", "section", "site", "start", "subject", "theme", "time", "title", "topic"}
    | {"transcript", "transcriber", "transcription", "venue"}
)


class Shape(StrEnum):
    """How a line names its speaker."""

    COLON = "colon"
    TAB = "tab"
    ALONE = "alone"  # with a time beside it
    CAPITALS = "capitals"  # alone, with no time


@dataclass(frozen=True, slots=True)
class Opening:
    """The start of a turn: who, when in milliseconds where it is said, and how many code points the label takes."""

    label: str | None
    milliseconds: int | None
    length: int


@dataclass(frozen=True, slots=True)
class _Candidate:
    label: str
    shape: Shape
    milliseconds: int | None
    length: int


def is_an_interviewers(label: str) -> bool:
    """Whether typists call an interviewer so: `I`, `INT`, `Interviewer 2`, `Moderator`."""
    return INTERVIEWERS.fullmatch(label.strip()) is not None


def milliseconds(clock: str) -> int:
    """The time of `1:02`, `00:01:02.5` or `[01:02,500]` in milliseconds."""
    whole, _, fraction = clock.strip("[](){}<> \t-–—").replace(",", ".").partition(".")
    seconds = 0
    for part in whole.split(":"):
        seconds = seconds * 60 + int(part)
    return seconds * 1000 + int(fraction.ljust(3, "0") or 0)


def openings(lines: Sequence[str], nobody: Iterable[str] = (), known: Iterable[str] = ()) -> list[Opening | None]:
    """For each line, the opening of a turn, or None where the turn before goes on.

    `nobody` are labels that a person has said are no speakers, `known` those that are, however seldom they come.
    """
    found = [_candidate(line) for line in lines]
    candidates = [one for one in found if one is not None]
    speakers = _speakers(candidates, NOBODY | {label.casefold() for label in nobody})
    sure = {label.casefold() for label in known}
    speakers |= {(one.label.casefold(), one.shape) for one in candidates if one.label.casefold() in sure}
    return [_opening(line, one, speakers) for line, one in zip(lines, found, strict=True)]


def _opening(line: str, candidate: _Candidate | None, speakers: set[tuple[str, Shape]]) -> Opening | None:
    if candidate and (candidate.label.casefold(), candidate.shape) in speakers:
        return Opening(candidate.label, candidate.milliseconds, candidate.length)
    if match := TIME_ALONE.match(line):
        return Opening(None, milliseconds(match["before"]), match.end())
    return None


def _candidate(line: str) -> _Candidate | None:
    match = LINE.match(line)
    if match is None or not match["label"] or len(match["label"].split()) > MOST_WORDS:
        return None
    label, clock = match["label"].strip(), match["before"] or match["beside"]
    shape = _shape(match["mark"], label, has_time=clock is not None)
    if shape is None or not any(letter.isalpha() for letter in label):
        return None
    return _Candidate(label, shape, milliseconds(clock) if clock else None, match.end())


def _shape(mark: str, label: str, *, has_time: bool) -> Shape | None:
    if mark:
        return Shape.COLON if mark == ":" else Shape.TAB
    if has_time:
        return Shape.ALONE
    return Shape.CAPITALS if label.isupper() else None


def _speakers(candidates: Sequence[_Candidate], nobody: frozenset[str]) -> set[tuple[str, Shape]]:
    """Which labels in which shape are speakers: those that come back, and those that look like one beside them."""
    counts = Counter((one.label.casefold(), one.shape) for one in candidates if one.label.casefold() not in nobody)
    recurring = {key for key, count in counts.items() if count > 1}
    shapes = {shape for _, shape in recurring} | _shared_shapes(counts)
    once = {
        (one.label.casefold(), one.shape)
        for one in candidates
        if one.label.casefold() not in nobody and _looks_like_a_speaker(one, shapes)
    }
    return recurring | once


def _shared_shapes(counts: Counter[tuple[str, Shape]]) -> set[Shape]:
    """The shapes that two labels have; headings in capitals come in twos as well, so they show nothing."""
    labels = Counter(shape for _, shape in counts)
    return {shape for shape, number in labels.items() if number > 1 and shape is not Shape.CAPITALS}


def _looks_like_a_speaker(one: _Candidate, shapes: set[Shape]) -> bool:
    if one.shape in (Shape.COLON, Shape.ALONE) and CODE_LIKE.fullmatch(one.label):
        return True
    is_named = not any(word[0].islower() for word in one.label.split())
    return is_named and one.shape in shapes
