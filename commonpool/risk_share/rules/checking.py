"""Whether a contract is complete: every penny of any variance has somebody to bear it, or a name for nobody."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from commonpool.risk_share.rules.contract import (
    BY_LINE,
    LARGER_CONTRIBUTOR,
    Amount,
    ByCommissioner,
    ByContribution,
    ByNhsShare,
    Cap,
    Contract,
    Of,
    Part,
    Pence,
    Per,
    ShareOf,
    Shares,
    Sharing,
    Side,
    listed,
)

Path: TypeAlias = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """What a contract leaves open, where (keys from its top, list places from 0), and what to do."""

    path: Path
    problem: str
    fix: str


def gaps(contract: Contract) -> list[Gap]:
    """Everything that would keep the contract from settling some variance."""
    found = [*_codes(contract), *_groups(contract), *_rounding(contract), *_pay(contract)]
    if not contract.parts:
        found.append(Gap(("parts",), "The contract has no part.", "State at least one, with its overspend."))
    for number, part in enumerate(contract.parts):
        for side_name, side in (("overspend", part.overspend), ("underspend", part.underspend)):
            found += _side(contract, part, side, ("parts", number, side_name))
    return found


def _codes(contract: Contract) -> Iterator[Gap]:
    named = [*contract.partners, *contract.groups, *contract.funds]
    for code in sorted({code for code in named if named.count(code) > 1}):
        yield Gap(("partners", code), f"‘{code}’ is used twice.", "Give partners, groups and funds different codes.")


def _pay(contract: Contract) -> Iterator[Gap]:
    if contract.pay is not None and contract.pay.invoices not in contract.partners:
        fix = f"Write one of: {listed(contract.partners)}."
        yield Gap(("pay", "invoices"), f"‘{contract.pay.invoices}’ is no partner, so it cannot invoice.", fix)


def _groups(contract: Contract) -> Iterator[Gap]:
    for code, group in contract.groups.items():
        yield from _parties(contract, group.sharing, ("groups", code), may_be=tuple(contract.partners))


def _rounding(contract: Contract) -> Iterator[Gap]:
    known = {"", LARGER_CONTRIBUTOR, *contract.partners, *contract.groups}
    for path, rounding in [
        (("rounding",), contract.rounding),
        *((("parts", number, "rounding"), part.rounding) for number, part in enumerate(contract.parts)),
        *((("groups", code, "rounding"), group.rounding) for code, group in contract.groups.items()),
    ]:
        if rounding and rounding.to not in known:
            yield _unknown(path, rounding.to, tuple(sorted(known - {""})))


def _side(contract: Contract, part: Part, side: Side, path: Path) -> Iterator[Gap]:
    for number, remedy in enumerate(side.remedies):
        if remedy.fund not in contract.funds:
            yield _unknown((*path, "remedies", number), remedy.fund, tuple(contract.funds))
    for number, each in enumerate(side.slices):
        where = (*path, "slices", number)
        yield from _parties(contract, each.to, where, (*contract.partners, *contract.groups, *contract.funds))
        if each.measure and each.measure not in contract.measures:
            yield Gap(where, f"The measure ‘{each.measure}’ is not stated.", "Add it under measures, with its words.")
    yield from _layers(contract, part, side, path)
    yield from _caps(contract, side, path)


def _layers(contract: Contract, part: Part, side: Side, path: Path) -> Iterator[Gap]:
    if not side.layers:
        if not side.unallocated:
            yield Gap(path, "Nobody bears what is left.", "State shares or layers, or ‘unallocated’ in words.")
        return
    every = (*contract.partners, *contract.groups, *contract.funds)
    for number, layer in enumerate(side.layers):
        where = (*path, "layers", number)
        yield from _parties(contract, layer.sharing, where, every)
        if isinstance(layer.sharing, BY_LINE) and part.per is Per.POOL and not _only_commissioners(side):
            yield Gap(
                where,
                "The shares stand with each line, and the lines are taken together.",
                "Write ‘per: line’ in this part, or shares that are the same for all lines.",
            )
    yield from _joins(side, path)


def _only_commissioners(side: Side) -> bool:
    """Each line's variance to its commissioner is the same together as line by line, if nothing stands before."""
    return (
        len(side.layers) == 1
        and isinstance(side.layers[0].sharing, ByCommissioner)
        and not (side.remedies or side.slices)
    )


