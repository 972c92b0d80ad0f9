"""A number with how it was made.

A figure is the answer to a registered question. It holds its value, its parts and how they combine, so that a
reader can open it, and open its parts, until only facts with a source are left. Rules never see figures: a
room's `queries.py` wraps plain values in them. The answer to a question is computed again whenever it is asked,
never stored, so a figure and its explanation cannot drift apart.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any, Final
from urllib.parse import urlencode

Number = int | Fraction | Decimal


class How(StrEnum):
    """How a figure's parts make its value. `RULE` is a named rule that the figure's `rule` explains."""

    SUM = "sum"
    DIFFERENCE = "difference"
    PRODUCT = "product"
    RATIO = "ratio"
    LARGEST = "largest"
    LOOKUP = "lookup"
    RULE = "rule"


class QuestionError(LookupError):
    """A question that is not registered, or is asked with the wrong arguments."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A value that is not made of others: a cell, an entry, a row of a published file, a policy value.

    `source` says where it stands in words; `link` is a page of ours that shows it, where there is one.
    """

    label: str
    value: Number | None
    unit: str
    source: str
    link: str | None = None
    verified: bool = True


@dataclass(frozen=True, slots=True)
class Hidden:
    """A part that the reader may not open. `value` is None where even the amount is private."""

    label: str
    value: Number | None
    unit: str


@dataclass(frozen=True, slots=True)
class Figure:
    """The answer to one question.

    value      None when it is not known
    unknown    how many parts, at the bottom, are not known; the value is then that of the known ones, if any
    unit       "pence", "people", "share" ...
    as_at      the day it concerns
    known_at   the moment up to which facts are counted
    """

    label: str
    value: Number | None
    unit: str
    how: How
    parts: tuple[Part, ...] = ()
    unknown: int = 0
    as_at: date | None = None
    known_at: datetime | None = None
    question: str = ""
    arguments: Mapping[str, str] = field(default_factory=dict)
    rule: str = ""

    def query_string(self) -> str:
        """The question, its arguments and both dates, for a link that asks again."""
        asked = {"question": self.question, **self.arguments}
        if self.as_at:
            asked["as_at"] = self.as_at.isoformat()
        if self.known_at:
            asked["known_at"] = self.known_at.isoformat()
        return urlencode(asked)


Part = Figure | Fact | Hidden


def total(label: str, parts: Sequence[Part], unit: str = "pence", **more: Any) -> Figure:
    """The sum of parts: the known total, and how many parts are unknown. All unknown gives None."""
    known = [part.value for part in parts if part.value is not None]
    missing = sum(part.unknown if isinstance(part, Figure) else part.value is None for part in parts)
    value = sum(known[1:], known[0]) if known else (None if parts else 0)
    return Figure(label, value, unit, How.SUM, tuple(parts), unknown=missing, **more)


def recombine(figure: Figure) -> Number | None:
    """The figure's value made again from its parts, by `how`. `RULE` and `LOOKUP` cannot be remade here."""
    values = [part.value for part in figure.parts if part.value is not None]
    if figure.how is How.SUM:
        return sum(values[1:], values[0]) if values else (None if figure.parts else 0)
    if any(part.value is None for part in figure.parts) or not values:
        return None
    if figure.how is How.DIFFERENCE:
        return Fraction(values[0]) - sum((Fraction(value) for value in values[1:]), Fraction(0))
    if figure.how is How.PRODUCT:
        made: Number = 1
        for value in values:
            made = Fraction(made) * Fraction(value)
        return made
    if figure.how is How.RATIO:
        return Fraction(values[0]) / Fraction(values[1]) if values[1] else None
    if figure.how is How.LARGEST:
        return max(values)
    return figure.value


Answer = Callable[..., Figure]
MayAsk = Callable[..., bool]


@dataclass(frozen=True, slots=True)
class Question:
    """A registered question: who may ask it with given arguments, and how it is answered.

    `may_ask(person, **arguments)` decides; `answer(**arguments)` computes. Both take the same names.
    """

    name: str
    answer: Answer
    may_ask: MayAsk

    def ask(self, person: object, arguments: Mapping[str, Any]) -> Figure | None:
        """The figure, or None when this person may not ask. Raises QuestionError for wrong arguments."""
        try:
            inspect.signature(self.answer).bind(**arguments)
        except TypeError as error:
            raise QuestionError(f"‘{self.name}’ is asked differently: {error}.") from error
        return self.answer(**arguments) if self.may_ask(person, **arguments) else None


_QUESTIONS: Final[dict[str, Question]] = {}


def question(name: str, *, may_ask: MayAsk) -> Callable[[Answer], Answer]:
    """Register the decorated function as the answer to a question, asked only where `may_ask` agrees."""

    def register(answer: Answer) -> Answer:
        assert _QUESTIONS.get(name) is None or _QUESTIONS[name].answer.__qualname__ == answer.__qualname__, (
            f"the question {name} is registered twice"
        )
        _QUESTIONS[name] = Question(name, answer, may_ask)
        return answer

    return register


def find_question(name: str) -> Question:
    """The registered question of that name. Raises QuestionError, with the names that exist."""
    try:
        return _QUESTIONS[name]
    except KeyError:
        raise QuestionError(f"There is no question ‘{name}’. There are: {', '.join(sorted(_QUESTIONS))}.") from None


def question_names() -> list[str]:
    """Every registered question, by name."""
    return sorted(_QUESTIONS)
