"""Which tests carry which requirement: the check of the marker, and the table that `make requirements` writes.

A pytest plugin, loaded by tests/conftest.py. The requirements stand in docs/requirements.yaml:
`groups` is a list of {name, requirements: {id: {must, test}}}; `kept_free` lists ids without a meaning yet.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest
import yaml

REQUIREMENTS: Final = Path("docs") / "requirements.yaml"
NOT_YET: Final = "not yet"


@dataclass(frozen=True, slots=True)
class Requirement:
    """One thing that Commonpool must do, and one way to see it fail."""

    id: str
    group: str
    must: str
    test: str


def read_requirements(path: Path) -> dict[str, Requirement]:
    """{id: requirement} in the file's order. Raises ValueError naming an id that stands twice or is kept free."""
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    found: dict[str, Requirement] = {}
    for group in content["groups"]:
        for identifier, said in group["requirements"].items():
            if identifier in found or identifier in content.get("kept_free", ()):
                raise ValueError(f"{path.name}: {identifier} stands twice, or is kept free. Give each id one meaning.")
            found[identifier] = Requirement(identifier, group["name"], said["must"], said["test"])
    return found


def node_name(item: pytest.Item) -> str:
    """The test's name without its parameters: sixty cases of one test are one test that carries the id."""
    return item.nodeid.partition("[")[0]


def tests_by_requirement(items: Iterable[pytest.Item]) -> dict[str, list[str]]:
    """{id: names of the tests whose markers name it}, each test once, in the order of collection."""
    carried: dict[str, dict[str, None]] = {}
    for item in items:
        for marker in item.iter_markers("requirement"):
            for identifier in marker.args:
                carried.setdefault(identifier, {})[node_name(item)] = None
    return {identifier: list(names) for identifier, names in carried.items()}


def faults(items: Iterable[pytest.Item], known: Mapping[str, Requirement]) -> list[str]:
    """A sentence for each marker that names no id, and for each id that docs/requirements.yaml does not have."""
    said: dict[str, None] = {}
    for item in items:
        for marker in item.iter_markers("requirement"):
            if not marker.args:
                said[f"{node_name(item)} has a requirement marker without an id. Name one, for example “S05”."] = None
            for identifier in marker.args:
                if identifier not in known:
                    said[f"{node_name(item)} names ‘{identifier}’, which {REQUIREMENTS.as_posix()} does not have."] = (
                        None
                    )
    return list(said)


def requirements_page(known: Mapping[str, Requirement], carried: Mapping[str, Sequence[str]]) -> str:
    """The page docs/requirements.md: a table per group, with each id's tests or “not yet”."""
    covered = sum(identifier in carried for identifier in known)
    lines = [
        "# Requirements",
        "",
        "What Commonpool must do, and the tests that show it. `make requirements` writes this page from",
        "`docs/requirements.yaml` and the markers of the tests, so change those and not this page.",
        "",
        f"A test carries {covered} of the {len(known)} requirements.",
    ]
    group = None
    for requirement in known.values():
        if requirement.group != group:
            group = requirement.group
            lines += ["", f"## {group}", "", "| Id | What must hold | Tests that carry it |", "| --- | --- | --- |"]
        tests = "<br>".join(f"`{name}`" for name in carried.get(requirement.id, ())) or NOT_YET
        lines.append(f"| {requirement.id} | {_cell(requirement.must)} | {tests} |")
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    """Text that can't end a table's cell."""
    return text.replace("|", "\\|")


def pytest_addoption(parser: pytest.Parser) -> None:
    # Without the = sign pytest takes an existing FILE for a test, and never loads this plugin.
    parser.addoption(
        "--requirements-table",
        metavar="FILE",
        help="with = before FILE and --collect-only: write each requirement with its tests to FILE, as Markdown",
    )


# First, so that -k and -m take no test out of the table, nor a wrong id out of sight.
@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(session: pytest.Session, config: pytest.Config, items: list[pytest.Item]) -> None:
    known = read_requirements(config.rootpath / REQUIREMENTS)
    if wrong := faults(items, known):
        raise pytest.UsageError("\n".join(wrong))
    if target := config.getoption("--requirements-table"):
        _refuse_half_a_table(session, config)
        page = requirements_page(known, tests_by_requirement(items))
        (config.invocation_params.dir / target).write_text(page, encoding="utf-8")


def _refuse_half_a_table(session: pytest.Session, config: pytest.Config) -> None:
    """A table made from some of the tests would say “not yet” of what the others carry."""
    if config.args_source is pytest.Config.ArgsSource.ARGS:
        raise pytest.UsageError(
            "The requirements table is made from all tests. Name no files with --requirements-table."
        )
    if session.testsfailed:
        raise pytest.UsageError("Some tests cannot be read, so there is no requirements table. Mend them first.")
