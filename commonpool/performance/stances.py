"""The open list of what a partner may think of a metric's plan, read from `local_views.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

FILE: Final = Path(__file__).with_name("local_views.yaml")


@dataclass(frozen=True, slots=True)
class Stance:
    """One coded view. `one` and `many` say it in the sentence of the spread; `about` says when to choose it."""

    code: str
    label: str
    one: str
    many: str
    about: str


@cache
def stances() -> Mapping[str, Stance]:
    """{code: stance}, in the order in which pages show them."""
    import yaml

    read: dict[str, dict[str, str]] = yaml.load(FILE.read_text(encoding="utf-8"), yaml.CSafeLoader)
    return {code: Stance(code, **said) for code, said in read.items()}


def stance_of(code: str) -> Stance:
    """The stance of a code; one that is no longer listed stands for itself."""
    return stances().get(code) or Stance(code, code, f"says ‘{code}’", f"say ‘{code}’", "")
