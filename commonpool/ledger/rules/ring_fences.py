"""Ring-fences as dated, versioned data: what a category of money or a source may be spent on.

They are stored as JSON and may be written as YAML. A ring-fence cannot be built wrong, and every fault is told at once.
What they forbid on a day is `eligibility`'s matter.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, Final

Codes = frozenset[str]
ANY: Final = "*"


class RingFenceError(ValueError):
    """Terms of a ring-fence that do not make sense. `faults` has one sentence for each."""

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = tuple(faults)
        super().__init__(" ".join(self.faults))


# A condition, the fact of a line that it looks at, and that fact as people say it.
CONDITIONS: Final = (
    ("scheme_types", "scheme_type", "scheme type"),
    ("areas_of_spend", "area_of_spend", "area of spend"),
    ("commissioners", "commissioner", "commissioner"),
    ("places", "place", "place"),
    ("lines", "line_id", "line"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LineKind:
    """A kind of scheme lines. Each condition lists the codes allowed; None allows all."""

    scheme_types: Codes | None = None
    areas_of_spend: Codes | None = None
    commissioners: Codes | None = None
    places: Codes | None = None
    lines: Codes | None = None

    def as_data(self) -> dict[str, Any]:
        """Plain values for JSON or YAML; what is not set is left out."""
        held = {each.name: getattr(self, each.name) for each in fields(self)}
        return {name: _plain(value) for name, value in held.items() if value not in (None, False, "", ())}


@dataclass(frozen=True, slots=True, kw_only=True)
class SpendFloor(LineKind):
    """At least so many pence of the fenced money on lines of a kind. `name` is what people call the minimum."""

    name: str
    pence: int

    def __post_init__(self) -> None:
        faults = [*_empty_lists(self, f"The floor ‘{self.name}’")]
        if not self.name.strip():
            faults.append("A floor has no name. Say what the minimum is called.")
        if self.pence < 1:
            faults.append(f"The floor ‘{self.name}’ is {self.pence} pence. Give it at least a penny, or leave it out.")
        _refuse(faults)


@dataclass(frozen=True, slots=True, kw_only=True)
class RingFence(LineKind):
    """The conditions on a category of money or on a source, from one day to another (the last day included).

    applies_to  a category (`NHS_MIN`), a source (`NHS_MIN:XN1:2024-25`), or the beginning of its code; `*` is any part
    ends_on     None: until a higher version
    spend_by    the last day on which the money may be spent
    floors      least sums on some kinds of line, over the time in which the ring-fence holds
    because     the document that says so
    """

    applies_to: str
    version: int
    starts_on: date
    ends_on: date | None = None
    capital_only: bool = False
    revenue_only: bool = False
    spend_by: date | None = None
    floors: tuple[SpendFloor, ...] = ()
    because: str = ""

    def __post_init__(self) -> None:
        parts = self.applies_to.split(":")
        faults = [*_empty_lists(self, f"The {self}")]
        if parts[0] == ANY or not all(part.strip() for part in parts):
            faults.append(f"‘{self.applies_to}’ is no category or source. Write NHS_MIN or NHS_MIN:XN1:2024-25.")
        if self.version < 1:
            faults.append(f"Versions of a ring-fence count from 1, and this one is {self.version}.")
        if self.capital_only and self.revenue_only:
            faults.append(f"The {self} allows capital only and revenue only, so nothing. Choose one.")
        _refuse([*faults, *self._faults_of_dates()])

    def __str__(self) -> str:
        return f"ring-fence on {self.applies_to}, version {self.version}"

    def _faults_of_dates(self) -> Iterator[str]:
        if self.ends_on is None:
            return
        if self.ends_on < self.starts_on:
            yield f"The {self} ends on {said(self.ends_on)}, before it starts on {said(self.starts_on)}."
        # Else the money would be free again on the day after it had to be spent.
        if self.spend_by is not None and self.ends_on <= self.spend_by:
            yield (
                f"The {self} ends on {said(self.ends_on)}, and then nothing keeps the money to its last day, "
                f"{said(self.spend_by)}. Leave the end open, or set a later one."
            )

    def binds(self, source: str) -> bool:
        """Whether the ring-fence is on this source or its category."""
        return is_of(source, self.applies_to)

    def holds_on(self, day: date) -> bool:
        """Whether the day is within its dates, both ends included."""
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)

    @classmethod
    def from_data(cls, data: object) -> RingFence:
        """The ring-fence that `as_data` gave, from JSON or YAML. Raises RingFenceError with every fault found."""
        return cls(**_read(data, _FENCE, "ring-fence"))


def is_of(source: str, pattern: str) -> bool:
    """Whether a source's code begins as the pattern says, part by part: `NHS_MIN`, or `NHS_MIN:*:2024-25`."""
    parts, wanted = source.split(":"), pattern.split(":")
    return len(wanted) <= len(parts) and all(want in (ANY, part) for want, part in zip(wanted, parts, strict=False))


