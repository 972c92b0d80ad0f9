"""The kinds of value that the schema knows, and how each is read tolerantly and written strictly."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Final
from uuid import NAMESPACE_URL, uuid5

GUID_PATTERN: Final = re.compile(r"\{?([0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})\}?")
COLOUR: Final = re.compile(r"#(?:[0-9a-fA-F]{6}|[0-9a-fA-F]{3})")
DATE: Final = r"\d{4}-\d\d-\d\d"
ZONE: Final = r"(?:Z|[+-](?:(?:0\d|1[0-3]):[0-5]\d|14:00))"
MOMENT: Final = re.compile(rf"({DATE})[T ]((?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?)({ZONE})?")
DAY: Final = re.compile(rf"({DATE}){ZONE}?")
WHOLE: Final = re.compile(r"[+-]?\d{1,18}")
NUMBER: Final = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)")
TRUTHS: Final = {"true": "true", "1": "true", "yes": "true", "false": "false", "0": "false", "no": "false"}
NAMESPACE: Final = uuid5(NAMESPACE_URL, "urn:QDA-XML:project:1.0")


def guid(text: str) -> str | None:
    """The id as it is compared and written: bare and in capitals. None for what is no GUID."""
    match = GUID_PATTERN.fullmatch(text.strip())
    return match[1].upper() if match else None


def minted(seed: str) -> str:
    """A GUID made from what it stands for: the same again for the same seed."""
    return str(uuid5(NAMESPACE, seed)).upper()


def moment_text(at: datetime) -> str:
    """A moment that has a time zone as the standard writes it, in UTC."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _matching(pattern: re.Pattern[str]) -> Callable[[str], str | None]:
    return lambda text: text.strip() if pattern.fullmatch(text.strip()) else None


def _moment(text: str) -> str | None:
    match = MOMENT.fullmatch(text.strip())
    return f"{match[1]}T{match[2]}{match[3] or ''}" if match and _is_day(match[1]) else None


def _day(text: str) -> str | None:
    match = DAY.fullmatch(text.strip())
    return match[0] if match and _is_day(match[1]) else None


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text) is not None
    except ValueError:
        return False


def _one_of(*allowed: str) -> Callable[[str], str | None]:
    by_fold = {value.casefold(): value for value in allowed}
    return lambda text: by_fold.get(text.strip().casefold())


# Each kind reads a text and gives it as it is written; None where it is none of its kind.
READERS: Final[dict[str, Callable[[str], str | None]]] = {
    "string": lambda text: text,
    "GUIDType": guid,
    "RGBType": _matching(COLOUR),
    "dateTime": _moment,
    "date": _day,
    "integer": _matching(WHOLE),
    "decimal": _matching(NUMBER),
    "boolean": lambda text: TRUTHS.get(text.strip().casefold()),
    "directionType": _one_of("Associative", "OneWay", "Bidirectional"),
    "typeOfVariableType": _one_of("Text", "Boolean", "Integer", "Float", "Date", "DateTime"),
    "ShapeType": _one_of(
        *("Person", "Oval", "Rectangle", "RoundedRectangle", "Star"),
        *("LeftTriangle", "RightTriangle", "UpTriangle", "DownTriangle", "Note"),
    ),
    "LineStyleType": _one_of("dotted", "dashed", "solid"),
}
