"""Run everything: the suite on SQLite and on PostgreSQL, with a real browser, and beside it style and types.

Three parts run side by side. Every test that touches a database runs on each of the two; every other, which can say
nothing about them, runs once. Which is which is found by tests/databases.py, and each test is in exactly one of the two
halves. The last lines say how many ran in each part.

On Debian or Ubuntu as root, what is missing of PostgreSQL and Chromium is installed first. Elsewhere what can run
runs, and the last lines say what was left out and how to add it. With CI set, anything left out is a failure.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from tests.axe import SHARED
from tests.browser import find_chromium, find_shell
from tests.conftest import SHARED_DATA
from tests.databases import NOWHERE
from tests.postgres import find_server, private_cluster

ROOT = Path(__file__).resolve().parents[1]
# In this order: where the browser without windows is not to be had, the whole of it serves too.
PACKAGES = {"postgresql": find_server, "chromium-headless-shell": find_shell, "chromium": find_chromium}
APT_GET = ("apt-get", "-qq", "-o", "Acquire::Retries=0", "-o", "Acquire::http::Timeout=20")
NO_TEST_COLLECTED = 5
# Programs that the tests start by the dozen would each compile every module anew where bytecode may not be written.
FORBIDS_BYTECODE = "PYTHONDONTWRITEBYTECODE"


@dataclass(frozen=True)
class Running:
    """A command that runs in the background with its output in a file."""

    name: str
    process: subprocess.Popen[bytes]
    output: Path


def main() -> int:
    """Run all parts; 0 when every one passed and, in CI, none was left out."""
    _install_what_is_missing()
    with tempfile.TemporaryDirectory(prefix="commonpool-tests-") as folder, ThreadPoolExecutor(1) as beside:
        # One after another, while the tests run: at their end one core would be idle.
        checked = beside.submit(lambda: {name: _checked(command) for name, command in _static_checks().items()})
        passed = [_tests_in_three_parts(Path(folder))]
    passed += [_told(name, done) for name, done in checked.result().items()]
    left_out = _left_out()
    for line in left_out:
        print(f"LEFT OUT: {line}")
    if not left_out:
        print("Nothing was left out: both databases, a real browser and the published files.")
    return 0 if all(passed) and not (left_out and os.environ.get("CI")) else 1


def _install_what_is_missing() -> None:
    missing = [package for package, find in PACKAGES.items() if find() is None]
    if not missing or not shutil.which("apt-get") or os.geteuid() != 0:
        return
    _apt_get("update")
    for package in missing:
        # What came before may have made it needless.
        if PACKAGES[package]() is None:
            print(f"Installing {package} ...", flush=True)
            _apt_get("install", "-y", package, "fonts-liberation")


def _apt_get(*words: str) -> None:
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run([*APT_GET, *words], env=quiet, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)


def _tests_in_three_parts(folder: Path) -> bool:
    """What touches a database on each of the two, and the rest, all at the same time: that keeps two cores busy."""
    with ExitStack() as stack:
        running = []
        if find_server() is not None:
            url = stack.enter_context(private_cluster(folder / "cluster"))
            running.append(_start("PostgreSQL", folder, {"COMMONPOOL_DATABASE_URL": url}, "with"))
        running.append(_start("SQLite", folder, {}, "with"))
        running.append(_start("no database", folder, {"COMMONPOOL_DATABASE_URL": NOWHERE}, "without"))
        codes = [_report(part) for part in running]
    for part in running:
        print(f"{part.name}: {_last_line(part)}")
    # A part may have nothing to do where somebody named a few tests; not all of them.
    return set(codes) <= {0, NO_TEST_COLLECTED} and 0 in codes


def _start(name: str, folder: Path, more: Mapping[str, str], database: str) -> Running:
    output = folder / f"{name}.txt"
    asked = [f"--database={database}", "-q", "--durations=10", "-p", "no:cacheprovider", *sys.argv[1:]]
    inherited = {key: value for key, value in os.environ.items() if key != FORBIDS_BYTECODE}
    own = {
        "COMMONPOOL_HOME": str(folder / name),
        "PYTHONPYCACHEPREFIX": str(folder / "bytecode"),
        SHARED: str(folder / "passed.txt"),
    }
    print(f"The tests with {name} ...", flush=True)
    with output.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "pytest", *asked],
            cwd=ROOT,
            env={**inherited, **own, **more},
            stdout=file,
            stderr=subprocess.STDOUT,
        )
    return Running(name, process, output)


def _report(part: Running) -> int:
    code = part.process.wait()
    print(f"\n=== {part.name} ===")
    print(part.output.read_text(errors="replace"), flush=True)
    return code


def _last_line(part: Running) -> str:
    """How many tests passed, were skipped or failed, and how many belong to another part ("deselected")."""
    lines = part.output.read_text(errors="replace").split("\n")
    return next((line.strip("= ") for line in reversed(lines) if line.strip()), "said nothing")


def _static_checks() -> dict[str, Sequence[str]]:
    here = Path(sys.executable).parent
    return {
        "style": [str(here / "ruff"), "check", "."],
        "format": [str(here / "ruff"), "format", "--check", "."],
        "order of rooms": [str(here / "lint-imports")],
        "types": [str(here / "mypy"), "commonpool"],
    }


def _checked(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def _told(name: str, done: subprocess.CompletedProcess[str]) -> bool:
    print(f"{name}: {'passed' if done.returncode == 0 else 'FAILED'}")
    if done.returncode:
        print(re.sub(r"\n{3,}", "\n\n", done.stdout + done.stderr))
    return done.returncode == 0


def _left_out() -> list[str]:
    left = []
    if find_server() is None:
        left.append("PostgreSQL. Install it (on Debian: apt-get install postgresql) and run `make test` again.")
    if find_chromium() is None:
        left.append("The browser. Install Chromium (on Debian: apt-get install chromium) and run `make test` again.")
    if not SHARED_DATA.is_dir():
        left.append("The published files. Put them in ../shared/data, as docs/data-sources.md says, and run again.")
    return left


if __name__ == "__main__":
    raise SystemExit(main())
