"""The tabs of an area's page: each room adds its own in its AppConfig.ready()."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

from django.urls import NoReverseMatch, reverse

MaySee = Callable[[Any, Any], bool]


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab of an area's page. `may_see(person, area)` hides it from those whom it would only refuse."""

    order: int
    label: str
    url_name: str
    may_see: MaySee | None = None


@dataclass(frozen=True, slots=True)
class TabLink:
    """A tab as it stands on one area's page."""

    label: str
    url: str
    is_current: bool


_TABS: Final[dict[str, Tab]] = {}


def register(order: int, label: str, url_name: str, *, may_see: MaySee | None = None) -> None:
    """Add a tab whose page takes the area's uuid as its one argument. The same name again replaces it."""
    _TABS[url_name] = Tab(order, label, url_name, may_see)


def tabs_for(area: Any, person: Any, current: str) -> Iterable[TabLink]:
    """The tabs of this area that this person may see; `current` is the path or the name of the page shown."""
    for tab in sorted(_TABS.values(), key=lambda each: each.order):
        if tab.may_see is not None and not tab.may_see(person, area):
            continue
        try:
            url = reverse(tab.url_name, args=[area.uuid])
        except NoReverseMatch:  # the room's pages are not part of this site
            continue
        yield TabLink(tab.label, url, current in (url, tab.url_name))
