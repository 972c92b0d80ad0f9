"""Sections that coders cut themselves: alphas of places and codes, by printed examples and by slow second versions."""

from __future__ import annotations

import pytest

from commonpool.voices.rules.agreement.of_texts import text_agreement
from commonpool.voices.rules.agreement.sections import Continuum, Section
from commonpool.voices.rules.agreement.unitizing import unitizing_disagreement


def the_example_of_2004() -> Continuum:
    """Two observers i and j, and the codes c and k, on a text of 300. Source: Krippendorff (2004), page 254."""
    i = [Section("i", 75, 70, "c"), Section("i", 220, 30, "c")]
    j = [Section("j", 70, 80, "c"), Section("j", 205, 20, "c"), Section("j", 250, 20, "c")]
    both = [Section(coder, start, length, "k") for coder in "ij" for start, length in ((30, 60), (150, 50))]
    return Continuum("page 254", 300, ("i", "j"), (*i, *j, *both))


@pytest.mark.parametrize(("code", "observed", "expected"), [("c", 0.0144, 0.0532), ("k", 0.0, 0.0490)])
def test_the_printed_disagreements_of_unitizing_alpha(code: str, observed: float, expected: float) -> None:
    found = unitizing_disagreement(the_example_of_2004(), code)

    assert found == pytest.approx((observed, expected), abs=5e-5)


def test_the_printed_unitizing_alphas() -> None:
    text = the_example_of_2004()

    # Printed from rounded parts: 1 - 0.0144 / 0.0532 and 1 - 0.0144 / 0.1022.
    assert text_agreement([text], code="c").value == pytest.approx(0.7293, abs=0.001)
    assert text_agreement([text], code="k").value == 1
    assert text_agreement([text]).value == pytest.approx(0.8591, abs=0.0005)
