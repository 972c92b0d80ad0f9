"""What rates are standardised to: published populations, as data."""

from __future__ import annotations

import pytest

from commonpool.performance.reference_populations import reference_population
from commonpool.performance.rules.errors import MeasureError
from commonpool.performance.rules.standardisation import directly_standardised

# The 19 bands in which English public health statistics use it.
NINETEEN = [0, *range(5, 95, 5)]


def test_the_european_population_of_2013_has_a_hundred_thousand_people_in_its_usual_bands():
    weights = reference_population().weight_from(NINETEEN)

    assert weights[:2] == [5000, 5500]
    assert weights[-6:] == [5500, 5000, 4000, 2500, 1500, 1000]
    assert sum(weights) == 100_000


def test_older_people_alone_are_weighted_by_what_is_theirs():
    assert reference_population().weight_from([65, 75, 85]) == [10_500, 6_500, 2_500]


def test_a_rate_names_the_population_that_it_is_standardised_to():
    reference = reference_population()

    bands = reference.bands({65: (10, 1000), 75: (20, 1000), 85: (40, 1000)})
    found = directly_standardised(bands, to=reference.name)

    assert found.method.startswith("directly standardised to the European Standard Population 2013")
    assert float(found.value) == pytest.approx((1000 * 10.5 + 2000 * 6.5 + 4000 * 2.5) / 19.5)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("ages", "said"), [([65, 67], "begins at 67"), ([75, 65], r"begin at \[75, 65\]"), ([65, 65], r"\[65, 65\]")]
)
def test_bands_that_do_not_fit_are_refused(ages: list[int], said: str):
    with pytest.raises(MeasureError, match=said):
        reference_population().weight_from(ages)
