"""Whatever is in a file, checking it answers in sentences: a finding or exit 2, never a traceback."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from commonpool.plans.answers import as_json
from commonpool.plans.printing import as_text
from commonpool.plans.workbooks import Asked, check_file
from tests.plans.builders import TODAY
from tests.plans.corpus import PLANS, HostilePlan
from tests.sheets.corpus import CORPUS


@pytest.mark.parametrize("hostile", PLANS, ids=lambda one: one.name)
def test_a_plan_that_is_wrong_is_told_in_sentences(hostile: HostilePlan, tmp_path: Path) -> None:
    path = tmp_path / hostile.name
    hostile.make(path)

    found = check_file(path, Asked(today=TODAY))

    rules = [one.rule for one in found.findings]
    assert (hostile.tells in rules) if hostile.tells else rules == [], [str(one)[:200] for one in found.findings]
    assert found.exit_code == hostile.exit_code
    for finding in found.findings:
        assert finding.problem.strip() and finding.fix.strip()
        assert "{" not in finding.problem
    json.dumps(as_json(found))
    as_text(found)


def test_every_hostile_file_of_both_lists_is_answered_by_one_command(tmp_path: Path) -> None:
    made = 0
    for hostile in CORPUS:
        if hostile.name.endswith((".xlsx", ".xlsm")):
            hostile.make(tmp_path / hostile.name)
    for plan in PLANS:
        plan.make(tmp_path / plan.name)
    made = sum(path.is_file() for path in tmp_path.iterdir())

    done = subprocess.run(
        [sys.executable, "-m", "commonpool", "check", str(tmp_path), "--json"],
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )

    answers = json.loads(done.stdout)["files"]
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert len(answers) == made >= 90
    for answer in answers:
        assert answer["totals"] is not None or answer["findings"], answer["file"]
    by_name = {answer["file"]: answer for answer in answers}
    assert {one["severity"] for one in by_name["zeros.xlsx"]["findings"]} == {"error"}
