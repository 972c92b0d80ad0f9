"""Which sources may pay for a scheme line on a day, and the sentence for each condition that forbids it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from commonpool.ledger.rules.eligibility import (
    Floor,
    LineFacts,
    RingFence,
    RingFenceError,
    SpendFloor,
    eligible_sources,
    floors_in_force,
    in_force,
    why_not,
)

NORTHMERE, SOUTH_WENDLE = "NHS_MIN:XN1:2024-25", "NHS_MIN:XS1:2024-25"
GRANT, COUNCIL = "DFG:XWC:2024-25", "LA_ADD:XWC:2024-25"
DISCHARGE, DISCHARGE_NEXT = "DISCH_LA:XWC:2024-25", "DISCH_LA:XWC:2025-26"
ADVANCE, SHARE = "HOST_ADVANCE:XWC:2024-25:NHS_MIN", "RISK_SHARE:XN1:2024-25:NHS_MIN"
SOURCES = [NORTHMERE, SOUTH_WENDLE, GRANT, COUNCIL, DISCHARGE, ADVANCE, SHARE]
APRIL, JULY, MARCH = date(2024, 4, 1), date(2024, 7, 1), date(2025, 3, 31)


def a_line(line_id: str = "1", **facts: Any) -> LineFacts:
    """Line 1 of Wendleshire's plan, joint reablement."""
    usual = {
        "category": "NHS_MIN",
        "scheme_type": "HOME_BASED",
        "area_of_spend": "SOCIAL_CARE",
        "commissioner": "LA",
        "is_capital": False,
        "place": "XW01",
    }
    return LineFacts(line_id=line_id, **{**usual, **facts})


def a_fence(applies_to: str = "NHS_MIN", version: int = 1, starts_on: date = APRIL, **terms: Any) -> RingFence:
    return RingFence(applies_to=applies_to, version=version, starts_on=starts_on, **terms)


def test_a_line_is_paid_by_the_sources_of_its_own_category():
    assert eligible_sources(a_line(category="DFG"), SOURCES, [], JULY) == {GRANT}


def test_a_host_advance_and_a_risk_share_are_for_the_category_that_their_code_ends_with():
    assert eligible_sources(a_line(category="NHS_MIN"), SOURCES, [], JULY) == {NORTHMERE, SOUTH_WENDLE, ADVANCE, SHARE}


def test_a_source_of_another_category_is_refused_in_a_sentence():
    [sentence] = why_not([], a_line(category="NHS_MIN"), GRANT, JULY)

    assert sentence == "DFG:XWC:2024-25 is for lines of DFG, and line 1 is of NHS_MIN."


def test_a_line_whose_category_is_unknown_is_paid_by_nobody():
    line = a_line(category=None)

    assert eligible_sources(line, SOURCES, [], JULY) == set()
    assert why_not([], line, GRANT, JULY) == (
        "Line 1 does not say which category it is funded from, so DFG:XWC:2024-25 may not pay for it.",
    )


def test_a_policy_may_name_other_sources_and_categories_instead():
    line = a_line(category="NHS_MIN")

    assert eligible_sources(line, SOURCES, [], JULY, named=[COUNCIL, "NHS_MIN:XN1"]) == {COUNCIL, NORTHMERE}
    assert why_not([], line, SOUTH_WENDLE, JULY, named=[COUNCIL, NORTHMERE]) == (
        "The draw policy of line 1 names LA_ADD:XWC:2024-25 or NHS_MIN:XN1:2024-25, and not NHS_MIN:XS1:2024-25.",
    )


@pytest.mark.requirement("S05")
def test_a_policy_does_not_open_a_ring_fence():
    fence = a_fence("DFG", scheme_types=frozenset({"DFG", "HOUSING"}))

    assert eligible_sources(a_line(scheme_type="HOME_BASED"), SOURCES, [fence], JULY, named=[GRANT, COUNCIL]) == {
        COUNCIL
    }


def test_what_is_unfunded_pays_for_nothing_whoever_names_it():
    debt = "UNFUNDED:XWC:2024-25"

    assert why_not([], a_line(category="UNFUNDED"), debt, JULY, named=[debt]) == (
        "UNFUNDED:XWC:2024-25 is a debt and pays for nothing. Find money for line 1.",
    )


