"""The few shapes that our own drawings are made of, as escaped SVG."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from commonpool.charts import look

LINE_HEIGHT: Final = 16
_NOT_IN_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels."""

    left: float
    top: float
    right: float
    bottom: float

    def touches(self, other: Box) -> bool:
        """Whether the two have a point in common."""
        apart = self.right < other.left or other.right < self.left
        return not (apart or self.bottom < other.top or other.bottom < self.top)


def number(value: float) -> str:
    """A coordinate: a tenth of a pixel is as fine as eyes are."""
    return f"{value:.1f}".removesuffix(".0")


def element(name: str, content: str = "", **attributes: object) -> str:
    """One element. `_` in a name becomes `-`; `content` is SVG already, everything else is escaped here."""
    given = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(number(value) if isinstance(value, float) else str(value))}"'
        for key, value in attributes.items()
    )
    return f"<{name}{given}>{content}</{name}>"


def lines_of_text(
    lines: Sequence[str], x: float, middle: float, *, anchor: str = "start", bold_first: bool = True, halo: bool = False
) -> str:
    """Lines one under the other, their middle at one height. With a halo they stay readable on any colour."""
    top = middle - LINE_HEIGHT * (len(lines) - 1) / 2 + look.TEXT_SIZE * 0.35
    behind = {"paint_order": "stroke", "stroke": "#ffffff", "stroke_width": 4, "stroke_linejoin": "round"}
    return "".join(
        element(
            "text",
            escape(line),
            x=x,
            y=top + index * LINE_HEIGHT,
            text_anchor=anchor,
            fill=look.INK,
            font_weight="bold" if bold_first and index < len(lines) - 1 else "normal",
            **(behind if halo else {}),
        )
        for index, line in enumerate(lines)
    )


def wrapped(text: str, characters: int) -> list[str]:
    """Text in lines of at most so many characters; a longer word is broken."""
    return textwrap.wrap(text, characters) or [""]


def text_box(lines: Iterable[str], x: float, middle: float, anchor: str) -> Box:
    """The room that lines of text take, on the safe side."""
    held = list(lines)
    width, height = max(map(look.label_width, held)), LINE_HEIGHT * len(held)
    left = x - {"start": 0.0, "middle": width / 2, "end": float(width)}[anchor]
    return Box(left, middle - height / 2, left + width, middle + height / 2)


def drawable(text: str) -> str:
    """Text without the control characters and halves of pairs that no SVG may hold, however they came into a name."""
    return _NOT_IN_XML.sub("", text)


def whole(width: float, height: float, *parts: str) -> str:
    """A whole drawing on white."""
    return element(
        "svg",
        element("rect", width=width, height=height, fill="#ffffff") + drawable("".join(parts)),
        xmlns="http://www.w3.org/2000/svg",
        width=width,
        height=height,
        viewBox=f"0 0 {number(width)} {number(height)}",
        font_family=look.FONT,
        font_size=look.TEXT_SIZE,
    )
