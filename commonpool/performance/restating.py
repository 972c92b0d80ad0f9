"""How trusts' figures are restated for areas, and what that was once worth: `restating.yaml`, read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Final

from commonpool.performance.measures import Part, part_stated
from commonpool.performance.rules.backtesting import BackTest

FILE: Final = Path(__file__).with_name("restating.yaml")
OLDER: Final = "older"
EVERYBODY: Final = "everybody"


@dataclass(frozen=True, slots=True)
class CameOut:
    """What a back-test came to, to four places, as the published files gave it when it was last checked."""

    areas: int
    pearson: Decimal
    spearman: Decimal
    per_person: Decimal
    size_alone: Decimal
    ratio_of_totals: Decimal
    half_within: Decimal
    nine_in_ten_within: Decimal
    covered: Decimal


@dataclass(frozen=True, slots=True)
class Comparison:
    """One figure by trust beside one by council: what each is, and what is not alike in this pair alone."""

    id: str
    label: str
    about: str
    restated: Part
    published: Part
    unlike: tuple[str, ...]
    came_out: CameOut


@dataclass(frozen=True, slots=True)
class BackTestPlan:
    """The month, the two sources, and what is compared. `people` is whom flows are weighted by."""

    title: str
    month: date
    restated_source: str
    published_source: str
    people: str
    unlike: tuple[str, ...]
    comparisons: tuple[Comparison, ...]
    quoted: Comparison

    def comparison(self, wanted: str) -> Comparison | None:
        """The one of that id; None where there is none."""
        return next((each for each in self.comparisons if each.id == wanted), None)

    @property
    def quote(self) -> str:
        """What restating was worth, for whoever reads a restated figure of any other time or metric."""
        found = self.quoted.came_out
        return (
            f"How far off may it be? Delays of {self.month:%B %Y} restated in this way, beside those published by "
            f"council: half of {found.areas} areas within {found.half_within:.0%}, nine in ten within "
            f"{found.nine_in_ten_within:.0%}; correlation {found.pearson:.2f}, per person {found.per_person:.2f}."
        )


@dataclass(frozen=True, slots=True)
class MetricWay:
    """By whom the flows of a metric's trusts are weighted, and why by them."""

    people: str
    why: str


@dataclass(frozen=True, slots=True)
class Restating:
    """Everything that the file says."""

    differ_by: float
    differ_because: str
    back_test: BackTestPlan
    metrics: Mapping[str, MetricWay]


@cache
def restating() -> Restating:
    """The file, read once."""
    import yaml

    said: dict[str, Any] = yaml.load(FILE.read_text(encoding="utf-8"), yaml.CSafeLoader)
    source = said["differ_by"]["source"]
    return Restating(
        differ_by=float(said["differ_by"]["value"]),
        differ_because=f"{source['place']} ({source['title']})",
        back_test=_back_test(said["back_test"]),
        metrics={code: MetricWay(one["people"], one["why"]) for code, one in said["metrics"].items()},
    )


def _back_test(said: dict[str, Any]) -> BackTestPlan:
    ours, theirs = dict(said["restated"]), dict(said["published"])
    sources = ours.pop("source"), theirs.pop("source")
    compared = tuple(_comparison(one, ours, theirs) for one in said["comparisons"])
    return BackTestPlan(
        title=said["title"],
        month=said["month"],
        restated_source=sources[0],
        published_source=sources[1],
        people=said["people"],
        unlike=tuple(said["unlike"]),
        comparisons=compared,
        quoted=next(one for one in compared if one.id == said["quoted"]),
    )


def _comparison(said: dict[str, Any], ours: dict[str, str], theirs: dict[str, str]) -> Comparison:
    figures = dict(said["came_out"])
    areas = int(figures.pop("areas"))
    return Comparison(
        id=said["id"],
        label=said["label"],
        about=said["about"],
        restated=part_stated({**ours, **said["restated"]}),
        published=part_stated({**theirs, **said["published"]}),
        unlike=tuple(said["unlike"]),
        came_out=CameOut(areas, **{name: Decimal(value) for name, value in figures.items()}),
    )


def came_out(found: BackTest) -> dict[str, int | str]:
    """A back-test as `came_out` in the file has it."""
    names = [name for name in CameOut.__slots__ if name != "areas"]
    values = {name: getattr(found, name) for name in names}
    return {
        "areas": found.areas,
        **{name: "not known" if value is None else f"{value:.4f}" for name, value in values.items()},
    }