def said(day: date) -> str:
    """A day as people write it: 31 March 2025."""
    return f"{day.day} {day:%B %Y}"


def _empty_lists(kind: LineKind, who: str) -> Iterator[str]:
    for condition, _, words in CONDITIONS:
        allowed: Codes | None = getattr(kind, condition)
        if allowed is not None and not all(each.strip() for each in allowed or [""]):
            yield f"{who} lists no {words} under {condition}. Name what is allowed, or leave {condition} out."


def _refuse(faults: Collection[str]) -> None:
    if faults:
        raise RingFenceError(faults)


def _plain(value: object) -> object:
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, tuple):
        return [each.as_data() for each in value]
    return value.isoformat() if isinstance(value, date) else value


class _NotThatError(ValueError):
    """A value of the wrong sort; the message says what would be right."""


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise _NotThatError("Write a text; put a number that is a code in quotes")
    return value.strip()


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise _NotThatError("Write a whole number")
    return value


def _claim(value: object) -> bool:
    if not isinstance(value, bool):
        raise _NotThatError("Write true or false")
    return value


def _day(value: object) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(_text(value))
    except ValueError:
        raise _NotThatError("Write a day as 2025-03-31") from None


def _codes(value: object) -> Codes:
    if not isinstance(value, list | tuple | set | frozenset):
        raise _NotThatError("Write a list of codes")
    return frozenset(map(_text, value))


def _floors(value: object) -> tuple[SpendFloor, ...]:
    if not isinstance(value, list | tuple):
        raise _NotThatError("Write a list of floors")
    floors: list[SpendFloor] = []
    faults: list[str] = []
    for each in value:
        try:
            floors.append(SpendFloor(**_read(each, _FLOOR, "floor")))
        except RingFenceError as error:
            faults.extend(error.faults)
    _refuse(faults)
    return tuple(floors)


_KIND: Final[dict[str, Callable[[object], object]]] = {condition: _codes for condition, _, _ in CONDITIONS}
_FLOOR: Final = _KIND | {"name": _text, "pence": _whole}
_FENCE: Final = _KIND | {
    "applies_to": _text,
    "version": _whole,
    "starts_on": _day,
    "ends_on": _day,
    "capital_only": _claim,
    "revenue_only": _claim,
    "spend_by": _day,
    "floors": _floors,
    "because": _text,
}
_REQUIRED: Final = ("applies_to", "version", "starts_on", "name", "pence")


def _read(data: object, readers: Mapping[str, Callable[[object], object]], what: str) -> dict[str, Any]:
    if not isinstance(data, Mapping):
        raise RingFenceError([f"The {what} is ‘{data}’. Write its terms as key: value."])
    faults = [
        f"‘{key}’ is no term of a {what}. Leave it out, or write one of: {', '.join(sorted(readers))}."
        for key in data
        if key not in readers
    ]
    faults += [f"The {what} has no {key}." for key in _REQUIRED if key in readers and data.get(key) is None]
    read: dict[str, Any] = {}
    for key, reader in readers.items():
        if data.get(key) is not None:
            try:
                read[key] = reader(data[key])
            except _NotThatError as error:
                faults.append(f"{key} of the {what} is ‘{data[key]}’. {error}.")
            except RingFenceError as error:
                faults.extend(error.faults)
    _refuse(faults)
    return read
