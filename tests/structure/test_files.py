"""What may stand in the repository's files: no address in a lock, no path of somebody's machine, no long module."""

from __future__ import annotations

import re
from fnmatch import fnmatch
from pathlib import Path

import pytest

from tests.structure.project import PACKAGE, project_files, shown

LOCKS = ("*.lock", "*-lock.json", "*-lock.yaml", "pylock*.toml", "*requirements*.txt", "npm-shrinkwrap.json")
ADDRESSES = re.compile(r"://|--(?:extra-)?index|--find-links")
MACHINE_PATH = re.compile(rb"(?<![\w.~}%-])(?:/(?:home|Users)/\w|/(?:root|work)/|[A-Za-z]:\\+Users\\)")
MOST_LINES = 600


def locks() -> list[Path]:
    return [path for path in project_files() if any(fnmatch(path.name, pattern) for pattern in LOCKS)]


def test_no_lock_names_an_address() -> None:
    """A lock made on one machine would send every other machine to that one's registry."""
    named = [
        f"{shown(path)}:{number}: {line}"
        for path in locks()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if ADDRESSES.search(line)
    ]

    assert "requirements.lock" in {shown(path) for path in locks()}
    assert not named


@pytest.mark.parametrize(
    "line",
    [
        "--index-url mirror",
        "--extra-index-url=mirror",
        "--find-links wheels",
        "ibis @ https" + "://example.org/ibis.whl",
    ],
)
def test_an_address_in_a_lock_is_seen(line: str) -> None:
    assert ADDRESSES.search(line)


def test_a_pin_with_its_hash_is_no_address() -> None:
    assert not ADDRESSES.search("django==5.2.19 ; python_version < '4' \\")
    assert not ADDRESSES.search("    --hash=sha256:0a1b2c")


def test_no_file_names_a_folder_of_somebodys_machine() -> None:
    named = [
        f"{shown(path)}:{number}"
        for path in project_files()
        for number, line in enumerate(path.read_bytes().split(b"\n"), start=1)
        if MACHINE_PATH.search(line)
    ]

    assert not named


# Written in two halves, so that this file does not name such a folder itself.
@pytest.mark.parametrize("rest", ["home/ann/commonpool", "Users/ann/x", "root/.cache", "work/pool"])
def test_a_folder_of_a_machine_is_seen(rest: str) -> None:
    assert MACHINE_PATH.search(f'open("/{rest}")'.encode())


def test_a_windows_folder_of_a_machine_is_seen() -> None:
    assert MACHINE_PATH.search(b"C:" + rb"\Users\ann")


@pytest.mark.parametrize(
    "text", ["example.org/work/item", "{% url 'site:home' %}", 'href="/home/"', "~/plans/x", "/workbook/"]
)
def test_an_address_on_a_site_is_no_folder_of_a_machine(text: str) -> None:
    assert not MACHINE_PATH.search(text.encode())


def test_no_module_or_template_grows_too_long() -> None:
    """Beyond about 400 lines a file becomes a folder of its name; this stops what nobody noticed."""
    files = [path for path in (*PACKAGE.rglob("*.py"), *PACKAGE.rglob("*.html")) if "migrations" not in path.parts]

    counted = {shown(path): len(path.read_text(encoding="utf-8").splitlines()) for path in files}

    assert {name: lines for name, lines in counted.items() if lines > MOST_LINES} == {}