CONDITIONS = [
    ({"scheme_types": {"DFG", "HOUSING"}}, {"scheme_type": "UCR"}, "its scheme type is UCR, and DFG or HOUSING is"),
    ({"areas_of_spend": {"SOCIAL_CARE"}}, {"area_of_spend": "ACUTE"}, "its area of spend is ACUTE, and SOCIAL_CARE is"),
    ({"commissioners": {"JOINT", "NHS"}}, {"commissioner": "LA"}, "its commissioner is LA, and JOINT or NHS is"),
    ({"places": {"XW02"}}, {"place": "XW01"}, "its place is XW01, and XW02 is"),
    ({"lines": {"2", "5"}}, {}, "it is line 1, and 2 or 5 is"),
    ({"capital_only": True}, {"is_capital": False}, "it is revenue, and capital is"),
    ({"revenue_only": True}, {"is_capital": True}, "it is capital, and revenue is"),
]


def frozen(terms: dict[str, Any]) -> dict[str, Any]:
    return {name: frozenset(value) if isinstance(value, set) else value for name, value in terms.items()}


@pytest.mark.requirement("S05")
@pytest.mark.parametrize(("terms", "facts", "said"), CONDITIONS)
def test_a_broken_condition_is_told_with_what_was_found_and_what_is_allowed(terms, facts, said):
    fence = a_fence(version=3, **frozen(terms))

    assert why_not([fence], a_line(**facts), NORTHMERE, JULY) == (
        f"NHS_MIN:XN1:2024-25 may not pay for line 1: {said} allowed (ring-fence on NHS_MIN, version 3).",
    )


def test_a_line_within_every_condition_may_be_paid():
    fence = a_fence(
        scheme_types=frozenset({"HOME_BASED"}),
        areas_of_spend=frozenset({"SOCIAL_CARE"}),
        commissioners=frozenset({"LA"}),
        places=frozenset({"XW01"}),
        lines=frozenset({"1"}),
        revenue_only=True,
        spend_by=MARCH,
    )

    assert why_not([fence], a_line(), NORTHMERE, JULY) == ()


@pytest.mark.parametrize(
    ("terms", "unknown", "said"),
    [
        ({"areas_of_spend": {"SOCIAL_CARE"}}, "area_of_spend", "the area of spend of the line is not known"),
        ({"places": {"XW01"}}, "place", "the place of the line is not known"),
        ({"capital_only": True}, "is_capital", "whether the line is capital or revenue is not known"),
        ({"revenue_only": True}, "is_capital", "whether the line is capital or revenue is not known"),
    ],
)
def test_what_is_not_known_of_a_line_is_not_allowed(terms, unknown, said):
    [sentence] = why_not([a_fence(**frozen(terms))], a_line(**{unknown: None}), NORTHMERE, JULY)

    assert said in sentence


def test_all_broken_conditions_are_told_at_once():
    fence = a_fence(areas_of_spend=frozenset({"SOCIAL_CARE"}), capital_only=True, spend_by=date(2024, 6, 30))

    said = why_not([fence], a_line(category="DFG", area_of_spend="ACUTE", is_capital=False), NORTHMERE, JULY)

    assert len(said) == 4


def test_the_spend_by_date_is_the_last_day_on_which_money_may_be_spent():
    fence = a_fence("DISCH_LA:*:2024-25", spend_by=MARCH)
    line = a_line(category="DISCH_LA")

    assert why_not([fence], line, DISCHARGE, MARCH) == ()
    [sentence] = why_not([fence], line, DISCHARGE, MARCH + timedelta(days=1))
    assert sentence == (
        "DISCH_LA:XWC:2024-25 may not pay for line 1: it is spent on 1 April 2025, and 31 March 2025 was the last day "
        "(ring-fence on DISCH_LA:*:2024-25, version 1)."
    )


def test_a_ring_fence_on_one_years_money_leaves_the_next_years_free():
    fence = a_fence("DISCH_LA:*:2024-25", spend_by=MARCH)

    assert eligible_sources(
        a_line(category="DISCH_LA"), [DISCHARGE, DISCHARGE_NEXT], [fence], MARCH + timedelta(days=1)
    ) == {DISCHARGE_NEXT}


