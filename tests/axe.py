"""axe on a page, without asking it again what it has already answered: a whole run takes a third of a second."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import Any, Final

from axe_playwright_python.base import AXE_SCRIPT, AxeResults

# What passed in this run of the tests: whole pages by their markup, elements by how they look.
_markup_passed: set[str] = set()
_looks_passed: set[int] = set()

TEXT: Final = re.compile(r">\s*[^<\s][^<]*<")
# A link to a place on the same page stays: axe asks whether the place is there.
FILLED_IN: Final = re.compile(r'\b(href|action|content|nonce|value)="(?!#)[^"]+"')
WITHOUT_CONTRAST: Final = {"rules": {"color-contrast": {"enabled": False}}}
RUN: Final = """async ([options, places]) => {
    const where = places ? {include: places.map(place => window.elementsByPlace[place])} : document;
    const {violations} = await axe.run(where, {resultTypes: ["violations"], ...options});
    return {violations};
}"""
# How each element looks, as a number made of its own style and of the numbers of all around it. Nothing within a
# picture has one (it gets minus its place): there a text may stand on a shape that is not around it.
LOOKS: Final = """() => {
    const STYLE = ["color", "backgroundColor", "backgroundImage", "fontSize", "fontWeight", "opacity", "textShadow",
        "position", "zIndex", "float", "display", "visibility", "filter", "mixBlendMode"];
    const mixed = text => {
        let high = 0xdeadbeef, low = 0x41c6ce57;
        for (let place = 0; place < text.length; place++) {
            high = Math.imul(high ^ text.charCodeAt(place), 2654435761);
            low = Math.imul(low ^ text.charCodeAt(place), 1597334677);
        }
        high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
        low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
        return 4294967296 * (2097151 & low) + (high >>> 0);
    };
    const looks = new Map();
    window.elementsByPlace = [...document.querySelectorAll("*")];
    return window.elementsByPlace.map((element, place) => {
        if (element.ownerSVGElement) return -place;
        const style = getComputedStyle(element), around = looks.get(element.parentElement) ?? innerWidth;
        const own = [around, element.tagName, element.className, ...STYLE.map(name => style[name])];
        looks.set(element, mixed(own.join("|")));
        return looks.get(element);
    });
}"""


def violations(page: Any) -> str:
    """What axe finds wrong with the page as it stands, as a report; empty where it finds nothing.

    A page whose markup passed before, but for its words and addresses, passes without being asked again. Contrast is
    most of axe's time, and follows from style alone: of the elements that look alike only the first is asked about.
    """
    markup = _markup(page)
    if markup in _markup_passed:
        return ""
    page.evaluate(f"{AXE_SCRIPT};0")
    looks = _new_looks(page)
    found = page.evaluate(RUN, [WITHOUT_CONTRAST, None])["violations"]
    if looks:
        found += page.evaluate(RUN, [{"runOnly": ["color-contrast"]}, list(looks.values())])["violations"]
    if found:
        return str(AxeResults({"violations": found}).generate_report())
    _markup_passed.add(markup)
    _looks_passed.update(looks)
    return ""


def _markup(page: Any) -> str:
    size = page.viewport_size["width"]
    html = FILLED_IN.sub(r'\1=""', TEXT.sub(">x<", page.content()))
    return f"{size} {sha256(html.encode()).hexdigest()}"


def _new_looks(page: Any) -> dict[int, int]:
    """{look: place of the first element of that look}, of looks that have not passed yet."""
    first: dict[int, int] = {}
    for place, look in enumerate(page.evaluate(LOOKS)):
        if look not in _looks_passed:
            first.setdefault(look, place)
    return first
