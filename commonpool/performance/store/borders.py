"""Whether an area stayed itself while its code did."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from commonpool.findings import Finding
from commonpool.performance.areas import breaks_by_area
from commonpool.performance.rules.area_breaks import numbered
from commonpool.performance.store.faults import RULES

if TYPE_CHECKING:
    import polars as pl


def became_another(figures: pl.DataFrame) -> Iterator[Finding]:
    """A finding for each area whose code stayed while its borders moved: the files say so, or it is known."""
    import polars as pl

    printed = (
        figures.filter(pl.col("area_gss").is_not_null())
        .select("area_code", "period_start", "area_gss", "area_name")
        .unique(["area_code", "period_start"], keep="last", maintain_order=True)
        .sort("area_code", "period_start")
    )
    breaks = breaks_by_area(printed, "period_start")
    for (code,), rows in printed.filter(pl.col("area_code").is_in(list(breaks))).group_by(
        "area_code", maintain_order=True
    ):
        days = rows["period_start"].to_list()
        for number, why in numbered(days, breaks[str(code)]):
            yield RULES["LOAD-31"].at(
                area=rows["area_name"][-1] or code, code=code, day=days[number - 1].isoformat(), why=why
            )
