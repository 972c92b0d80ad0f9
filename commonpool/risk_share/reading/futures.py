"""What may happen, in YAML: schemes with budgets and margins, and how they hang together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Final, TypeVar

from commonpool.risk_share.reading.nodes import Faults, Node, Refused, document
from commonpool.risk_share.rules.errors import ContractError
from commonpool.risk_share.rules.futures.dependence import Dependence, Scheme
from commonpool.risk_share.rules.futures.margins import History, LogNormal, Margin, Triangular
from commonpool.risk_share.rules.settling import LineVariance

Made = TypeVar("Made")
_TOP: Final = ("title", "drivers", "copula", "schemes", "correlations")
_SCHEME: Final = ("budget", "margin", "drivers", "source", "nhs_share", "weights", "partner")
_MARGINS: Final = ("log_normal", "triangular", "history")
_NO_CHANGE: Final[Margin] = LogNormal(0.0, 0.0)


@dataclass(frozen=True, slots=True)
class StatedFutures:
    """What a file says: schemes, how they hang together, and each as a line of the plan without a variance."""

    title: str
    schemes: tuple[Scheme, ...]
    lines: tuple[LineVariance, ...]
    dependence: Dependence


def read_futures(path: Path) -> StatedFutures:
    """What the file says. Raises nodes.Refused with every fault and its line."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        faults = Faults(path.name)
        faults.add(1, "The file is not text in UTF-8.", "Give futures in YAML.")
        raise Refused([finding for _, finding in faults.found]) from None
    return futures_from(path.name, text)


def futures_from(file: str, text: str) -> StatedFutures:
    """The same from a YAML text."""
    top = document(file, text)
    keys = top.keys(_TOP)
    if "schemes" not in keys:
        top.fault("‘schemes’ is missing.", "Write ‘schemes:’ with one entry a scheme.")
    entries = keys["schemes"].entries() if "schemes" in keys else {}
    stated = [_scheme(code, node) for code, node in entries.items()]
    correlations = dict(_correlation(node) for node in keys["correlations"].items()) if "correlations" in keys else None
    dependence = _made(
        top,
        lambda: Dependence(
            drivers=keys["drivers"].texts() if "drivers" in keys else (),
            correlations=correlations,
            degrees=_degrees(keys["copula"]) if "copula" in keys else None,
        ),
        Dependence(),
    )
    title = keys["title"].text() if "title" in keys else file
    top.faults.refuse()
    return StatedFutures(
        title=title,
        schemes=tuple(scheme for scheme, _ in stated),
        lines=tuple(line for _, line in stated),
        dependence=dependence,
    )


def _scheme(code: str, node: Node) -> tuple[Scheme, LineVariance]:
    keys = node.keys(_SCHEME)
    for needed in ("budget", "margin"):
        if needed not in keys:
            node.fault(f"The scheme has no ‘{needed}’.", "State its budget in pounds, and a margin.")
    budget = keys["budget"].pence() if "budget" in keys else 0
    drivers = {name: float(share) for name, share in _shares(keys, "drivers").items()}
    margin = _margin(keys["margin"]) if "margin" in keys else _NO_CHANGE
    scheme = _made(node, lambda: Scheme(code, budget, margin, drivers), Scheme(code, 0, margin, {}))
    line = _made(
        node,
        lambda: LineVariance(
            code=code,
            budget_pence=budget,
            variance_pence=0,
            source=keys["source"].text() if "source" in keys else "",
            nhs_share=keys["nhs_share"].share() if "nhs_share" in keys else None,
            weights=_shares(keys, "weights"),
            partner=keys["partner"].text() if "partner" in keys else "",
        ),
        LineVariance(code, 0, 0),
    )
    return scheme, line


def _shares(keys: Mapping[str, Node], key: str) -> dict[str, Fraction]:
    return {name: each.share() for name, each in keys[key].entries().items()} if key in keys else {}


def _margin(node: Node) -> Margin:
    keys = node.keys(_MARGINS)
    if len(keys) != 1:
        node.fault("A margin is one of log_normal, triangular, history.", "Write {log_normal: {mean: 1%, sd: 4%}}.")
        return _NO_CHANGE
    kind, inner = next(iter(keys.items()))
    return _made(inner, _maker(kind, inner), _NO_CHANGE)


def _maker(kind: str, node: Node) -> Callable[[], Margin]:
    if kind == "history":
        years = tuple(float(each.share()) for each in node.items())
        return lambda: History(years)
    if kind == "triangular":
        low, likely, high = _numbers(node, ("low", "likely", "high"))
        return lambda: Triangular(low, likely, high)
    mean, sd = _numbers(node, ("mean", "sd"))
    return lambda: LogNormal(mean, sd)


def _numbers(node: Node, names: tuple[str, ...]) -> list[float]:
    keys = node.keys(names)
    for name in names:
        if name not in keys:
            node.fault(f"‘{name}’ is missing.", f"State {', '.join(names)} as shares of the budget.")
    return [float(keys[name].share() if name in keys else Fraction(0)) for name in names]


def _correlation(node: Node) -> tuple[tuple[str, str], float]:
    keys = node.keys(("between", "is"))
    between = keys["between"].texts() if "between" in keys else ()
    if len(between) != 2 or "is" not in keys:
        node.fault("A correlation needs two schemes and a number.", "Write {between: [a, b], is: 0.6}.")
        return ("", ""), 0.0
    return (between[0], between[1]), float(keys["is"].share())


def _degrees(node: Node) -> float | None:
    """`gaussian`, or `{t: 4}`."""
    if node.value == "gaussian":
        return None
    keys = node.keys(("t",))
    if "t" not in keys:
        node.fault("A copula is ‘gaussian’ or {t: 4}.", "Write one of these.")
        return None
    return float(keys["t"].share())


def _made(node: Node, make: Callable[[], Made], instead: Made) -> Made:
    """What is made; where it cannot be, a fault here and something in its place until the file is refused."""
    try:
        return make()
    except ContractError as error:
        problem, _, fix = str(error).partition(". ")
        node.fault(f"{problem}.", fix)
        return instead
