"""Which published files places can read: the recipes of `published/files.yaml`, and how a file is known."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, Final

PUBLISHED: Final = "commonpool.places.published"


@dataclass(frozen=True, slots=True)
class Recipe:
    """How one publication is known and read. `more` holds what only its reader understands."""

    key: str
    title: str
    publisher: str
    licence: str
    period: str
    reader: str
    columns: tuple[str, ...]
    starts_on: date | None
    more: Mapping[str, Any]

    def for_year(self, year: int) -> Recipe:
        """The recipe of one year of a publication whose files differ in the year only."""
        return Recipe(
            key=f"{self.key}-mid{year}",
            title=f"{self.title}, mid-{year}",
            publisher=self.publisher,
            licence=self.licence,
            period=self.period.format(year=year),
            reader=self.reader,
            columns=self.columns,
            starts_on=self.starts_on,
            more={**self.more, "year": year},
        )


@cache
def recipes() -> tuple[Recipe, ...]:
    """Every recipe, in the order of loading."""
    return tuple(_recipe(key, dict(said)) for key, said in read_yaml("files.yaml").items())


@cache
def read_yaml(name: str) -> Any:
    """One of the room's own data files."""
    import yaml

    text = files(PUBLISHED).joinpath(name).read_text(encoding="utf-8")
    # The C loader builds plain values only, as the safe one does, and in a tenth of the time.
    return yaml.load(text, Loader=yaml.CSafeLoader)


def recognise(first_row: Sequence[str]) -> Recipe | None:
    """The recipe whose columns the row holds, the one with most where several fit; None where none does."""
    header = set(first_row)
    fitting = [recipe for recipe in recipes() if recipe.columns and header.issuperset(recipe.columns)]
    if fitting:
        return max(fitting, key=lambda recipe: len(recipe.columns))
    return next((recipe for recipe in recipes() if _has_shape(first_row, recipe.more.get("headerless"))), None)


def nearest(first_row: Sequence[str]) -> tuple[Recipe, list[str]] | None:
    """The recipe most of whose columns a row holds, and those it lacks; None where no column is known."""
    header = set(first_row)
    known = [(recipe, [name for name in recipe.columns if name not in header]) for recipe in recipes()]
    partly = [(recipe, missing) for recipe, missing in known if recipe.columns and len(missing) < len(recipe.columns)]
    return min(partly, key=lambda found: len(found[1]) / len(found[0].columns), default=None)


def year_in(recipe: Recipe, file_name: str) -> int | None:
    """The year that a file's name gives, where the recipe has the year there."""
    found = re.search(recipe.more["year_in_name"], file_name)
    return int(found[1]) if found else None


def _has_shape(row: Sequence[str], shape: Mapping[str, Any] | None) -> bool:
    return (
        shape is not None
        and len(row) == shape["cells"]
        and re.fullmatch(shape["first"], row[0]) is not None
        and re.fullmatch(shape["third"], row[2]) is not None
    )


def _recipe(key: str, said: dict[str, Any]) -> Recipe:
    texts = {name: str(said.pop(name)) for name in ("title", "publisher", "licence", "period", "reader")}
    columns = tuple(str(name) for name in said.pop("columns", ()))
    return Recipe(key=key, columns=columns, starts_on=said.pop("starts_on", None), more=said, **texts)
