"""Possible years: the margins that were stated, dependence that can be, answers that are as exact as they say."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from commonpool.risk_share.cli import commands
from commonpool.risk_share.reading.futures import futures_from
from commonpool.risk_share.reading.nodes import Refused
from commonpool.risk_share.rules.contract import Cap, Contract, Layer, Part, Partner, Pence, Shares, Side
from commonpool.risk_share.rules.errors import ContractError
from commonpool.risk_share.rules.futures.bearing import Bearing
from commonpool.risk_share.rules.futures.dependence import Dependence, Scheme, ScoresOfT, loadings
from commonpool.risk_share.rules.futures.margins import History, LogNormal, Margin, Triangular
from commonpool.risk_share.rules.futures.reporting import partner_futures, worst_twentieth
from commonpool.risk_share.rules.futures.simulating import PARTS, Futures, Points, borne, variances
from commonpool.risk_share.rules.settling import LineVariance

EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "risk-share"
BUDGET = 1_000_000_00
SEED = 20_260_401


ORDINARY = LogNormal(0.0, 0.05)


def scheme(code: str = "s", margin: Margin = ORDINARY, **drivers: float) -> Scheme:
    return Scheme(code, BUDGET, margin, drivers)


def years(futures: Futures, workers: int = 2) -> np.ndarray:
    return np.concatenate(list(variances(futures, workers=workers))).astype(np.float64) / BUDGET


def alone(margin: Margin, scenarios: int = 65_536, degrees: float | None = None) -> np.ndarray:
    return years(Futures((scheme(margin=margin),), Dependence(degrees=degrees), scenarios, SEED))[:, 0]


@pytest.mark.parametrize("degrees", [None, 4.0])
def test_a_margin_comes_out_as_it_was_stated_whatever_the_copula(degrees: float | None) -> None:
    log_normal = alone(LogNormal(0.02, 0.06), degrees=degrees)
    triangular = alone(Triangular(-0.05, 0.01, 0.13), degrees=degrees)
    history = alone(History((0.1, -0.2, 0.0, 0.3)), degrees=degrees)

    assert (log_normal.mean(), log_normal.std()) == (pytest.approx(0.02, abs=2e-4), pytest.approx(0.06, abs=5e-4))
    assert triangular.mean() == pytest.approx((-0.05 + 0.01 + 0.13) / 3, abs=2e-4)
    assert (triangular.min() >= -0.05 - 1e-6, triangular.max() <= 0.13 + 1e-6) == (True, True)
    assert np.quantile(triangular, 0.5) == pytest.approx(0.13 - np.sqrt(0.5 * 0.18 * 0.12), abs=5e-4)
    values, counts = np.unique(np.round(history, 6), return_counts=True)
    assert values.tolist() == pytest.approx([-0.2, 0.0, 0.1, 0.3])
    assert counts / counts.sum() == pytest.approx([0.25] * 4, abs=2e-3)


def test_drivers_make_schemes_go_wrong_together_as_far_as_they_say() -> None:
    stated = (scheme("a", demand=0.8), scheme("b", demand=0.5), scheme("c"))
    found = np.log1p(years(Futures(stated, Dependence(("demand",)), 65_536, SEED)))

    correlations = np.corrcoef(found.T)
    assert correlations[0, 1] == pytest.approx(0.4, abs=0.01)
    assert correlations[0, 2] == pytest.approx(0.0, abs=0.01)


def test_stated_correlations_come_out() -> None:
    dependence = Dependence(correlations={("a", "b"): 0.6, ("b", "c"): -0.3})
    found = np.log1p(years(Futures((scheme("a"), scheme("b"), scheme("c")), dependence, 65_536, SEED)))

    assert np.corrcoef(found.T)[0, 1] == pytest.approx(0.6, abs=0.01)
    assert np.corrcoef(found.T)[1, 2] == pytest.approx(-0.3, abs=0.01)


def test_correlations_that_cannot_be_are_refused_by_pair() -> None:
    stated = Dependence(correlations={("a", "b"): 0.9, ("b", "c"): 0.9, ("a", "c"): -0.9})

    with pytest.raises(ContractError, match=r"cannot all hold together: .*a with c \(-0.9\)"):
        loadings([scheme("a"), scheme("b"), scheme("c")], stated)


@pytest.mark.parametrize("degrees", [2.5, 4.0, 30.0])
def test_the_table_of_t_scores_is_that_of_the_distributions(degrees: float) -> None:
    from scipy.special import ndtri, stdtr

    t = np.concatenate([-np.logspace(3, -3, 400), np.logspace(-3, 3, 400)])
    exact = np.where(t < 0, ndtri(stdtr(degrees, -np.abs(t))), -ndtri(stdtr(degrees, -np.abs(t))))

    assert np.abs(ScoresOfT(degrees)(t.astype(np.float32)) - exact)[np.abs(exact) < 6].max() < 5e-3


def test_bad_years_come_together_under_a_t_copula_and_not_under_a_gaussian_one() -> None:
    """The chance that both of two schemes are among their worst 1%, against the closed forms.

    Gaussian and t at correlation 0.5: numerically integrated joint tails.
    """
    from scipy.stats import multivariate_normal, multivariate_t, norm, t

    dependence = {"correlations": {("a", "b"): 0.5}}
    joint = {}
    for degrees in (None, 3.0):
        found = years(Futures((scheme("a"), scheme("b")), Dependence(**dependence, degrees=degrees), 400_000, SEED))
        edge = np.quantile(found, 0.99, axis=0)
        joint[degrees] = float((found > edge).all(axis=1).mean())
    shape = [[1, 0.5], [0.5, 1]]
    gaussian = multivariate_normal([0, 0], shape).cdf([norm.ppf(0.01)] * 2)
    heavy = multivariate_t([0, 0], shape, df=3, seed=1).cdf([t.ppf(0.01, 3)] * 2)

    assert joint[None] == pytest.approx(float(gaussian), rel=0.12)
    assert joint[3.0] == pytest.approx(float(heavy), rel=0.12)
    assert joint[3.0] > 2 * joint[None]


def test_the_answer_does_not_depend_on_how_many_work_at_it() -> None:
    stated = (scheme("a", demand=0.5), scheme("b", margin=Triangular(-0.1, 0.0, 0.2)))
    for scenarios in (4_096, 200_000):
        futures = Futures(stated, Dependence(("demand",), degrees=5.0), scenarios, SEED)
        assert np.array_equal(years(futures, workers=1), years(futures, workers=3))


def a_capped_contract() -> Contract:
    half = Shares({"a": Fraction(1, 2), "b": Fraction(1, 2)})
    side = Side(layers=(Layer(Pence(0), None, half),), caps=(Cap("a", Pence(10_000_00), ("b",)),))
    return Contract("C", {"a": Partner("A"), "b": Partner("B")}, (Part("all", side, side),))


def test_a_cap_s_chance_is_that_of_the_variance_above_it() -> None:
    from scipy.stats import norm

    bearing = Bearing(a_capped_contract(), (LineVariance("s", BUDGET, 0),), {})
    found = borne([bearing], Futures((scheme(margin=LogNormal(0.0, 0.02)),), scenarios=65_536, seed=SEED))[0]
    spread = np.sqrt(np.log1p(0.02**2))
    above = 1 - norm.cdf((np.log(1.02) + spread**2 / 2) / spread)
    below = norm.cdf((np.log(0.98) + spread**2 / 2) / spread)

    measured = partner_futures(found.pence[:, 0], found.capped[:, 0])
    assert measured.at_its_cap.value == pytest.approx(float(above + below), abs=2e-3)
    assert found.pence[:, 0].max() <= 10_000_00 + 1


def mean_error(points: Points, seed: int) -> tuple[float, float]:
    """How far the mean of a known sum is missed, and how exact the simulation says that it is."""
    schemes = tuple(scheme(str(number), LogNormal(0.0, 0.05), demand=0.5) for number in range(12))
    futures = Futures(schemes, Dependence(("demand",)), 8_192, seed, points)
    total = years(futures).sum(axis=1)
    found = partner_futures(total, np.zeros(len(total), bool))
    return found.mean.value, found.mean.error


@pytest.mark.parametrize("points", list(Points))
def test_the_error_that_is_printed_covers_the_truth_at_its_rate(points: Points) -> None:
    """Two standard errors of a mean of eight parts hold the truth in 91.4% of runs (t, seven degrees)."""
    runs = [mean_error(points, seed) for seed in range(60)]

    covered = sum(abs(value) < 2 * error for value, error in runs)
    assert 48 <= covered <= 60


def test_sobol_points_are_several_times_as_exact_as_random_ones() -> None:
    sobol, random = ([mean_error(points, seed)[0] for seed in range(12)] for points in (Points.SOBOL, Points.RANDOM))

    assert np.std(random) > 4 * np.std(sobol)


def test_a_quantile_s_error_covers_it_at_its_rate() -> None:
    exact = np.exp(1.6448536269514722 * np.sqrt(np.log1p(0.0025)) - np.log1p(0.0025) / 2) - 1
    covered = 0
    for seed in range(60):
        total = years(Futures((scheme(),), scenarios=8_192, seed=seed, points=Points.RANDOM))[:, 0]
        found = partner_futures(total, np.zeros(len(total), bool)).very_bad_year
        covered += abs(found.value - exact) < 2 * found.error

    assert 48 <= covered <= 60


def test_the_worst_twentieth_is_the_mean_of_the_worst_years() -> None:
    assert worst_twentieth(np.arange(100.0)) == pytest.approx(97.0)


def test_scenarios_are_a_power_of_two_in_each_part_or_as_many_as_asked() -> None:
    sobol, random = Futures((scheme(),), scenarios=5_000), Futures((scheme(),), scenarios=100_001)

    assert (sobol.in_a_part * PARTS, random.in_a_part * PARTS) == (8_192, 100_008)
    assert len(years(sobol)) == 8_192


FUTURES = "drivers: [demand]\nschemes:\n  a:\n    budget: '100'\n    margin: {log_normal: {mean: 1%, sd: 5%}}\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("title: T\n", "‘schemes’ is missing."),
        (FUTURES.replace("sd: 5%", "sd: -5%"), "line 5): A standard deviation of -5% is below zero."),
        (FUTURES.replace("log_normal", "normal"), "line 5): ‘normal’ is not known here."),
        (FUTURES.replace("'100'", "'-100'"), "Scheme a has a budget below zero."),
        (FUTURES + "    drivers: {demand: 80%, price: 70%}\n", "The drivers of a explain more than all of it"),
        (FUTURES + "correlations: [{between: [a], is: 1}]\n", "A correlation needs two schemes and a number."),
        (FUTURES + "copula: {t: 0}\n", "A t copula has more than 0 degrees of freedom"),
        (
            FUTURES.replace("{log_normal: {mean: 1%, sd: 5%}}", "{triangular: {low: 2%, likely: 1%, high: 3%}}"),
            "do not rise.",
        ),
        (
            FUTURES.replace("{log_normal: {mean: 1%, sd: 5%}}", "{history: [1%]}"),
            "A history needs the variances of two",
        ),
    ],
)
def test_futures_that_cannot_be_are_refused_by_line(text: str, said: str) -> None:
    with pytest.raises(Refused) as refused:
        futures_from("f.yaml", text)

    assert any(said in str(each) for each in refused.value.findings), [str(each) for each in refused.value.findings]


def test_a_million_schemes_are_refused() -> None:
    with pytest.raises(ContractError, match=r"There are 1,001 schemes\. Give 1 to 1,000\."):
        loadings([scheme(str(number)) for number in range(1_001)], Dependence())


def test_contracts_are_compared_on_the_same_years(tmp_path: Path) -> None:
    forms = [str(EXAMPLES / f"form-{letter}.yaml") for letter in "ab"]
    arguments = ["compare", *forms, "--futures", str(EXAMPLES / "futures.yaml"), "--scenarios", "4096"]
    found = json.loads(CliRunner().invoke(commands, [*arguments, "--json"]).stdout)
    text = CliRunner().invoke(commands, arguments).stdout

    a, b = (each["partners"] for each in found["contracts"])
    # Below the cap both contracts are the same, and so are their medians to the penny.
    assert a["council"]["median_pence"]["value"] == b["council"]["median_pence"]["value"]
    assert b["council"]["percentile_95_pence"]["value"] == pytest.approx(200_000_00, abs=1)
    assert (a["council"]["chance_at_cap"]["value"], b["council"]["chance_at_cap"]["value"] > 0.1) == (0.0, True)
    for each in found["contracts"]:
        point = each["burden_curve"][-1]
        assert sum(point["bears_pence"].values()) == pytest.approx(point["variance_pence"], rel=1e-5)
    assert "An invented year of four schemes: 4,096 possible years (Sobol points, seed 1)" in text


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["compare", "form-a"], 2, "1 contracts cannot be compared"),
        (["simulate", "form-a", "--scenarios", "3"], 2, "3 scenarios cannot be drawn"),
        (
            ["simulate", "form-e"],
            2,
            "depends on quality (the quality score), and no result is given. Give one from 0 to 1",
        ),
        (["simulate", "wendleshire"], 2, "Line home care is in no part of the contract"),
    ],
)
def test_what_cannot_be_tried_out_is_said(arguments: list[str], code: int, said: str) -> None:
    command, contract, *more = arguments
    futures = (
        ["--futures", str(EXAMPLES / "futures.yaml")] if command == "compare" else [str(EXAMPLES / "futures.yaml")]
    )
    answer = CliRunner().invoke(commands, [command, str(EXAMPLES / f"{contract}.yaml"), *futures, *more])

    assert (answer.exit_code, said in answer.output) == (code, True), answer.output
