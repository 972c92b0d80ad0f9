"""The invented region's activity: figures as an area would load its own, in the table that anybody's come in.

Wendleshire's emergency admissions of 2025-26 are those of the worked example; what went before, and the other
measures, is made from a seed. Oxmarrow, whose plan of 2025-26 is agreed, has its figures to December only: its year is
still open, so that there is a chance to state. All of it is invented and says so.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from commonpool.demo.region import SEED, Area, load_region
from commonpool.demo.wendleshire import AREA
from commonpool.performance.store.keeping import loads_of
from commonpool.performance.store.load import load
from commonpool.sheets import write_csv

LOADED_AT: Final = datetime(2026, 9, 1, 9, tzinfo=UTC)
SOURCE: Final = "local"
HEADER: Final = ("measure", "area", "period", "numerator", "denominator", "provenance", "not for publication")
INVENTED: Final = "Invented for the demonstration"
OLDER_PEOPLE: Final = 118_420
# The worked example: April 2025 to March 2026.
ADMISSIONS: Final = (1874, 1902, 1855, 1851, 1822, 1893, 1921, 1962, 2104, 2131, 1899, 1948)
OXMARROW: Final = "XW03"
OXMARROW_OLDER_PEOPLE: Final = 25_400
# April 2022 to December 2025: as in Wendleshire by its people; its plan of 2025-26 asks for a little less.
OXMARROW_MONTHS: Final = 45
OXMARROW_BY_YEAR: Final = (0.95, 0.955, 0.96, 0.962)
YEARS_BEFORE: Final = (2022, 2023, 2024)
# A map has to show both: an area that has no figures, and one whose figures are nobody else's to see.
WITHOUT_DELAYS: Final = "XW09"
KEEPS_TO_ITSELF: Final = "XW06"
Row = tuple[str | int, ...]


def has_activity(home: Path) -> bool:
    """Whether an area's own figures are held already: they would be the user's, or these."""
    return bool(loads_of(home, SOURCE))


def fill_activity(home: Path, seed: int = SEED) -> None:
    """Load the invented figures, once."""
    if has_activity(home):
        return
    with TemporaryDirectory(prefix="commonpool-demo-") as folder:
        names = ("wendleshire", "neighbours", "oxmarrow")
        files = [Path(folder) / f"{name}-own-figures.csv" for name in names]
        rows = (_rows(random.Random(seed)), _neighbours(random.Random(seed)), _oxmarrow(random.Random(seed + 1)))  # noqa: S311
        for file, own in zip(files, rows, strict=True):
            write_csv(file, [HEADER, *own])
        report = load(home, SOURCE, files, at=LOADED_AT)
    assert not report.is_refused, "the demonstration's own table can be read"


def _rows(chance: random.Random) -> Iterator[Row]:
    for year in YEARS_BEFORE:
        for month, count in enumerate(ADMISSIONS):
            yield _row("EA65", _month(year, month), count + chance.randrange(-60, 40), OLDER_PEOPLE)
    for month, count in enumerate(ADMISSIONS):
        yield _row("EA65", _month(2025, month), count, OLDER_PEOPLE)
    for number in range(24):
        discharges = 3_300 + chance.randrange(-150, 150)
        # An urgent response that began in April 2025 shortened the delays: a step for the chart to show.
        per_discharge = 0.93 if number < 12 else 0.70
        yield _row(
            "DRD", _month(2024, number), round(discharges * per_discharge) + chance.randrange(-90, 90), discharges
        )
    for number in range(24):
        yield _row("CAREWAIT", _month(2024, number), 61 + chance.randrange(-9, 10), 1, held_back="yes")
    for year, count in zip(range(2019, 2026), (655, 640, 597, 611, 633, 628, 638), strict=True):
        yield _row("RES65", f"{year}-{year % 100 + 1}", count, OLDER_PEOPLE)
    yield _row("REABL", "2024-25", 214, 262)


def _neighbours(chance: random.Random) -> Iterator[Row]:
    """Admissions and delays of the areas around, each with its own level and its own way from there."""
    for area in load_region().areas.values():
        if area.code == AREA:
            continue
        if area.code != OXMARROW:
            yield from _admissions(area, chance)
        if area.code != WITHOUT_DELAYS:
            yield from _delays(area, chance)


def _admissions(area: Area, chance: random.Random) -> Iterator[Row]:
    rate, way = 0.0135 + chance.random() * 0.007, chance.uniform(-0.08, 0.06)
    for month in range(48):
        season = ADMISSIONS[month % 12] / ADMISSIONS[0]
        count = area.over_65 * rate * season * (1 + way * month / 48) * chance.uniform(0.96, 1.04)
        yield _row("EA65", _month(2022, month), round(count), area.over_65, area=area.code)


def _delays(area: Area, chance: random.Random) -> Iterator[Row]:
    days_each, held_back = chance.uniform(0.5, 1.3), "yes" if area.code == KEEPS_TO_ITSELF else "no"
    for month in range(24):
        discharges = round(area.people / 165 * chance.uniform(0.95, 1.05))
        days = round(discharges * days_each * chance.uniform(0.9, 1.1))
        yield _row("DRD", _month(2024, month), days, discharges, held_back=held_back, area=area.code)


def _oxmarrow(chance: random.Random) -> Iterator[Row]:
    for number in range(OXMARROW_MONTHS):
        year, month = divmod(number, 12)
        like_wendleshire = ADMISSIONS[month] * OXMARROW_OLDER_PEOPLE / OLDER_PEOPLE
        count = round(like_wendleshire * OXMARROW_BY_YEAR[year]) + chance.randrange(-16, 17)
        yield _row("EA65", _month(2022, number), count, OXMARROW_OLDER_PEOPLE, area=OXMARROW)


def _row(
    measure: str, period: str, numerator: int, denominator: int, *, held_back: str = "no", area: str = AREA
) -> Row:
    return measure, area, period, numerator, denominator, INVENTED, held_back


def _month(year: int, after_march: int) -> str:
    """The month so many after April of that year, as 2025-04."""
    months = year * 12 + 3 + after_march
    return f"{months // 12}-{months % 12 + 1:02}"
