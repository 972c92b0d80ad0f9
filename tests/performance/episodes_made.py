"""Records of episodes, places and people made from a seed, with all that goes wrong, and plain-Python answers."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass, fields
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

from commonpool.performance.engine.episodes import EMERGENCY

SEED = 20_180_801
FIRST = date(2023, 11, 1)
METHODS = (*EMERGENCY, "11", "12", "13", "81")


@dataclass(frozen=True)
class Episode:
    person: str
    spell: int
    episode_order: int
    admission_method: str
    admitted_on: date
    discharged_on: date | None
    ready_on: date | None
    age: int | None
    lsoa: str | None
    usual_place: bool | None


def made(count: int = 4_000, seed: int = SEED) -> tuple[list[Episode], dict[str, str], dict[tuple[str, int], int]]:
    """Episodes, {small area: area}, {(area, year): people}: two of 30 small areas lie nowhere, one area is empty."""
    chance = random.Random(seed)
    places = {f"E{n:02}": f"A{n % 5}" for n in range(28)}
    people = {(f"A{n}", year): 900 + 37 * n for n in range(4) for year in (2023, 2024)}
    people |= {("A4", 2023): 0}
    episodes = []
    for spell in range(count):
        admitted = FIRST + timedelta(days=chance.randrange(150))
        stay = chance.choice([0, 1, 2, 3, 5, 8, 13, 40])
        discharged = admitted + timedelta(days=stay) if chance.random() > 0.03 else None
        ready = admitted + timedelta(days=chance.randrange(stay + 3)) if chance.random() > 0.1 else None
        first = Episode(
            person=f"P{chance.randrange(count // 3)}",
            spell=spell,
            episode_order=1,
            admission_method=chance.choice(METHODS),
            admitted_on=admitted,
            discharged_on=discharged,
            ready_on=ready,
            age=chance.randrange(0, 101) if chance.random() > 0.02 else None,
            lsoa=f"E{chance.randrange(30):02}" if chance.random() > 0.02 else None,
            usual_place=chance.choice([True, True, False, None]),
        )
        episodes.append(first)
        for order in range(2, chance.choice([2, 2, 2, 3, 4])):
            episodes.append(Episode(**{**_values(first), "episode_order": order}))
    chance.shuffle(episodes)
    return episodes, places, people


def _values(row: Any) -> dict[str, Any]:
    return {field.name: getattr(row, field.name) for field in fields(row)}


def write(folder: Path) -> dict[str, str]:
    """The made records as Parquet files, by name: both engines read the same bytes."""
    import polars as pl

    episodes, places, people = made()
    tables = {
        "episodes": pl.DataFrame([_values(each) for each in episodes], infer_schema_length=None),
        "places": pl.DataFrame({"lsoa": list(places), "area": list(places.values())}),
        "population": pl.DataFrame([{"area": a, "year": y, "people": n} for (a, y), n in people.items()]),
        "counts": pl.DataFrame(counts(), infer_schema_length=None),
        "weights": pl.DataFrame([{"band": band, "weight": weight} for band, weight in WEIGHTS.items()]),
        "national": pl.DataFrame([{"band": band, "rate": rate} for band, rate in NATIONAL.items()]),
        "shares": pl.DataFrame([{"body": b, "area": a, "share": s} for (b, a), s in SHARES.items()]),
        "bodies": pl.DataFrame(bodies()),
    }
    found = {}
    for name, table in tables.items():
        found[name] = str(folder / f"{name}.parquet")
        table.write_parquet(found[name])
    return found


WEIGHTS = {"65-69": 5500, "70-74": 5000, "75-79": 4000, "80-84": 2500, "85-89": 1500, "90+": 1000}
NATIONAL = {"65-69": 0.0061, "70-74": 0.0087, "75-79": 0.0139, "80-84": 0.0274, "85-89": 0.0502, "90+": 0.0745}
# The fixture's own areas (A), and ones with an unknown count (B), nobody in a band (C), a band without weight (D).
FALLS = {
    "A": ([178, 241, 352, 498, 561, 470], [29_810, 28_120, 24_960, 18_010, 11_240, 6_280]),
    "B": ([178, None, 352, 498, 561, 470], [29_810, 28_120, 24_960, 18_010, 11_240, 6_280]),
    "C": ([178, 241, 352, 498, 561, 0], [29_810, 28_120, 24_960, 18_010, 11_240, 0]),
}
SHARES = {("X", "W"): 0.873, ("Y", "W"): 0.914, ("Z", "W"): 0.026, ("X", "V"): 0.1}


def counts() -> list[dict[str, Any]]:
    rows = [
        {"area": area, "period": date(2023, 4, 1), "days": 366, "band": band, "numerator": cases, "denominator": people}
        for area, (many, all_) in FALLS.items()
        for band, cases, people in zip(WEIGHTS, many, all_, strict=True)
    ]
    return [*rows, {**rows[0], "area": "D", "band": "60-64"}]


def bodies() -> list[dict[str, Any]]:
    many = {"X": 21_450, "Y": 15_980, "Z": 18_230, "N": 5}
    return [{"body": body, "period": date(2015, 4, 1), "numerator": count} for body, count in many.items()]


# -- the same, slowly


def month(day: date) -> date:
    return day.replace(day=1)


def slow_emergencies() -> dict[tuple[str | None, date], tuple[int, int | None, Fraction | None]]:
    """(area, month) -> numerator, denominator, rate."""
    episodes, places, people = made()
    found: dict[tuple[str | None, date], int] = defaultdict(int)
    for each in episodes:
        if each.episode_order == 1 and (each.age or 0) >= 65 and each.admission_method in EMERGENCY:
            found[places.get(each.lsoa or ""), month(each.admitted_on)] += 1
    answer = {}
    for (area, period), numerator in found.items():
        below = people.get((area or "", period.year)) or None
        answer[area, period] = numerator, below, Fraction(100_000 * numerator, below) if below else None
    return answer


def slow_delays() -> dict[tuple[str | None, date], tuple[int, int, int, int]]:
    """(area, month) -> discharges, recorded, on the day, days of delay."""
    episodes, places, _ = made()
    found: dict[tuple[str | None, date], list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for each in episodes:
        if each.episode_order != 1 or each.discharged_on is None:
            continue
        cell = found[places.get(each.lsoa or ""), month(each.discharged_on)]
        cell[0] += 1
        if each.ready_on is not None and each.ready_on <= each.discharged_on:
            delay = (each.discharged_on - each.ready_on).days
            cell[1], cell[2], cell[3] = cell[1] + 1, cell[2] + (delay == 0), cell[3] + delay
    return {key: (a, b, c, d) for key, (a, b, c, d) in found.items()}


def slow_readmissions() -> dict[tuple[str | None, date], tuple[int, int]]:
    """(area, month) -> readmissions, emergency admissions."""
    episodes, places, _ = made()
    by_person: dict[str, list[Episode]] = defaultdict(list)
    for each in episodes:
        if each.episode_order == 1:
            by_person[each.person].append(each)
    found: dict[tuple[str | None, date], list[int]] = defaultdict(lambda: [0, 0])
    for spells in by_person.values():
        spells.sort(key=lambda each: (each.admitted_on, each.spell))
        for before, each in zip([None, *spells], spells, strict=False):
            if each.admission_method not in EMERGENCY:
                continue
            cell = found[places.get(each.lsoa or ""), month(each.admitted_on)]
            left = before.discharged_on if before else None
            cell[1] += 1
            cell[0] += left is not None and 0 <= (each.admitted_on - left).days <= 30
    return {key: (a, b) for key, (a, b) in found.items()}


def slow_usual_place() -> dict[tuple[str | None, date], tuple[int, int, int]]:
    """(area, month) -> went home, destination known, not known."""
    episodes, places, _ = made()
    found: dict[tuple[str | None, date], list[int]] = defaultdict(lambda: [0, 0, 0])
    for each in episodes:
        if each.episode_order != 1 or each.discharged_on is None:
            continue
        cell = found[places.get(each.lsoa or ""), month(each.discharged_on)]
        cell[0] += each.usual_place is True
        cell[1] += each.usual_place is not None
        cell[2] += each.usual_place is None
    return {key: (a, b, c) for key, (a, b, c) in found.items()}
