"""A partner's money and its futures, in YAML, or every fault of the file by its line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Final

from commonpool.periods import FINANCIAL_YEAR, PeriodError
from commonpool.risk_share.reading.nodes import Faults, Node, Refused, document
from commonpool.risk_share.rules.errors import ContractError
from commonpool.risk_share.rules.headroom import MOST_YEARS, Finances, Future

_TOP: Final = ("title", "first_year", "years", "partners")
_MONEY: Final = ("funding", "unavoidable_costs", "minimum_contribution", "reserves", "reserves_floor")
_GROWTH: Final = ("funding_growth", "cost_growth", "minimum_growth")
_AMOUNTS: Final = ("savings", "reserves_use")
UNKNOWN: Final = "unknown"


@dataclass(frozen=True, slots=True)
class StatedHeadroom:
    """What a file says: each partner's money with its futures, and the years that are looked at, by name."""

    title: str
    years: tuple[str, ...]
    partners: tuple[tuple[Finances, tuple[Future, ...]], ...]


def read_headroom(path: Path) -> StatedHeadroom:
    """What the file says. Raises nodes.Refused with every fault and its line."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        faults = Faults(path.name)
        faults.add(1, "The file is not text in UTF-8.", "Give it in YAML.")
        raise Refused([finding for _, finding in faults.found]) from None
    return headroom_from(path.name, text)


def headroom_from(file: str, text: str) -> StatedHeadroom:
    """The same from a YAML text."""
    top = document(file, text)
    keys = top.keys(_TOP)
    for needed in ("first_year", "partners"):
        if needed not in keys:
            top.fault(f"‘{needed}’ is missing.", "Write first_year: 2025-26, and partners: with one entry each.")
    partners = keys["partners"].entries() if "partners" in keys else {}
    stated = tuple(_partner(name, node) for name, node in partners.items())
    years = _years(keys)
    top.faults.refuse()
    return StatedHeadroom(keys["title"].text() if "title" in keys else file, years, stated)


def _years(keys: Mapping[str, Node]) -> tuple[str, ...]:
    count = 1
    if "years" in keys:
        text = keys["years"].text()
        if text.isascii() and text.isdecimal() and len(text) <= 2 and 1 <= int(text) <= MOST_YEARS:
            count = int(text)
        else:
            keys["years"].fault(f"‘{text}’ is no number of years.", f"Write 1 to {MOST_YEARS}.")
    if "first_year" not in keys:
        return ()
    try:
        first = FINANCIAL_YEAR.year(keys["first_year"].text()).starts_on
    except PeriodError as error:
        keys["first_year"].fault(str(error), "Write a year such as 2025-26.")
        return ()
    return tuple(FINANCIAL_YEAR.label_of(first.replace(year=first.year + after)) for after in range(count))


def _partner(name: str, node: Node) -> tuple[Finances, tuple[Future, ...]]:
    keys = node.keys((*_MONEY, "futures"))
    funding, costs, minimum, reserves, floor = (_pence(keys, key) for key in _MONEY)
    if "futures" not in keys:
        node.fault(f"‘{name}’ has no futures.", "Write futures: with one entry each, such as low, central and high.")
    futures = keys["futures"].entries() if "futures" in keys else {}
    return Finances(name, funding, costs, minimum, reserves, floor), tuple(
        _future(called, each) for called, each in futures.items()
    )


def _future(name: str, node: Node) -> Future:
    keys = node.keys((*_GROWTH, *_AMOUNTS))
    funding, costs, minimum = (_share(keys, key) for key in _GROWTH)
    savings, use = (_pence(keys, key) for key in _AMOUNTS)
    try:
        return Future(name, funding, costs, minimum, savings, use)
    except ContractError as error:
        problem, _, fix = str(error).partition(". ")
        node.fault(f"{problem}.", fix)
        return Future(name)


def _pence(keys: Mapping[str, Node], key: str) -> int | None:
    """Pounds as pence; None where the key is left out or says that it is not known."""
    return keys[key].pence() if key in keys and keys[key].value != UNKNOWN else None


def _share(keys: Mapping[str, Node], key: str) -> Fraction | None:
    return keys[key].share() if key in keys and keys[key].value != UNKNOWN else None
