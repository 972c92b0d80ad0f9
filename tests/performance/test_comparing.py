"""One metric of all areas in a period: levels with intervals, what is withheld, nothing of who keeps theirs."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from commonpool.performance.comparing import AllLevels, AreaLevel, interval_of, levels_of
from commonpool.performance.rules.intervals import count_interval, wilson
from commonpool.performance.store.load import load
from commonpool.performance.withholding import threshold_of
from commonpool.policy.metric_catalogue import Metric
from commonpool.policy.reading.metrics import load_catalogue
from commonpool.small_numbers import Withheld
from tests.performance.builders import AT, LATER, Dtoc

HEADER = "measure,area,period,numerator,denominator,provenance,not for publication"
MARCH = (date(2031, 3, 1), date(2031, 3, 31))


def metric(code: str) -> Metric:
    return load_catalogue().metric(code)


def row(
    area: str, count: object, over: object = 1000, period: str = "2031-03", code: str = "DRD_PCT", own: str = "no"
) -> str:
    return f"{code},{area},{period},{count},{over},warehouse,{own}"


def held(folder: Path, *rows: str, again: bool = False) -> Path:
    """A store that holds these rows of areas' own tables."""
    file = folder / ("second.csv" if again else "first.csv")
    file.write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    report = load(folder / "home", "local", [file], at=LATER if again else AT)
    assert not report.is_refused, list(report.all_findings())
    return folder / "home"


def found(home: Path, code: str = "DRD_PCT", **asked: object) -> AllLevels:
    levels = levels_of(home, metric(code), **asked)  # type: ignore[arg-type]
    assert levels is not None
    return levels


def of(levels: AllLevels, area: str) -> AreaLevel:
    return next(each for each in levels.rows if each.code == area)


def test_a_share_of_people_has_wilsons_interval_and_a_rate_that_of_its_count() -> None:
    share, rate = metric("DRD_PCT").latest, metric("EA65").latest

    assert interval_of(share, 80.0, 100.0, 31) == wilson(80, 100).times(100)
    assert interval_of(rate, 80.0, 10_000.0, 31) == count_interval(80).times(10)


@pytest.mark.parametrize(
    ("code", "numerator", "denominator"),
    [("DTOC", 80.0, 1e5), ("DRD", 80.0, 40.0), ("DRD_PCT", 80.5, 100.0), ("DRD_PCT", None, 100.0)],
)
def test_days_means_and_what_is_not_known_have_none(code: str, numerator: float | None, denominator: float) -> None:
    assert interval_of(metric(code).latest, numerator, denominator, 30) is None


@pytest.mark.requirement("S50")
def test_all_areas_stand_beside_each_other_with_their_sum_before_the_quotient(tmp_path: Path) -> None:
    levels = found(held(tmp_path, row("AAA1", 800), row("BBB1", 300, 500), row("CCC1", "[c]")))

    assert (levels.period, levels.unit) == (MARCH, "percent")
    assert [(each.code, each.level, each.why) for each in levels.rows] == [
        ("AAA1", 80.0, ""), ("BBB1", 60.0, ""), ("CCC1", None, "withheld by the publisher"),
    ]  # fmt: skip
    assert levels.together.level == pytest.approx(100 * 1100 / 1500)
    assert levels.together.areas == 2


def test_an_area_that_keeps_its_figures_to_itself_is_not_there_and_in_no_sum(tmp_path: Path) -> None:
    levels = found(held(tmp_path, row("AAA1", 800), row("BBB1", 100, own="yes")))

    assert [each.code for each in levels.rows] == ["AAA1"]
    assert levels.together.level == 80.0


def test_a_small_count_is_withheld_with_what_would_tell_it(tmp_path: Path) -> None:
    levels = found(held(tmp_path, row("AAA1", 3), row("BBB1", 40), row("CCC1", 600), row("DDD1", 0)))

    assert [(each.code, each.withheld) for each in levels.rows] == [
        ("AAA1", Withheld.SMALL), ("BBB1", Withheld.PROTECTS), ("CCC1", None), ("DDD1", None),
    ]  # fmt: skip
    small = of(levels, "AAA1")
    assert (small.numerator, small.denominator, small.level, small.interval) == (None, None, None, None)
    assert small.periods[-1].value is None, "nor does its line tell it"
    assert of(levels, "DDD1").level == 0.0, "zero is a level"
    assert not levels.together.is_withheld


