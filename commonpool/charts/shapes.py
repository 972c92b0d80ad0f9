"""Areas drawn from their borders: each filled by its step, labels where there is room, a key, and a closer view."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Final

from commonpool.charts import look
from commonpool.charts.drawing import LINE_HEIGHT, Box, element, lines_of_text, number, text_box, whole

Feature = Mapping[str, Any]
Point = tuple[float, float]
Ring = Sequence[Point]

_WIDTH: Final = 640.0
_MOST_HEIGHT: Final = 620.0
_MARGIN: Final = 8.0
_BORDER: Final = "#5b6b6c"
# How much of the surroundings is shown, as a part of the size of the areas that are looked at.
_SURROUNDINGS: Final = 0.12
_CLOSER: Final = 190.0
_AROUND_CLOSER: Final = 0.04
STRIPES: Final = "url(#unknown)"
DOTS: Final = "url(#withheld)"
_PATTERNS: Final = (
    '<pattern id="unknown" width="8" height="8" patternUnits="userSpaceOnUse">'
    '<rect width="8" height="8" fill="#ffffff"/><path d="M0 8L8 0" stroke="#484949" stroke-width="1.5"/></pattern>'
    '<pattern id="withheld" width="6" height="6" patternUnits="userSpaceOnUse">'
    '<rect width="6" height="6" fill="#ffffff"/><circle cx="3" cy="3" r="1.6" fill="#484949"/></pattern>'
)


@dataclass(frozen=True, slots=True)
class Filled:
    """How one area is shown. `labels` are tried in turn until one has room; `says` stands under the mouse."""

    step: str
    labels: Sequence[Sequence[str]] = ()
    says: str = ""


@dataclass(frozen=True, slots=True)
class Closer:
    """A part of the map that is drawn once more, larger, in its upper right corner."""

    name: str
    codes: Collection[str]


@dataclass(frozen=True, slots=True)
class _Shape:
    """One area in pixels."""

    code: str
    rings: tuple[Ring, ...]


def drawn_map(
    features: Sequence[Feature],
    areas: Mapping[str, Filled],
    fills: Mapping[str, str],
    *,
    otherwise: str,
    legend: str,
    code_property: str = "code",
    around: float = _SURROUNDINGS,
    closer: Closer | None = None,
) -> str:
    """The map as SVG, fitted to the areas that are given, with a little around them.

    areas      {code: how it is shown}, in the order in which their labels are placed
    fills      {step: colour or pattern}, in the order of the key
    otherwise  the step of a shape that is not in `areas`
    around     how much of the surroundings is shown, as a part of the size of these areas
    """
    codes = {id(each): str(each["properties"].get(code_property, "")) for each in features}
    outlined = [each for each in features if each.get("geometry")]
    focus = [each for each in outlined if codes[id(each)] in areas] or outlined
    if not focus:
        return whole(_WIDTH, 60.0, lines_of_text(["There are no boundaries to draw this map with."], 8.0, 30.0))
    place, height = _projection(_points_of(focus), _WIDTH, _MOST_HEIGHT, around)
    frame = Box(0.0, 0.0, _WIDTH, height)
    shapes = list(_shapes(outlined, codes, place, frame))
    step_of = {shape.code: areas[shape.code].step if shape.code in areas else otherwise for shape in shapes}
    key, key_height = _key({step_of[shape.code] for shape in shapes}, fills, legend, height)
    view = element("clipPath", element("rect", width=_WIDTH, height=height), id="frame")
    ground = element("g", "".join(_outline(each, fills, step_of, areas) for each in shapes), clip_path="url(#frame)")
    labels = _labels(shapes, areas, frame)
    again = _closer_view(closer, outlined, codes, fills, step_of, areas) if closer else ""
    return whole(_WIDTH, height + key_height, element("defs", view + _PATTERNS), ground, labels, again, key)


def _points_of(features: Iterable[Feature]) -> list[Point]:
    return [point for feature in features for ring in _rings_of(feature) for point in ring]


def _shapes(
    features: Iterable[Feature], codes: Mapping[int, str], place: Callable[[Point], Point], frame: Box
) -> Iterator[_Shape]:
    for feature in features:
        rings = tuple(thinned([place(point) for point in ring]) for ring in _rings_of(feature))
        if frame.touches(_bounds_of(point for ring in rings for point in ring)):
            yield _Shape(codes[id(feature)], rings)


def _projection(
    points: Sequence[Point], room: float, most_height: float, part_around: float
) -> tuple[Callable[[Point], Point], float]:
    """From a boundary's coordinates to pixels, so that these points fill the room; and the height this takes."""
    bounds = _bounds_of(points)
    is_degrees = max(map(abs, (bounds.left, bounds.right))) <= 180 and max(abs(bounds.top), abs(bounds.bottom)) <= 90
    # A degree of longitude is shorter than one of latitude; on the small area of a map one ratio will do.
    squeeze = math.cos(math.radians((bounds.top + bounds.bottom) / 2)) if is_degrees else 1.0
    width = max((bounds.right - bounds.left) * squeeze, 1e-9)
    tall = max(bounds.bottom - bounds.top, 1e-9)
    around = part_around * max(width, tall)
    scale = min(room / (width + 2 * around), most_height / (tall + 2 * around))
    height = (tall + 2 * around) * scale
    left = (room - width * scale) / 2

    def place(point: Point) -> Point:
        x, y = point[0], point[1]
        return left + (x - bounds.left) * squeeze * scale, height - around * scale - (y - bounds.top) * scale

    return place, height


