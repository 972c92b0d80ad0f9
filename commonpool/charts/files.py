"""A chart as a picture to keep: SVG or PNG, with its title above it and its source under it, away from any page."""

from __future__ import annotations

import re
from html import escape
from pathlib import Path
from typing import Final
from xml.etree import ElementTree

from django.http import HttpResponse

from commonpool.charts import look
from commonpool.charts.chart import Chart
from commonpool.charts.drawing import LINE_HEIGHT, element, lines_of_text, whole, wrapped

FORMATS: Final = {"svg": "image/svg+xml", "png": "image/png"}
INVENTED: Final = "All places, people and figures in this picture are invented."
_SVG: Final = "{http://www.w3.org/2000/svg}"
_SHAPES: Final = frozenset(
    {"svg", "g", "defs", "title", "desc", "rect", "line", "polyline", "polygon", "path", "circle", "ellipse", "text"}
    | {"tspan", "clipPath", "pattern"}
)
_ELSEWHERE: Final = re.compile(r"url\(\s*['\"]?(?!#)")
# Twice as many pixels as on the page: sharp in a printed report. More than these would only fill memory.
_SCALE: Final = 2
_MOST_PIXELS: Final = 40_000_000
_MARGIN: Final = 12.0
_TITLE_SIZE: Final = 18
_TITLE_LINE: Final = 24


class PictureError(ValueError):
    """A drawing that would fetch something, or is too large to be made a picture of."""


def picture_file(kind: str, chart: Chart, name: str, *, is_invented: bool = False) -> HttpResponse | None:
    """The chart as the file `name.kind` that a browser saves; None where `kind` is no format of pictures."""
    if kind not in FORMATS:
        return None
    drawn = picture(chart, is_invented=is_invented)
    answer = HttpResponse(png(drawn) if kind == "png" else drawn, content_type=FORMATS[kind])
    answer["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return answer


def write_picture(file: Path, chart: Chart) -> None:
    """Write the chart into a file: a PNG where its name ends with .png, an SVG otherwise. Raises OSError."""
    drawn = picture(chart)
    file.write_bytes(png(drawn) if file.suffix.casefold() == ".png" else drawn.encode())


def picture(chart: Chart, *, is_invented: bool = False) -> str:
    """The whole chart as SVG: what a page says around the drawing stands in it, because a saved file has no page."""
    root = ElementTree.fromstring(str(chart.svg))  # noqa: S314 - our own drawing
    width, height = (float(root.attrib[side].removesuffix("px")) for side in ("width", "height"))
    # A bold letter of this size needs about 10 pixels; one of the ordinary size what a label is given.
    title = wrapped(chart.title, int((width - 2 * _MARGIN) / 10))
    said = " ".join(filter(None, (chart.note, f"Source: {chart.source}." if chart.source else "")))
    lines = [*(wrapped(said, int((width - 2 * _MARGIN) / 6.5)) if said else ()), *([INVENTED] if is_invented else ())]
    top = _TITLE_LINE * len(title) + _MARGIN
    below = LINE_HEIGHT * len(lines) + (_MARGIN if lines else 0)
    root.set("y", f"{top:g}")
    return whole(
        width,
        top + height + below,
        *(_title_line(text, number) for number, text in enumerate(title, start=1)),
        ElementTree.tostring(root, encoding="unicode"),
        *(lines_of_text([text], _MARGIN, top + height + LINE_HEIGHT * (number + 0.5), bold_first=False)
          for number, text in enumerate(lines)),
    )  # fmt: skip


def _title_line(text: str, number: int) -> str:
    return element(
        "text", escape(text), x=_MARGIN, y=float(_TITLE_LINE * number), font_size=_TITLE_SIZE, font_weight="bold",
        fill=look.INK,
    )  # fmt: skip


def png(svg: str) -> bytes:
    """A drawing of ours as PNG. Raises PictureError for one that refers to anything outside itself, or is too large.

    The drawing is checked because the library would read a file of this machine that an image names.
    """
    import vl_convert

    root = ElementTree.fromstring(svg)  # noqa: S314 - our own drawing; entities are refused by what is checked next
    _must_stand_alone(root)
    width, height = (float(root.attrib[side].removesuffix("px")) for side in ("width", "height"))
    if width * height * _SCALE**2 > _MOST_PIXELS:
        raise PictureError(f"A picture of {width:,.0f} by {height:,.0f} is too large. Choose fewer areas or periods.")
    return bytes(vl_convert.svg_to_png(svg, scale=_SCALE))


def _must_stand_alone(root: ElementTree.Element) -> None:
    for each in root.iter():
        if each.tag.removeprefix(_SVG) not in _SHAPES:
            raise PictureError(f"A drawing may not hold <{each.tag.removeprefix(_SVG)}>: only shapes and text.")
        for name, value in each.attrib.items():
            is_link = name.rpartition("}")[2] == "href" and not value.startswith("#")
            if is_link or _ELSEWHERE.search(value):
                raise PictureError(f"A drawing may not refer to ‘{value}’: only to parts of itself.")
