"""Invented interviews as plain values: who says what, and what each passage is about. Made from a seed.

Nothing here touches a database. The sentences stand in `data/interviews.yaml`; nobody said any of them.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from commonpool.demo.region import DATA
from commonpool.voices.rules.text import Span
from commonpool.voices.rules.transcripts import Paragraph, Transcript, compose

SEED: Final = 2017
INTERVIEWER: Final = "Interviewer"


@dataclass(frozen=True, slots=True)
class Names:
    """What is named in one interview: the place, its council, its health body, its hospital trust, a colleague."""

    place: str
    council: str
    icb: str
    trust: str
    colleague: str


@dataclass(frozen=True, slots=True)
class About:
    """A passage, as a span of the text, and the name of the code that it is about."""

    span: Span
    code: str


@dataclass(frozen=True, slots=True)
class Talk:
    """One interview: its transcript, and what its passages are about, in order."""

    said: Transcript
    about: tuple[About, ...]


@dataclass(frozen=True, slots=True)
class _Line:
    """What one person says at a time, with the passages in it: (start, end, code) within the words."""

    label: str
    words: str
    about: tuple[tuple[int, int, str], ...] = ()


@cache
def phrases() -> Mapping[str, Any]:
    """The file of sentences."""
    import yaml

    read: Mapping[str, Any] = yaml.load((DATA / "interviews.yaml").read_text("utf-8"), yaml.CSafeLoader)
    return read


def talk(number: int, labels: Sequence[str], names: Names, seed: int = SEED) -> Talk:
    """The interview of that number with these speakers. The same arguments give the same words."""
    chance = random.Random(f"{seed}, interview {number}")  # noqa: S311 - invented sentences are no secret
    lines = list(_lines(chance, labels, names))
    said = compose(Paragraph(f"{line.label}: {line.words}") for line in lines)
    assert len(said.turns) == len(lines), "each line is a turn"
    about = (
        About(Span(turn.words_from + start, turn.words_from + end), code)
        for turn, line in zip(said.turns, lines, strict=True)
        for start, end, code in line.about
    )
    return Talk(said, tuple(about))


def _lines(chance: random.Random, labels: Sequence[str], names: Names) -> Iterator[_Line]:
    """Question by question: who is asked, what they say, now and then a question in between."""
    speaking = _in_turn(chance, labels)
    told: set[str] = set()
    for question in phrases()["questions"]:
        yield _Line(INTERVIEWER, question["ask"])
        prompts = [*question["prompts"], *chance.sample(phrases()["follow_ups"], k=3)]
        codes = chance.sample(question["themes"], k=min(len(question["themes"]), chance.choice((2, 2, 3))))
        for place, code in enumerate(codes):
            if place and (len(labels) == 1 or chance.random() < 0.4):
                yield _Line(INTERVIEWER, prompts.pop(0))
            yield _answer(chance, next(speaking), code, names, told)


def _in_turn(chance: random.Random, labels: Sequence[str]) -> Iterator[str]:
    """Everybody speaks before anybody speaks again, in an order that changes."""
    while True:
        yield from chance.sample(labels, k=len(labels))


def _answer(chance: random.Random, label: str, code: str, names: Names, told: set[str]) -> _Line:
    fresh = [each for each in phrases()["passages"][code] if each not in told]
    passage = chance.choice(fresh)
    told.add(passage)
    opener = chance.choice(phrases()["openers"]) if chance.random() < 0.5 else ""
    closer = chance.choice(phrases()["closers"]) if chance.random() < 0.35 else ""
    opener, passage, closer = (named(each, names) for each in (opener, passage, closer))
    start = len(opener) + 1 if opener else 0
    words = " ".join(part for part in (opener, passage, closer) if part)
    return _Line(label, words, ((start, start + len(passage), code),))


def named(words: str, names: Names) -> str:
    """The words with the names filled in."""
    for field in Names.__dataclass_fields__:
        words = words.replace(f"{{{field}}}", getattr(names, field))
    return words


def as_coded(about: Sequence[About], text: str, coder: str, seed: int = SEED) -> list[About]:
    """What one coder marks of it: most as it is, some missed, some with a neighbouring code or a shorter passage.

    The same coder does the same each time; two coders differ as two people do.
    """
    chance = random.Random(f"{seed}, coder {coder}, {text[:80]}")  # noqa: S311
    return [marked for each in about if (marked := _marked(chance, each, text)) is not None]


def _marked(chance: random.Random, each: About, text: str) -> About | None:
    drawn = chance.random()
    if drawn < 0.08:
        return None
    if drawn < 0.14:
        return About(each.span, chance.choice(_neighbours(each.code)))
    if drawn < 0.30:
        return About(_shortened(each.span, text), each.code)
    return each


def _neighbours(code: str) -> list[str]:
    """Codes that the same question asks about: those that are taken for one another."""
    return sorted(
        {other for one in phrases()["questions"] if code in one["themes"] for other in one["themes"]} - {code}
    )


def _shortened(span: Span, text: str) -> Span:
    """The first sentence of a passage alone."""
    stop = text.find(". ", span.start, span.end)
    return span if stop < 0 else Span(span.start, stop + 1)
