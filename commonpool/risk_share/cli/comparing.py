"""What `compare` says of several contracts together: who gains by moving, and which are fair and steady."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from commonpool.risk_share.rules.contract import Contract
    from commonpool.risk_share.rules.futures.frontier import Place
    from commonpool.risk_share.rules.futures.moving import Move
    from commonpool.risk_share.rules.futures.reporting import Estimate
    from commonpool.risk_share.rules.futures.trying import Tried


def comparison_json(tried: Tried, start: int, pays_pence: Mapping[str, int]) -> dict[str, Any]:
    """`moves` from one contract to every other and `frontier`, contracts by their titles."""
    from commonpool.risk_share.rules.futures.frontier import frontier
    from commonpool.risk_share.rules.futures.moving import moves_from

    titles = [each.contract.title for each in tried.contracts]
    places = frontier(tried.contracts, pays_pence)
    return {
        "moves": [
            {
                "from": titles[move.start],
                "to": titles[move.end],
                "partners": {
                    code: {
                        "mean_pence": _number(moved.mean),
                        "percentile_95_pence": _number(moved.very_bad_year),
                    }
                    for code, moved in move.partners.items()
                },
            }
            for move in moves_from(tried, start)
        ],
        "frontier": [
            {
                "contract": title,
                "volatility": _number(place.volatility),
                "unfairness": _number(place.unfairness),
                "dominated_by": None if place.dominated_by is None else titles[place.dominated_by],
            }
            for title, place in zip(titles, places, strict=True)
        ],
    }


def _number(found: Estimate | None) -> dict[str, float] | None:
    return {"value": found.value, "error": found.error} if found else None


def comparison_text(tried: Tried, start: int, pays_pence: Mapping[str, int]) -> Iterator[str]:
    """The same as lines to print."""
    from commonpool.risk_share.rules.futures.frontier import frontier
    from commonpool.risk_share.rules.futures.moving import moves_from

    contracts = [each.contract for each in tried.contracts]
    for move in moves_from(tried, start):
        yield ""
        yield f"From ‘{contracts[start].title}’ to ‘{contracts[move.end].title}’:"
        yield from _move(move, contracts[start], contracts[move.end])
    yield ""
    missing = {code for each in contracts for code in each.partners if code not in pays_pence}
    if missing:
        yield f"How fair and how steady they are is not known: say what {', '.join(sorted(missing))} pays in, in the"
        yield "contract or with --contribution."
        return
    yield "Volatility: how much a partner's burden moves for what it pays in, of whom it moves most."
    yield "Unfairness: the part of an overspend that is not borne in proportion to what partners pay in."
    for each, place in zip(contracts, frontier(tried.contracts, pays_pence), strict=True):
        yield f"  {each.title}: {_place(place, contracts)}"


def _move(move: Move, start: Contract, end: Contract) -> Iterator[str]:
    for code, moved in move.partners.items():
        name = start.name_of(code) if code in start.partners else end.name_of(code)
        yield f"  {name}: mean {_change(moved.mean)}, 95th percentile {_change(moved.very_bad_year)}"


def _change(found: Estimate) -> str:
    if abs(found.value) < 100:
        return "the same"
    return f"{abs(found.value) / 100:,.0f} ± {found.error / 100:,.0f} {'more' if found.value > 0 else 'less'}"


def _place(place: Place, contracts: list[Contract]) -> str:
    if place.volatility is None or place.unfairness is None:
        return "not known: in no year does a partner who pays in bear an overspend"
    said = (
        f"volatility {place.volatility.value:.2%} ± {place.volatility.error:.2%} ({place.worst_off}), "
        f"unfairness {place.unfairness.value:.1%} ± {place.unfairness.error:.1%}"
    )
    better = place.dominated_by
    return said if better is None else f"{said}; ‘{contracts[better].title}’ is better in one and no worse in the other"


def in_pounds(each: Estimate) -> str:
    """Whole pounds: pence would claim more than a simulation knows."""
    return f"{each.value / 100:,.0f} ± {each.error / 100:,.0f}"
