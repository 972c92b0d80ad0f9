"""What an area's page says first: sentences from the rooms, by what they are about.

Each room adds a provider in its AppConfig.ready(). It is asked about several areas at once, so that a home page with
many areas costs a provider one query and not one for each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from typing import Any, Final
from uuid import UUID


class About(IntEnum):
    """What a sentence is about; they stand in this order."""

    MONEY = 1
    PERFORMANCE = 2
    RELATIONSHIPS = 3


@dataclass(frozen=True, slots=True)
class AreaLine:
    """One sentence about an area, made from figures, and where its evidence is.

    text   a whole sentence for the area's page: "The plan for 2026-27 balances and two of four bodies have agreed."
    short  a few words for a list of areas: "plan agreed by 2 of 4"
    """

    about: About
    text: str
    short: str
    url: str | None = None


# (areas, person, day) -> their lines by the area's uuid; an area about which there is nothing to say may be left out.
Provider = Callable[[Sequence[Any], Any, date], Mapping[UUID, Iterable[AreaLine]]]

_PROVIDERS: Final[list[Provider]] = []


def register(provider: Provider) -> Provider:
    """Ask this provider too. Usable as a decorator."""
    if provider not in _PROVIDERS:
        _PROVIDERS.append(provider)
    return provider


def lines_for(areas: Sequence[Any], person: Any, on: date) -> dict[UUID, list[AreaLine]]:
    """Every area's lines in the order of `About`; an area without any has an empty list."""
    said: dict[UUID, list[AreaLine]] = {area.uuid: [] for area in areas}
    for provider in _PROVIDERS:
        for uuid, lines in provider(areas, person, on).items():
            said[uuid].extend(lines)
    return {uuid: sorted(lines, key=lambda line: line.about) for uuid, lines in said.items()}
