"""axe on a page, without asking it again what it has already answered: a whole run takes a third of a second."""

from __future__ import annotations

import os
import re
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from axe_playwright_python.base import AXE_SCRIPT, AxeResults


class Passed:
    """What passed in this run of the tests: whole pages by their markup, elements by how they look.

    Where the run has parts side by side, as `make test` has, each tells the others in a file that it adds lines to.
    """

    def __init__(self, shared: Path | None) -> None:
        self.markup: set[str] = set()
        self.looks: set[int] = set()
        self._shared, self._read_to = shared, 0

    def learn(self) -> None:
        """Take in what other parts have told since."""
        if self._shared is None or not self._shared.exists():
            return
        with self._shared.open("rb") as file:
            file.seek(self._read_to)
            told = file.read()
        # The last line may still be on its way.
        whole = told[: told.rfind(b"\n") + 1]
        self._read_to += len(whole)
        for line in whole.decode().splitlines():
            markup, _, looks = line.partition("\t")
            self.markup.add(markup)
            self.looks.update(map(int, looks.split()))

    def tell(self, markup: str, looks: set[int]) -> None:
        """This page passed, and with it these looks."""
        self.markup.add(markup)
        self.looks.update(looks)
        if self._shared is not None:
            line = f"{markup}\t{' '.join(str(int(look)) for look in looks)}\n".encode()
            # In one write: so no other part's line comes between.
            added = os.open(self._shared, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            os.write(added, line)
            os.close(added)


SHARED: Final = "COMMONPOOL_TESTS_PASSED"
_passed = Passed(Path(os.environ[SHARED]) if SHARED in os.environ else None)

# Of one letter axe says nothing, so a page with a word in its place is another page.
TEXT: Final = re.compile(r">\s*[^<\s][^<]*[^<\s]\s*<")
STYLE: Final = re.compile(r"<style.*?</style>", re.DOTALL)
# A link to a place on the same page stays: axe asks whether the place is there. So does the name of a style sheet.
FILLED_IN: Final = re.compile(r'\b(href|action|content|nonce|value)="(?!#|[^"]*\.css)[^"]+"')
WITHOUT_CONTRAST: Final = {"rules": {"color-contrast": {"enabled": False}}}
RUN: Final = """async ([options, places]) => {
    const where = places ? {include: places.map(place => window.elementsByPlace[place])} : document;
    const asked = {resultTypes: ["violations", "incomplete"], elementRef: true, ...options};
    const {violations, incomplete} = await axe.run(where, asked);
    const undecided = incomplete.flatMap(rule => rule.nodes.map(node => window.elementsByPlace.indexOf(node.element)));
    return {violations, undecided};
}"""
# How each element looks, as a number made of its own style and of the numbers of all around it. An element without
# text, or with one letter, answers for no other: axe looks at none. Nothing within a picture has a number (it gets
# minus its place): there a text may stand on a shape that is not around it.
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
        const texts = [...element.childNodes].filter(node => node.nodeType === Node.TEXT_NODE);
        const words = texts.map(text => text.data.trim()).join("");
        const seen = [Math.min(words.length, 2), element.value ? 1 : 0, element.checkVisibility()];
        const own = [around, element.tagName, element.className, ...seen, ...STYLE.map(name => style[name])];
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
    _passed.learn()
    if markup in _passed.markup:
        return ""
    page.evaluate(f"{AXE_SCRIPT};0")
    passed, found = _contrast(page)
    found += page.evaluate(RUN, [WITHOUT_CONTRAST, None])["violations"]
    if found:
        return str(AxeResults({"violations": found}).generate_report())
    _passed.tell(markup, passed)
    return ""


def _contrast(page: Any) -> tuple[set[int], list[Any]]:
    """New looks of which axe is certain, and what it finds wrong; in doubt it is asked about all that look so."""
    places: dict[int, list[int]] = {}
    for place, look in enumerate(page.evaluate(LOOKS)):
        if look not in _passed.looks:
            places.setdefault(look, []).append(place)
    found, undecided = _ask_about(page, [first for first, *_ in places.values()])
    doubtful = {look for look, (first, *_) in places.items() if first in undecided}
    more, _ = _ask_about(page, [place for look in doubtful for place in places[look][1:]])
    return places.keys() - doubtful, found + more


def _ask_about(page: Any, places: list[int]) -> tuple[list[Any], set[int]]:
    if not places:
        return [], set()
    answer = page.evaluate(RUN, [{"runOnly": ["color-contrast"]}, places])
    return answer["violations"], set(answer["undecided"])


def _markup(page: Any) -> str:
    html = page.content()
    without_words = "".join([TEXT.sub(">words<", html), *STYLE.findall(html)])
    plain = FILLED_IN.sub(r'\1=""', without_words)
    return f"{page.viewport_size['width']} {sha256(plain.encode()).hexdigest()}"
