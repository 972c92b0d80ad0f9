"""From a contract to its YAML: the inverse of `reading.contracts`, in the keys of the guide to contracts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from math import lcm
from typing import Any, Final

from commonpool.money import LARGEST_PENCE, pounds_from_pence
from commonpool.risk_share.rules.contract import (
    Amount,
    ByCommissioner,
    ByContribution,
    ByLineWeights,
    ByNhsShare,
    Cap,
    Contract,
    Group,
    Layer,
    Part,
    Partner,
    Pence,
    Per,
    Remedy,
    Rounding,
    RoundingRule,
    Shares,
    Sharing,
    Side,
    Slice,
)
from commonpool.risk_share.rules.errors import ContractError

WIDTH: Final = 120
LONGEST_SHARE: Final = 40  # what the reader takes for a number at most
_MOST_DECIMALS: Final = 6  # beyond these 4/7 says more than 57.142857142857%


class _Inline(dict[str, Any]):
    """A mapping that stands on one line, in braces."""


class _InlineList(list[Any]):
    """A list that stands on one line, in brackets."""


def contract_text(contract: Contract) -> str:
    """The contract as YAML. Read back, it is equal to the one given, names and order of partners included.

    Raises ContractError for a share or an amount that the file's form cannot hold.
    """
    return _dumped(dict(_top(contract)))


def _dumped(document: Mapping[str, Any]) -> str:
    import yaml

    class Dumper(yaml.SafeDumper):
        """Indents lists below their key, and writes equal values out: a contract does not refer to itself."""

        def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
            """Lists stand two places to the right of their key, as in the guide."""
            super().increase_indent(flow, False)

        def ignore_aliases(self, data: Any) -> bool:
            """Never a reference."""
            return True

    def inline(dumper: Any, data: Any) -> Any:
        return dumper.represent_mapping("tag:yaml.org,2002:map", data.items(), flow_style=True)

    def inline_list(dumper: Any, data: Any) -> Any:
        return dumper.represent_sequence("tag:yaml.org,2002:seq", data, flow_style=True)

    def string(dumper: Any, data: str) -> Any:
        # Between single quotes every sort of line break becomes one sort; in double quotes each is written out.
        has_breaks = len(data.splitlines()) > 1
        return dumper.represent_scalar("tag:yaml.org,2002:str", data, style='"' if has_breaks else None)

    Dumper.add_representer(str, string)
    Dumper.add_representer(_Inline, inline)
    Dumper.add_representer(_InlineList, inline_list)
    text = yaml.dump(document, Dumper=Dumper, sort_keys=False, allow_unicode=True, width=WIDTH)
    return str(text)


def _top(contract: Contract) -> Iterator[tuple[str, Any]]:
    yield "title", contract.title
    yield "partners", {code: _partner(each) for code, each in contract.partners.items()}
    if contract.groups:
        yield "groups", {code: dict(_group(each)) for code, each in contract.groups.items()}
    for key, named in (("funds", contract.funds), ("measures", contract.measures)):
        if named:
            yield key, dict(named)
    if contract.rounding != Rounding():
        yield "rounding", _rounding(contract.rounding)
    yield "parts", [dict(_part(part)) for part in contract.parts]
    if (pay := contract.pay) is not None:
        days = {} if pay.within_days is None else {"within_days": str(pay.within_days)}
        yield "pay", _Inline(invoices=pay.invoices, **days)


def _partner(partner: Partner) -> str | _Inline:
    if partner.contribution_pence is None:
        return partner.name
    return _Inline(name=partner.name, contribution=_pounds(partner.contribution_pence))


def _group(group: Group) -> Iterator[tuple[str, Any]]:
    yield "name", group.name
    yield _sharing(group.sharing)
    if group.rounding is not None:
        yield "rounding", _rounding(group.rounding)


def _part(part: Part) -> Iterator[tuple[str, Any]]:
    yield "name", part.name
    scope = part.scope
    for key, texts in (("sources", scope.sources), ("lines", scope.lines), ("except_lines", scope.except_lines)):
        if texts:
            yield key, _InlineList(texts)
    if part.per is not Per.POOL:
        yield "per", part.per.value
    if part.rounding is not None:
        yield "rounding", _rounding(part.rounding)
    yield "overspend", dict(_side(part.overspend))
    # What is said once cannot come apart.
    is_same = part.underspend == part.overspend
    yield "underspend", "as overspend" if is_same else dict(_side(part.underspend))


def _side(side: Side) -> Iterator[tuple[str, Any]]:
    if side.remedies:
        yield "remedies", [_remedy(each) for each in side.remedies]
    if side.slices:
        yield "slices", [dict(_slice(each)) for each in side.slices]
    if len(side.layers) == 1 and (side.layers[0].start, side.layers[0].end) == (Pence(0), None):
        yield _sharing(side.layers[0].sharing)
    elif side.layers:
        yield "layers", [_Inline(_layer(each, is_first=not number)) for number, each in enumerate(side.layers)]
    if side.caps:
        yield "caps", [_Inline(_cap(each)) for each in side.caps]
    if side.unallocated:
        yield "unallocated", side.unallocated


def _remedy(remedy: Remedy) -> _Inline:
    return _Inline(fund=remedy.fund, at_most=amount_text(remedy.at_most))


def _slice(each: Slice) -> Iterator[tuple[str, Any]]:
    yield "name", each.name
    whole = [code for code, share in each.to.shares.items() if share == 1]
    if whole and len(each.to.shares) == 1:
        yield "to", whole[0]
    else:
        yield "to", _shares(each.to.shares)
    if each.rate != 1:
        yield "rate", share_text(each.rate)
    if each.measure:
        yield "measure", each.measure
    if each.is_complement:
        yield "complement", "yes"
    for key, amount in (("at_least", each.at_least), ("at_most", each.at_most)):
        if amount is not None:
            yield key, amount_text(amount)
    if each.cliff:
        yield "cliff", each.cliff


def _layer(layer: Layer, *, is_first: bool) -> Iterator[tuple[str, Any]]:
    if not is_first or layer.start != Pence(0):
        yield "from", amount_text(layer.start)
    if layer.end is not None:
        yield "to", amount_text(layer.end)
    yield _sharing(layer.sharing)


def _cap(cap: Cap) -> Iterator[tuple[str, Any]]:
    yield "partner", cap.partner
    yield "at_most", amount_text(cap.at_most)
    if cap.excess_to:
        yield "excess_to", cap.excess_to[0] if len(cap.excess_to) == 1 else _InlineList(cap.excess_to)


def _sharing(sharing: Sharing) -> tuple[str, Any]:
    """Its key and its value."""
    match sharing:
        case Shares(shares):
            return _shares_or_amounts(shares)
        case ByContribution(among):
            return "by", _Inline(contributions=_InlineList(among)) if among else "contributions"
        case ByCommissioner():
            return "by", "commissioner"
        case ByLineWeights():
            return "by", "line weights"
        case ByNhsShare(nhs, other):
            return "by", _Inline({"nhs share": _Inline(nhs=nhs, rest=other)})


def _shares_or_amounts(shares: Mapping[str, Fraction]) -> tuple[str, _Inline]:
    """As shares; where one of them is no number that people write, as the amounts that they are in proportion to."""
    if all(_share_texts(share) for share in shares.values()):
        return "shares", _shares(shares)
    whole = lcm(*(share.denominator for share in shares.values()))
    return "proportion_to", _Inline({code: _pounds(int(share * whole)) for code, share in shares.items()})


def _shares(shares: Mapping[str, Fraction]) -> _Inline:
    return _Inline({code: share_text(share) for code, share in shares.items()})


def share_text(share: Fraction) -> str:
    """57%, or 4/7 where that is shorter than its decimals."""
    return _first(_share_texts(share), share)


def amount_text(amount: Amount) -> str:
    """200000.00, or 2% of budget."""
    if isinstance(amount, Pence):
        return _pounds(amount.pence)
    of_it = _first([text for text in _share_texts(amount.share) if text.endswith("%")], amount.share)
    return f"{of_it} of {amount.of.value}"


def _first(texts: Sequence[str], share: Fraction) -> str:
    if not texts:
        raise ContractError(f"A share of {float(share):.6%} has too many digits to be written. Round it.")
    return texts[0]


def _share_texts(share: Fraction) -> list[str]:
    """Every way of writing it exactly that the reader takes, the most readable first."""
    decimal = _decimal(share * 100)
    ways = [f"{decimal}%" if decimal else "", str(share), f"{share * 100}%", _decimal(share)]
    if not decimal or len(decimal.partition(".")[2]) > _MOST_DECIMALS:
        ways = [*ways[1:], ways[0]]
    return [way for way in ways if way and len(way) <= LONGEST_SHARE]


def _decimal(number: Fraction) -> str:
    """The number with its decimals, not in powers of ten; "" where they never end or are too many."""
    for places in range(LONGEST_SHARE):
        scaled = number * 10**places
        if scaled.denominator == 1:
            digits = str(scaled.numerator).rjust(places + 1, "0")
            return f"{digits[:-places]}.{digits[-places:]}" if places else digits
    return ""


def _pounds(pence: int) -> str:
    if pence > LARGEST_PENCE:
        raise ContractError(f"An amount of {pence:,} pence is too large to be written. State it by shares.")
    return f"{pounds_from_pence(pence):.2f}"


def _rounding(rounding: Rounding) -> _Inline:
    key = "residual_to" if rounding.rule is RoundingRule.HALF_UP else "odd_penny_to"
    return _Inline(rule=rounding.rule.value, **({key: rounding.to} if rounding.to else {}))