def _joins(side: Side, path: Path) -> Iterator[Gap]:
    """Layers begin at nothing, each where the one before it ends, and the last has no end unless that is said."""
    before: Amount | None = Pence(0)
    for number, layer in enumerate(side.layers):
        where = (*path, "layers", number)
        if before is None:
            yield Gap(where, "The layer before it has no end.", "Give that one a ‘to’, or take this one out.")
        elif not _same(layer.start, before):
            yield Gap(where, "It does not begin where the one before it ends.", f"Write ‘from’: {_words(before)}.")
        elif layer.end is not None and _is_not_above(layer.end, layer.start):
            yield Gap(where, "It does not end above its beginning.", "Write a larger ‘to’.")
        before = layer.end
    if before is not None and not side.unallocated:
        fix = "Leave ‘to’ out of the last layer, or say under ‘unallocated’ what becomes of it."
        yield Gap((*path, "layers", len(side.layers) - 1), f"Nobody bears what is above {_words(before)}.", fix)


def _same(one: Amount, other: Amount) -> bool:
    return one == other or (_is_nothing(one) and _is_nothing(other))


def _is_nothing(amount: Amount) -> bool:
    return (amount.pence if isinstance(amount, Pence) else amount.share) == 0


def _is_not_above(end: Amount, start: Amount) -> bool:
    """For amounts of one kind; a share of the budget and a sum of money can only be compared in the year."""
    if isinstance(end, Pence) and isinstance(start, Pence):
        return end.pence <= start.pence
    if isinstance(end, ShareOf) and isinstance(start, ShareOf):
        return end.share <= start.share
    return _is_nothing(end)


def _caps(contract: Contract, side: Side, path: Path) -> Iterator[Gap]:
    capped = [cap.partner for cap in side.caps]
    for number, cap in enumerate(side.caps):
        where = (*path, "caps", number)
        for partner in (cap.partner, *cap.excess_to):
            if partner not in contract.partners:
                yield _unknown(where, partner, tuple(contract.partners))
        if capped.count(cap.partner) > 1 and capped.index(cap.partner) != number:
            yield Gap(where, f"{cap.partner} is capped twice.", "Keep one of the two.")
        if _needs_contribution(contract, cap):
            yield _no_contribution(where, cap.partner)
        if not _reaches_somebody(cap, capped) and not side.unallocated:
            yield Gap(
                where,
                f"What {cap.partner} does not bear may reach nobody: all who could take it are capped.",
                "Name somebody without a cap under ‘excess_to’, or say under ‘unallocated’ what becomes of it.",
            )


def _needs_contribution(contract: Contract, cap: Cap) -> bool:
    is_of_it = isinstance(cap.at_most, ShareOf) and cap.at_most.of is Of.CONTRIBUTION
    partner = contract.partners.get(cap.partner)
    return is_of_it and partner is not None and partner.contribution_pence is None


def _reaches_somebody(cap: Cap, capped: list[str]) -> bool:
    return any(partner not in capped for partner in cap.excess_to)


def _parties(contract: Contract, sharing: Sharing, path: Path, may_be: tuple[str, ...]) -> Iterator[Gap]:
    named: tuple[str, ...] = ()
    match sharing:
        case Shares(shares):
            named = tuple(shares)
        case ByContribution(among):
            named = among
            for partner in among or contract.partners:
                if partner in contract.partners and contract.partners[partner].contribution_pence is None:
                    yield _no_contribution(path, partner)
        case ByNhsShare(nhs, other):
            named = (nhs, other)
    for code in named:
        if code not in may_be:
            yield _unknown(path, code, may_be)


def _unknown(path: Path, code: str, known: tuple[str, ...]) -> Gap:
    one_of = listed(known) or "none is stated yet"
    return Gap(path, f"‘{code}’ is not known here.", f"Write one of: {one_of}; or state ‘{code}’ first.")


def _no_contribution(path: Path, partner: str) -> Gap:
    return Gap(path, f"The contribution of {partner} is not stated.", "Add it under partners, in pounds.")


def _words(amount: Amount) -> str:
    from commonpool.risk_share.rules.words import amount_words

    return amount_words(amount)
