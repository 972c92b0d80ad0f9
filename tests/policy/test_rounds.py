"""What the rounds say: arithmetic remade, Wendleshire's spellings found, and what is not known left out."""

from __future__ import annotations

from decimal import Decimal

import pytest

from commonpool.policy.reading import load_round, round_ids
from commonpool.policy.rules import PayerKind, Round, Value

ENGLISH = tuple(round_id for round_id in round_ids() if not load_round(round_id).is_invented)


def amount(loaded: Round, key: str) -> Decimal:
    """A value that is a number, by its key."""
    value = loaded.values[key].value
    assert isinstance(value, Decimal)
    return value


def all_values() -> list[tuple[str, Value]]:
    return [(round_id, value) for round_id in round_ids() for value in load_round(round_id).values.values()]


@pytest.mark.requirement("S03")
def test_every_round_from_2015_on_is_there_oldest_first() -> None:
    assert ENGLISH == (
        "2015-16",
        "2016-17",
        "2017-19",
        "2019-20",
        "2020-21",
        "2021-22",
        "2022-23",
        "2023-25",
        "2025-26",
        "2026-27",
    )
    years = [year for round_id in ENGLISH for year in load_round(round_id).years]
    assert years == [f"{year}-{(year + 1) % 100:02d}" for year in range(2015, 2027)]


# Winter and discharge money that was paid beside the pool is no part of the mandatory total of its year.
OUTSIDE = {"2018-19": {"national_winter_outside_pool"}, "2022-23": {"national_discharge_la", "national_discharge_icb"}}
PARTS = (
    "national_nhs_minimum",
    "national_ibcf",
    "national_dfg",
    "national_social_care_capital",
    "national_winter",
    "national_discharge_la",
    "national_discharge_icb",
)


@pytest.mark.parametrize("round_id", ENGLISH)
def test_a_mandatory_total_is_the_sum_of_its_parts(round_id: str) -> None:
    loaded = load_round(round_id)

    for year in loaded.years:
        if (key := f"national_mandatory_total/{year}") in loaded.values:
            counted = [part for part in PARTS if part not in OUTSIDE.get(year, ())]
            parts = [amount(loaded, f"{part}/{year}") for part in counted if f"{part}/{year}" in loaded.values]
            assert amount(loaded, key) == sum(parts), year


@pytest.mark.parametrize(("round_id", "year"), [("2017-19", "2017-18"), ("2017-19", "2018-19"), ("2019-20", "2019-20")])
def test_the_ibcf_is_its_two_parts(round_id: str, year: str) -> None:
    loaded = load_round(round_id)

    parts = amount(loaded, f"ibcf_spending_review/{year}") + amount(loaded, f"ibcf_budget_2017/{year}")

    assert amount(loaded, f"national_ibcf/{year}") == parts


def test_the_winter_grant_joined_the_ibcf_in_2020() -> None:
    before, after = load_round("2019-20"), load_round("2020-21")

    joined = amount(before, "national_ibcf/2019-20") + amount(before, "national_winter/2019-20")

    assert amount(after, "national_ibcf/2020-21") == joined


def test_the_better_care_grant_is_the_ibcf_and_the_councils_discharge_funding() -> None:
    before, after = load_round("2023-25"), load_round("2025-26")

    joined = amount(before, "national_ibcf/2024-25") + amount(before, "national_discharge_la/2024-25")

    assert amount(after, "national_labcg/2025-26") == joined


@pytest.mark.parametrize(
    ("before", "after"),
    [("2020-21", "2021-22"), ("2021-22", "2022-23"), ("2022-23", "2023-24"), ("2023-24", "2024-25")],
)
def test_the_uplift_explains_the_minimum_to_the_nearest_million(before: str, after: str) -> None:
    values = {key: value for round_id in ENGLISH for key, value in load_round(round_id).values.items()}
    earlier, later = (values[f"national_nhs_minimum/{year}"].value for year in (before, after))
    uplift = values[f"nhs_minimum_uplift/{after}"].value
    assert isinstance(earlier, Decimal) and isinstance(uplift, Decimal) and isinstance(later, Decimal)

    assert abs(earlier * (1 + uplift) - later) <= 1


