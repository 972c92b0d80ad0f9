"""The whole answer of a check, to the letter: a change in what is promised to other programs shows here."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from commonpool.plans.answers import as_json
from commonpool.plans.printing import as_text
from tests.plans.builders import ROUNDS, checked, clean_workbook, with_cells

FAULTY = {"Expenditure": {"N9": 1, "I6": None, "T19": "12k"}, "DFG by district": {"E7": 986541}}


@pytest.mark.parametrize("round_id", ROUNDS)
def test_the_answer_of_a_clean_plan_is_what_was_agreed(round_id: str, golden: Callable[[str, str], None]) -> None:
    answer = as_json(checked(clean_workbook(round_id)))

    golden(f"plans/{round_id}.json", json.dumps(answer, indent=2, ensure_ascii=False) + "\n")


def test_the_words_of_a_faulty_plan_are_what_was_agreed(golden: Callable[[str, str], None]) -> None:
    workbook = clean_workbook("2023-25")
    for sheet, cells in FAULTY.items():
        workbook = with_cells(workbook, sheet, cells)

    golden("plans/faulty.txt", as_text(checked(workbook)) + "\n")
