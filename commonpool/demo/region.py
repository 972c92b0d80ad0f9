"""The invented region as plain values: its bodies, its ground, and who lives there. Made from a seed.

Nothing here touches a database. Every body, place and person is made up.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

from commonpool.money import split_into_pence
from commonpool.places.rules import AGE_BANDS

SEED: Final = 2031
# Everybody may know it: the demonstration answers on loopback only, and holds nothing real.
PASSWORD: Final = "common-pool-2031"  # noqa: S105
DATA: Final = Path(__file__).parent / "data"
# A stretch of open sea: nobody can take the map for a real place.
WEST, NORTH, CELL_WIDTH, CELL_HEIGHT = Decimal("2.000"), Decimal("55.300"), Decimal("0.0400"), Decimal("0.0250")
SHARE_OF_OVER_65: Final = {"age_65_74": 53, "age_75_84": 33, "age_85_plus": 14}

Cell = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Block:
    """A rectangle of cells."""

    column: int
    row: int
    columns: int
    rows: int

    def cells(self) -> Iterator[Cell]:
        """Its cells, row by row."""
        for row in range(self.row, self.row + self.rows):
            for column in range(self.column, self.column + self.columns):
                yield column, row

    def outline(self) -> list[list[float]]:
        """Its border as longitude and latitude, closed, anticlockwise."""
        west, east = WEST + self.column * CELL_WIDTH, WEST + (self.column + self.columns) * CELL_WIDTH
        north, south = NORTH - self.row * CELL_HEIGHT, NORTH - (self.row + self.rows) * CELL_HEIGHT
        corners = [(west, south), (east, south), (east, north), (west, north), (west, south)]
        return [[float(longitude), float(latitude)] for longitude, latitude in corners]


@dataclass(frozen=True, slots=True)
class District:
    """A lower-tier council inside an area."""

    code: str
    name: str
    block: Block


@dataclass(frozen=True, slots=True)
class Pool:
    """How an area pools its money. `risk_share` names the kind of clause its agreement has."""

    name: str
    host: str
    risk_share: str
    is_stream: bool


@dataclass(frozen=True, slots=True)
class Area:
    """One health and wellbeing board area with its council, its people and its pool."""

    code: str
    name: str
    council_code: str
    council_name: str
    people: int
    adults: int
    over_65: int
    districts: tuple[District, ...]
    block: Block | None
    pool: Pool
    note: str

    def blocks(self) -> tuple[Block, ...]:
        """The ground it covers."""
        return tuple(district.block for district in self.districts) or ((self.block,) if self.block else ())


@dataclass(frozen=True, slots=True)
class Trust:
    """A hospital or community trust: {area code: share of its patients who live there}."""

    code: str
    name: str
    serves: Mapping[str, Fraction]


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who may sign in to the demonstration."""

    sign_in: str
    name: str
    organisation: str
    role: str


@dataclass(frozen=True)
class Region:
    """The whole invented region."""

    code: str
    name: str
    icbs: Mapping[str, str]
    icb_blocks: tuple[tuple[str, Block], ...]
    areas: Mapping[str, Area]
    trusts: Mapping[str, Trust]
    accounts: tuple[Account, ...]


@dataclass(frozen=True, slots=True)
class SmallPlace:
    """One invented small area: where it lies, who covers it, and its people by age band (`AGE_BANDS`)."""

    code: str
    name: str
    area: str
    district: str | None
    icb: str
    people: Mapping[str, int]

    @property
    def total(self) -> int:
        """Everybody who lives there."""
        return sum(self.people.values())


def email_of(sign_in: str) -> str:
    """The address with which an account of the demonstration signs in."""
    return f"{sign_in}@commonpool.example"


def load_region() -> Region:
    """The region as `data/region.yaml` describes it."""
    import yaml

    data = yaml.load((DATA / "region.yaml").read_text(encoding="utf-8"), yaml.CSafeLoader)
    return Region(
        code=data["region"]["code"],
        name=data["region"]["name"],
        icbs={code: icb["name"] for code, icb in data["icbs"].items()},
        icb_blocks=tuple((code, Block(*cells)) for code, icb in data["icbs"].items() for cells in icb["cells"]),
        areas={code: _area(code, area) for code, area in data["areas"].items()},
        trusts={
            code: Trust(code, trust["name"], {area: Fraction(share) for area, share in trust["serves"].items()})
            for code, trust in data["trusts"].items()
        },
        accounts=tuple(Account(sign_in, **account) for sign_in, account in data["accounts"].items()),
    )


def _area(code: str, data: Mapping[str, Any]) -> Area:
    return Area(
        code=code,
        name=data["name"],
        council_code=data["council"]["code"],
        council_name=data["council"]["name"],
        people=data["people"],
        adults=data["adults"],
        over_65=data["over_65"],
        districts=tuple(
            District(district, place["name"], Block(*place["cells"]))
            for district, place in data.get("districts", {}).items()
        ),
        block=Block(*data["cells"]) if "cells" in data else None,
        pool=Pool(**data["pool"]),
        note=data.get("note", ""),
    )


def small_places(region: Region, seed: int = SEED) -> list[SmallPlace]:
    """Every small area of the region. The bands of an area's places add up to the area's figures exactly."""
    draw = random.Random(seed)  # noqa: S311  (an invented map needs no secrecy)
    icb_of = {cell: code for code, block in region.icb_blocks for cell in block.cells()}
    places: list[SmallPlace] = []
    for area in region.areas.values():
        district_of = {cell: district.code for district in area.districts for cell in district.block.cells()}
        cells = [cell for block in area.blocks() for cell in block.cells()]
        people = _people(area, cells, draw)
        places += [
            SmallPlace(
                code=f"{area.code.replace('XW', 'XL')}{number:04d}",
                name=f"{area.name} {number:03d}",
                area=area.code,
                district=district_of.get(cell),
                icb=icb_of[cell],
                people=people[cell],
            )
            for number, cell in enumerate(cells, 1)
        ]
    return places


def _people(area: Area, cells: list[Cell], draw: random.Random) -> dict[Cell, dict[str, int]]:
    """{cell: {band: people}}: uneven from place to place, exact over the area."""
    older = split_into_pence(area.over_65, SHARE_OF_OVER_65)
    whole = {"age_0_17": area.people - area.adults, "age_18_64": area.adults - area.over_65, **older}
    people: dict[Cell, dict[str, int]] = {cell: {} for cell in cells}
    size = {cell: draw.randint(70, 130) for cell in cells}
    for band in AGE_BANDS:
        weights = {cell: size[cell] * draw.randint(80, 120) for cell in cells}
        for cell, count in split_into_pence(whole[band], weights).items():
            people[cell][band] = count
    return people


def boundaries(region: Region) -> tuple[dict[str, Any], ...]:
    """The areas' borders as GeoJSON features, with each area's code and name."""
    return tuple(
        {
            "type": "Feature",
            "properties": {"code": area.code, "name": area.name},
            "geometry": {"type": "MultiPolygon", "coordinates": [[block.outline()] for block in area.blocks()]},
        }
        for area in region.areas.values()
    )
