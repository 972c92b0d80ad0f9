"""The other packages' answers, given in an environment of their own: one line of JSON in, one line of JSON out.

A question is {"kind": "ratings", "table": [[...]], "level": ...}, a row a coder, null where a value is missing; the
answer has a figure for each statistic. Or {"kind": "sections", "length": n, "coders": {name: [[code, start, end]]}}, or
{"kind": "gamma", "texts": how many random texts, "coders": as before}.
"""

from __future__ import annotations

import json
import os
import sys
import warnings
from typing import Any

import numpy as np
import pandas as pd
from irrCAC.raw import CAC
from krippendorff_unitized_alpha.krippendorffs_unitized_alpha import (
    EMPTY_TAG,
    KrippendorffUnitizedAlpha,
    Segment,
)

WEIGHTS = {"nominal": "identity", "ordinal": "ordinal", "interval": "quadratic", "ratio": "ratio"}
METHODS = {
    "gwet_ac1": "gwet",
    "brennan_prediger": "bp",
    "fleiss_kappa": "fleiss",
    "cohen_kappa": "conger",
    "krippendorff_alpha": "krippendorff",
}


def main() -> None:
    """Answer until the input ends."""
    warnings.simplefilter("ignore")
    answers = os.fdopen(os.dup(1), "w")
    # The solver under pygamma-agreement talks where answers belong.
    os.dup2(2, 1)
    for line in sys.stdin:
        asked = json.loads(line)
        print(json.dumps(ANSWERS[asked["kind"]](asked)), file=answers, flush=True)


def of_ratings(asked: dict[str, Any]) -> dict[str, float | None]:
    """irrCAC's coefficients; None where it has no number."""
    frame = pd.DataFrame(asked["table"], dtype="float64").T
    try:
        package = CAC(frame, weights=WEIGHTS[asked["level"]], digits=12)
    except (ZeroDivisionError, ValueError):
        return dict.fromkeys(METHODS)
    return {name: number(package, method) for name, method in METHODS.items()}


def number(package: CAC, method: str) -> float | None:
    """One coefficient. The package fails in its own ways where a coefficient is undefined."""
    try:
        found = float(getattr(package, method)()["est"]["coefficient_value"])
    except (ZeroDivisionError, ValueError, IndexError, KeyError):
        return None
    return None if pd.isna(found) else found


def of_sections(asked: dict[str, Any]) -> dict[str, float]:
    """u-alpha of the codes, and of marked or not. The gaps are filled here: the package's own are one short."""
    return {
        "u_alpha": u_alpha(asked["coders"], asked["length"], {}),
        "u_alpha_binary": u_alpha(asked["coders"], asked["length"], {"": "marked"}),
    }


def u_alpha(coders: dict[str, list[tuple[str, int, int]]], length: int, renamed: dict[str, str]) -> float:
    """The package's figure; with a name for "" all codes are taken for that one."""
    data = {}
    for coder, sections in coders.items():
        line, at = [], 0
        for code, start, end in sections:
            if at < start:
                line.append(Segment(EMPTY_TAG, at, start))
            line.append(Segment(renamed.get("", code), start, end))
            at = end
        data[coder] = [*line, Segment(EMPTY_TAG, at, length)] if at < length else line
    return float(KrippendorffUnitizedAlpha(data).result)


def of_gamma(asked: dict[str, Any]) -> dict[str, float]:
    """pygamma-agreement's two disorders by its own settings, with a seed."""
    # Not above: it takes seconds to load, and other questions do not need it.
    # numba looks at coverage where there is one, and irrCAC has brought one too old for it.
    sys.modules["coverage"] = None  # type: ignore[assignment]
    from pyannote.core import Segment as Stretch
    from pygamma_agreement import Continuum

    np.random.seed(1)
    text = Continuum()
    for coder, sections in asked["coders"].items():
        text.add_annotator(coder)
        for code, start, end in sections:
            text.add(coder, Stretch(start, end), code)
    found = text.compute_gamma(n_samples=asked["texts"])
    return {"observed": float(found.observed_disorder), "expected": float(found.expected_disorder)}


ANSWERS = {"ratings": of_ratings, "sections": of_sections, "gamma": of_gamma}

if __name__ == "__main__":
    main()
