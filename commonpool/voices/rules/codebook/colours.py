"""The colours that a code may have, each with a shape: colour alone tells nothing on grey paper or to many eyes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

COLOUR_PATTERN: Final = re.compile(r"#[0-9A-F]{6}")
_SHORT: Final = re.compile(r"#[0-9A-F]{3}")


@dataclass(frozen=True, slots=True)
class Mark:
    """How a code is marked: its colour, the colour's name, and a shape drawn in a box of 16 by 16 as an SVG path."""

    colour: str
    name: str
    shape: str
    path: str


# Dark enough on white for a line of text (4.5 to 1 or more); each with a shape of its own.
PALETTE: Final = (
    Mark("#0B5157", "Teal", "circle", "M8 1a7 7 0 1 1 0 14a7 7 0 1 1 0-14z"),
    Mark("#1D70B8", "Blue", "square", "M2 2h12v12h-12z"),
    Mark("#B3421B", "Rust", "triangle", "M8 1l7 14h-14z"),
    Mark("#4C2C92", "Purple", "diamond", "M8 0l8 8l-8 8l-8-8z"),
    Mark("#00703C", "Green", "cross", "M6 1h4v5h5v4h-5v5h-4v-5h-5v-4h5z"),
    Mark("#A02F6B", "Plum", "triangle pointing down", "M1 1h14l-7 14z"),
    Mark("#6B5000", "Ochre", "bar", "M0 5h16v6h-16z"),
    Mark("#505A5F", "Grey", "hexagon", "M8 0l7 4v8l-7 4l-7-4v-8z"),
)
_BY_COLOUR: Final = {mark.colour: mark for mark in PALETTE}
_OTHER: Final = "M8 1a7 7 0 1 1 0 14a7 7 0 1 1 0-14zM8 4a4 4 0 1 0 0 8a4 4 0 1 0 0-8z"


def mark_of(colour: str) -> Mark | None:
    """How a code of that colour is marked: those from a file that are not ours share a ring. None without a colour."""
    if not colour:
        return None
    return _BY_COLOUR.get(colour) or Mark(colour, colour, "ring", _OTHER)


def colour_from_text(text: str) -> str:
    """#RGB or #RRGGBB in either case as #RRGGBB in capitals; what is neither as it was, less its spaces."""
    written = text.strip().upper()
    return "#" + "".join(digit * 2 for digit in written[1:]) if _SHORT.fullmatch(written) else written