def test_the_uplift_of_2016_is_the_growth_of_the_national_sum() -> None:
    earlier, later = load_round("2015-16"), load_round("2016-17")

    growth = amount(later, "national_nhs_minimum/2016-17") / amount(earlier, "national_nhs_minimum/2015-16") - 1

    assert round(growth, 3) == amount(later, "nhs_minimum_uplift/2016-17")


def test_values_of_a_year_belong_to_a_year_of_their_round() -> None:
    assert all(not value.year or value.year in load_round(round_id).years for round_id, value in all_values())


def test_every_value_and_entry_says_where_it_is_from() -> None:
    for round_id in round_ids():
        loaded = load_round(round_id)
        entries = [entry for code_list in loaded.lists.values() for entry in code_list.entries]
        references = [entry.reference for entry in entries]
        references += [category.reference for category in loaded.income.values()]
        references += [condition.reference for condition in loaded.conditions.values()]
        references += [metric.reference for metric in loaded.metrics.values()]
        references += [value.reference for value in loaded.values.values()]
        references += [check.reference for check in loaded.checks]

        assert all(reference.title for reference in references)


@pytest.mark.parametrize("round_id", ENGLISH)
def test_recalled_lists_are_never_called_official(round_id: str) -> None:
    entries = [entry for code_list in load_round(round_id).lists.values() for entry in code_list.entries]

    recalled = [entry for entry in entries if entry.reference.tag in ("R1", "R2")]

    assert all(entry.reference.mark == "unverified" for entry in recalled)
    assert not any(entry.reference.tag == "R3" for entry in entries)


# Every spelling that the worked example of Wendleshire uses, and those of real workbooks beside them.
SPELLINGS = [
    ("scheme_types", None, "Bed based intermediate Care Services", "BED_BASED"),
    ("scheme_types", None, "Prevention / Early Intervention", "PREVENTION"),
    ("scheme_types", None, "prevention/early intervention", "PREVENTION"),
    ("scheme_types", None, "Home-based intermediate care services", "HOME_BASED"),
    ("scheme_types", None, "Home‑based intermediate care services", "HOME_BASED"),
    (
        "sub_types",
        "HOME_BASED",
        "Joint reablement and rehabilitation service (to support discharge)",
        "JOINT_DISCHARGE",
    ),
    (
        "sub_types",
        "BED_BASED",
        "Bed-based intermediate care with rehabilitation accepting step up and step down users",
        "REHAB_STEP",
    ),
    (
        "sub_types",
        "BED_BASED",
        "Bed-based intermediate care with reablement (to support discharge)",
        "REABLE_DISCHARGE",
    ),
    ("sub_types", "PERSONAL_CARE", "Mental health /wellbeing", "MENTAL"),
    ("sub_types", "HICM", "Multi-Disciplinary/Multi-Agency Discharge Teams supporting discharge", "TEAMS"),
    (
        "sub_types",
        "HOME_CARE",
        "Domiciliary care to support hospital discharge (Discharge to Assess pathway 1)",
        "DISCHARGE",
    ),
    ("sub_types", "DFG", "Adaptations, including statutory DFG grants", "ADAPTATIONS"),
    ("source_of_funding", None, "NHS minimum contribution", "NHS_MIN"),
    ("source_of_funding", None, "Minimum NHS Contribution", "NHS_MIN"),
    ("source_of_funding", None, "Discharge funding - ICB", "DISCH_ICB"),
    ("source_of_funding", None, "ICB Discharge Funding", "DISCH_ICB"),
    ("source_of_funding", None, "Discharge funding – LA", "DISCH_LA"),
    ("source_of_funding", None, "Local Authority Discharge Funding", "DISCH_LA"),
    ("source_of_funding", None, "Additional LA contribution", "LA_ADD"),
    ("source_of_funding", None, "Additional NHS contribution", "NHS_ADD"),
    ("source_of_funding", None, "iBCF", "IBCF"),
    ("source_of_funding", None, "DFG", "DFG"),
    ("provider", None, "Charity/Voluntary Sector", "VOLUNTARY"),
    ("commissioner", None, "CCG", "NHS"),
]


