"""The table that sums up three readings: it covers every case, and an area may put its own in its place."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from pathlib import Path

import pytest

from commonpool.performance.board_cells import SHIPPED, cells_in_use, read_cells
from commonpool.performance.rules.against_plan import AgainstPlan
from commonpool.performance.rules.board_cells import READINGS, BoardCells, BoardCellsError, Cell, CellRow, Tone
from commonpool.performance.rules.icons import Assurance, Variation

LAST = "  - {against_plan: any, variation: any, assurance: any, words: Look, tone: quiet}\n"


def a_row(against: str = "any", variation: str = "any", assurance: str = "any", words: str = "Look") -> CellRow:
    return CellRow(against, variation, assurance, Cell(words, Tone.QUIET))


def own_table(home: Path, text: str) -> Path:
    (home / "board_cells.yaml").write_text(text, encoding="utf-8")
    return home


def test_the_shipped_table_has_a_cell_for_every_three_readings() -> None:
    table = read_cells(SHIPPED)

    cells = [
        table.cell(against, variation, assurance)
        for against, variation, assurance in product(AgainstPlan, [*Variation, None], [*Assurance, None])
    ]
    assert len(cells) == 4 * 6 * 4
    assert all(cell.words for cell in cells)


@pytest.mark.parametrize(
    ("against", "variation", "assurance", "words", "tone"),
    [
        (AgainstPlan.MISSED, Variation.CONCERN, Assurance.HITS, "Off plan and getting worse", Tone.ACT),
        (AgainstPlan.MISSED, Variation.IMPROVEMENT, Assurance.MISSES, "Off plan but improving", Tone.WATCH),
        (AgainstPlan.MET, Variation.COMMON_CAUSE, Assurance.MISSES, "On plan once; it usually misses", Tone.WATCH),
        (AgainstPlan.MET, None, None, "On plan", Tone.GOOD),
        (AgainstPlan.NOT_YET_KNOWN, None, None, "Not judged", Tone.QUIET),
    ],
)
def test_the_shipped_table_says_where_to_look_first(
    against: AgainstPlan, variation: Variation | None, assurance: Assurance | None, words: str, tone: Tone
) -> None:
    assert read_cells(SHIPPED).cell(against, variation, assurance) == Cell(words, tone)


def test_the_first_row_that_matches_counts() -> None:
    table = BoardCells((a_row("missed", words="Act"), a_row(words="Look")), {})

    assert table.cell(AgainstPlan.MISSED, None, None).words == "Act"
    assert table.cell(AgainstPlan.MET, None, None).words == "Look"


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ((a_row("met"),), "No row is for against_plan ‘within tolerance’, variation ‘common_cause’"),
        ((a_row(), a_row("met", words="Late")), "Row 2 (‘Late’) is never reached"),
        ((a_row("splendid"), a_row()), "Row 1: ‘splendid’ is no against_plan. Write one of: met,"),
        ((a_row(words=" "),), "Row 1: it has no words."),
    ],
)
def test_a_table_that_is_no_function_is_refused(rows: tuple[CellRow, ...], said: str) -> None:
    with pytest.raises(BoardCellsError) as refused:
        BoardCells(rows, {})

    assert said in str(refused.value)


def test_every_fault_is_told_at_once() -> None:
    with pytest.raises(BoardCellsError) as refused:
        BoardCells((a_row("a"), a_row(variation="b", words="")), {"EA65": Fraction(2)})

    assert len(refused.value.faults) == 4


def test_a_row_covered_by_several_above_it_together_is_unreachable() -> None:
    every = [a_row(each) for each in READINGS["against_plan"]]

    with pytest.raises(BoardCellsError, match=r"Row 5 .* is never reached"):
        BoardCells((*every, a_row()), {})


def test_an_area_s_own_table_counts_where_there_is_one(tmp_path: Path) -> None:
    shipped = cells_in_use(tmp_path).cells
    own = cells_in_use(own_table(tmp_path, f"tolerances: {{EA65: 0.02}}\ncells:\n{LAST}"))

    assert shipped.cell(AgainstPlan.MISSED, None, None).words == "Off plan"
    assert own.cells.cell(AgainstPlan.MISSED, None, None).words == "Look"
    assert (own.cells.tolerance("EA65"), own.cells.tolerance("DRD")) == (Fraction(1, 50), 0)
    assert own.faults == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("cells: [", "It can’t be read as YAML"),
        ("- 1", "It has no list called ‘cells’"),
        ("cells:\n  - {words: x}\n", "Row 1 does not have exactly these: against_plan, assurance, tone"),
        (f"cells:\n{LAST.replace('quiet', 'pink')}", "‘pink’ is no tone. Write one of: act, watch, good, quiet."),
        (f"tolerances: {{EA65: some}}\ncells:\n{LAST}", "The tolerance of EA65, ‘some’, is no number."),
        (f"tolerances: [EA65]\ncells:\n{LAST}", "‘tolerances’ is no list of codes with shares."),
        (f"tolerances: {{EA65: 2}}\ncells:\n{LAST}", "The tolerance of EA65, 2, is no share of the plan."),
    ],
)
def test_an_own_table_with_faults_is_told_and_not_used(tmp_path: Path, text: str, said: str) -> None:
    found = cells_in_use(own_table(tmp_path, text))

    assert said in found.faults[0]
    assert found.faults[-1] == "Until that is mended, the board uses the shipped table."
    assert found.cells.cell(AgainstPlan.MISSED, None, None).words == "Off plan"
