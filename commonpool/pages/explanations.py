"""How a figure was made, ready to be read: a sentence, and its parts as rows that make the total again."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final, get_args, get_type_hints
from uuid import UUID

from commonpool.figures import Fact, Figure, Hidden, How, Number, Part, Question, QuestionError, find_question
from commonpool.pages.formats import NOT_KNOWN, value_text

NOT_YOURS: Final = "not yours to see"
FILE_HEADERS: Final = ("Level", "Part", "Where it stands", "Amount", "Unit", "Note")
_DATES: Final = ("as_at", "known_at")


@dataclass(frozen=True, slots=True)
class PartRow:
    """One part of a figure as a row.

    label, value, unit   what it is and how much; value None is not known
    source               where a fact stands, in words; "" for a figure that opens
    query                the question that opens it; "" where there is none, or it is not this reader's
    note                 "not yours to see", "unverified", "2 parts not known"
    parts                the rows of a part that has no question of its own
    """

    label: str
    value: Number | None
    unit: str
    source: str = ""
    link: str = ""
    query: str = ""
    note: str = ""
    verified: bool = True
    parts: tuple[PartRow, ...] = ()

    @property
    def value_text(self) -> str:
        """The value with its unit."""
        return value_text(self.value, self.unit)


def read_arguments(asked: Question, given: Mapping[str, str]) -> dict[str, Any]:
    """The question's arguments from an address, each as the type that its answer wants.

    Dates that the answer does not take are left out: every link carries them. Raises QuestionError, naming the
    argument, for one that cannot be read.
    """
    wanted = inspect.signature(asked.answer).parameters
    hints = get_type_hints(asked.answer)
    takes_any = any(each.kind is inspect.Parameter.VAR_KEYWORD for each in wanted.values())
    arguments: dict[str, Any] = {}
    for name, text in given.items():
        if name in wanted or (takes_any and name not in _DATES):
            arguments[name] = _read(name, text, hints.get(name, str))
        elif name not in _DATES:
            raise QuestionError(f"‘{asked.name}’ takes no ‘{name}’.")
    return arguments


# What an answer's argument may be, by the name of its type; anything else is taken as text.
_READERS: Final[Mapping[str, Callable[[str], Any]]] = {
    "UUID": UUID,
    "int": int,
    "date": date.fromisoformat,
    "datetime": datetime.fromisoformat,
}


def _read(name: str, text: str, wanted: object) -> Any:
    kinds = get_args(wanted) or (wanted,)
    reader = next((_READERS[kind.__name__] for kind in kinds if getattr(kind, "__name__", "") in _READERS), str)
    try:
        return reader(text)
    except ValueError:
        raise QuestionError(f"‘{text}’ cannot be read as ‘{name}’. Copy the whole link again.") from None


def sentence(figure: Figure) -> str:
    """The figure as one sentence that says how it was made."""
    value = value_text(figure.value, figure.unit)
    said = f"{figure.label}: {value}{_made(figure)}."
    if figure.unknown:
        parts = "1 part is" if figure.unknown == 1 else f"{figure.unknown} parts are"
        said += f" {parts} {NOT_KNOWN}"
        said += ", so this is what the others come to." if figure.value is not None else "."
    return said


def _made(figure: Figure) -> str:
    labels = [part.label for part in figure.parts]
    count = f"{len(labels)} part" + ("" if len(labels) == 1 else "s")
    if figure.how is How.SUM:
        return f" is the sum of {count}" if labels else ", because there is nothing to add"
    if figure.how is How.LARGEST:
        return f" is the largest of {count}"
    if figure.how is How.LOOKUP:
        return " was looked up"
    if not labels:
        return ""
    if figure.how is How.DIFFERENCE:
        return f" is ‘{labels[0]}’ less {_and(labels[1:])}"
    if figure.how is How.PRODUCT:
        return " is " + " times ".join(f"‘{label}’" for label in labels)
    if figure.how is How.RATIO:
        return f" is ‘{labels[0]}’ divided by {_and(labels[1:])}"
    return f" follows from {count} by a rule"


def _and(labels: list[str]) -> str:
    quoted = [f"‘{label}’" for label in labels]
    return " and ".join(filter(None, (", ".join(quoted[:-1]), quoted[-1]))) if quoted else "nothing"


def rows(figure: Figure, person: object) -> tuple[PartRow, ...]:
    """The parts as rows. Whether this person may open a part is asked again for each of them."""
    return tuple(_row(part, person) for part in figure.parts)


def _row(part: Part, person: object) -> PartRow:
    if isinstance(part, Fact):
        note = "" if part.verified else "unverified"
        return PartRow(part.label, part.value, part.unit, part.source, part.link or "", "", note, part.verified)
    if isinstance(part, Hidden):
        return PartRow(part.label, part.value, part.unit, note=NOT_YOURS)
    if part.question and not _may_open(part, person):
        return PartRow(part.label, part.value, part.unit, note=NOT_YOURS)
    note = f"{part.unknown} part{'' if part.unknown == 1 else 's'} {NOT_KNOWN}" if part.unknown else ""
    if part.question:
        return PartRow(part.label, part.value, part.unit, query=part.query_string(), note=note)
    return PartRow(part.label, part.value, part.unit, source=part.rule, note=note, parts=rows(part, person))


def _may_open(part: Figure, person: object) -> bool:
    try:
        asked = find_question(part.question)
        return asked.may_ask(person, **read_arguments(asked, _texts(part)))
    except QuestionError:
        return False


def _texts(part: Figure) -> dict[str, str]:
    dates = {name: moment.isoformat() for name in _DATES if (moment := getattr(part, name))}
    return {**{name: str(value) for name, value in part.arguments.items()}, **dates}


def file_rows(figure: Figure, parts: Sequence[PartRow]) -> Iterator[tuple[str | int | Decimal | None, ...]]:
    """The figure and its parts as rows of a file, in `FILE_HEADERS`. Amounts are exact, in the unit named."""
    yield 0, figure.label, figure.rule or figure.how, _exact(figure.value), figure.unit, ""
    yield from _file_rows(parts, level=1)


def _file_rows(parts: Sequence[PartRow], level: int) -> Iterator[tuple[str | int | Decimal | None, ...]]:
    for row in parts:
        yield level, row.label, row.source or row.query, _exact(row.value), row.unit, row.note
        yield from _file_rows(row.parts, level + 1)


def _exact(value: Number | None) -> int | Decimal | None:
    return Decimal(value.numerator) / Decimal(value.denominator) if isinstance(value, Fraction) else value
