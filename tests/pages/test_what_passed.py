"""What axe has passed is told to the other parts of the same run, and by a run without parts to nobody."""

from __future__ import annotations

from pathlib import Path

from tests.axe import Passed


def test_what_passed_in_one_part_of_a_run_is_known_in_the_others_and_half_a_line_waits(tmp_path: Path) -> None:
    shared = tmp_path / "passed.txt"
    one, other, alone = Passed(shared), Passed(shared), Passed(None)
    other.learn()

    one.tell("1280 abc", {3, -4})
    one.tell("320 abc", set())
    other.learn()
    with shared.open("a") as file:
        file.write("1280 def\t5")
    other.learn()
    alone.tell("1280 ghi", {6})
    alone.learn()

    assert (other.markup, other.looks) == ({"1280 abc", "320 abc"}, {3, -4})
    assert (alone.markup, alone.looks) == ({"1280 ghi"}, {6})
