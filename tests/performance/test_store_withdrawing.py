"""A load that is taken back: it stays, its figures no longer count, and what they had replaced counts again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from commonpool.performance.metric_series import series_of
from commonpool.performance.store import keeping
from commonpool.performance.store.keeping import NotWithdrawn, loads_of, withdraw
from commonpool.performance.store.load import load
from commonpool.performance.store.reading import NothingHeld, current, relation, revisions
from commonpool.policy.reading.metrics import load_catalogue
from tests.performance.builders import AT, LATER, Dtoc

REVISED = {"901": (31.0, 12.0), "902": (7.0, 0.0)}
WHY = "The wrong workbook"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Load 1 has April, load 2 a later release of it."""
    home = tmp_path / "home"
    load(home, "dtoc", [Dtoc().write(tmp_path / "april.xlsx")], at=AT)
    load(home, "dtoc", [revised(tmp_path)], at=LATER)
    return home


def revised(folder: Path) -> Path:
    return Dtoc(days=REVISED, revised="1st July 2031").write(folder / "april-revised.xlsx")


def acute(home: Path, **asked: int) -> float:
    rows = current(home, "dtoc", **asked).filter(table="care_type", area_code="901", care_type="acute")
    return float(rows["value"].item())


def take_back(home: Path, number: int, reason: str = WHY) -> keeping.Load:
    return withdraw(home, "dtoc", number, reason=reason, at=LATER, by="somebody")


def test_the_release_before_counts_again(home: Path) -> None:
    assert acute(home) == 31

    take_back(home, 2)

    assert acute(home) == 30
    assert revisions(home, "dtoc").filter(table="care_type")["load"].to_list() == [1]
    rows = relation(home, "dtoc")
    assert rows.filter(rows.care_type == "acute", rows.area_code == "901").value.execute().to_list() == [30]


def test_a_board_s_series_sees_it_at_once(home: Path) -> None:
    metric = load_catalogue().metrics["DTOC"]
    before = series_of(home, metric, "901")

    take_back(home, 2)

    after = series_of(home, metric, "901")
    assert before is not None and after is not None
    assert [one.points[0].file for one in (before, after)] == ["april-revised.xlsx", "april.xlsx"]


def test_it_stays_with_moment_reason_and_who(home: Path) -> None:
    take_back(home, 2, "  The wrong\nworkbook ")

    one, two = loads_of(home, "dtoc")
    assert one.withdrawn is None
    assert two.withdrawn == keeping.Withdrawn(LATER, WHY, "somebody", after_load=2)
    assert two.figures.exists()


def test_what_counted_before_it_was_taken_back_can_be_made_again(home: Path, tmp_path: Path) -> None:
    take_back(home, 2)
    load(home, "dtoc", [Dtoc(month="May 2031").write(tmp_path / "may.xlsx")], at=LATER)

    april = {number: _april(home, as_of_load=number) for number in (1, 2, 3)}

    assert april == {1: 30, 2: 31, 3: 30}


def _april(home: Path, **asked: int) -> float:
    rows = current(home, "dtoc", **asked).filter(table="care_type", area_code="901", care_type="acute")
    return float(rows.filter(period_start=date(2031, 4, 1))["value"].item())


def test_the_same_files_may_come_again_and_get_a_number_of_their_own(home: Path, tmp_path: Path) -> None:
    take_back(home, 2)

    again = load(home, "dtoc", [revised(tmp_path)], at=LATER)

    assert again.load == 3
    assert acute(home) == 31


def test_when_every_load_is_taken_back_nothing_is_held_and_loading_begins_anew(home: Path, tmp_path: Path) -> None:
    take_back(home, 1)
    take_back(home, 2)

    with pytest.raises(NothingHeld):
        current(home, "dtoc")
    again = load(home, "dtoc", [revised(tmp_path)], at=LATER)
    assert (again.load, again.revised_periods) == (3, 0)


@pytest.mark.parametrize(
    ("number", "reason", "said"),
    [(7, WHY, "dtoc has no load 7. It has loads 1 to 2."), (1, " ", "Say why"), (2, WHY, "was taken back on 2031-07")],
)
def test_what_cannot_be_taken_back_says_why(home: Path, number: int, reason: str, said: str) -> None:
    take_back(home, 2, "Before")

    with pytest.raises(NotWithdrawn, match=said):
        take_back(home, number, reason)


def test_of_a_source_that_holds_nothing_there_is_nothing_to_take_back(home: Path) -> None:
    with pytest.raises(NotWithdrawn, match="Nothing of beds is held"):
        withdraw(home, "beds", 1, reason=WHY, at=LATER)

    assert not (home / "activity/beds").exists()


KILLED_WHILE = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from commonpool.performance.store import keeping
calls = 0
def die(place):
    global calls
    calls += 1
    if calls == {at}:
        os.kill(os.getpid(), signal.SIGKILL)
keeping._settle = die
keeping._settle_folder = die
keeping.withdraw(Path(sys.argv[1]), "dtoc", 2, reason="Killed", at=datetime(2031, 7, 2, tzinfo=UTC))
"""


@pytest.mark.parametrize(("at", "value"), [(1, 31), (2, 30)])
def test_killed_at_any_step_the_load_counts_or_is_withdrawn(home: Path, at: int, value: float) -> None:
    killed = subprocess.run(
        [sys.executable, "-c", KILLED_WHILE.format(at=at), str(home)],
        cwd=Path(__file__).resolve().parents[2],
        check=False,
    )

    assert killed.returncode == -signal.SIGKILL
    assert acute(home) == value
    if value == 31:
        take_back(home, 2)
    assert acute(home) == 30


def test_the_command_takes_back_and_refuses_in_words(home: Path) -> None:
    command = [sys.executable, "-m", "commonpool", "performance", "withdraw", "dtoc", "2", "--reason", WHY]
    environment = {**os.environ, "COMMONPOOL_HOME": str(home)}

    first, again = (
        subprocess.run(command, env=environment, capture_output=True, check=False, text=True) for _ in range(2)
    )

    assert (first.returncode, acute(home)) == (0, 30)
    assert "Load 2 of dtoc no longer counts" in first.stdout
    assert (again.returncode, "was taken back on" in again.stderr) == (64, True)
