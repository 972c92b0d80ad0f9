"""Risk share: a million possible years, 8,192 Sobol years, a year of 1,000 lines settled, a moved slider, aids.

40 schemes, 5 partners, four layers and four caps. The peer is drawing as many normal numbers and doing nothing else.
"""

from __future__ import annotations

import random
import re
import resource
from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations
from typing import Final
from urllib.parse import urlencode

import numpy as np

from benchmarks.measure import median_seconds, report
from commonpool.risk_share.rules.contract import Cap, Contract, Layer, Part, Partner, Pence, ShareOf, Shares, Side
from commonpool.risk_share.rules.futures.bearing import Bearing
from commonpool.risk_share.rules.futures.dependence import Dependence, Scheme
from commonpool.risk_share.rules.futures.margins import LogNormal
from commonpool.risk_share.rules.futures.simulating import Futures, borne
from commonpool.risk_share.rules.nucleolus import nucleolus
from commonpool.risk_share.rules.settling import LineVariance, settle
from commonpool.risk_share.rules.shapley import shapley

SEED: Final = 20_260_401
PARTNERS: Final = ("p1", "p2", "p3", "p4", "p5")
DRIVERS: Final = ("demand", "price", "pressure")
BUDGET: Final = 2_000_000_00
SCHEMES: Final = 40
MILLION: Final = 1_000_000


def main() -> None:
    """Print each time beside its limit, and how time grows with scenarios and with schemes."""
    print(f"seed {SEED}")
    _try(8_192)
    drawing = median_seconds(_drawing_alone)
    peer = {"peer": "drawing the numbers alone", "peer_value": drawing}
    report("1,000,000 years, Gaussian copula", median_seconds(lambda: _try(MILLION)), limit=1.5, **peer)
    report("1,000,000 years, t copula", median_seconds(lambda: _try(MILLION, degrees=4.0)), limit=3, **peer)
    report("8,192 Sobol years, points included", median_seconds(lambda: _try(8_192)) * 1000, limit=60, unit="ms")
    report("a year of 1,000 lines settled", median_seconds(_settle) * 1000, limit=50, unit="ms")
    twelve = _savings_of_twelve()
    report("Shapley value of 12 partners", median_seconds(lambda: shapley(twelve)), limit=1)
    print(f"nucleolus of the same: {median_seconds(lambda: nucleolus(twelve), repeats=3):.3g} s")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    report("memory at its most", peak, limit=1_000, unit="MB")
    _sliders()
    for scenarios in (MILLION // 4, MILLION // 2, MILLION):
        print(
            f"{scenarios:,} years of {SCHEMES} schemes: {median_seconds(lambda n=scenarios: _try(n), repeats=3):.3g} s"
        )
    for schemes in (20, 40, 80):
        print(
            f"250,000 years of {schemes} schemes: {median_seconds(lambda n=schemes: _try(250_000, n), repeats=3):.3g} s"
        )


def _drawing_alone() -> None:
    np.random.default_rng(SEED).standard_normal((MILLION, SCHEMES + len(DRIVERS)), dtype=np.float32)


def _try(scenarios: int, schemes: int = SCHEMES, degrees: float | None = None) -> None:
    margin, loads = LogNormal(0.01, 0.05), {"demand": 0.5, "price": 0.3, "pressure": 0.2}
    stated = tuple(Scheme(f"s{number}", BUDGET, margin, loads) for number in range(schemes))
    lines = tuple(LineVariance(each.code, BUDGET, 0) for each in stated)
    futures = Futures(stated, Dependence(DRIVERS, degrees=degrees), scenarios, SEED)
    found = borne([Bearing(_contract(), lines, {})], futures)[0]
    assert len(found.pence) >= scenarios


def _sliders() -> None:
    """One change of a term on the demonstration's comparison: what a slider asks for, until all of it is there."""
    from benchmarks.area_page import running_site

    with running_site() as found:
        if found is None:
            print("sliders left out: there is no PostgreSQL server on this machine")
            return
        trying = f"{found.area}risk-share/trying/"
        _, page = found.get(trying)
        boxes = dict(re.findall(r'name="((?:share|cap)-[^"]+)"(?: value="([^"]*)")?', page))
        chosen = [("contracts", each) for each in re.findall(r'name="contracts"[^>]* value="([^"]+)"', page)]
        [changed] = re.findall(r'name="changed" value="([^"]+)"', page)
        caps = iter(range(100_000, 900_000, 1_000))

        def change() -> None:
            typed = {**boxes, next(name for name in boxes if name.startswith("cap-")): str(next(caps))}
            asked = {"sd": "5", "common": "25", "changed": changed, "part": "comparison", **typed}
            status, answer = found.get(f"{trying}?{urlencode([*asked.items(), *chosen])}")
            assert status == 200 and ", changed" in answer, "the changed terms are not compared"

        change()
        ours = median_seconds(change, repeats=25) * 1000
        health = median_seconds(lambda: found.get("/health"), repeats=25) * 1000
    report(f"a slider moved: {len(chosen) + 1} contracts, 8,192 years", ours, limit=200, unit="ms")
    print(f"{ours / health:.0f} times the health page of the same server ({health:.3g} ms)")


def _savings_of_twelve() -> dict[frozenset[str], int]:
    """Savings that grow with every pair that works together, so that everybody has a reason to join."""
    draw, names = random.Random(SEED), [f"p{number}" for number in range(12)]
    pairs = {frozenset(pair): draw.randint(1, 50_000_00) for pair in combinations(names, 2)}
    every = (frozenset(each) for size in range(1, 13) for each in combinations(names, size))
    return {group: sum(pence for pair, pence in pairs.items() if pair <= group) for group in every}


def _settle() -> None:
    lines = [LineVariance(str(number), BUDGET, (-1) ** number * 1_000 * number) for number in range(1_000)]
    assert settle(_contract(), lines).variance_pence == sum(line.variance_pence for line in lines)


def _contract() -> Contract:
    side = Side(layers=tuple(_layers()), caps=tuple(_caps()))
    return Contract("Four layers", {code: Partner(code) for code in PARTNERS}, (Part("all", side, side),))


def _layers() -> Iterator[Layer]:
    ends = [ShareOf(Fraction(percent, 100)) for percent in (0, 2, 5, 10)]
    weights = ((5, 4, 3, 2, 1), (1, 1, 1, 1, 1), (1, 2, 3, 4, 5), (3, 3, 3, 1, 1))
    for number, (start, row) in enumerate(zip(ends, weights, strict=True), start=1):
        shares = {code: Fraction(weight, sum(row)) for code, weight in zip(PARTNERS, row, strict=True)}
        yield Layer(start if number > 1 else Pence(0), ends[number] if number < len(ends) else None, Shares(shares))


def _caps() -> Iterator[Cap]:
    for code, pounds in (("p1", 1_000_000), ("p2", 800_000), ("p4", 500_000), ("p5", 500_000)):
        yield Cap(code, Pence(pounds * 100), ("p3",))


if __name__ == "__main__":
    main()
