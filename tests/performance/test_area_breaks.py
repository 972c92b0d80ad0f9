"""An area that became another has a phase of its own from that day; one that got another name goes on."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonpool.performance.areas import breaks_of_area, known_handovers
from commonpool.performance.judging import breaks_of, judge
from commonpool.performance.metric_series import all_series, series_of
from commonpool.performance.rules.area_breaks import AreaHandover, SeriesBreak, area_breaks, numbered, printed_breaks
from commonpool.performance.store.load import load
from commonpool.performance.store.report import LoadReport
from commonpool.policy.reading.metrics import load_catalogue
from tests.performance.builders import AT, Dtoc

DAY = date(2031, 4, 1)
LONG_AFTER = date(2041, 1, 1)


def handover(before: str, after: str, on: date = DAY, **more: bool) -> AreaHandover:
    return AreaHandover(before, f"Old {before}", after, f"New {after}", on, "an order", **more)


def days(*handovers: AreaHandover, area: str = "N") -> list[date]:
    return [each.on for each in area_breaks(area, handovers)]


def test_an_area_with_another_name_or_code_for_the_same_ground_goes_on() -> None:
    assert days(handover("A", "N")) == []
    assert days(handover("A", "M")) == []


def test_a_merger_a_part_and_a_split_each_break_the_series_of_who_comes_after() -> None:
    merged = [handover("A", "N"), handover("B", "N")]
    part = [handover("A", "N"), handover("A", "M"), handover("B", "M")]

    assert days(*merged) == [DAY]
    assert days(*part) == days(*part, area="M") == [DAY]
    (told,) = area_breaks("N", part)
    assert told.why == ("New N has other people than before: it came of Old A; Old A gave some to New M (an order).")


def test_what_ended_an_area_breaks_nothing_in_its_own_series() -> None:
    assert days(handover("A", "N"), handover("A", "M"), area="A") == []


def test_an_area_that_was_there_before_and_took_another_in_is_another_area() -> None:
    assert days(handover("A", "N", after_is_new=False)) == [DAY]


def test_days_are_told_apart() -> None:
    later = DAY + timedelta(days=365)

    assert days(handover("A", "N"), handover("A", "M", on=later)) == []
    assert days(handover("A", "N"), handover("B", "N"), handover("C", "N", on=later), handover("C", "M", on=later)) == [
        DAY,
        later,
    ]


def test_a_code_that_is_printed_anew_breaks_unless_it_stands_for_the_same_ground() -> None:
    may = DAY + timedelta(days=30)
    codes = [(DAY - timedelta(days=300), ""), (DAY - timedelta(days=30), "A"), (DAY, "A"), (may, "N")]

    assert [each.on for each in printed_breaks(codes)] == [may]
    assert printed_breaks(codes, [handover("A", "N")]) == ()
    assert [each.on for each in printed_breaks(codes, [handover("A", "N"), handover("B", "N")])] == [may]


def test_breaks_of_one_point_are_told_together_and_those_outside_the_series_not_at_all() -> None:
    months = [DAY, DAY + timedelta(days=30), DAY + timedelta(days=61)]
    breaks = [
        SeriesBreak(DAY, "Before the first."),
        SeriesBreak(DAY + timedelta(days=10), "One."),
        SeriesBreak(DAY + timedelta(days=30), "Another."),
        SeriesBreak(LONG_AFTER, "After the last."),
    ]

    assert list(numbered(months, breaks)) == [(2, "One. Another.")]
    assert list(numbered([], breaks)) == []


@given(
    st.lists(st.sampled_from("ABCD"), min_size=1, max_size=4, unique=True),
    st.lists(st.sampled_from("NMO"), min_size=1, max_size=3, unique=True),
    st.data(),
)
def test_an_area_breaks_exactly_where_its_people_did_not_all_come_from_one_that_gave_to_nobody_else(
    before: list[str], after: list[str], data: st.DataObject
) -> None:
    pairs = data.draw(st.sets(st.tuples(st.sampled_from(before), st.sampled_from(after)), min_size=1))

    for area in after:
        sources = [old for old, new in pairs if new == area]
        is_alone = len(sources) == 1 and sum(old == sources[0] for old, _ in pairs) == 1
        found = days(*(handover(*pair) for pair in sorted(pairs)), area=area)
        assert found == ([] if is_alone or not sources else [DAY])


@pytest.mark.requirement("S43")
@pytest.mark.parametrize(
    ("code", "day"),
    [
        ("E06000058", date(2019, 4, 1)),  # Bournemouth, Christchurch and Poole
        ("E06000059", date(2019, 4, 1)),  # Dorset without Christchurch
        ("E06000060", None),  # Buckinghamshire: the county's ground as a whole
        ("E06000061", date(2021, 4, 1)),  # North Northamptonshire
        ("E06000062", date(2021, 4, 1)),
        ("E06000063", date(2023, 4, 1)),  # Cumberland
        ("E06000064", date(2023, 4, 1)),
        ("E06000065", None),  # North Yorkshire and Somerset: as a whole
        ("E06000066", None),
        ("E10000009", None),  # Dorset county: its own last day breaks nothing
        ("E10000007", None),
    ],
)
def test_the_councils_that_were_reorganised_are_known_without_a_register(code: str, day: date | None) -> None:
    assert [each.on for each in area_breaks(code, known_handovers())] == ([day] if day else [])


@pytest.mark.requirement("S12")
def test_dorset_s_limits_never_run_across_april_2019(dtoc: tuple[Path, LoadReport]) -> None:
    dorset = series_of(dtoc[0], load_catalogue().metric("DTOC"), "E06000059")
    assert dorset is not None
    judged = judge(dorset, date(2019, 12, 1))

    firsts = [dorset.points[phase.first_point - 1].starts_on for phase in judged.chart.phases]

    # By law from April on; the workbook of April still has the council as it was, and that of May the new one.
    assert firsts == [date(2011, 4, 1), date(2019, 4, 1), date(2019, 5, 1)]
    law, printed = breaks_of(dorset)
    assert "Dorset has other people than before: it came of Dorset county; Dorset county gave some to" in law.reason
    assert "The files print the area as E06000059 from here on and as E10000009 before" in printed.reason
    assert "unverified" in law.reason


def test_every_other_council_of_the_real_files_is_one_area_throughout(dtoc: tuple[Path, LoadReport]) -> None:
    broken = [each.area_code for each in all_series(dtoc[0], load_catalogue().metric("DTOC")) if breaks_of(each)]

    assert broken == ["809"]


def test_the_quality_report_tells_that_dorset_became_another_area(dtoc: tuple[Path, LoadReport]) -> None:
    told = [str(finding) for finding in dtoc[1].findings if finding.rule == "LOAD-31"]

    assert len(told) == 2
    assert "Dorset UA (809) is another area from 2019-04-01 on." in told[0]
    assert "Dorset UA (809) is another area from 2019-05-01 on." in told[1]


@pytest.mark.requirement("S12")
def test_a_council_that_only_changed_its_name_is_one_line(tmp_path: Path) -> None:
    named = [("901", "Wendleshire"), ("902", "Harbourne UA")]
    files = [
        Dtoc(month="April 2018").write(tmp_path / "april.xlsx"),
        Dtoc(month="May 2018", councils=[("901", "Wendleshire UA"), named[1]]).write(tmp_path / "may.xlsx"),
    ]
    report = load(tmp_path / "home", "dtoc", files, at=AT)
    series = series_of(tmp_path / "home", load_catalogue().metric("DTOC"), "901")

    assert [each.rule for each in report.all_findings()] == ["LOAD-16"]
    assert series is not None
    assert series.area_name == "Wendleshire UA"
    assert breaks_of(series) == []


def test_an_area_s_own_table_breaks_where_its_area_became_another(tmp_path: Path) -> None:
    header = "measure,area,period,numerator,denominator,provenance"
    rows = [f"EMADM,E06000059,{year}-{month:02},100,1,own" for year in (2018, 2019) for month in range(1, 13)]
    file = tmp_path / "own.csv"
    file.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    load(tmp_path / "home", "local", [file], at=AT)

    series = series_of(tmp_path / "home", load_catalogue().metric("EMADM"), "E06000059")

    assert series is not None
    assert [series.points[each.first_point - 1].starts_on for each in breaks_of(series)] == [date(2019, 4, 1)]


def test_an_area_without_any_code_has_no_break() -> None:
    assert breaks_of_area([(DAY, ""), (LONG_AFTER, "")]) == ()
