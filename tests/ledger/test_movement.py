"""Last year's money becomes this year's, cause by cause and to the penny."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonpool.ledger.rules.movement import (
    Cause,
    Cell,
    Facts,
    Move,
    MovementError,
    Row,
    by_cause,
    money_moved,
    movement,
)

# Wendleshire's plan of 2024-25, and the same plan under the names of 2025-26.
WENDLESHIRE = {
    Cell("NHS_MIN", "1"): 9_850_000_00,
    Cell("NHS_MIN", "2"): 10_450_000_00,
    Cell("NHS_MIN", "3"): 14_300_000_00,
    Cell("NHS_MIN", "4"): 6_480_000_00,
    Cell("NHS_MIN", "5"): 1_120_500_00,
    Cell("NHS_MIN", "6"): 3_915_250_40,
    Cell("NHS_MIN", "7"): 4_860_000_00,
    Cell("NHS_MIN", "8"): 2_013_532_60,
    Cell("NHS_ADD", "9"): 1_250_000_00,
    Cell("iBCF", "10"): 8_982_906_00,
    Cell("iBCF", "11"): 2_500_000_00,
    Cell("DFG", "12"): 5_163_448_00,
    Cell("DFG", "13"): 750_000_00,
    Cell("LA_ADD", "14"): 2_145_300_75,
    Cell("DISCH_LA", "15"): 2_683_015_00,
    Cell("DISCH_ICB", "16"): 3_054_000_00,
}
NEW_NAMES = {"iBCF": "LABCG", "DISCH_LA": "LABCG", "DISCH_ICB": "NHS_MIN"}
RENAMED = Facts(sources=NEW_NAMES)
CARRIED_OVER = {Cell(NEW_NAMES.get(source, source), line): pence for (source, line), pence in WENDLESHIRE.items()}

sources = st.sampled_from(["A", "A/X/2024-25", "A/X/2025-26", "A/X/2023-24", "B", "B/X/2024-25", "B/X/2025-26"])
amounts = st.integers(min_value=-(10**9), max_value=10**9)
years = st.dictionaries(st.builds(Cell, sources, st.sampled_from("1234")), amounts, max_size=12)
known = st.builds(
    Facts,
    sources=st.dictionaries(st.sampled_from(["A", "A/X", "B"]), st.sampled_from(["A", "B", "B/Y"])),
    lines=st.dictionaries(st.sampled_from("1234"), st.sampled_from("1234")),
    outputs_before=st.dictionaries(st.sampled_from("1234"), st.integers(0, 500)),
    outputs_after=st.dictionaries(st.sampled_from("1234"), st.integers(0, 500)),
)


def moved(before: dict[Cell, int], after: dict[Cell, int], facts: Facts | None = None) -> tuple[Row, ...]:
    return movement(before, after, before_year="2024-25", after_year="2025-26", facts=facts)


@pytest.mark.requirement("S42")
def test_money_under_a_new_name_is_moved_not_stopped_and_new():
    rows = moved(WENDLESHIRE, CARRIED_OVER, RENAMED)

    assert sum(WENDLESHIRE.values()) == sum(CARRIED_OVER.values()) == 79_517_952_75
    assert sum(row.after_pence for row in rows if row.after and row.after.source == "LABCG") == 14_165_921_00
    assert sum(row.after_pence for row in rows if row.after and row.after.source == "NHS_MIN") == 56_043_283_00
    assert [row.sentence for row in rows if row.cause is Cause.MOVED] == [
        "£8,982,906.00 moved from iBCF on line 10 to LABCG on line 10.",
        "£2,500,000.00 moved from iBCF on line 11 to LABCG on line 11.",
        "£2,683,015.00 moved from DISCH_LA on line 15 to LABCG on line 15.",
        "£3,054,000.00 moved from DISCH_ICB on line 16 to NHS_MIN on line 16.",
    ]
    assert not any(by_cause(rows).values())


def test_without_the_fact_the_same_money_is_stopped_and_new():
    found = by_cause(moved(WENDLESHIRE, CARRIED_OVER))

    assert (found[Cause.NEW], found[Cause.STOPPED]) == (17_219_921_00, -17_219_921_00)


def test_two_streams_become_one_on_a_line_and_what_is_more_is_a_change():
    before = {Cell("iBCF/XWC/2024-25", "10"): 60_00, Cell("DISCH_LA/XWC/2024-25", "10"): 30_00}
    after = {Cell("LABCG/XWC/2025-26", "10"): 95_00}

    rows = moved(before, after, RENAMED)

    assert [(row.cause, row.before_pence, row.after_pence) for row in rows] == [
        (Cause.MOVED, 30_00, 30_00),
        (Cause.MOVED, 60_00, 60_00),
        (Cause.CHANGED, 0, 5_00),
    ]
    assert rows[-1].sentence == "LABCG/XWC/2025-26 on line 10: £5.00 more, changed."


def test_a_line_that_became_part_of_another_moved_there():
    rows = moved({Cell("A", "7a"): 40_00}, {Cell("A", "7"): 40_00}, Facts(lines={"7a": "7"}))

    assert [row.sentence for row in rows] == ["£40.00 moved from A on line 7a to A on line 7."]


def test_a_merged_partners_money_moved_to_its_successor():
    facts = Facts(sources={"NHS_MIN/XS1": "NHS_MIN/XN1"})

    (row,) = moved({Cell("NHS_MIN/XS1/2024-25", "1"): 5_00}, {Cell("NHS_MIN/XN1/2025-26", "1"): 5_00}, facts)

    assert row.cause is Cause.MOVED


def test_where_outputs_are_known_a_change_is_volume_and_price():
    # £1,000.00 for 100 packages; £1,320.00 for 120. At last year's price 120 would cost £1,200.00.
    facts = Facts(outputs_before={"1": 100}, outputs_after={"1": Decimal(120)})

    rows = moved({Cell("A", "1"): 1_000_00}, {Cell("A", "1"): 1_320_00}, facts)

    assert [row.sentence for row in rows] == [
        "A on line 1: £1,000.00 as last year.",
        "A on line 1: £200.00 more, by what is put out.",
        "A on line 1: £120.00 more, by the price of what is put out.",
    ]


@pytest.mark.parametrize(("before", "after"), [({}, {"1": 120}), ({"1": 0}, {"1": 120}), ({"1": 100}, {})])
def test_where_outputs_are_not_known_for_both_years_a_change_is_only_a_change(before, after):
    facts = Facts(outputs_before=before, outputs_after=after)

    rows = moved({Cell("A", "1"): 1_000_00}, {Cell("A", "1"): 900_00}, facts)

    assert [(row.cause, row.change_pence) for row in rows] == [(Cause.CONTINUED, 0), (Cause.CHANGED, -100_00)]


def test_money_of_an_earlier_year_is_carried_forward_and_not_more_of_this_years():
    before = {Cell("DFG/XWC/2024-25", "12"): 5_163_448_00, Cell("DFG/XWC/2023-24", "12"): 10_00}
    after = {Cell("DFG/XWC/2025-26", "12"): 5_163_448_00, Cell("DFG/XWC/2024-25", "12"): 475_327_58}

    rows = moved(before, after)

    assert [(row.cause, row.change_pence) for row in rows] == [
        (Cause.CONTINUED, 0),
        (Cause.CARRIED_FORWARD, -10_00),
        (Cause.CARRIED_FORWARD, 475_327_58),
    ]
    assert rows[2].sentence == ("DFG/XWC/2024-25 on line 12: £475,327.58 more, carried forward from an earlier year.")


def test_one_source_under_two_codes_is_refused_by_name():
    with pytest.raises(MovementError, match="A/X and A/X/2025-26 are one source"):
        moved({}, {Cell("A/X", "1"): 1, Cell("A/X/2025-26", "1"): 1})


@pytest.mark.requirement("S42")
@given(before=years, after=years, facts=known)
def test_rows_sum_to_the_difference_and_to_every_cell_of_both_years(before, after, facts):
    rows = moved(before, after, facts)

    assert sum(by_cause(rows).values()) == sum(after.values()) - sum(before.values())
    was: Counter[Cell] = Counter()
    now: Counter[Cell] = Counter()
    for row in rows:
        if row.before:
            was[row.before] += row.before_pence
        if row.after:
            now[row.after] += row.after_pence
    assert dict(was) == {cell: pence for cell, pence in before.items() if pence}
    assert {cell: pence for cell, pence in now.items() if pence} == {c: pence for c, pence in after.items() if pence}


@pytest.mark.requirement("S33")
def test_a_contribution_says_what_it_paid_for_before_and_what_it_pays_for_now():
    before = {Cell("LA_ADD", "telecare"): 100_00, Cell("LA_ADD", "day centres"): 60_00, Cell("LA_ADD", "meals"): 20_00}
    after = {Cell("LA_ADD", "telecare"): 130_00, Cell("LA_ADD", "reablement"): 60_00}

    moves = money_moved(before, after)

    assert [move.sentence for move in moves] == [
        "£100.00 of LA_ADD stayed with telecare.",
        "£60.00 of LA_ADD moved from day centres to reablement.",
        "£20.00 of LA_ADD moved from meals to telecare.",
        "£10.00 of LA_ADD is new and pays for telecare.",
    ]
    assert sum(move.pence for move in moves if move.to_line) == 190_00


def test_a_contribution_that_shrank_says_what_is_no_longer_in_it():
    moves = money_moved({Cell("A", "1"): 50_00}, {Cell("A", "1"): 30_00})

    assert moves[1:] == (Move("A", "1", None, 20_00),)
    assert moves[1].sentence == "£20.00 of A paid for 1 and is no longer in the contribution."


@pytest.mark.requirement("S33")
def test_a_contribution_under_a_new_name_knows_what_its_parts_paid_for():
    moves = money_moved(WENDLESHIRE, CARRIED_OVER, RENAMED)

    grant = [move for move in moves if move.contribution == "LABCG"]
    assert [(move.from_line, move.to_line) for move in grant] == [("10", "10"), ("11", "11"), ("15", "15")]
    assert sum(move.pence for move in grant) == 14_165_921_00


@pytest.mark.requirement("S33")
@given(before=years, after=years)
def test_moves_sum_to_the_contribution_and_are_never_more_than_the_lines_that_changed(before, after):
    moves = money_moved(before, after)

    def total(cells: dict[Cell, int], stream: str) -> int:
        return sum(pence for cell, pence in cells.items() if "/".join(cell.source.split("/")[:2]) == stream)

    for stream in ("A", "A/X", "B", "B/X"):
        own = [move for move in moves if move.contribution == stream]
        assert sum(move.pence for move in own if move.to_line) == total(after, stream)
        assert sum(move.pence for move in own if move.from_line) == total(before, stream)
        between = [move for move in own if move.from_line != move.to_line]
        changed = {line for move in between for line in (move.from_line, move.to_line)} - {None}
        assert len(between) <= len(changed)
        assert all(move.pence > 0 for move in between)
