"""From a chart's description to SVG that a page may hold: named, with ids of its own, and nothing a CSP forbids."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from typing import Any, Final
from xml.etree import ElementTree

from django.core.cache import cache
from django.utils.safestring import SafeString, mark_safe

from commonpool import __version__
from commonpool.charts.drawing import drawable

_SVG: Final = "http://www.w3.org/2000/svg"
_XLINK: Final = "http://www.w3.org/1999/xlink"
_REFERS: Final = re.compile(r"url\(#([^)]+)\)")
_KEPT_SECONDS: Final = 24 * 60 * 60
# A style attribute is blocked by `style-src 'self'`; these of its properties are attributes as well.
_PRESENTATION: Final = frozenset(
    {"fill", "stroke", "stroke-width", "opacity", "fill-opacity", "stroke-opacity", "stroke-dasharray", "font-family"}
    | {"font-size", "font-weight", "font-style", "text-anchor", "dominant-baseline", "visibility", "display"}
)


def svg_from_altair(draw: Callable[[], Any], *, drawn_from: object, title: str, description: str) -> SafeString:
    """An Altair chart as SVG, drawn once a day for the same data, whoever asks.

    draw         makes the chart; called only when it has not been drawn yet
    drawn_from   everything that the picture depends on, of values whose repr() tells them apart
    """
    code = (__version__, draw.__module__, draw.__qualname__)
    digest = hashlib.sha256(repr((code, drawn_from)).encode()).hexdigest()
    drawn = cache.get(f"chart-{digest}")
    if drawn is None:
        drawn = _draw(draw().to_dict())
        cache.set(f"chart-{digest}", drawn, _KEPT_SECONDS)
    return named_svg(drawn, title=title, description=description)


def _draw(described: dict[str, Any]) -> str:
    import altair
    import vl_convert

    version = "_".join(altair.SCHEMA_VERSION.lstrip("v").split(".")[:2])
    return str(vl_convert.vegalite_to_svg(described, vl_version=version))


def named_svg(drawn: str, *, title: str, description: str) -> SafeString:
    """SVG with a role, a title and a description, whose ids no other chart on the page has.

    `drawn` comes from our own drawing, never from a user.
    """
    ElementTree.register_namespace("", _SVG)
    ElementTree.register_namespace("xlink", _XLINK)
    root = ElementTree.fromstring(drawable(drawn))  # noqa: S314  # our own drawing
    own = f"chart-{hashlib.sha256(drawable(title + drawn).encode()).hexdigest()[:10]}"
    for element in root.iter():
        _without_style(element)
        _with_own_ids(element, own)
    root.attrib |= {"role": "img", "aria-labelledby": f"{own}-title {own}-desc", "focusable": "false"}
    for name, text in (("desc", description), ("title", title)):
        words = ElementTree.Element(f"{{{_SVG}}}{name}", {"id": f"{own}-{name}"})
        words.text = drawable(text)
        root.insert(0, words)
    return mark_safe(ElementTree.tostring(root, encoding="unicode"))  # noqa: S308  # escaped by ElementTree


def _without_style(element: ElementTree.Element) -> None:
    for part in element.attrib.pop("style", "").split(";"):
        name, _, value = part.partition(":")
        if name.strip() in _PRESENTATION:
            element.set(name.strip(), value.strip())


def _with_own_ids(element: ElementTree.Element, own: str) -> None:
    for name, value in element.attrib.items():
        if name == "id":
            element.set(name, f"{own}-{value}")
        elif "url(#" in value:
            element.set(name, _REFERS.sub(rf"url(#{own}-\1)", value))
        elif name == f"{{{_XLINK}}}href" and value.startswith("#"):
            element.set(name, f"#{own}-{value[1:]}")
