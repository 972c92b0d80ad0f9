"""A map whose areas are shaded by a share, with the shares written on it where there is room."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from commonpool.charts import look
from commonpool.charts.chart import Chart, Table
from commonpool.charts.drawing import LINE_HEIGHT, Box, element, lines_of_text, number, text_box, whole, wrapped
from commonpool.charts.svg import named_svg
from commonpool.figures import Number
from commonpool.money import half_up

Share = Number
Feature = Mapping[str, Any]
Point = tuple[float, float]
Ring = Sequence[Point]

_WIDTH: Final = 640.0
_MOST_HEIGHT: Final = 620.0
_MARGIN: Final = 8.0
# How much of the surroundings is shown, as a part of the size of the areas that have a share.
_SURROUNDINGS: Final = 0.12
_STEPS: Final = (
    (Fraction(0), "up to 10%"),
    (Fraction(1, 10), "10% to 25%"),
    (Fraction(1, 4), "25% to 50%"),
    (Fraction(1, 2), "50% to 75%"),
    (Fraction(3, 4), "75% and more"),
)
NOT_KNOWN: Final = "not known"
_NONE: Final = "none, or outside"
_HATCH: Final = (
    '<pattern id="unknown" width="8" height="8" patternUnits="userSpaceOnUse">'
    '<rect width="8" height="8" fill="#ffffff"/><path d="M0 8L8 0" stroke="#484949" stroke-width="1.5"/></pattern>'
)
_FILLS: Final[Mapping[str, str]] = {
    **{label: colour for (_, label), colour in zip(_STEPS, look.SCALE, strict=True)},
    _NONE: "#f6f5f1",
    NOT_KNOWN: "url(#unknown)",
}


@dataclass(frozen=True, slots=True)
class _Shape:
    """One area in pixels: its outline, where its label goes, and its step on the scale."""

    code: str
    rings: tuple[Ring, ...]
    step: str


def map_chart(
    title: str,
    features: Sequence[Feature],
    shares: Mapping[str, Share | None],
    *,
    names: Mapping[str, str] | None = None,
    code_property: str = "code",
    legend: str = "Share of residents",
    source: str = "",
    note: str = "",
    table: Table | None = None,
) -> Chart:
    """Areas shaded by `shares` (0 to 1, by the code in each feature's properties).

    features   GeoJSON features (Polygon or MultiPolygon), simplified beforehand, in degrees or in metres of a grid;
               the map shows the areas that have a share and a little around them
    names      {code: name} for labels and table
    table      replaces the plain table of areas and shares
    An area whose share is None is hatched and said to be not known; one without a share stays white.
    """
    named = {code: (names or {}).get(code, code) for code in shares}
    ordered = sorted(shares, key=lambda code: (shares[code] is None, -Fraction(shares[code] or 0), named[code]))
    rows = tuple((named[code], code, percent(shares[code])) for code in ordered)
    plain = Table(("Area", "Code", legend), rows, frozenset({2}))
    said = "; ".join(f"{name}: {share}" for name, _, share in rows[:12])
    drawn = _drawing(features, shares, named, code_property, legend, ordered)
    svg = named_svg(drawn, title=title, description=f"Map. {legend}. {said}.")
    return Chart(svg, table or plain, title, source, note)


def percent(share: Share | None) -> str:
    """A share as a percentage with one decimal, halves rounded up as on every page."""
    if share is None:
        return NOT_KNOWN
    tenths = half_up(Fraction(share) * 1000)
    return f"{tenths // 10}.{tenths % 10}%"


def _step(share: Share | None) -> str:
    if share is None:
        return NOT_KNOWN
    return next((label for least, label in reversed(_STEPS) if share >= least), _NONE) if share > 0 else _NONE


def _drawing(
    features: Sequence[Feature],
    shares: Mapping[str, Share | None],
    names: Mapping[str, str],
    code_property: str,
    legend: str,
    ordered: Sequence[str],
) -> str:
    codes = {id(feature): str(feature["properties"].get(code_property, "")) for feature in features}
    outlined = [feature for feature in features if feature.get("geometry")]
    focus = [feature for feature in outlined if codes[id(feature)] in shares] or outlined
    if not focus:
        return whole(_WIDTH, 60.0, lines_of_text(["There are no boundaries to draw this map with."], 8.0, 30.0))
    place, height = _projection([point for feature in focus for ring in _rings(feature) for point in ring])
    frame = Box(0.0, 0.0, _WIDTH, height)
    shapes = []
    for feature in outlined:
        rings = tuple(_thinned([place(point) for point in ring]) for ring in _rings(feature))
        if frame.touches(_bounds(point for ring in rings for point in ring)):
            code = codes[id(feature)]
            shapes.append(_Shape(code, rings, _step(shares[code]) if code in shares else _NONE))
    key, key_height = _legend({shape.step for shape in shapes}, legend, height)
    view = element("clipPath", element("rect", width=_WIDTH, height=height), id="frame")
    areas = element("g", "".join(map(_outline, shapes)), clip_path="url(#frame)")
    labels = _labels(shapes, shares, names, ordered, frame)
    return whole(_WIDTH, height + key_height, element("defs", view + _HATCH), areas, labels, key)


def _projection(points: Sequence[Point]) -> tuple[Callable[[Point], Point], float]:
    """From a boundary's coordinates to pixels, so that these points fill the width; and the height this takes."""
    bounds = _bounds(points)
    is_degrees = max(map(abs, (bounds.left, bounds.right))) <= 180 and max(abs(bounds.top), abs(bounds.bottom)) <= 90
    # A degree of longitude is shorter than one of latitude; on the small area of a map one ratio will do.
    squeeze = math.cos(math.radians((bounds.top + bounds.bottom) / 2)) if is_degrees else 1.0
    width = max((bounds.right - bounds.left) * squeeze, 1e-9)
    tall = max(bounds.bottom - bounds.top, 1e-9)
    around = _SURROUNDINGS * max(width, tall)
    scale = min(_WIDTH / (width + 2 * around), _MOST_HEIGHT / (tall + 2 * around))
    height = (tall + 2 * around) * scale
    left = (_WIDTH - width * scale) / 2

    def place(point: Point) -> Point:
        x, y = point[0], point[1]
        return left + (x - bounds.left) * squeeze * scale, height - around * scale - (y - bounds.top) * scale

    return place, height


def _rings(feature: Feature) -> Iterator[Ring]:
    geometry = feature["geometry"]
    polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    for polygon in polygons:
        yield from polygon


def _bounds(points: Iterable[Point]) -> Box:
    held = list(points)
    across, down = [point[0] for point in held], [point[1] for point in held]
    return Box(min(across), min(down), max(across), max(down))


def _thinned(ring: Ring) -> Ring:
    """A ring without points nearer than half a pixel to the one before: they would not be seen."""
    kept = [ring[0]]
    for point in ring[1:]:
        if abs(point[0] - kept[-1][0]) + abs(point[1] - kept[-1][1]) >= 0.5:
            kept.append(point)
    return kept


def _outline(shape: _Shape) -> str:
    path = "".join(
        "M" + "L".join(f"{number(x)} {number(y)}" for x, y in ring) + "Z" for ring in shape.rings if len(ring) > 2
    )
    return element("path", d=path, fill=_FILLS[shape.step], fill_rule="evenodd", stroke="#5b6b6c", stroke_width=0.8)


def _labels(
    shapes: Sequence[_Shape],
    shares: Mapping[str, Share | None],
    names: Mapping[str, str],
    ordered: Sequence[str],
    frame: Box,
) -> str:
    """Name and share on each shaded area, the largest share first, as long as no label covers another."""
    middles = {shape.code: _middle(max(shape.rings, key=_size)) for shape in shapes}
    taken: list[Box] = []
    made = []
    for code in ordered:
        if code not in middles or shares[code] == 0:
            continue
        share = percent(shares[code])
        for lines in ([*wrapped(names[code], 18), share], [share]):
            x, y = _inside(lines, middles[code], frame)
            box = text_box(lines, x, y, "middle")
            if not any(box.touches(other) for other in taken):
                taken.append(box)
                made.append(lines_of_text(lines, x, y, anchor="middle", halo=True))
                break
    return "".join(made)


def _inside(lines: Sequence[str], middle: Point, frame: Box) -> Point:
    half = max(map(look.label_width, lines)) / 2
    tall = LINE_HEIGHT * len(lines) / 2
    x = min(max(middle[0], frame.left + half + 2), frame.right - half - 2)
    return x, min(max(middle[1], frame.top + tall + 2), frame.bottom - tall - 2)


def _size(ring: Ring) -> float:
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, [*ring[1:], ring[0]], strict=True)))