def _closer_view(
    closer: Closer,
    features: Sequence[Feature],
    codes: Mapping[int, str],
    fills: Mapping[str, str],
    step_of: Mapping[str, str],
    areas: Mapping[str, Filled],
) -> str:
    """The part again in a frame of its own; nothing where none of it is on the map."""
    part = [each for each in features if codes[id(each)] in closer.codes and codes[id(each)] in step_of]
    if not part:
        return ""
    place, height = _projection(_points_of(part), _CLOSER, _CLOSER, _AROUND_CLOSER)
    left, top = _WIDTH - _CLOSER - _MARGIN, _MARGIN + LINE_HEIGHT
    shapes = _shapes(part, codes, place, Box(0.0, 0.0, _CLOSER, height))
    drawn = "".join(_outline(each, fills, step_of, areas) for each in shapes)
    border = element("rect", width=_CLOSER, height=height, fill="#ffffff", stroke=_BORDER)
    return lines_of_text([closer.name], left, _MARGIN + 4, bold_first=False) + element(
        "g", border + drawn, transform=f"translate({number(left)} {number(top)})"
    )


def _rings_of(feature: Feature) -> Iterator[Ring]:
    geometry = feature["geometry"]
    polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    for polygon in polygons:
        yield from polygon


def _bounds_of(points: Iterable[Point]) -> Box:
    held = list(points)
    across, down = [point[0] for point in held], [point[1] for point in held]
    return Box(min(across), min(down), max(across), max(down))


def thinned(ring: Ring) -> Ring:
    """A ring without points nearer than half a pixel to the one before: they would not be seen."""
    kept = [ring[0]]
    for point in ring[1:]:
        if abs(point[0] - kept[-1][0]) + abs(point[1] - kept[-1][1]) >= 0.5:
            kept.append(point)
    return kept


def _outline(shape: _Shape, fills: Mapping[str, str], step_of: Mapping[str, str], areas: Mapping[str, Filled]) -> str:
    path = "".join(
        "M" + "L".join(f"{number(x)} {number(y)}" for x, y in ring) + "Z" for ring in shape.rings if len(ring) > 2
    )
    filled = areas.get(shape.code)
    title = element("title", escape(filled.says)) if filled and filled.says else ""
    fill = fills[step_of[shape.code]]
    return element("path", title, d=path, fill=fill, fill_rule="evenodd", stroke=_BORDER, stroke_width=0.8)


def _labels(shapes: Sequence[_Shape], areas: Mapping[str, Filled], frame: Box) -> str:
    """On each area the first of its labels that covers no label placed before it."""
    middles = {shape.code: _middle(max(shape.rings, key=_size)) for shape in shapes}
    taken: list[Box] = []
    made = []
    for code, filled in areas.items():
        if code not in middles:
            continue
        for lines in filled.labels:
            x, y = _kept_inside(lines, middles[code], frame)
            box = text_box(lines, x, y, "middle")
            if not any(box.touches(other) for other in taken):
                taken.append(box)
                made.append(lines_of_text(lines, x, y, anchor="middle", halo=True))
                break
    return "".join(made)


def _kept_inside(lines: Sequence[str], middle: Point, frame: Box) -> Point:
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
        bounds = _bounds_of(ring)
        return (bounds.left + bounds.right) / 2, (bounds.top + bounds.bottom) / 2
    x = sum((a[0] + b[0]) * (a[0] * b[1] - b[0] * a[1]) for a, b in pairs) / (3 * doubled)
    y = sum((a[1] + b[1]) * (a[0] * b[1] - b[0] * a[1]) for a, b in pairs) / (3 * doubled)
    return x, y


def _key(steps: set[str], fills: Mapping[str, str], legend: str, top: float) -> tuple[str, float]:
    """The key under the map, of the steps that occur; and its height."""
    made = [lines_of_text([legend], _MARGIN, top + 22, bold_first=False)]
    x, y = _MARGIN, top + 48
    for step, fill in fills.items():
        if step not in steps:
            continue
        if x + 28 + look.label_width(step) > _WIDTH:
            x, y = _MARGIN, y + 26
        made.append(element("rect", x=x, y=y - 9, width=22, height=16, fill=fill, stroke=_BORDER))
        made.append(lines_of_text([step], x + 30, y, bold_first=False))
        x += 30 + look.label_width(step) + 16
    return "".join(made), y + 20 - top
