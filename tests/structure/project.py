"""What the structure tests read of the project: its files, its rooms, and their order."""

from __future__ import annotations

import subprocess
import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest

ROOT: Final = Path(__file__).resolve().parents[2]
PACKAGE: Final = ROOT / "commonpool"


@cache
def contracts() -> tuple[dict[str, Any], ...]:
    """The import contracts of pyproject.toml."""
    content = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return tuple(content["tool"]["importlinter"]["contracts"])


def height_of_rooms(layers: Sequence[str]) -> dict[str, int]:
    """{room: its height}, from layers written highest first; rooms side by side have one height."""
    return {
        room.strip(): height
        for height, layer in enumerate(reversed(layers))
        for room in layer.replace(":", "|").split("|")
    }


@cache
def room_heights() -> dict[str, int]:
    """{room: its height} of this project. A room may point only to rooms that are lower."""
    [layers] = [contract["layers"] for contract in contracts() if contract["type"] == "layers"]
    return height_of_rooms(layers)


@cache
def project_files() -> tuple[Path, ...]:
    """Every file that is in the repository, or would be by the next commit."""
    try:
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT,
            capture_output=True,
            check=True,
        ).stdout.decode()
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("git cannot list the project's files here")
    paths = (ROOT / name for name in sorted(set(listed.split("\0"))) if name)
    return tuple(path for path in paths if path.is_file())


def shown(path: Path) -> str:
    """The path as people name it, from the project's folder on."""
    return path.relative_to(ROOT).as_posix()


def pure_modules() -> tuple[str, ...]:
    """The dotted names of all rules: each room's rules.py, rules_*.py, or what is in its rules folder."""
    files = (path for path in PACKAGE.rglob("*.py") if _is_rule(path.relative_to(PACKAGE)))
    return tuple(sorted(module_name(path) for path in files))


def module_name(path: Path) -> str:
    """`commonpool/plans/rules/__init__.py` is `commonpool.plans.rules`."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _is_rule(path: Path) -> bool:
    return any(part.removesuffix(".py") == "rules" or part.startswith("rules_") for part in path.parts)