def _middle(ring: Ring) -> Point:
    """The centroid of a ring; the middle of its bounds where it has no area."""
    pairs = list(zip(ring, [*ring[1:], ring[0]], strict=True))
    doubled = sum(a[0] * b[1] - b[0] * a[1] for a, b in pairs)
    if abs(doubled) < 1e-9:
        bounds = _bounds(ring)
        return (bounds.left + bounds.right) / 2, (bounds.top + bounds.bottom) / 2
    x = sum((a[0] + b[0]) * (a[0] * b[1] - b[0] * a[1]) for a, b in pairs) / (3 * doubled)
    y = sum((a[1] + b[1]) * (a[0] * b[1] - b[0] * a[1]) for a, b in pairs) / (3 * doubled)
    return x, y


def _legend(steps: set[str], legend: str, top: float) -> tuple[str, float]:
    """The key under the map, of the steps that occur; and its height."""
    made = [lines_of_text([legend], _MARGIN, top + 22, bold_first=False)]
    x, y = _MARGIN, top + 48
    for step in _FILLS:
        if step not in steps:
            continue
        if x + 28 + look.label_width(step) > _WIDTH:
            x, y = _MARGIN, y + 26
        made.append(element("rect", x=x, y=y - 9, width=22, height=16, fill=_FILLS[step], stroke="#5b6b6c"))
        made.append(lines_of_text([step], x + 30, y, bold_first=False))
        x += 30 + look.label_width(step) + 16
    return "".join(made), y + 20 - top
