"""Extracts that state amounts to date are taken apart, and only what moved since the last one is posted."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from commonpool.findings import Severity
from commonpool.ledger.rules.extracts import (
    FigureKey,
    Movement,
    ReadExport,
    RowKind,
    decumulate,
    moved_by,
    movements,
)
from tests.ledger.export_builders import (
    MONTHS,
    TO_DATE,
    YEAR,
    facts_of,
    mapping_of,
    read,
    told,
)


def to_date(*rows: str, style: str = "cumulative") -> ReadExport:
    """An extract of rows `code period amount`, by the mapping of this section."""
    text = "CC | Period | Actual to date\n" + "\n".join(" | ".join(row.split()) for row in rows)
    return read(text, mapping_of(style, columns=TO_DATE))


def figure(code: str, month: int, line: str | None = None) -> FigureKey:
    return FigureKey(code, line or code[-1], RowKind.EXPENDITURE, MONTHS[month - 1].starts_on)


def test_amounts_to_date_are_taken_apart_into_their_months():
    ends = [100, 250, 250, 240, 900, 1000, 1100, 1200, 1300, 1400, 1500, 1700]

    parts = decumulate(dict(zip(MONTHS, ends, strict=True)), YEAR.starts_on)

    assert list(parts.values()) == [100, 150, 0, -10, 660, 100, 100, 100, 100, 100, 100, 200]


def test_a_month_missing_in_between_is_unknown_and_not_zero():
    export = to_date("CC1 P1 100", "CC1 P3 350", "CC2 P1 1", "CC2 P2 2", "CC2 P3 3")

    moved = moved_by(export, facts_of(), {})

    assert {key: pence for key, pence in moved.figures.items() if key.code == "CC1"} == {
        figure("CC1", 1): 100_00,
        figure("CC1", 3): 250_00,
    }
    (finding,) = export.findings
    assert (finding.rule, finding.severity) == ("EXT-33", Severity.WARNING)
    assert "CC1 has nothing for 1 May 2024 to 31 May 2024" in finding.problem


def test_only_movements_post_and_a_restated_month_gets_its_own_negative_one():
    before = moved_by(to_date("CC1 P1 100", "CC1 P2 250"), facts_of(), {})

    after = moved_by(to_date("CC1 P1 80", "CC1 P2 250", "CC1 P3 300"), facts_of(), before.figures)

    assert [(one.period, one.pence, one.was_pence) for one in after.movements] == [
        (date(2024, 4, 1), -20_00, 100_00),
        (date(2024, 5, 1), 20_00, 150_00),
        (date(2024, 6, 1), 50_00, 0),
    ]
    assert after.ends_on[date(2024, 6, 1)] == date(2024, 6, 30)
    assert after.findings == ()


def test_the_same_file_again_moves_nothing():
    export = to_date("CC1 P1 100", "CC1 P2 250", "CC2 P1 0")

    first = moved_by(export, facts_of(), {})
    again = moved_by(export, facts_of(), first.figures)

    assert len(first.movements) == 2
    assert again.movements == ()
    assert again.findings == ()


def test_a_cost_centre_that_vanished_goes_back_to_zero_with_a_warning():
    before = moved_by(to_date("CC1 P1 100", "CC2 P1 40", "CC2 P2 70"), facts_of(), {})

    after = moved_by(to_date("CC1 P1 100", "CC1 P2 100"), facts_of(), before.figures)

    assert [(one.code, one.period.month, one.pence, one.is_gone) for one in after.movements] == [
        ("CC2", 4, -40_00, True),
        ("CC2", 5, -30_00, True),
    ]
    (finding,) = after.findings
    assert (finding.rule, finding.severity) == ("EXT-37", Severity.WARNING)
    assert "CC2 (line 2, expenditure) had £70.00 for Apr 2024, May 2024 in an earlier file" in finding.problem


def test_an_older_file_is_warned_of_once():
    before = moved_by(to_date("CC1 P1 100", "CC1 P2 150", "CC2 P2 7"), facts_of(), {})

    after = moved_by(to_date("CC1 P1 100", "CC2 P1 0"), facts_of(), before.figures)

    assert [one.rule for one in after.findings] == ["EXT-38"]
    assert sum(one.pence for one in after.movements) == -57_00


def test_a_file_of_the_newest_month_alone_leaves_earlier_months_as_told_and_moves_the_rest_there():
    before = moved_by(to_date("CC1 P1 100", "CC1 P2 250"), facts_of(), {})

    after = moved_by(to_date("CC1 P3 400"), facts_of(), before.figures)

    assert [(one.period.month, one.pence) for one in after.movements] == [(6, 150_00)]
    assert [(one.rule, one.severity) for one in after.findings] == [("EXT-36", Severity.NOTE)]


def test_a_first_file_that_begins_late_says_that_earlier_months_stand_together():
    moved = moved_by(to_date("CC1 P3 400"), facts_of(), {})

    assert moved.figures == {figure("CC1", 3): 400_00}
    (finding,) = moved.findings
    assert (finding.rule, finding.severity) == ("EXT-35", Severity.WARNING)
    assert "nothing of 1 Apr 2024 to 31 May 2024: for CC1 what belongs there is not known" in finding.problem


def test_a_cost_centre_that_stops_before_the_file_does_is_taken_as_unchanged_with_a_warning():
    export = to_date("CC1 P1 100", "CC2 P1 40", "CC1 P2 150")

    assert [(one.rule, one.severity) for one in export.findings] == [("EXT-34", Severity.WARNING)]
    assert "CC2 has no amount to date after 30 Apr 2024, though the file goes to 31 May 2024" in str(export.findings[0])


def test_a_cost_centre_and_period_that_come_twice_are_told_like_any_row():
    export = to_date("CC1 P1 100", "CC1 P1 100", "CC2 P1 1", "CC2 P1 2")

    assert told(export) == [("EXT-26", "C3"), ("EXT-27", "C5")]
    assert len(export.rows) == 2


def test_two_words_for_one_kind_add_up_and_a_silent_one_stands_as_it_stood():
    columns = {**TO_DATE, "kind": "Type"}
    mapping = mapping_of("cumulative", columns=columns, kinds={"staff": "expenditure", "agency": "expenditure"})
    text = (
        "CC | Period | Actual to date | Type\n CC1 | P1 | 100 | staff\n CC1 | P1 | 5 | agency\n CC1 | P2 | 30 | agency"
    )

    moved = moved_by(read(text, mapping), facts_of(), {})

    assert moved.figures == {figure("CC1", 1): 105_00, figure("CC1", 2): 25_00}


def test_months_and_quarters_of_one_code_would_count_twice_and_are_refused():
    export = to_date("CC1 Q1 300", "CC1 P2 100", style="periodic")

    assert [(one.rule, one.severity) for one in export.findings] == [("EXT-32", Severity.ERROR)]
    assert "amounts for Q1 2024-25 and for May 2024, which share days" in export.findings[0].problem


def test_periodic_amounts_move_by_their_own_difference():
    before = moved_by(to_date("CC1 P1 100", "CC1 P2 50", style="periodic"), facts_of(), {})

    after = moved_by(to_date("CC1 P1 90", "CC1 P2 50", "CC1 P3 5", style="periodic"), facts_of(), before.figures)

    assert [(one.period.month, one.pence) for one in after.movements] == [(4, -10_00), (6, 5_00)]


def test_a_cost_centre_mapped_to_another_line_moves_from_line_to_line():
    rows = "CC | Period | Actual to date\n CC1 | P1 | 100"
    before = moved_by(read(rows, mapping_of("cumulative", columns=TO_DATE)), facts_of(), {})

    recoded = read(rows, mapping_of("cumulative", columns=TO_DATE, codes={"CC1": "2"}))
    after = moved_by(recoded, facts_of(), before.figures)

    assert [(one.line, one.pence) for one in after.movements] == [("1", -100_00), ("2", 100_00)]


def test_a_movement_has_one_key_in_one_file_and_another_in_the_next_or_when_it_comes_again():
    movement = Movement("CC1", "1", RowKind.EXPENDITURE, date(2024, 4, 1), 5, 0)

    keys = {movement.key("aa"), movement.key("aa"), movement.key("bb"), movement.key("aa", after=2)}

    assert len(keys) == 3
    assert all("CC1" not in key for key in keys)


amounts = st.integers(min_value=-(10**9), max_value=10**9)
codes = st.sampled_from(["CC1", "CC2"])
extracts = st.dictionaries(st.tuples(codes, st.integers(min_value=1, max_value=12)), amounts, min_size=1, max_size=15)


@given(history=st.lists(extracts, min_size=1, max_size=5), style=st.sampled_from(["cumulative", "periodic"]))
def test_whatever_extracts_come_the_sum_of_all_movements_is_the_last_extract(history, style):
    posted: dict[FigureKey, int] = {}
    figures: dict[FigureKey, int] = {}
    for extract in history:
        rows = [f"{code} P{month} {pence / 100:.2f}" for (code, month), pence in extract.items()]
        moved = moved_by(to_date(*rows, style=style), facts_of(), figures)
        for one in moved.movements:
            key = FigureKey(one.code, one.line, one.kind, one.period)
            posted[key] = posted.get(key, 0) + one.pence
        figures = dict(moved.figures)

    last = history[-1]
    for code, month in last:
        upto = range(1, month + 1) if style == "cumulative" else [month]
        assert sum(posted.get(figure(code, one), 0) for one in upto) == last[code, month]
    assert {key for key, pence in posted.items() if pence} <= set(figures)
    assert sum(posted.values()) == the_last_extract_by_hand(last, style)


def the_last_extract_by_hand(extract: dict[tuple[str, int], int], style: str) -> int:
    """What a partner's ledger holds after an extract: each code's newest amount to date, or all its amounts."""
    if style == "periodic":
        return sum(extract.values())
    newest = {code: max(month for other, month in extract if other == code) for code, _ in extract}
    return sum(extract[code, month] for code, month in newest.items())


@given(
    before=st.dictionaries(st.builds(figure, codes, st.integers(min_value=1, max_value=12)), amounts),
    now=st.dictionaries(st.builds(figure, codes, st.integers(min_value=1, max_value=12)), amounts),
)
def test_applied_movements_turn_the_old_figures_into_the_new_and_none_is_zero(before, now):
    moved = movements(before, now)

    applied = dict(before)
    for one in moved:
        applied[FigureKey(one.code, one.line, one.kind, one.period)] = one.was_pence + one.pence

    assert {key: pence for key, pence in applied.items() if pence} == {
        key: pence for key, pence in now.items() if pence
    }
    assert all(one.pence for one in moved)
    assert movements(now, now) == []
