"""Who is in the invented study: sites, people and interviews as plain values, made from a seed and one data file."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from commonpool.demo.region import DATA, load_region
from commonpool.demo.study.talks import SEED, Names


@dataclass(frozen=True, slots=True)
class Place:
    """A site: what the team calls it, the area that it is if it is one of the region's, and what people there name."""

    name: str
    area: str | None
    place: str
    council: str
    icb: str
    trust: str


@dataclass(frozen=True, slots=True)
class Somebody:
    """A participant: pseudonym, invented real name, site, organisation type and role group."""

    pseudonym: str
    real_name: str
    site: str
    organisation_type: str
    role_group: str


@dataclass(frozen=True, slots=True)
class Held:
    """An interview: its name, site, day, minutes, whether face to face, and the pseudonyms of who took part."""

    name: str
    number: int
    site: str
    on: date
    minutes: int
    is_face_to_face: bool
    people: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cast:
    """All of the study's fieldwork. `double_coded` are names of interviews; `told` is the whole data file."""

    title: str
    question: str
    begun: date
    sites: tuple[Place, ...]
    people: tuple[Somebody, ...]
    interviews: tuple[Held, ...]
    double_coded: tuple[str, ...]
    told: Mapping[str, Any] = field(repr=False, compare=False)

    def site(self, name: str) -> Place:
        """The site of that name."""
        return next(each for each in self.sites if each.name == name)

    def names_in(self, held: Held) -> Names:
        """What is named in an interview: its place and bodies, and somebody from another interview."""
        at, others = self.site(held.site), [each for each in self.people if each.pseudonym not in held.people]
        return Names(at.place, at.council, at.icb, at.trust, others[held.number % len(others)].real_name)


def load_cast(seed: int = SEED) -> Cast:
    """The cast of `data/study.yaml`. The same seed gives the same."""
    import yaml

    told: dict[str, Any] = yaml.load((DATA / "study.yaml").read_text("utf-8"), yaml.CSafeLoader)
    chance = random.Random(f"{seed}, cast")  # noqa: S311 - who is invented is no secret
    sites = _sites(told["sites"])
    names = [each.name for each in sites]
    people = _people(told, _seats(names, told["groups"]), chance)
    interviews = _interviews(told, people, chance)
    singles = [each.name for each in interviews if len(each.people) == 1]
    doubled = tuple(sorted(chance.sample(singles, k=told["double_coded"])))
    dates = told["dates"]
    return Cast(told["title"], told["question"].strip(), dates["begun"], sites, people, interviews, doubled, told)


def _sites(told: Sequence[Mapping[str, str]]) -> tuple[Place, ...]:
    region = load_region()
    return tuple(_site(each, region.areas) for each in told)


def _site(told: Mapping[str, str], areas: Mapping[str, Any]) -> Place:
    area = areas.get(told.get("area", ""))
    place = area.name if area else told["place"]
    council = area.council_name if area else f"{place} Council"
    bodies = (council, f"NHS {place} Commissioners", f"{place} Hospitals Trust")
    return Place(told["name"], told.get("area"), place, *bodies)


def _seats(sites: Sequence[str], groups: Sequence[tuple[str, int]]) -> list[str]:
    """The site of each participant: one or two who are met alone everywhere, then the groups."""
    return [*sites, *sites[:9], *(site for site, size in groups for _ in range(size))]


def _people(told: Mapping[str, Any], seats: Sequence[str], chance: random.Random) -> tuple[Somebody, ...]:
    parts = [(kind, role) for kind, role, count in told["people"] for _ in range(count)]
    assert len(parts) == len(seats), "as many people as places"
    chance.shuffle(parts)
    first, family = told["first_names"], told["family_names"]
    return tuple(
        Somebody(f"P{n:02}", f"{first[n % len(first)]} {family[(7 * n + n // len(first)) % len(family)]}", site, *part)
        for n, (site, part) in enumerate(zip(seats, parts, strict=True), start=1)
    )


def _interviews(told: Mapping[str, Any], people: Sequence[Somebody], chance: random.Random) -> tuple[Held, ...]:
    """Everybody by themselves but the groups, who are the last of the people; days evenly over the twelve months."""
    sizes = [size for _, size in told["groups"]]
    names = [each.pseudonym for each in people]
    alone = names[: len(names) - sum(sizes)]
    met = [(name,) for name in alone]
    visited = chance.sample(met, k=told["face_to_face"] - len(sizes))
    ends = [len(alone) + sum(sizes[:number]) for number in range(len(sizes) + 1)]
    everybody = [*met, *(tuple(names[start:end]) for start, end in pairwise(ends))]
    chance.shuffle(everybody)
    first, last = told["dates"]["first"], told["dates"]["last"]
    days = [first + timedelta(days=(last - first).days * n // (len(everybody) - 1)) for n in range(len(everybody))]
    at_site = {each.pseudonym: each.site for each in people}
    return tuple(
        Held(
            name=f"I{number:02}",
            number=number,
            site=at_site[who[0]],
            on=_weekday(day),
            minutes=chance.randint(34, 71) + 4 * len(who),
            is_face_to_face=len(who) > 1 or who in visited,
            people=who,
        )
        for number, (who, day) in enumerate(zip(everybody, days, strict=True), start=1)
    )


def _weekday(day: date) -> date:
    """The day itself, or the Friday before a weekend."""
    return day - timedelta(days=max(0, day.weekday() - 4))
