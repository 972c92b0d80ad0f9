"""The links in the bar at the top of every page: each room adds its own in its AppConfig.ready()."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.urls import NoReverseMatch, reverse


@dataclass(frozen=True, slots=True)
class Link:
    """One link of the bar. `for_everyone` shows it to people who have not signed in too."""

    order: int
    label: str
    url_name: str
    for_everyone: bool = False


@dataclass(frozen=True, slots=True)
class ShownLink:
    """A link as it stands on one page."""

    label: str
    url: str
    is_current: bool


_LINKS: Final[dict[str, Link]] = {}


def register(order: int, label: str, url_name: str, *, for_everyone: bool = False) -> None:
    """Add a link to a page that needs no arguments. The same name again replaces it."""
    _LINKS[url_name] = Link(order, label, url_name, for_everyone)


def links_for(person: Any, path: str, way: Iterable[str] = ()) -> Iterable[ShownLink]:
    """The links for this person; the one whose page, or a page below it, is shown is marked current.

    Where one link's pages lie below another's, the nearer one is. A page whose address lies below none is below those
    that the way to it (the addresses of its breadcrumbs) leads over.
    """
    found = list(_addresses(bool(person and person.is_authenticated)))
    below = [url for _, url in found if path == url or (url != "/" and path.startswith(url))]
    over = [url for _, url in found if url != "/" and url in set(way)]
    current = max(below or over, key=len, default="")
    for label, url in found:
        yield ShownLink(label, url, url == current)


def _addresses(signed_in: bool) -> Iterator[tuple[str, str]]:
    for link in sorted(_LINKS.values(), key=lambda each: each.order):
        if signed_in or link.for_everyone:
            try:
                yield link.label, reverse(link.url_name)
            except NoReverseMatch:  # the room's pages are not part of this site
                continue
