"""A map whose areas are shaded by a share, with the shares written on it where there is room."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Final

from commonpool.charts import look
from commonpool.charts.chart import Chart, Table
from commonpool.charts.drawing import wrapped
from commonpool.charts.shapes import STRIPES, Feature, Filled, drawn_map
from commonpool.charts.svg import named_svg
from commonpool.figures import Number
from commonpool.money import half_up

Share = Number

_STEPS: Final = (
    (Fraction(0), "up to 10%"),
    (Fraction(1, 10), "10% to 25%"),
    (Fraction(1, 4), "25% to 50%"),
    (Fraction(1, 2), "50% to 75%"),
    (Fraction(3, 4), "75% and more"),
)
NOT_KNOWN: Final = "not known"
_NONE: Final = "none, or outside"
_FILLS: Final[Mapping[str, str]] = {
    **{label: colour for (_, label), colour in zip(_STEPS, look.SCALE, strict=True)},
    _NONE: "#f6f5f1",
    NOT_KNOWN: STRIPES,
}


def map_chart(
    title: str,
    features: Sequence[Feature],
    shares: Mapping[str, Share | None],
    *,
    names: Mapping[str, str] | None = None,
    code_property: str = "code",
    legend: str = "Share of residents",
    source: str = "",
    note: str = "",
    table: Table | None = None,
) -> Chart:
    """Areas shaded by `shares` (0 to 1, by the code in each feature's properties).

    features   GeoJSON features (Polygon or MultiPolygon), simplified beforehand, in degrees or in metres of a grid;
               the map shows the areas that have a share and a little around them
    names      {code: name} for labels and table
    table      replaces the plain table of areas and shares
    An area whose share is None is hatched and said to be not known; one without a share stays white.
    """
    named = {code: (names or {}).get(code, code) for code in shares}
    ordered = sorted(shares, key=lambda code: (shares[code] is None, -Fraction(shares[code] or 0), named[code]))
    rows = tuple((named[code], code, percent(shares[code])) for code in ordered)
    plain = Table(("Area", "Code", legend), rows, frozenset({2}))
    said = "; ".join(f"{name}: {share}" for name, _, share in rows[:12])
    areas = {code: _filled(named[code], shares[code]) for code in ordered}
    drawn = drawn_map(features, areas, _FILLS, otherwise=_NONE, legend=legend, code_property=code_property)
    svg = named_svg(drawn, title=title, description=f"Map. {legend}. {said}.")
    return Chart(svg, table or plain, title, source, note)


def _filled(name: str, share: Share | None) -> Filled:
    """An area with its share written on it, its name above where there is room; none where it has no share."""
    labels = () if share == 0 else ([*wrapped(name, 18), percent(share)], [percent(share)])
    return Filled(_step(share), labels, f"{name}: {percent(share)}")


def percent(share: Share | None) -> str:
    """A share as a percentage with one decimal, halves rounded up as on every page."""
    if share is None:
        return NOT_KNOWN
    tenths = half_up(Fraction(share) * 1000)
    return f"{tenths // 10}.{tenths % 10}%"


def _step(share: Share | None) -> str:
    if share is None:
        return NOT_KNOWN
    return next((label for least, label in reversed(_STEPS) if share >= least), _NONE) if share > 0 else _NONE
