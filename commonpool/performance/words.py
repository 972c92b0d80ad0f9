"""The open lists of what may be asked of a trust: processes and kinds of bed, read from `asks.yaml`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

FILE: Final = Path(__file__).parent / "asks.yaml"


@dataclass(frozen=True, slots=True)
class Process:
    """Something that a trust does with patients and that plans have wishes about."""

    code: str
    label: str
    about: str


@cache
def _file() -> dict[str, Any]:
    import yaml

    read: dict[str, Any] = yaml.load(FILE.read_text(encoding="utf-8"), yaml.CSafeLoader)
    return read


@cache
def processes() -> dict[str, Process]:
    """{code: process}, in the order in which pages show them."""
    return {code: Process(code, said["label"], said["about"]) for code, said in _file()["processes"].items()}


@cache
def bed_types() -> dict[str, str]:
    """{code: what people call it}"""
    return dict(_file()["bed_types"])


def process_label(code: str) -> str:
    """What people call a process; a code that is no longer listed stands for itself."""
    known = processes().get(code)
    return known.label if known else code


def bed_type_label(code: str) -> str:
    """What people call a kind of bed; a code that is no longer listed stands for itself."""
    return bed_types().get(code, code)
