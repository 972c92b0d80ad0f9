"""Which areas there are in a round, and which one a plan is of."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Final

from commonpool.findings import At, Finding
from commonpool.plans.reading import wording
from commonpool.policy.rules import Round, same_spelling

_FILE: Final = Path(__file__).with_name("areas.csv")
_TITLES: Final = re.compile(
    r"\b(?:health and wellbeing board|hwb|county council|borough council|city council|council|metropolitan|"
    r"london borough of|royal borough of|city of|county of|ua|unitary authority)\b"
)


@dataclass(frozen=True, slots=True)
class KnownArea:
    """A health and wellbeing board area: its code, name, and its first and last year with a plan ("" unbounded)."""

    code: str
    name: str
    first_year: str = ""
    last_year: str = ""


@lru_cache(maxsize=1)
def _listed() -> tuple[KnownArea, ...]:
    with _FILE.open(encoding="utf-8", newline="") as file:
        return tuple(
            KnownArea(*(row[key] for key in ("code", "name", "first_year", "last_year")))
            for row in csv.DictReader(file)
        )


def area_key(name: str) -> str:
    """An area's name as compared: "the", "&", and what kind of council it is do not matter."""
    plain = re.sub(r"[,.']", " ", same_spelling(name.replace("&", " and "))).strip()
    plain = _TITLES.sub(" ", plain)
    return " ".join(word for word in plain.split() if word not in ("the", "of")) or plain


def areas_of(round: Round) -> Mapping[str, KnownArea]:
    """{code: area} of a round: those of its published amounts, and England's where the round is England's."""
    known = {one.area: KnownArea(one.area, one.area_name or one.area) for one in round.published}
    if round.is_invented:
        return known
    first, last = round.years[0], round.years[-1]
    for area in _listed():
        if (not area.first_year or area.first_year <= last) and (not area.last_year or area.last_year >= first):
            known.setdefault(area.code, area)
    return known


def find_area(round: Round, text: str) -> KnownArea | None:
    """The round's area of that code or name; None where there is none."""
    known = areas_of(round)
    if text.strip().upper() in known:
        return known[text.strip().upper()]
    wanted = area_key(text)
    return next((area for area in known.values() if area_key(area.name) == wanted), None)


def unknown_area(round: Round, text: str, place: At) -> Finding:
    """The finding that an area does not exist in the round, with the nearest name."""
    known = areas_of(round)
    names = {area_key(area.name): area for area in known.values()}
    close = get_close_matches(area_key(text), names, n=1, cutoff=0.7)
    gone = next(
        (area for area in _listed() if text.strip().upper() == area.code or area_key(text) == area_key(area.name)), None
    )
    hint = f"; the nearest is ‘{names[close[0]].name}’ ({names[close[0]].code})" if close else ""
    if gone and gone.last_year and not round.is_invented:
        hint = f": {gone.name} ({gone.code}) had its last plan in {gone.last_year}"
    elif gone and gone.first_year and not round.is_invented:
        hint = f": {gone.name} ({gone.code}) has plans from {gone.first_year}"
    few = ", ".join(f"{area.name} ({area.code})" for area in list(known.values())[:3])
    return wording.UNKNOWN_AREA.at(place, found=text, round=round.label, hint=hint, allowed=f", such as {few}")
