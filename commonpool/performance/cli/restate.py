"""`commonpool performance restate`: trusts' figures restated for areas, from the store and the database of places."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from commonpool.commands import Format, FormatOption, JsonOption, print_json, refuse, wants_json

if TYPE_CHECKING:
    from commonpool.performance.queries.back_test import Compared, ComparedArea
    from commonpool.performance.restated import Restated

NOTHING: Final = 2


def restate(
    metric: Annotated[
        str, typer.Argument(metavar="[METRIC]", help="A metric of trusts, such as NCTR; without it, the back-test.")
    ] = "",
    area: Annotated[str, typer.Option(help="The area's GSS code, for a metric.")] = "",
    compare: Annotated[str, typer.Option(help="Which back-test: acute, or nhs.")] = "acute",
    output: FormatOption = Format.TEXT,
    as_json: JsonOption = False,
) -> None:
    """Restate trusts' figures for areas. Without a metric: delays of August 2018 beside those published by council.

    Restated values are estimates: they come into no control chart, ranking or regression. Ends with 0, or with 2
    where something has to be loaded first.
    """
    import django

    django.setup()
    if metric:
        found = _of_metric(metric, area)
        answer, lines = _metric_as_json(found), _metric_as_text(found)
    else:
        tested = _back_test(compare)
        answer, lines = _test_as_json(tested), _test_as_text(tested)
    if wants_json(output, as_json):
        print_json(answer)
    else:
        typer.echo("\n".join(lines))


def _home() -> Path:
    return Path(os.environ.get("COMMONPOOL_HOME") or "var")


def _of_metric(code: str, area: str) -> Restated:
    from commonpool.performance.queries.restated import may_be_restated, restated_metric
    from commonpool.performance.restating import restating
    from commonpool.places.models import Organisation
    from commonpool.places.queries import find
    from commonpool.policy.reading.metrics import load_catalogue
    from commonpool.policy.rules import PolicyError

    try:
        metric = load_catalogue().metric(code)
    except PolicyError as error:
        refuse([str(error)])
    if not may_be_restated(metric):
        ask = ", ".join(restating().metrics)
        refuse([f"{metric.label} is not published by trust, so nothing is restated. Ask for one of: {ask}."])
    body = find(area, Organisation.Kind.HWB_AREA).first() if area else None
    if body is None:
        refuse([f"No area with a health and wellbeing board has the code ‘{area}’. Give --area, such as E10000014."])
    found = restated_metric(_home(), body, metric)
    if found is None:
        refuse([f"No figure of a trust that serves {body} is held. Run: commonpool performance load"], NOTHING)
    return found


def _back_test(compare: str) -> Compared:
    from commonpool.performance.queries.back_test import compared
    from commonpool.performance.restating import restating

    plan = restating().back_test
    comparison = plan.comparison(compare)
    if comparison is None:
        known = ", ".join(each.id for each in plan.comparisons)
        refuse([f"Nothing is compared under ‘{compare}’. Give --compare one of: {known}."])
    found = compared(_home(), comparison)
    if found.result is None:
        refuse([f"Lacking: {each}." for each in found.lacking], NOTHING)
    return found


def _test_as_json(found: Compared) -> dict[str, Any]:
    assert found.result is not None and found.restatement is not None
    return {
        "title": found.plan.title,
        "compared": found.comparison.about,
        **asdict(found.result),
        "ratio_of_totals": found.result.ratio_of_totals,
        "unlike": list(found.unlike),
        "assumption": found.restatement.assumption,
        "not_compared": list(found.not_compared),
        "days_of_providers": found.restatement.total,
        "days_elsewhere": found.restatement.elsewhere,
        "days_unplaced": dict(found.restatement.unplaced),
        "without_a_figure": list(found.restatement.silent),
        "by_area": [_area_as_json(row) for row in found.rows],
    }


def _area_as_json(row: ComparedArea) -> dict[str, Any]:
    made = row.restated
    return {
        "area": row.area.code,
        "name": row.area.name,
        "is_restated": True,
        "restated": made and made.estimate,
        "low": made and made.low,
        "high": made and made.high,
        "covered": made and made.covered,
        "published": row.published,
        "why_not_compared": row.why or None,
    }


def _test_as_text(found: Compared) -> Iterator[str]:
    result, made = found.result, found.restatement
    assert result is not None and made is not None
    yield f"{found.plan.title}: {found.comparison.about}."
    yield found.headline
    yield ""
    yield f"Correlation: {_two(result.pearson)} of the days, {_two(result.spearman)} of their ranks."
    yield f"Per person of 65 and over it is {_two(result.per_person)}."
    yield f"People of 65 and over alone correlate {_two(result.size_alone)} with the published days."
    half, nine_in_ten = _share(result.half_within), _share(result.nine_in_ten_within)
    yield f"Error of one area: {half} or less for half of them, {nine_in_ten} or less for nine in ten."
    yield f"In the range: {result.in_range} of {result.areas} published figures."
    least = _share(result.least_covered)
    yield f"Share covered: {_share(result.covered)} of the areas’ patients; {least} in the area with least."
    without = f"{len(made.unplaced)} of {found.providers} providers have no catchment"
    yield f"Placed in areas: {_share(made.share_placed)} of {made.total:,.0f} days; {without}."
    if found.not_compared:
        yield f"Not compared, because no lookup says what they covered: {', '.join(found.not_compared)}."
    yield ""
    yield "Why the two differ:"
    yield from (f"- {reason}" for reason in found.unlike)
    yield f"Assumed: {made.assumption}"
    yield ""
    yield _line("Area", "Restated", "At least", "At most", "Published", "Covered")
    for row in found.rows:
        area = row.restated
        made_of = (area.estimate, area.low, area.high) if area else (None, None, None)
        covered = _share(area.covered if area else None)
        yield _line(row.area.name[:31], *map(_days, made_of), _days(row.published), covered)


def _line(name: str, *cells: str) -> str:
    return f"{name:<32}{''.join(f'{cell:>11}' for cell in cells)}"


def _metric_as_json(found: Restated) -> dict[str, Any]:
    return {
        "metric": found.metric.code,
        "area": found.area_code,
        "unit": found.unit,
        "is_restated": True,
        "source": found.source,
        "assumption": found.assumption,
        "range": found.range_is,
        "error": found.error,
        "estimates": [
            {
                "starts_on": each.starts_on.isoformat(),
                "ends_on": each.ends_on.isoformat(),
                "estimate": each.of_area.estimate,
                "low": each.of_area.low,
                "high": each.of_area.high,
                "covered": each.of_area.covered,
                "without_a_figure": list(each.silent),
            }
            for each in found.estimates
        ],
        "trusts": [
            {
                "code": each.code,
                "name": each.name,
                "figure": each.figure,
                "share_of_trust": each.share_of_trust,
                "share_of_area": each.share_of_area,
            }
            for each in found.trusts
        ],
        "by_residents_of_icbs": found.by_residents
        and {
            "starts_on": found.by_residents.starts_on.isoformat(),
            "estimate": found.by_residents.estimate,
            "covered": found.by_residents.covered,
            "assumption": found.by_residents.assumption,
        },
    }


def _metric_as_text(found: Restated) -> Iterator[str]:
    from commonpool.performance.judging import period_words
    from commonpool.performance.restated import MARK

    yield f"{found.metric.label}, {found.area_code}: {MARK} ({found.unit})"
    yield ""
    for each in found.estimates:
        area = each.of_area
        period = period_words(each.starts_on, each.ends_on)
        if area.estimate is None:
            yield f"{period:<20}{'not known':>10}"
        else:
            between = f"between {area.low:,.1f} and {area.high:,.1f}"
            yield f"{period:<20}{area.estimate:>10,.1f}  {between}; covers {_share(area.covered)}"
    yield ""
    for trust in found.trusts:
        own = f"{trust.figure:,.1f}, {_share(trust.share_of_trust)} of whose patients are the area’s"
        yield f"{trust.name}: {own}; {_share(trust.share_of_area)} of the area’s figure"
    yield ""
    yield f"Assumed: {found.assumption} {found.why_these_people}"
    yield found.range_is
    yield found.error
    if found.by_residents:
        when = period_words(found.by_residents.starts_on, found.by_residents.ends_on)
        yield f"From ICBs’ figures by residents: {found.by_residents.estimate:,.1f} in {when}."


def _two(value: float | None) -> str:
    return "not known" if value is None else f"{value:.2f}"


def _share(value: float | None) -> str:
    return "not known" if value is None else f"{value:.0%}"


def _days(value: float | None) -> str:
    return "not known" if value is None else f"{value:,.0f}"