def test_a_source_is_bound_by_its_categorys_ring_fence_and_by_its_own():
    fences = [
        a_fence("NHS_MIN", areas_of_spend=frozenset({"SOCIAL_CARE", "COMMUNITY_HEALTH"})),
        a_fence(NORTHMERE, lines=frozenset({"2"})),
    ]

    assert eligible_sources(a_line("1"), [NORTHMERE, SOUTH_WENDLE], fences, JULY) == {SOUTH_WENDLE}
    assert eligible_sources(a_line("2"), [NORTHMERE, SOUTH_WENDLE], fences, JULY) == {NORTHMERE, SOUTH_WENDLE}
    assert eligible_sources(a_line("2", area_of_spend="ACUTE"), [NORTHMERE, SOUTH_WENDLE], fences, JULY) == set()


def test_a_categorys_ring_fence_does_not_bind_the_money_that_others_advance_for_it():
    fence = a_fence("NHS_MIN", areas_of_spend=frozenset({"COMMUNITY_HEALTH"}))

    assert eligible_sources(a_line(), SOURCES, [fence], JULY) == {ADVANCE, SHARE}


def test_a_category_is_a_whole_part_of_a_code_and_not_the_beginning_of_one():
    fence = a_fence("NHS", lines=frozenset({"none"}))

    assert why_not([fence], a_line(), NORTHMERE, JULY) == ()


def test_a_ring_fence_holds_from_its_first_day_to_its_last():
    fence = a_fence(starts_on=APRIL, ends_on=JULY, capital_only=True)

    days = [APRIL - timedelta(days=1), APRIL, JULY, JULY + timedelta(days=1)]
    assert [bool(in_force([fence], day)) for day in days] == [False, True, True, False]


def test_of_two_versions_that_overlap_the_higher_one_holds_and_then_the_lower_one_again():
    usual = a_fence(version=1, areas_of_spend=frozenset({"SOCIAL_CARE"}))
    for_the_winter = a_fence(version=2, starts_on=date(2024, 11, 1), ends_on=date(2025, 1, 31))
    acute = a_line(area_of_spend="ACUTE")

    asked = {day: why_not([for_the_winter, usual], acute, NORTHMERE, day) for day in (JULY, date(2024, 12, 1), MARCH)}
    assert [bool(said) for said in asked.values()] == [True, False, True]


def test_two_different_ring_fences_of_one_version_are_refused_when_both_hold():
    fences = [a_fence(version=2, capital_only=True), a_fence(version=2, revenue_only=True)]

    with pytest.raises(RingFenceError, match="two of the ring-fence on NHS_MIN, version 2 on 1 July 2024"):
        in_force(fences, JULY)


@pytest.mark.requirement("S05")
def test_the_floor_on_social_care_counts_the_fenced_money_on_lines_of_social_care():
    # Wendleshire 2024-25: the adult social care minimum, and lines 1, 3 and 5 of its plan.
    fence = a_fence(
        floors=(
            SpendFloor(
                name="minimum for adult social care", pence=21_000_350_00, areas_of_spend=frozenset({"SOCIAL_CARE"})
            ),
        )
    )
    lines = [a_line("1"), a_line("3", area_of_spend="COMMUNITY_HEALTH"), a_line("5"), a_line("9", area_of_spend=None)]

    assert floors_in_force([fence], lines, SOURCES, JULY) == (
        Floor(
            "minimum for adult social care",
            sources=frozenset({NORTHMERE, SOUTH_WENDLE}),
            lines=frozenset({"1", "5"}),
            pence=21_000_350_00,
        ),
    )
    assert floors_in_force([fence], lines, SOURCES, APRIL - timedelta(days=1)) == ()


@pytest.mark.parametrize(
    ("terms", "said"),
    [
        ({"applies_to": ""}, "‘’ is no category or source"),
        ({"applies_to": "NHS_MIN::2024-25"}, "is no category or source"),
        ({"applies_to": "*:XN1"}, "is no category or source"),
        ({"version": 0}, "count from 1, and this one is 0"),
        ({"ends_on": date(2024, 3, 31)}, "ends on 31 March 2024, before it starts on 1 April 2024"),
        ({"capital_only": True, "revenue_only": True}, "allows capital only and revenue only"),
        ({"areas_of_spend": frozenset()}, "lists no area of spend under areas_of_spend"),
        ({"lines": frozenset({" "})}, "lists no line under lines"),
        ({"spend_by": MARCH, "ends_on": MARCH}, "nothing keeps the money to its last day, 31 March 2025"),
    ],
)
def test_a_ring_fence_cannot_be_built_wrong(terms, said):
    with pytest.raises(RingFenceError, match=said.replace("*", r"\*")):
        RingFence(**{"applies_to": "NHS_MIN", "version": 1, "starts_on": APRIL, **terms})


