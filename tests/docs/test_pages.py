"""The documentation says what is there: commands exist, links lead somewhere, the pages build without a network."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
import typer

from commonpool.cli import GROUPS, SINGLES, app
from commonpool.site.environment import PREFIX, Environment
from tests.docs.pages import ROOT, ShownCommand, anchors, links, markdown_pages, shown_commands

PAGES = {path.relative_to(ROOT).as_posix(): path for path in markdown_pages()}
COMMANDS = [
    command for name, path in PAGES.items() for command in shown_commands(name, path.read_text(encoding="utf-8"))
]


def fault_of(shown: ShownCommand, program: typer.Typer = app) -> str | None:
    """Why the command would be refused: no such command, or no such option. None where it is known."""
    command: Any = typer.main.get_command(program)
    context = command.make_context("commonpool", [], resilient_parsing=True)
    known = {"--help"}
    for word in shown.words:
        if word.startswith("-") and word != "-":
            if word.partition("=")[0] not in known:
                return (
                    f"‘{word}’ is no option of `commonpool {context.info_name}`. It knows {', '.join(sorted(known))}."
                )
        elif hasattr(command, "list_commands"):
            command = command.get_command(context, word)
            if command is None:
                return f"‘{word}’ is no command of `commonpool {context.info_name}`."
            context = command.make_context(word, [], parent=context, resilient_parsing=True)
            known = {"--help", *(name for each in command.params for name in (*each.opts, *each.secondary_opts))}
    command.get_help(context)
    return None


def room_of(shown: ShownCommand) -> str | None:
    """The room whose `cli.py` has the command; None for a command that no room has."""
    name = next((word for word in shown.words if not word.startswith("-")), "")
    return {**GROUPS, **SINGLES}.get(name, (None, ""))[0]


@pytest.mark.parametrize("shown", COMMANDS, ids=str)
def test_a_command_that_a_page_shows_exists_with_its_options(shown: ShownCommand) -> None:
    assert fault_of(shown) is None


def a_program() -> typer.Typer:
    """A program with one group, `plans`, that has one command, `template`, with one option."""
    plans = typer.Typer(no_args_is_help=True)

    @plans.command()
    def template(round_id: str, area: str | None = None, quiet: bool = False) -> None: ...

    @plans.callback()
    def about_plans() -> None: ...

    program = typer.Typer(no_args_is_help=True)
    program.add_typer(plans, name="plans")
    return program


@pytest.mark.parametrize(
    "words",
    ["--help", "plans --help", "plans template 2025-26 --area XW01", "plans template 2025-26 --area=XW01 --no-quiet -"],
)
def test_a_command_that_exists_has_no_fault(words: str) -> None:
    assert fault_of(ShownCommand("page", tuple(words.split())), a_program()) is None


@pytest.mark.parametrize(
    ("words", "found"),
    [("pay", "‘pay’"), ("plans draw x", "‘draw’"), ("plans template x --year 2", "‘--year’"), ("--area x", "‘--area’")],
)
def test_a_command_or_option_that_does_not_exist_is_named(words: str, found: str) -> None:
    fault = fault_of(ShownCommand("page", tuple(words.split())), a_program())

    assert fault is not None
    assert fault.startswith(f"{found} is no ")


def test_commands_are_found_in_blocks_and_in_lines() -> None:
    page = """
Run `commonpool policy diff A B`, or see `commonpool.money`:

```console
$ COMMONPOOL_HOME=x commonpool check plan.xlsx --format json > findings.json  # all of them
Expenditure, cell L27: ‘12k’ isn't an amount.
$ python -m commonpool plans template \\
    2025-26 out.xlsx [--area CODE]
```
"""

    found = [" ".join(command.words) for command in shown_commands("page", page)]

    assert found == [
        "check plan.xlsx --format json",
        "plans template 2025-26 out.xlsx --area CODE",
        "policy diff A B",
    ]


def test_every_setting_that_a_page_names_is_read_by_the_software() -> None:
    settings = {f"{PREFIX}{field.upper()}" for field in Environment.model_fields}
    for module in (ROOT / "commonpool").rglob("*.py"):
        settings |= set(re.findall(r"[\"'](COMMONPOOL_[A-Z_]+)[\"']", module.read_text(encoding="utf-8")))

    shown = {
        f"{name}: {setting}"
        for name, path in PAGES.items()
        for setting in re.findall(r"\bCOMMONPOOL_[A-Z_]*[A-Z]", path.read_text(encoding="utf-8"))
        if setting not in settings
    }

    assert not shown


@pytest.mark.parametrize("name", PAGES)
def test_every_link_within_the_project_leads_somewhere(name: str) -> None:
    text = PAGES[name].read_text(encoding="utf-8")

    broken = [target for target in links(text) if not leads_somewhere(PAGES[name], target)]

    assert not broken


def leads_somewhere(page: Path, target: str) -> bool:
    """Whether a link's file is there, with a heading of that name where it has one. The web is not looked at."""
    if re.match(r"[a-z]+:", target):
        return True
    name, _, anchor = unquote(target).partition("#")
    file = page.parent / name if name else page
    if not anchor or file.suffix != ".md":
        return file.exists()
    return file.exists() and anchor in anchors(file.read_text(encoding="utf-8"))


def test_a_broken_link_is_seen(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# Two words, said\n\n[a](page.md#two-words-said) [b](#three) ![c](none.png)\n\n`[d](code.md)`\n")

    broken = [target for target in links(page.read_text()) if not leads_somewhere(page, target)]

    assert broken == ["#three", "none.png"]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The documentation, built from a copy, with every warning a failure."""
    folder = tmp_path_factory.mktemp("documentation")
    shutil.copytree(ROOT / "docs", folder / "docs")
    for name in ("mkdocs.yml", "CHANGELOG.md"):
        shutil.copy(ROOT / name, folder)

    done = subprocess.run(
        [sys.executable, "-m", "zensical", "build", "--strict"], cwd=folder, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "site"


def test_every_page_is_built_and_stands_in_the_navigation(site: Path) -> None:
    home = (site / "index.html").read_text(encoding="utf-8")

    for name in PAGES:
        if name.startswith("docs/"):
            built = re.sub(r"README$", "index", name.removeprefix("docs/").removesuffix(".md")) + ".html"
            assert (site / built).is_file(), f"{name} was not built"
            assert f'href="{built}"' in home or f'href="./{built}"' in home, f"{name} is not in the navigation"


def test_code_blocks_are_blocks_and_no_code_mark_is_left(site: Path) -> None:
    home = (site / "index.html").read_text(encoding="utf-8")

    assert re.search(r"<pre>.*commonpool.*check", home, re.DOTALL)
    assert "<code>console" not in home


def test_pages_of_the_documentation_ask_nothing_of_other_machines(site: Path) -> None:
    loads = re.compile(r"<(?:script|img|iframe|source)[^>]*\ssrc=\"?(?:https?:)?//|<link[^>]*\shref=\"?(?:https?:)?//")

    asking = [page.name for page in site.rglob("*.html") if loads.search(page.read_text(encoding="utf-8"))]
    fonts = [sheet.name for sheet in site.rglob("*.css") if "url(http" in sheet.read_text(encoding="utf-8")]

    assert not asking
    assert not fonts
