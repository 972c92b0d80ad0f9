"""Published reference populations: `reference_populations.yaml`, read, and age bands made ready to standardise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from commonpool.performance.rules.errors import MeasureError
from commonpool.performance.rules.rates import Exact
from commonpool.performance.rules.standardisation import AgeBand

FILE: Final = Path(__file__).with_suffix(".yaml")
EUROPEAN_2013: Final = "european-2013"


@dataclass(frozen=True, slots=True)
class ReferencePopulation:
    """People by the first year of each age band; the last band has no end."""

    name: str
    source: str
    is_verified: bool
    weights: Mapping[int, int]

    def weight_from(self, first_ages: list[int]) -> list[int]:
        """The weight of each band, by its first year of age in order; each runs to the next one, the last has no end.

        Raises MeasureError, naming it, for an age at which no band of the reference begins.
        """
        if wrong := [age for age in first_ages if age not in self.weights]:
            known = ", ".join(map(str, self.weights))
            raise MeasureError(f"No band of the {self.name} begins at {wrong[0]}. Begin bands at some of: {known}.")
        if first_ages != sorted(set(first_ages)):
            raise MeasureError(f"Age bands begin at {first_ages}. Give each once, the youngest first.")
        ends: list[float] = [*first_ages[1:], float("inf")]
        return [
            sum(weight for age, weight in self.weights.items() if first <= age < end)
            for first, end in zip(first_ages, ends, strict=True)
        ]

    def bands(self, counted: Mapping[int, tuple[int | None, Exact | None]]) -> list[AgeBand]:
        """Age bands with their weights, for `directly_standardised`. `counted` is first age -> (events, people)."""
        weights = self.weight_from(list(counted))
        return [AgeBand(*both, weight) for both, weight in zip(counted.values(), weights, strict=True)]


@cache
def reference_population(key: str = EUROPEAN_2013) -> ReferencePopulation:
    """One of the file's populations. Raises KeyError for one that it lacks."""
    import yaml

    said: dict[str, Any] = yaml.load(FILE.read_text(encoding="utf-8"), yaml.CSafeLoader)[key]
    source = said["source"]
    return ReferencePopulation(
        said["name"], f"{source['title']} ({source['place']})", said["verified"], said["weights"]
    )