@pytest.mark.parametrize(("name", "parent", "spelling", "code"), SPELLINGS)
def test_a_value_is_found_by_every_accepted_spelling(name: str, parent: str | None, spelling: str, code: str) -> None:
    found = load_round("2023-25").lists[name].find(spelling, parent)

    assert found is not None
    assert found.code == (f"{parent}.{code}" if parent else code)


@pytest.mark.requirement("S16")
@pytest.mark.parametrize("round_id", round_ids())
def test_every_sub_type_belongs_to_one_type_of_its_round(round_id: str) -> None:
    lists = load_round(round_id).lists

    parents = {entry.parent for entry in lists["sub_types"].entries}

    assert parents <= lists["scheme_types"].by_code.keys()


@pytest.mark.requirement("S01")
@pytest.mark.parametrize("round_id", ENGLISH)
def test_mandatory_money_and_its_floors_are_what_is_published(round_id: str) -> None:
    loaded = load_round(round_id)
    known = loaded.income.keys() | (loaded.lists["floors"].by_code.keys() if "floors" in loaded.lists else set())

    assert {amount.category for amount in loaded.published} <= known
    assert loaded.income["NHS_MIN"].mandatory
    assert loaded.income["DFG"].is_capital


@pytest.mark.requirement("S05")
@pytest.mark.parametrize("round_id", round_ids())
def test_protected_money_says_what_it_is_for_and_who_may_lift_the_protection(round_id: str) -> None:
    for category in load_round(round_id).income.values():
        assert category.permitted_use and category.lifted_by, category.code


def test_what_is_not_known_of_2026_stays_out_and_says_so() -> None:
    loaded = load_round("2026-27")

    assert not loaded.conditions and not loaded.metrics and not loaded.checks
    assert not loaded.values and not loaded.lists["scheme_types"].entries
    assert not loaded.has_template
    assert any("national conditions" in words for words in loaded.not_known)


@pytest.mark.parametrize("round_id", [one for one in ENGLISH if one >= "2023"])
def test_tags_of_money_and_purpose_are_ours_in_every_round_since_2023(round_id: str) -> None:
    lists = load_round(round_id).lists

    assert list(lists["funding_kind"].by_code) == ["NEW", "REDIRECTED", "UPLIFT"]
    assert list(lists["purpose_kind"].by_code) == ["MAINTAIN", "IMPROVE", "TRANSFORM"]
    assert {entry.reference.mark for entry in lists["funding_kind"].entries} == {"not official"}


@pytest.mark.requirement("S22")
def test_a_round_of_another_country_has_nothing_of_england() -> None:
    norrmark, england = load_round("norrmark-2031"), load_round("2023-25")

    assert norrmark.is_invented and norrmark.based_on is None
    assert (norrmark.currency, norrmark.currency_symbol, norrmark.first_month) == ("SEK", "kr", 1)
    assert norrmark.years == ("2031",)
    assert {category.payer for category in norrmark.income.values()} == set(PayerKind)
    assert not norrmark.income.keys() & england.income.keys()
    assert not norrmark.conditions.keys() & england.conditions.keys()
    assert not norrmark.metrics.keys() & england.metrics.keys()
    assert {amount.category for amount in norrmark.published} == {"REGION_BAS", "KOMMUN_BAS", "OMSORG_GOLV"}
    assert {one.reference.mark for one in norrmark.income.values()} == {"invented"}