def test_a_small_rest_tells_as_much_as_a_small_count(tmp_path: Path) -> None:
    levels = found(held(tmp_path, row("AAA1", 997), row("BBB1", 40), row("CCC1", 600)))

    assert of(levels, "AAA1").level is None


def test_what_an_earlier_release_showed_protects_nothing(tmp_path: Path) -> None:
    held(tmp_path, row("AAA1", 8), row("BBB1", 40), row("CCC1", 600))
    levels = found(held(tmp_path, row("AAA1", 3), again=True))

    assert of(levels, "AAA1").withheld is Withheld.SMALL
    assert of(levels, "BBB1").level == 4.0, "hiding now what was shown would protect nothing"
    assert levels.together.is_withheld and levels.together.level is None


def test_a_source_is_shown_as_it_is_published_and_an_own_table_from_five() -> None:
    assert threshold_of(metric("DTOC").latest, "dtoc") is None
    assert threshold_of(metric("DRD").latest, "elsewhere") == 5
    assert threshold_of(metric("EA65").latest, "local") == 5


def test_the_period_is_the_newest_that_half_of_the_areas_have(tmp_path: Path) -> None:
    march = [row(area, 800) for area in ("AAA1", "BBB1", "CCC1")]
    home = held(tmp_path, *march, row("AAA1", 900, period="2031-04"))

    levels = found(home)
    later = found(home, period=(date(2031, 4, 1), date(2031, 4, 30)))

    assert levels.period == MARCH
    assert levels.periods[0] == (date(2031, 4, 1), date(2031, 4, 30))
    assert (of(later, "AAA1").level, of(later, "BBB1").why) == (90.0, "no release has this period")
    assert found(home, period=(date(1999, 1, 1), date(1999, 1, 31))).period == MARCH, "nobody has that one"


def test_each_area_is_measured_from_its_own_start(tmp_path: Path) -> None:
    months = [f"{year}-{month:02}" for year in (2030, 2031) for month in range(1, 13)]
    rows = [row("AAA1", 500 if month < "2031" else 600, period=month) for month in months]
    rows += [row("BBB1", 900 if month < "2031" else 800, period=month) for month in months]

    levels = found(held(tmp_path, *rows))

    assert (of(levels, "AAA1").progress.change, of(levels, "BBB1").progress.change) == (10.0, -10.0)


def test_an_area_with_other_people_than_before_starts_anew(tmp_path: Path) -> None:
    months = [f"{year}-{month:02}" for year in (2029, 2030, 2031) for month in range(1, 13)]
    rows = [row("AAA1", {"2029": 900, "2030": 500, "2031": 600}[month[:4]], period=month) for month in months]

    home = held(tmp_path, *rows)

    assert of(found(home), "AAA1").progress.change == -30.0
    assert of(found(home, redrawn={"AAA1": [date(2030, 1, 1)]}), "AAA1").progress.change == 10.0
    assert of(found(home, redrawn={"AAA1": [date(2032, 1, 1)]}), "AAA1").progress.change == -30.0, "not yet"


def test_only_areas_of_the_world_asked_for_are_shown_or_summed(tmp_path: Path) -> None:
    levels = found(held(tmp_path, row("AAA1", 800), row("XW01", 100)), belongs=lambda code: code != "XW01")

    assert [each.code for each in levels.rows] == ["AAA1"]
    assert levels.together.level == 80.0


def test_nothing_held_is_nothing(tmp_path: Path) -> None:
    assert levels_of(tmp_path, metric("DRD_PCT")) is None


def test_published_days_have_a_level_only_where_the_people_are_known(tmp_path: Path) -> None:
    file = Dtoc(month="February 2018").write(tmp_path / "2018-02.xlsx")
    load(tmp_path / "home", "dtoc", [file], at=AT)

    known = found(tmp_path / "home", "DTOC", people=lambda area, ages, year: 100_000)
    unknown = found(tmp_path / "home", "DTOC")

    assert [each.level for each in known.rows] == [pytest.approx(42 / 28), pytest.approx(7 / 28)]
    assert {each.why for each in unknown.rows} == {"whom it is taken over is not known"}
    assert (unknown.together.level, unknown.together.areas) == (None, 0)
