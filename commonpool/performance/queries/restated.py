"""What the figures of trusts, and of ICBs, come to in one area."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Final

from commonpool.performance.measures import Measure, published
from commonpool.performance.metric_series import MetricSeries, Point, series_by
from commonpool.performance.queries.ways import Ways, ways_on
from commonpool.performance.restated import WORTH_A_ROW, ByResidents, Estimate, GivingTrust, Restated
from commonpool.performance.restating import restating
from commonpool.performance.rules.restating import (
    RestatedArea,
    Restatement,
    Way,
    counts_of_merged,
    restate,
    restate_ratio,
)
from commonpool.places.models import Organisation
from commonpool.policy.metric_catalogue import Form, Metric

MOST_PERIODS: Final = 13
TRUST: Final = "trust"
ICB: Final = "icb"
Periods = Mapping[tuple[date, date], Mapping[str, Point]]


def may_be_restated(metric: Metric) -> bool:
    """Whether the metric's published figures are of trusts, and can be restated for areas."""
    is_of_trusts = any(measure.kind == TRUST for measure in published().get(metric.code, ()))
    return is_of_trusts and metric.code in restating().metrics and metric.latest.form in _FORMS


_FORMS: Final = (Form.COUNT, Form.PER_DAY, Form.RATIO)


def restated_metric(home: Path, area: Organisation, metric: Metric) -> Restated | None:
    """The newest thirteen periods of an area; None where no trust that serves it has figures here."""
    if not may_be_restated(metric):
        return None
    said = restating()
    measure, periods = _of_kind(home, metric, TRUST)
    if measure is None:
        return None
    ways = ways_on(max(last for _, last in periods), said.metrics[metric.code].people)
    if ways.main is None or area.code not in ways.areas:
        return None
    one = ways.main.of_one(area.code)
    others = tuple(other.of_one(area.code) for other in ways.others)
    newest_first = sorted(periods, reverse=True)[:MOST_PERIODS]
    made = [(span, _restate(periods[span], metric, one, others, ways.became)) for span in newest_first]
    serving = {trust for trust, of in one.weights if of == area.code}
    estimates = tuple(_estimate(span, found, area.code, serving, ways) for span, found in made)
    if all(each.of_area.estimate is None for each in estimates):
        return None
    return _told(home, metric, measure, ways, area.code, estimates)


def _told(
    home: Path, metric: Metric, measure: Measure, ways: Ways, code: str, estimates: tuple[Estimate, ...]
) -> Restated:
    said = restating()
    way = said.metrics[metric.code]
    newest = next(each for each in estimates if each.of_area.estimate is not None)
    parts = _giving(newest.of_area, ways)
    listed = tuple(each for each in parts if each.share_of_area >= WORTH_A_ROW)
    is_ratio = metric.latest.form is Form.RATIO
    assert ways.main is not None
    return Restated(
        metric=metric,
        area_code=code,
        unit=metric.latest.unit,
        source=measure.source,
        estimates=estimates,
        trusts=listed,
        smaller=len(parts) - len(listed),
        assumption=ways.main.assumption,
        basis=ways.basis,
        why_these_people=way.why,
        range_is=_RANGE_OF_RATIO if is_ratio else _RANGE_OF_COUNT.format(differ=_times(said.differ_by)),
        error=said.back_test.quote,
        merged=_merged(listed, ways),
        by_residents=_by_residents(home, metric, ways.by_icb, code),
    )


_RANGE_OF_COUNT: Final = (
    "The range is what other weights give, and what it would be if the area’s people were counted {differ} as often as "
    "other patients of the same trusts."
)
_RANGE_OF_RATIO: Final = (
    "The range runs from the lowest to the highest trust that makes a twentieth of the area’s figure or more."
)


def _times(by: float) -> str:
    return "half or twice" if by == 2 else f"1/{by:g} or {by:g} times"


def _of_kind(home: Path, metric: Metric, kind: str) -> tuple[Measure | None, Periods]:
    """The first measure of such bodies with figures, and its points by period and body."""
    for measure in published().get(metric.code, ()):
        if measure.kind == kind and (found := series_by(home, metric, measure)):
            return measure, _by_period(found)
    return None, {}


def _by_period(series: Sequence[MetricSeries]) -> Periods:
    found: dict[tuple[date, date], dict[str, Point]] = defaultdict(dict)
    for one in series:
        for point in one.points:
            found[point.starts_on, point.ends_on][one.area_code] = point
    # A period that no body has a figure of is a gap of the source and no period to restate.
    return {span: points for span, points in found.items() if any(point.value is not None for point in points.values())}


def _restate(
    points: Mapping[str, Point], metric: Metric, way: Way, others: Sequence[Way], became: Mapping[str, str]
) -> Restatement:
    if metric.latest.form is Form.RATIO:
        above = counts_of_merged({body: point.numerator for body, point in points.items()}, became)
        below = counts_of_merged({body: point.denominator for body, point in points.items()}, became)
        return restate_ratio(above, below, way, multiplier=float(metric.latest.multiplier))
    counts = counts_of_merged({body: point.value for body, point in points.items()}, became)
    return restate(counts, way, others=others, differ_by=restating().differ_by)


def _estimate(span: tuple[date, date], found: Restatement, code: str, serving: set[str], ways: Ways) -> Estimate:
    silent = sorted(ways.name_of(trust) for trust in found.silent if trust in serving)
    return Estimate(*span, found.areas[code], tuple(silent))


def _giving(found: RestatedArea, ways: Ways) -> list[GivingTrust]:
    whole = sum(part.amount for part in found.parts)
    rows = []
    for part in found.parts:
        named = ways.trusts.get(part.body)
        share = part.amount / whole if whole else 0.0
        name, uuid = (named.name, named.uuid) if named else (part.body, None)
        rows.append(GivingTrust(part.body, name, uuid, part.count, part.share_of_body, share))
    return sorted(rows, key=lambda row: -row.share_of_area)


def _merged(listed: Sequence[GivingTrust], ways: Ways) -> tuple[str, ...]:
    """`RXC as Harbourne Hospitals` for every trust that is one of those listed now."""
    names = {each.code: each.name for each in listed}
    return tuple(
        f"{ways.name_of(was)} ({was}) as {names[now]}" for was, now in sorted(ways.became.items()) if now in names
    )


def _by_residents(home: Path, metric: Metric, way: Way, code: str) -> ByResidents | None:
    """The newest period of ICBs' figures, by residents; None where none is held."""
    _, periods = _of_kind(home, metric, ICB)
    one, codes = way.of_one(code), _icb_codes(way)
    for span, points in sorted(periods.items(), reverse=True):
        known = {codes.get(body, body): point for body, point in points.items()}
        found = _restate(known, metric, one, (), {}).areas.get(code)
        if found is not None and found.estimate is not None:
            return ByResidents(*span, found.estimate, found.covered, way.assumption)
    return None


def _icb_codes(way: Way) -> dict[str, str]:
    """ICBs' ODS codes -> the codes by which the way knows them."""
    rows = Organisation.objects.filter(kind=Organisation.Kind.ICB).exclude(ods_code="")
    known = {body for body, _ in way.weights}
    return {row.ods_code: row.code for row in rows if row.code in known}
