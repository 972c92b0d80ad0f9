"""What is published for Wendleshire's neighbours: minimums, floors and grants, invented from a seed.

Wendleshire's own amounts are those of the worked example and stand in the policy room's invented table.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Final

from commonpool.demo.region import SEED, Area, Region, SmallPlace
from commonpool.demo.wendleshire import AREA
from commonpool.money import PENCE_IN_A_POUND, half_up, split_into_pence
from commonpool.policy.rules import PublishedAmount

SOURCE: Final = "Invented: the neighbours of Wendleshire"
UPLIFT_2024: Final = Fraction("1.0566")
CARE_UPLIFT_2025: Final = Fraction("1.039")
# Pounds a head in 2023-24, near those of the worked example.
HEALTH_MINIMUM, IMPROVED_GRANT, ADAPTATIONS, DISCHARGE = Decimal(93), Decimal(21), Decimal(11), Decimal(5)
SHARE_FOR_CARE, SHARE_OUT_OF_HOSPITAL = Fraction("0.396"), Fraction("0.284")


def neighbours_published(region: Region, places: Iterable[SmallPlace], seed: int = SEED) -> tuple[PublishedAmount, ...]:
    """Every amount published for the neighbours in 2023-24, 2024-25 and 2025-26, in whole pounds."""
    living: dict[str, Counter[str]] = {}
    for place in places:
        living.setdefault(place.area, Counter())[place.icb] += place.total
    draw = random.Random(f"finances {seed}")  # noqa: S311  (invented money needs no secrecy)
    return tuple(
        amount for code, area in region.areas.items() if code != AREA for amount in _of_area(area, living[code], draw)
    )


def _of_area(area: Area, living: Counter[str], draw: random.Random) -> Iterator[PublishedAmount]:
    need = Fraction(draw.randint(88, 116), 100)
    minimum = _pounds(HEALTH_MINIMUM, area, need)
    # Shares of people decide who pays; pounds are split whole, as the published lists are.
    per_icb = split_into_pence(minimum, dict(sorted(living.items())))
    next_year = {icb: half_up(pounds * UPLIFT_2024) for icb, pounds in per_icb.items()}
    care = half_up(minimum * SHARE_FOR_CARE)
    care_next, out_next = half_up(care * UPLIFT_2024), half_up(minimum * SHARE_OUT_OF_HOSPITAL * UPLIFT_2024)
    improved, discharge = _pounds(IMPROVED_GRANT, area, need), _pounds(DISCHARGE, area, need)
    adaptations = _pounds(ADAPTATIONS, area, need)
    later_discharge = half_up(Fraction(5, 3) * discharge)
    for year, minimums, floors in (
        ("2023-24", per_icb, (care, half_up(minimum * SHARE_OUT_OF_HOSPITAL))),
        ("2024-25", next_year, (care_next, out_next)),
    ):
        yield from (_amount(area, icb, "NHS_MIN", year, pounds) for icb, pounds in minimums.items())
        yield _amount(area, "", "ASC_FLOOR", year, floors[0])
        yield _amount(area, "", "OOH_FLOOR", year, floors[1])
        yield _amount(area, area.council_code, "IBCF", year, improved)
        yield _amount(area, area.council_code, "DFG", year, adaptations)
        yield _amount(area, area.council_code, "DISCH_LA", year, discharge if year == "2023-24" else later_discharge)
    yield from (_amount(area, icb, "NHS_MIN", "2025-26", pounds) for icb, pounds in next_year.items())
    yield _amount(area, "", "ASC_FLOOR", "2025-26", half_up(care_next * CARE_UPLIFT_2025))
    yield _amount(area, area.council_code, "LABCG", "2025-26", improved + later_discharge)
    yield _amount(area, area.council_code, "DFG", "2025-26", adaptations)


def _pounds(per_head: Decimal, area: Area, need: Fraction) -> int:
    return half_up(Fraction(per_head) * area.people * need)


def _amount(area: Area, payer: str, category: str, year: str, pounds: int) -> PublishedAmount:
    return PublishedAmount(area.code, payer, category, year, pounds * PENCE_IN_A_POUND, SOURCE, verified=False)


def published_rows(region: Region, amounts: Iterable[PublishedAmount]) -> Iterator[list[str]]:
    """The amounts as rows of the policy room's published table, names beside codes."""
    names = {"": "", **region.icbs}
    for area in region.areas.values():
        names |= {area.code: area.name, area.council_code: area.council_name}
    for row in amounts:
        yield [
            row.area,
            names[row.area],
            row.payer,
            names[row.payer],
            row.category,
            row.year,
            str(row.pence),
            row.source,
            "yes" if row.verified else "no",
        ]