@pytest.mark.parametrize(
    ("terms", "said"),
    [({"pence": 0}, "is 0 pence"), ({"name": " "}, "has no name"), ({"lines": frozenset()}, "lists no line")],
)
def test_a_floor_cannot_be_built_wrong(terms, said):
    with pytest.raises(RingFenceError, match=said):
        SpendFloor(**{"name": "carers", "pence": 1, **terms})


def test_a_ring_fence_is_read_from_yaml():
    fence = RingFence.from_data(
        yaml.safe_load(
            """
            applies_to: NHS_MIN
            version: 2
            starts_on: 2024-04-01
            areas_of_spend: [SOCIAL_CARE, COMMUNITY_HEALTH]
            spend_by: "2025-03-31"
            because: Policy framework 2023 to 2025
            floors:
              - {name: minimum for adult social care, pence: 2100035000, areas_of_spend: [SOCIAL_CARE]}
            """
        )
    )

    assert fence == RingFence(
        applies_to="NHS_MIN",
        version=2,
        starts_on=APRIL,
        areas_of_spend=frozenset({"SOCIAL_CARE", "COMMUNITY_HEALTH"}),
        spend_by=MARCH,
        because="Policy framework 2023 to 2025",
        floors=(
            SpendFloor(
                name="minimum for adult social care", pence=21_000_350_00, areas_of_spend=frozenset({"SOCIAL_CARE"})
            ),
        ),
    )


def test_only_what_is_set_is_written():
    assert a_fence(lines=frozenset({"2", "1"})).as_data() == {
        "applies_to": "NHS_MIN",
        "version": 1,
        "starts_on": "2024-04-01",
        "lines": ["1", "2"],
    }


def test_every_fault_of_the_terms_is_told_at_once_and_unknown_keys_by_name():
    terms = {
        "applies_to": "DFG",
        "starts_on": "1 April",
        "areas": ["SOCIAL_CARE"],
        "lines": [12],
        "capital_only": "yes",
        "floors": [{"name": "carers", "pence": 12.5}, {"pence": 1, "least": 2}],
    }

    with pytest.raises(RingFenceError) as refused:
        RingFence.from_data(terms)

    said = "\n".join(refused.value.faults)
    assert "‘areas’ is no term of a ring-fence" in said
    assert "The ring-fence has no version." in said
    assert "starts_on of the ring-fence is ‘1 April’. Write a day as 2025-03-31." in said
    assert "lines of the ring-fence is ‘[12]’. Write a text; put a number that is a code in quotes." in said
    assert "capital_only of the ring-fence is ‘yes’. Write true or false." in said
    assert "pence of the floor is ‘12.5’. Write a whole number." in said
    assert "‘least’ is no term of a floor" in said
    assert "The floor has no name." in said
    assert len(refused.value.faults) == 8


@pytest.mark.parametrize("data", [None, [], "NHS_MIN", 3])
def test_terms_that_are_no_list_of_keys_are_refused(data):
    with pytest.raises(RingFenceError, match="Write its terms as key: value"):
        RingFence.from_data(data)


@pytest.mark.parametrize(
    ("key", "value"),
    [("version", True), ("spend_by", 20250331), ("lines", "12"), ("floors", {"name": "x"}), ("because", 7)],
)
def test_a_value_of_the_wrong_sort_is_refused_with_its_key(key, value):
    terms = {**a_fence().as_data(), key: value}

    with pytest.raises(RingFenceError, match=f"{key} of the ring-fence is"):
        RingFence.from_data(terms)


