"""Run everything: the suite on SQLite and on PostgreSQL, with a real browser, then style and types.

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
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.browser import find_chromium
from tests.conftest import SHARED_DATA
from tests.postgres import find_server, private_cluster

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = {"postgresql": find_server, "chromium": find_chromium}


@dataclass(frozen=True)
class Running:
    """A command that runs in the background with its output in a file."""

    name: str
    process: subprocess.Popen[bytes]
    output: Path
    started: float


def main() -> int:
    """Run all parts; 0 when every one passed and, in CI, none was left out."""
    _install_what_is_missing()
    with tempfile.TemporaryDirectory(prefix="commonpool-tests-") as folder:
        passed = [_tests_on_both_databases(Path(folder))]
    passed += [_run_part(name, command) for name, command in _static_checks().items()]
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
    print(f"Installing {' and '.join(missing)} ...", flush=True)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", *missing, "fonts-liberation"]):
        subprocess.run(command, env=quiet, stdout=subprocess.DEVNULL, check=False)


def _tests_on_both_databases(folder: Path) -> bool:
    """The whole suite on each database at the same time: one core each."""
    if find_server() is None:
        return _report(_start("SQLite", folder, {}))
    with private_cluster(folder / "cluster") as url:
        running = [
            _start("SQLite", folder, {}),
            _start("PostgreSQL", folder, {"COMMONPOOL_DATABASE_URL": url}),
        ]
        passed = [_report(part) for part in running]
        return all(passed)


def _start(name: str, folder: Path, more: Mapping[str, str]) -> Running:
    output = folder / f"{name}.txt"
    command = [sys.executable, "-m", "pytest", "-q", "--durations=10", "-p", "no:cacheprovider", *sys.argv[1:]]
    environment = {**os.environ, **more, "COMMONPOOL_HOME": str(folder / name)}
    print(f"The suite on {name} ...", flush=True)
    with output.open("wb") as file:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=file, stderr=subprocess.STDOUT)
    return Running(name, process, output, time.monotonic())


def _report(part: Running) -> bool:
    code = part.process.wait()
    print(f"\n=== {part.name}, {time.monotonic() - part.started:.0f} s ===")
    print(part.output.read_text(errors="replace"), flush=True)
    return code == 0


def _static_checks() -> dict[str, Sequence[str]]:
    here = Path(sys.executable).parent
    return {
        "style": [str(here / "ruff"), "check", "."],
        "format": [str(here / "ruff"), "format", "--check", "."],
        "order of rooms": [str(here / "lint-imports")],
        "types": [str(here / "mypy"), "commonpool"],
    }


def _run_part(name: str, command: Sequence[str]) -> bool:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
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
