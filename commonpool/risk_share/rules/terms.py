"""Terms that partners haggle over: who bears which share of the first layer, and what a partner bears at most.

A term is of the overspend of one part. Where the part says `underspend: as overspend`, the underspend changes with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction

from commonpool.risk_share.rules.contract import ByContribution, Cap, Contract, Layer, Part, Pence, Shares, Side
from commonpool.risk_share.rules.errors import ContractError


class Kind(StrEnum):
    """What may be changed."""

    SHARE = "share"
    CAP = "cap"


@dataclass(frozen=True, slots=True)
class Term:
    """One number of a contract: the share of a party in the first layer of a part, or a partner's cap there."""

    part: int
    kind: Kind
    code: str


def first_shares(contract: Contract, part: int) -> dict[str, Fraction]:
    """Who bears which share of the first layer of an overspend; empty where each line says it for itself.

    Partners of whom it says nothing, alone or as one of a group, have a share of 0: they might be given one.
    """
    layers = contract.parts[part].overspend.layers
    sharing = layers[0].sharing if layers else None
    if isinstance(sharing, ByContribution):
        pays = {code: contract.contribution(code) for code in sharing.among or contract.partners}
        found = {code: Fraction(pence, sum(pays.values())) for code, pence in pays.items()}
    elif isinstance(sharing, Shares):
        found = dict(sharing.shares)
    else:
        return {}
    grouped = {partner for code in found for partner in members(contract, code)}
    return found | {code: Fraction(0) for code in contract.partners if code not in found and code not in grouped}


def members(contract: Contract, code: str) -> tuple[str, ...]:
    """The partners of a group; none for anything else."""
    if code not in contract.groups:
        return ()
    sharing = contract.groups[code].sharing
    return tuple(sharing.shares) if isinstance(sharing, Shares) else sharing.among or tuple(contract.partners)


def with_shares(contract: Contract, part: int, shares: Mapping[str, Fraction]) -> Contract:
    """The contract with other shares in the first layer. Raises ContractError where they do not add to 1."""
    first, *others = contract.parts[part].overspend.layers
    named = Shares({code: share for code, share in shares.items() if share})
    return _with_layers(contract, part, (replace(first, sharing=named), *others))


def with_share(contract: Contract, part: int, code: str, share: Fraction) -> Contract:
    """The contract with another share for one; the others share the rest in the proportion that they had.

    Others who had nothing share it equally. Raises ContractError where nobody else could take the rest.
    """
    before = first_shares(contract, part)
    others = {each: held for each, held in before.items() if each != code}
    if not others and share != 1:
        raise ContractError(f"Nobody but {code} is named, so nobody could take the rest.")
    held = sum(others.values(), Fraction(0))
    rest = 1 - share
    after = {each: own / held * rest if held else rest / len(others) for each, own in others.items()}
    return with_shares(contract, part, {each: share if each == code else after[each] for each in before})


def cap_of(contract: Contract, part: int, partner: str) -> Cap | None:
    """What the partner bears at most of an overspend; None where it has no cap."""
    return next((cap for cap in contract.parts[part].overspend.caps if cap.partner == partner), None)


def with_cap(contract: Contract, part: int, partner: str, at_most_pence: int | None) -> Contract:
    """The contract with another cap for one partner, or none.

    What is above a new cap goes to the other partners in order, to those without a cap first.
    """
    caps = contract.parts[part].overspend.caps
    if at_most_pence is None:
        return _with_caps(contract, part, tuple(cap for cap in caps if cap.partner != partner))
    at_most = Pence(at_most_pence)
    if cap_of(contract, part, partner):
        changed = tuple(replace(cap, at_most=at_most) if cap.partner == partner else cap for cap in caps)
        return _with_caps(contract, part, changed)
    capped = [cap.partner for cap in caps]
    others = sorted((code for code in contract.partners if code != partner), key=lambda code: code in capped)
    return _with_caps(contract, part, (*caps, Cap(partner, at_most, tuple(others))))


def _with_layers(contract: Contract, part: int, layers: tuple[Layer, ...]) -> Contract:
    return _with_overspend(contract, part, replace(contract.parts[part].overspend, layers=layers))


def _with_caps(contract: Contract, part: int, caps: tuple[Cap, ...]) -> Contract:
    return _with_overspend(contract, part, replace(contract.parts[part].overspend, caps=caps))


def _with_overspend(contract: Contract, part: int, overspend: Side) -> Contract:
    before: Part = contract.parts[part]
    underspend = overspend if before.underspend == before.overspend else before.underspend
    after = replace(before, overspend=overspend, underspend=underspend)
    return replace(contract, parts=(*contract.parts[:part], after, *contract.parts[part + 1 :]))
