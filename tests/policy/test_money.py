"""Published amounts, minimums of many areas at once, and money restated by another round's types."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonpool.money import half_up
from commonpool.policy.crosswalk import SchemeTypeMap, restate
from commonpool.policy.minimums import areas_below_minimum, minimums_missed
from commonpool.policy.reading import load_published, load_round, load_scheme_type_map, map_names
from commonpool.policy.rules import PolicyError, PublishedAmount

HEADER = "area,payer,category,year,pence,source,verified\n"


def published_pence(round_id: str, area: str, category: str, year: str) -> dict[str, int]:
    """{payer: pence} of one category in one area and year."""
    amounts = load_round(round_id).published
    wanted = (area, category, year)
    return {one.payer: one.pence for one in amounts if (one.area, one.category, one.year) == wanted}


def many_areas(count: int) -> tuple[PublishedAmount, ...]:
    """Two boards and a floor in each of many areas."""
    rows = [("XN1", "NHS_MIN", 20_000_000_00), ("XS1", "NHS_MIN", 10_000_000_00), ("", "ASC_FLOOR", 9_000_000_00)]
    return tuple(
        PublishedAmount(f"X{area:03d}", payer, category, "2024-25", pence + area * 100, "Invented")
        for area in range(count)
        for payer, category, pence in rows
    )


@pytest.mark.requirement("S06")
def test_a_minimum_is_missed_by_a_pound_and_met_to_the_pound() -> None:
    published = many_areas(2)
    pledged = {(one.area, one.payer, one.category, one.year): one.pence for one in published}
    pledged["X001", "XS1", "NHS_MIN", "2024-25"] -= 100

    missed = minimums_missed(pledged, published)

    assert areas_below_minimum(missed) == ["X001"]
    assert [(one.payer, one.shortfall_pence) for one in missed] == [("XS1", 100)]


@pytest.mark.requirement("S06")
def test_more_from_one_board_does_not_make_up_for_less_from_another() -> None:
    published = many_areas(1)
    pledged = {(one.area, one.payer, one.category, one.year): one.pence for one in published}
    pledged["X000", "XN1", "NHS_MIN", "2024-25"] += 5_00
    pledged["X000", "XS1", "NHS_MIN", "2024-25"] -= 5_00

    missed = minimums_missed(pledged, published)

    assert [(one.payer, one.required_pence, one.shortfall_pence) for one in missed] == [("XS1", 10_000_000_00, 5_00)]


@pytest.mark.requirement("S05")
def test_a_breached_floor_is_named_with_what_was_found_what_is_needed_and_the_shortfall() -> None:
    published = load_round("2025-26").published
    floor = ("XW01", "", "ASC_FLOOR", "2025-26")
    wanted = [one for one in published if (one.area, one.payer, one.category, one.year) == floor]

    (missed,) = minimums_missed({floor: 21_420_500_00}, wanted)

    assert (missed.category, missed.pledged_pence, missed.required_pence) == ("ASC_FLOOR", 21_420_500_00, 21_819_364_00)
    assert missed.shortfall_pence == 398_864_00


@pytest.mark.requirement("S06")
@pytest.mark.parametrize("blank", [True, False])
def test_a_pledge_that_is_not_known_is_listed_and_is_not_zero(blank: bool) -> None:
    published = many_areas(1)
    pledged: dict[tuple[str, str, str, str], int | None] = {
        (one.area, one.payer, one.category, one.year): one.pence for one in published if one.payer != "XN1"
    }
    if blank:
        pledged["X000", "XN1", "NHS_MIN", "2024-25"] = None

    (missed,) = minimums_missed(pledged, published)

    assert (missed.payer, missed.pledged_pence, missed.shortfall_pence) == ("XN1", None, None)


@pytest.mark.requirement("S06")
def test_of_a_hundred_and_fifty_areas_each_that_misses_is_named() -> None:
    published = many_areas(150)
    pledged = {(one.area, one.payer, one.category, one.year): one.pence - 1 for one in published}

    missed = minimums_missed(pledged, published)

    assert len(areas_below_minimum(missed)) == 150


def test_wendleshire_has_the_amounts_of_the_worked_example() -> None:
    assert published_pence("2023-25", "XW01", "NHS_MIN", "2024-25") == {"XN1": 32_970_693_00, "XS1": 20_018_590_00}
    assert published_pence("2023-25", "XW01", "ASC_FLOOR", "2024-25") == {"": 21_000_350_00}
    assert published_pence("2023-25", "XW01", "OOH_FLOOR", "2024-25") == {"": 15_058_589_00}
    assert published_pence("2025-26", "XW01", "NHS_MIN", "2025-26") == {"XN1": 34_883_093_00, "XS1": 21_160_190_00}
    assert published_pence("2025-26", "XW01", "ASC_FLOOR", "2025-26") == {"": 21_819_364_00}


@pytest.mark.parametrize(
    ("category", "payer"), [("NHS_MIN", "XN1"), ("NHS_MIN", "XS1"), ("ASC_FLOOR", ""), ("OOH_FLOOR", "")]
)
def test_wendleshires_amounts_rose_by_the_uplift_to_the_nearest_pound(category: str, payer: str) -> None:
    before = published_pence("2023-25", "XW01", category, "2023-24")[payer]
    uplift = load_round("2023-25").values["nhs_minimum_uplift/2024-25"].value

    risen = half_up(Fraction(before, 100) * (1 + Fraction(str(uplift)))) * 100

    assert published_pence("2023-25", "XW01", category, "2024-25")[payer] == risen


def test_wendleshires_floor_of_2025_is_that_of_2024_with_its_uplift() -> None:
    uplift = load_round("2025-26").values["asc_floor_uplift/2025-26"].value

    risen = half_up(Fraction(21_000_350) * (1 + Fraction(str(uplift)))) * 100

    assert published_pence("2025-26", "XW01", "ASC_FLOOR", "2025-26")[""] == risen


def test_invented_areas_keep_the_better_care_grant_equal_to_what_it_replaced() -> None:
    before = {(one.area, one.category): one.pence for one in load_round("2023-25").published if one.year == "2024-25"}
    grants = [one for one in load_round("2025-26").published if one.category == "LABCG" and one.area.startswith("X")]

    assert grants
    assert all(one.pence == before[one.area, "IBCF"] + before[one.area, "DISCH_LA"] for one in grants)


def test_real_councils_better_care_grant_is_ibcf_and_discharge_funding() -> None:
    before = {(one.area, one.category): one for one in load_round("2023-25").published if one.year == "2024-25"}
    grants = [one for one in load_round("2025-26").published if one.category == "LABCG" and one.area.startswith("E")]

    assert len(grants) == 10
    for grant in grants:
        ibcf, discharge = before[grant.area, "IBCF"], before[grant.area, "DISCH_LA"]
        assert grant.pence == ibcf.pence + discharge.pence
        assert grant.verified and ibcf.verified and not discharge.verified
        # Each council's share of the national 500 million follows its share of the iBCF.
        assert round(grant.pence / ibcf.pence, 5) == 1.23366


def test_barkings_discharge_funding_grew_with_the_national_sum() -> None:
    (earlier,) = published_pence("2023-25", "E09000002", "DISCH_LA", "2023-24").values()
    (later,) = published_pence("2023-25", "E09000002", "DISCH_LA", "2024-25").values()

    assert half_up(Fraction(earlier, 100) * 500 / 300) * 100 == later


def test_real_councils_carry_the_code_of_their_name(shared_data: Path) -> None:
    lines = (shared_data / "geography" / "ltla23_utla23.csv").read_text(encoding="utf-8")
    real = [one for round_id in ("2023-25", "2025-26") for one in load_round(round_id).published if one.area[0] == "E"]

    for one in real:
        assert f"{one.area}," in lines
        assert one.area_name.split(",")[0] in next(line for line in lines.splitlines() if line.startswith(one.area))


BAD_ROWS = {
    "X1,,NHS_MIN,2024-25,12.50,Letter,no": "line 2, pence: ‘12.50’ is not a whole number of pence",
    "X1,,NHS_MIN,2024-25,1250,,no": "line 2: source is empty",
    "X1,,NHS_MIN,2024-25,1250,Letter,perhaps": "line 2, verified: ‘perhaps’ is neither yes nor no",
    "X1,,A,2024-25,1,Letter,no\nX1,,A,2024-25,2,Letter,no": "line 3: .* was stated on line 2 already",
}


@pytest.mark.parametrize("rows", BAD_ROWS)
def test_a_published_table_with_a_fault_is_refused_by_line(rows: str, tmp_path: Path) -> None:
    file = tmp_path / "amounts.csv"
    file.write_text(HEADER + rows, encoding="utf-8")

    with pytest.raises(PolicyError, match=f"amounts.csv, {BAD_ROWS[rows]}"):
        load_published(file)


def test_a_published_table_without_a_column_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "amounts.csv"
    file.write_text("area,payer\nX1,\n", encoding="utf-8")

    with pytest.raises(PolicyError, match=r"amounts.csv lacks the column category, year, pence, source, verified"):
        load_published(file)


@pytest.mark.requirement("S16")
@pytest.mark.parametrize(("before", "after"), map_names())
def test_a_map_takes_every_type_and_sub_type_to_types_that_exist(before: str, after: str) -> None:
    lists, targets = load_round(before).lists, load_round(after).lists["scheme_types"].by_code
    maps = load_scheme_type_map(before, after)
    known = lists["scheme_types"].by_code.keys() | lists["sub_types"].by_code.keys()

    restated = restate(dict.fromkeys(known, 1_00), maps)

    assert sum(restated.values()) == 100 * len(known)
    assert {line.from_code for line in maps} <= known
    assert restated.keys() <= targets.keys()
    assert all(line.reason for line in maps)


@pytest.mark.requirement("S16")
@given(
    amounts=st.dictionaries(
        st.sampled_from([entry.code for entry in load_round("2017-19").lists["scheme_types"].entries]),
        st.integers(-(10**12), 10**12),
    )
)
def test_money_restated_twice_keeps_its_total(amounts: dict[str, int]) -> None:
    by_2023 = restate(amounts, load_scheme_type_map("2017-19", "2023-25"))

    by_2025 = restate(by_2023, load_scheme_type_map("2023-25", "2025-26"))

    assert sum(by_2023.values()) == sum(by_2025.values()) == sum(amounts.values())


@pytest.mark.requirement("S16")
def test_a_sub_type_goes_its_own_way_where_the_map_has_one() -> None:
    maps = load_scheme_type_map("2023-25", "2025-26")

    restated = restate({"HOME_CARE.PACKAGES": 3_00, "HOME_CARE.DISCHARGE": 2_00, "COMMUNITY": 1_01}, maps)

    assert restated == {"HOME_CARE_LONG": 3_00, "HOME_CARE_SHORT": 2_00, "PREVENTION": 51, "HOME_HEALTH_LONG": 50}


def test_money_with_nowhere_to_go_is_named() -> None:
    with pytest.raises(PolicyError, match="The map has no line for MYSTERY"):
        restate({"MYSTERY": 1}, load_scheme_type_map("2023-25", "2025-26"))


def test_shares_that_do_not_add_to_one_are_refused() -> None:
    maps = [SchemeTypeMap("a", "ONE", "b", "TWO", Fraction(1, 2), "half of it")]

    with pytest.raises(PolicyError, match="The shares of ONE add to 1/2, not 1"):
        restate({"ONE": 1}, maps)


@pytest.mark.parametrize(
    ("row", "message"),
    [("A,B,most,why", "line 2, share: ‘most’ is not a share"), ("A,B,1,", "line 2: reason is empty")],
)
def test_a_map_with_a_fault_is_refused_by_line(row: str, message: str, tmp_path: Path) -> None:
    folder = tmp_path / "scheme_type_maps"
    folder.mkdir()
    (folder / "a--b.csv").write_text(f"from_code,to_code,share,reason\n{row}\n", encoding="utf-8")

    with pytest.raises(PolicyError, match=message):
        load_scheme_type_map("a", "b", [tmp_path])


def test_an_unknown_map_names_those_that_exist() -> None:
    with pytest.raises(PolicyError, match=r"no map from 2015-16 to 2031. There are: 2017-19 to 2023-25, 2023-25 to"):
        load_scheme_type_map("2015-16", "2031")
