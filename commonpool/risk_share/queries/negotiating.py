"""What the comparison says in words: who gains by moving, whose limits hold, what would have to change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from commonpool.money import format_pounds
from commonpool.risk_share.queries.trying import OnYears, has_cap
from commonpool.risk_share.rules.contract import pence_of, percent
from commonpool.risk_share.rules.futures.bearing import Bearing
from commonpool.risk_share.rules.futures.limits import Cure, Limit, Tested, Year
from commonpool.risk_share.rules.futures.moving import Move
from commonpool.risk_share.rules.futures.reporting import Estimate, PartnerFutures
from commonpool.risk_share.rules.futures.trying import Tried
from commonpool.risk_share.rules.terms import Kind, cap_of, first_shares

YEARS: Mapping[Year, str] = {Year.MEAN: "the mean year", Year.VERY_BAD: "a year that 1 in 20 is worse than"}


@dataclass(frozen=True, slots=True)
class Cell:
    """One partner under one contract. `futures` is None where the contract does not name it."""

    futures: PartnerFutures | None
    has_cap: bool


@dataclass(frozen=True, slots=True)
class LimitRow:
    """A partner's limit under one contract, in words; what would make it hold, each a sentence."""

    contract: str
    partner: str
    year: str
    at_most_pence: int
    bears: Estimate
    holds: bool
    by_pence: float
    cures: tuple[str, ...]


def partners_of(tried: Tried) -> list[str]:
    """The codes of the partners of any of the contracts, in the order in which contracts name them."""
    return list(dict.fromkeys(code for each in tried.contracts for code in each.contract.partners))


def cells_of(tried: Tried) -> list[list[Cell]]:
    """Contract by contract, one cell for each of `partners_of`."""
    return [
        [Cell(each.partners.get(code), has_cap(each.contract, code)) for code in partners_of(tried)]
        for each in tried.contracts
    ]


def moving_words(moves: Sequence[Move], labels: Sequence[str], names: Mapping[str, str]) -> str:
    """Who gains by moving, in one sentence: first a move that costs nobody anything, else what the first one does."""
    free = [move for move in moves if _whose(move, 1) and not _whose(move, -1)]
    move = free[0] if free else next(iter(moves), None)
    if move is None:
        return ""
    start, end = labels[move.start].lower(), labels[move.end].lower()
    gain, lose = (_named(_whose(move, verdict), names) for verdict in (1, -1))
    if not gain and not lose:
        return f"Moving from {start} to {end} makes nobody clearly better or worse off."
    if not lose:
        return f"By moving from {start} to {end} {gain} gain{_s(move, 1)} and nobody loses."
    if not gain:
        return f"By moving from {start} to {end} {lose} lose{_s(move, -1)} and nobody gains for sure."
    return f"By moving from {start} to {end} {gain} gain{_s(move, 1)} and {lose} lose{_s(move, -1)}."


def verdict_words(move: Move, names: Mapping[str, str]) -> str:
    """Who gains and who loses: `Council loses; North gains`. Better in one year and worse in the other is both."""
    said = {1: "gains", -1: "loses", 0: "gains and loses"}
    clear = [(code, moved.verdict) for code, moved in move.partners.items() if not moved.is_none]
    return "; ".join(f"{names.get(code, code)} {said[verdict]}" for code, verdict in clear) or "No clear difference"


def _whose(move: Move, verdict: int) -> list[str]:
    return [code for code, moved in move.partners.items() if moved.verdict == verdict]


def _named(codes: Sequence[str], names: Mapping[str, str]) -> str:
    said = [names.get(code, code) for code in codes]
    return " and ".join([", ".join(said[:-1]), said[-1]]) if len(said) > 1 else "".join(said)


def _s(move: Move, verdict: int) -> str:
    return "s" if len(_whose(move, verdict)) == 1 else ""


def limit_rows(
    on_years: OnYears, labels: Sequence[str], limits: Sequence[Limit], names: Mapping[str, str]
) -> list[LimitRow]:
    """Contract by contract, each limit: whether it holds, by how much, and what would make it."""
    rows = []
    for number, label in enumerate(labels):
        found, mended = on_years.limits_under(number, limits)
        for each in found:
            words = [_cure(cure, on_years.bearings[number], names) for cure in mended if cure.tested == each]
            rows.append(_row(label, each, names, tuple(words)))
    return rows


def _row(label: str, each: Tested, names: Mapping[str, str], cures: tuple[str, ...]) -> LimitRow:
    limit = each.limit
    return LimitRow(
        label,
        names.get(limit.partner, limit.partner),
        YEARS[limit.year],
        limit.at_most_pence,
        each.bears,
        each.holds,
        abs(each.over_pence),
        cures,
    )


def signing_words(rows: Sequence[LimitRow], labels: Sequence[str]) -> str:
    """Under which contracts every limit that was stated holds, in one sentence."""
    kept = [label for label in labels if all(row.holds for row in rows if row.contract == label)]
    if not kept:
        return "No contract here keeps every limit that is stated."
    return f"Every limit that is stated holds under {', '.join(kept).lower()}."


def _cure(cure: Cure, bearing: Bearing, names: Mapping[str, str]) -> str:
    """What one term would have to be, in a sentence."""
    contract, term = bearing.contract, cure.term
    who = contract.name_of(term.code)
    if cure.value is None:
        if term.kind is Kind.SHARE:
            return f"No share of the first layer for {who} does it."
        return f"No cap for {who} does it."
    if isinstance(cure.value, Fraction):
        now = first_shares(contract, term.part)[term.code]
        said = f"{who}’s share of the first layer at {percent(cure.value)} instead of {percent(now)}"
    else:
        said = f"a cap for {who} of {format_pounds(cure.value, whole=True)}{_cap_now(bearing, term.part, term.code)}"
    return f"{said[0].upper()}{said[1:]} would do it{_broken(cure, names)}."


def _cap_now(bearing: Bearing, part: int, partner: str) -> str:
    cap = cap_of(bearing.contract, part, partner)
    if cap is None:
        return ", which has none now,"
    scope = bearing.contract.parts[part].scope
    budget = sum(line.budget_pence for line in bearing.lines if scope.has(line.code, line.source))
    pence = pence_of(cap.at_most, budget, bearing.contract.partners[partner].contribution_pence)
    return f" instead of {format_pounds(pence, whole=True)}"


def _broken(cure: Cure, names: Mapping[str, str]) -> str:
    if not cure.broken:
        return ", and every other limit would hold"
    said = [
        f"{names.get(each.limit.partner, each.limit.partner)}’s in {YEARS[each.limit.year]} by "
        f"{format_pounds(round(each.over_pence / 100) * 100, whole=True)}"
        for each in cure.broken
    ]
    return f", but would break {' and '.join(said)}"