codes = st.none() | st.frozensets(st.sampled_from(["A", "B", "C"]), min_size=1)
kinds = dict.fromkeys(("scheme_types", "areas_of_spend", "commissioners", "places", "lines"), codes)
days = st.dates(date(2024, 1, 1), date(2026, 12, 31))
floors = st.builds(SpendFloor, name=st.text("abc", min_size=1), pence=st.integers(1, 10**12), **kinds)


@st.composite
def ring_fences(draw: st.DrawFn) -> RingFence:
    starts_on, first, second = sorted(draw(st.tuples(days, days, days)))
    nature = draw(st.sampled_from([{}, {"capital_only": True}, {"revenue_only": True}]))
    return RingFence(
        applies_to=draw(st.sampled_from(["P", "Q", "P:X", "P:*:2024-25", "P:X:2024-25", "R:*:*:P"])),
        version=draw(st.integers(1, 10**6)),
        starts_on=starts_on,
        ends_on=draw(st.sampled_from([None, second + timedelta(days=1)])),
        spend_by=draw(st.sampled_from([None, first])),
        floors=tuple(draw(st.lists(floors, max_size=2))),
        because=draw(st.sampled_from(["", "the agreement, clause 4"])),
        **nature,
        **{name: draw(strategy) for name, strategy in kinds.items()},
    )


@given(fence=ring_fences())
def test_terms_come_back_from_json_and_from_yaml_as_they_were(fence):
    assert RingFence.from_data(json.loads(json.dumps(fence.as_data()))) == fence
    assert RingFence.from_data(yaml.safe_load(yaml.safe_dump(fence.as_data()))) == fence


def plainly(fences: Iterable[RingFence], line: LineFacts, source: str, on: date) -> bool:
    """May the source pay? The same rules, written out for one question with nothing shared."""
    category, partner, year, *for_category = source.split(":")
    if line.category != (for_category[0] if for_category else category):
        return False
    holding = [f for f in fences if f.starts_on <= on and (f.ends_on is None or on <= f.ends_on)]
    for fence in holding:
        if any(other.applies_to == fence.applies_to and other.version > fence.version for other in holding):
            continue
        asked = fence.applies_to.split(":")
        code = [category, partner, year, *for_category][: len(asked)]
        if len(code) < len(asked) or any(want not in ("*", part) for want, part in zip(asked, code, strict=True)):
            continue
        if fence.scheme_types is not None and line.scheme_type not in fence.scheme_types:
            return False
        if fence.areas_of_spend is not None and line.area_of_spend not in fence.areas_of_spend:
            return False
        if fence.commissioners is not None and line.commissioner not in fence.commissioners:
            return False
        if fence.places is not None and line.place not in fence.places:
            return False
        if fence.lines is not None and line.line_id not in fence.lines:
            return False
        if fence.capital_only and line.is_capital is not True:
            return False
        if fence.revenue_only and line.is_capital is not False:
            return False
        if fence.spend_by is not None and fence.spend_by < on:
            return False
    return True


code = st.sampled_from([None, "A", "B", "C"])
lines = st.builds(
    LineFacts,
    line_id=st.sampled_from(["A", "B", "C"]),
    category=st.sampled_from(["P", "Q"]),
    scheme_type=code,
    area_of_spend=code,
    commissioner=code,
    is_capital=st.sampled_from([None, True, False]),
    place=code,
)
ALL = ["P:X:2024-25", "P:Y:2024-25", "P:X:2025-26", "Q:X:2024-25", "R:X:2024-25:P", "R:Y:2024-25:Q"]


@pytest.mark.requirement("S05")
@given(
    fences=st.lists(ring_fences(), max_size=4, unique_by=lambda fence: (fence.applies_to, fence.version)),
    line=lines,
    on=days,
)
def test_the_answer_is_that_of_the_rules_written_out_plainly(fences, line, on):
    may = eligible_sources(line, ALL, fences, on)

    assert may == {source for source in ALL if plainly(fences, line, source, on)}
    assert may == {source for source in ALL if not why_not(fences, line, source, on)}


@given(fences=st.lists(ring_fences(), max_size=4, unique_by=lambda fence: fence.version), on=days, data=st.data())
def test_the_order_in_which_ring_fences_are_kept_does_not_matter(fences, on, data):
    shuffled = data.draw(st.permutations(fences))

    assert in_force(shuffled, on) == in_force(fences, on)
