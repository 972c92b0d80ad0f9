"""From a contract's YAML to the contract, or every fault of it with its line."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Final

from commonpool.findings import Finding
from commonpool.money import pence_from_text
from commonpool.risk_share.reading.nodes import Faults, Node, Refused, document, fraction_of
from commonpool.risk_share.reading.payments import payment_from
from commonpool.risk_share.rules.checking import gaps
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
    Of,
    Part,
    Partner,
    Pay,
    Pence,
    Per,
    Remedy,
    Rounding,
    RoundingRule,
    Scope,
    ShareOf,
    Shares,
    Sharing,
    Side,
    Slice,
)
from commonpool.risk_share.rules.errors import ContractError
from commonpool.risk_share.rules.performance_payment import PerformancePayment

NotAContract = Refused

_TOP: Final = ("title", "partners", "groups", "funds", "measures", "rounding", "parts", "pay")
MOST_DAYS: Final = 366
MOST_DIGITS: Final = 6
_PART: Final = ("name", "lines", "sources", "except_lines", "per", "rounding", "overspend", "underspend")
_SHARED: Final = ("shares", "proportion_to", "by")
_SIDE: Final = ("remedies", "slices", "layers", *_SHARED, "caps", "unallocated")
_SLICE: Final = ("name", "to", "rate", "measure", "complement", "at_least", "at_most", "cliff")
_CAP: Final = ("partner", "at_most", "excess_to")
_BY: Final = ("contributions", "commissioner", "line weights", "nhs share")
NOBODY: Final = Shares({"": Fraction(1)})


def read_contract(path: Path) -> Contract:
    """The contract of a YAML file that shares a variance. Raises NotAContract with every fault and its line."""
    found = read_agreed(path)
    if isinstance(found, PerformancePayment):
        faults = Faults(path.name)
        faults.add(1, "It pays for performance.", "Give a contract with parts, which shares a variance.")
        faults.refuse()
    assert isinstance(found, Contract)
    return found


def read_agreed(path: Path) -> Contract | PerformancePayment:
    """The terms of a YAML file, of either kind. Raises NotAContract with every fault and its line."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise NotAContract(_unreadable(path, error)) from None
    return agreed_from(path.name, text)


def agreed_from(file: str, text: str, known: Mapping[str, str] | None = None) -> Contract | PerformancePayment:
    """The terms of a YAML text, of either kind: it pays for performance where it says `performance`.

    known  as in `contract_from`; performance is paid to whoever the text says, in words

    Raises NotAContract with every fault and its line.
    """
    top = document(file, text)
    return payment_from(top) if "performance" in top.entries() else _contract(top, known)


def contract_from(file: str, text: str, known: Mapping[str, str] | None = None) -> Contract:
    """The contract of a YAML text. Raises NotAContract with every fault and its line.

    known  code -> name of each partner of the agreement; a partner with another code is a fault. None asks nothing
    """
    return _contract(document(file, text), known)


def _contract(top: Node, known: Mapping[str, str] | None = None) -> Contract:
    keys = top.keys(_TOP)
    if known is not None:
        _strangers(keys, known)
    for needed in ("title", "partners", "parts"):
        if needed not in keys:
            top.fault(f"‘{needed}’ is missing.", f"Write ‘{needed}:’ at the left margin.")
    contract = _built(top, keys)
    top.faults.refuse()
    assert contract is not None, "what cannot be built has a fault"
    lines = _lines(top)
    for gap in gaps(contract):
        top.faults.add(_line_of(gap.path, lines), gap.problem, gap.fix)
    top.faults.refuse()
    return contract


def _strangers(keys: Mapping[str, Node], known: Mapping[str, str]) -> None:
    """Partners of the contract that are none of the agreement."""
    codes = ", ".join(f"{code} ({name})" for code, name in known.items())
    for code, node in keys["partners"].entries().items() if "partners" in keys else ():
        if code not in known:
            node.fault(f"‘{code}’ is the code of no partner of the agreement.", f"Write one of: {codes}.")


def _unreadable(path: Path, error: Exception) -> list[Finding]:
    faults = Faults(path.name)
    said = "is not text in UTF-8" if isinstance(error, UnicodeDecodeError) else "cannot be opened"
    faults.add(1, f"The file {said}.", "Give a contract in YAML; docs/risk-share-contracts.md has the form.")
    return [finding for _, finding in faults.found]


def _built(top: Node, keys: Mapping[str, Node]) -> Contract | None:
    partners = {code: _partner(node) for code, node in keys["partners"].entries().items()} if "partners" in keys else {}
    groups = {code: _group(node) for code, node in keys["groups"].entries().items()} if "groups" in keys else {}
    parts = [_part(node) for node in keys["parts"].items()] if "parts" in keys else []
    rounding = _rounding(keys["rounding"]) if "rounding" in keys else Rounding()
    pay = _pay(keys["pay"]) if "pay" in keys else None
    names = {key: _names(keys[key]) if key in keys else {} for key in ("funds", "measures")}
    if top.faults.found:
        return None
    return Contract(
        title=keys["title"].text(),
        partners=partners,
        parts=tuple(parts),
        rounding=rounding,
        groups=groups,
        funds=names["funds"],
        measures=names["measures"],
        pay=pay,
    )


def _names(node: Node) -> dict[str, str]:
    return {code: each.text() for code, each in node.entries().items()}


def _partner(node: Node) -> Partner:
    """`code: name`, or `code: {name, contribution}`."""
    if isinstance(node.value, str):
        return Partner(node.text())
    keys = node.keys(("name", "contribution"))
    name = keys["name"].text() if "name" in keys else node.name
    pence = keys["contribution"].pence() if "contribution" in keys else None
    if pence is not None and pence < 0:
        keys["contribution"].fault("A contribution is below zero.", "Write what the partner pays in, without a sign.")
    return Partner(name, pence)


def _group(node: Node) -> Group:
    keys = node.keys(("name", *_SHARED, "rounding"))
    sharing = _sharing(node, keys)
    if not isinstance(sharing, Shares | ByContribution):
        node.fault("A group is shared by what stands with lines.", "Write shares, proportion_to, or by: contributions.")
        sharing = NOBODY
    rounding = _rounding(keys["rounding"]) if "rounding" in keys else None
    return Group(keys["name"].text() if "name" in keys else node.name, sharing, rounding)


def _part(node: Node) -> Part:
    keys = node.keys(_PART)
    if "overspend" not in keys:
        node.fault("The part has no ‘overspend’.", "Say who bears it.")
    overspend = _side(keys["overspend"]) if "overspend" in keys else Side()
    return Part(
        name=keys["name"].text() if "name" in keys else f"part {int(node.path[-1]) + 1}",
        overspend=overspend,
        underspend=_underspend(node, keys, overspend),
        scope=Scope(**{key: keys[key].texts() for key in ("sources", "lines", "except_lines") if key in keys}),
        per=Per(keys["per"].choice(("pool", "line"))) if "per" in keys else Per.POOL,
        rounding=_rounding(keys["rounding"]) if "rounding" in keys else None,
    )


def _underspend(node: Node, keys: Mapping[str, Node], overspend: Side) -> Side:
    if "underspend" not in keys:
        node.fault("The part has no ‘underspend’.", "Say who keeps it, or write ‘underspend: as overspend’.")
        return Side()
    if keys["underspend"].value == "as overspend":
        return overspend
    return _side(keys["underspend"])


def _side(node: Node) -> Side:
    keys = node.keys(_SIDE)
    return Side(
        remedies=tuple(map(_remedy, keys["remedies"].items())) if "remedies" in keys else (),
        slices=tuple(filter(None, map(_slice, keys["slices"].items()))) if "slices" in keys else (),
        layers=_layers(node, keys),
        caps=tuple(filter(None, map(_cap, keys["caps"].items()))) if "caps" in keys else (),
        unallocated=keys["unallocated"].text() if "unallocated" in keys else "",
    )


def _remedy(node: Node) -> Remedy:
    keys = node.keys(("fund", "at_most"))
    for needed in ("fund", "at_most"):
        if needed not in keys:
            node.fault(f"The remedy has no ‘{needed}’.", "State the fund and the most that it gives.")
    fund = keys["fund"].text() if "fund" in keys else ""
    return Remedy(fund, _amount(keys["at_most"]) if "at_most" in keys else Pence(0))


def _slice(node: Node) -> Slice | None:
    keys = node.keys(_SLICE)
    if "to" not in keys:
        node.fault("The slice goes to nobody.", "Write ‘to:’ with a partner, or with shares.")
        return None
    try:
        return Slice(
            name=keys["name"].text() if "name" in keys else "first portion",
            to=_to(keys["to"]),
            rate=keys["rate"].share() if "rate" in keys else Fraction(1),
            measure=keys["measure"].text() if "measure" in keys else "",
            is_complement="complement" in keys and keys["complement"].choice(("no", "yes")) == "yes",
            at_least=_amount(keys["at_least"]) if "at_least" in keys else None,
            at_most=_amount(keys["at_most"]) if "at_most" in keys else None,
            cliff=keys["cliff"].text() if "cliff" in keys else "",
        )
    except ContractError as error:
        node.fault(*_in_two(error))
        return None


def _to(node: Node) -> Shares:
    if isinstance(node.value, str):
        return Shares({node.text(): Fraction(1)})
    return _stated(node) or NOBODY


def _layers(node: Node, keys: Mapping[str, Node]) -> tuple[Layer, ...]:
    given = [key for key in _SHARED if key in keys]
    if "layers" not in keys:
        return (Layer(Pence(0), None, _sharing(node, keys)),) if given else ()
    if given:
        keys[given[0]].fault(f"‘{given[0]}’ stands beside ‘layers’.", "Put it into a layer.")
    layers: list[Layer] = []
    for item in keys["layers"].items():
        own = item.keys(("from", "to", *_SHARED))
        before = layers[-1].end if layers else Pence(0)
        # Without `from` a layer begins where the one before it ends.
        start = _amount(own["from"]) if "from" in own else before or Pence(0)
        layers.append(Layer(start, _amount(own["to"]) if "to" in own else None, _sharing(item, own)))
    return tuple(layers)


def _sharing(node: Node, keys: Mapping[str, Node]) -> Sharing:
    given = [key for key in _SHARED if key in keys]
    if len(given) != 1:
        said = "Nobody is named" if not given else f"{' and '.join(given)} stand side by side"
        node.fault(f"{said}.", "Write one of: shares, proportion_to, by.")
        return NOBODY
    if given[0] == "by":
        return _by(keys["by"])
    if given[0] == "proportion_to":
        return _proportion(keys["proportion_to"]) or NOBODY
    return _stated(keys["shares"]) or NOBODY


def _by(node: Node) -> Sharing:
    """`by: contributions`, `by: {contributions: [icb_n, icb_s]}`, `by: {nhs share: {nhs: nhs, rest: council}}` ..."""
    if isinstance(node.value, str):
        word = node.choice(_BY)
        if word == "nhs share":
            node.fault("It is not said who is the NHS.", "Write by: {nhs share: {nhs: PARTNER, rest: PARTNER}}.")
        by: dict[str, Sharing] = {"commissioner": ByCommissioner(), "line weights": ByLineWeights()}
        return by.get(word, ByContribution())
    keys = node.keys(("contributions", "nhs share"))
    if len(keys) > 1:
        node.fault("contributions and nhs share stand side by side.", "Write one of the two.")
    if "contributions" in keys:
        return ByContribution(keys["contributions"].texts())
    if "nhs share" in keys:
        inner = keys["nhs share"].keys(("nhs", "rest"))
        if inner.keys() == {"nhs", "rest"}:
            return ByNhsShare(inner["nhs"].text(), inner["rest"].text())
    node.fault("It is not said who shares.", "Write by: {nhs share: {nhs: PARTNER, rest: PARTNER}}, or contributions.")
    return ByContribution()


def _stated(node: Node) -> Shares | None:
    shares = {code: each.share() for code, each in node.entries().items()}
    try:
        return Shares(shares) if shares else None
    except ContractError as error:
        node.fault(*_in_two(error))
        return None


def _proportion(node: Node) -> Shares | None:
    """Amounts of pounds, or any numbers: what they are a part of is their sum."""
    amounts = {code: Fraction(each.pence()) for code, each in node.entries().items()}
    if any(amount < 0 for amount in amounts.values()) or not any(amounts.values()):
        node.fault("The amounts are below zero, or all zero.", "Write what each pays in, without a sign.")
        return None
    return Shares({code: amount / sum(amounts.values()) for code, amount in amounts.items()})


def _cap(node: Node) -> Cap | None:
    keys = node.keys(_CAP)
    if missing := [key for key in ("partner", "at_most") if key not in keys]:
        node.fault(f"The cap has no ‘{' and no '.join(missing)}’.", "State whom it is for and the most they bear.")
        return None
    others = keys["excess_to"].texts() if "excess_to" in keys else ()
    try:
        return Cap(keys["partner"].text(), _amount(keys["at_most"]), others)
    except ContractError as error:
        node.fault(*_in_two(error))
        return None


def _rounding(node: Node) -> Rounding:
    keys = node.keys(("rule", "odd_penny_to", "residual_to"))
    rule = (
        RoundingRule(keys["rule"].choice(("largest_remainder", "half_up")))
        if "rule" in keys
        else RoundingRule.LARGEST_REMAINDER
    )
    own, other = ("residual_to", "odd_penny_to") if rule is RoundingRule.HALF_UP else ("odd_penny_to", "residual_to")
    if other in keys:
        keys[other].fault(f"‘{other}’ does not go with {rule.value}.", f"Write ‘{own}’.")
    return Rounding(rule, keys[own].text() if own in keys else "")


def _pay(node: Node) -> Pay:
    keys = node.keys(("invoices", "within_days"))
    if "invoices" not in keys:
        node.fault("‘invoices’ is missing.", "Write which partner invoices what is due.")
    return Pay(
        keys["invoices"].text() if "invoices" in keys else "",
        _days(keys["within_days"]) if "within_days" in keys else None,
    )


def _days(node: Node) -> int | None:
    text = node.text()
    if text.isascii() and text.isdecimal() and 0 < len(text) <= MOST_DIGITS and 1 <= int(text) <= MOST_DAYS:
        return int(text)
    if text:
        node.fault(f"‘{text}’ is no number of days.", f"Write a whole number from 1 to {MOST_DAYS}.")
    return None


def _amount(node: Node) -> Amount:
    """`200000.00`, `2%` (of the budget), `2% of budget`, `2% of contribution`."""
    text = node.text()
    stated, _, of = text.partition(" of ")
    if stated.endswith("%") and of in ("", "budget", "contribution"):
        share = fraction_of(stated)
        if share is not None and share >= 0:
            return ShareOf(share, Of(of or "budget"))
    else:
        try:
            pence = pence_from_text(text)
            if pence >= 0:
                return Pence(pence)
        except ValueError:
            pass
    if text:
        node.fault(f"‘{text}’ is not an amount.", "Write pounds (200000.00), 2% of budget, or 2% of contribution.")
    return Pence(0)


def _in_two(error: ContractError) -> tuple[str, str]:
    """A rule's sentence as problem and cure."""
    problem, _, fix = str(error).partition(". ")
    return f"{problem}.", fix


def _lines(top: Node) -> dict[tuple[str | int, ...], int]:
    found = {top.path: top.line}
    inner = top.value.values() if isinstance(top.value, dict) else top.value if isinstance(top.value, list) else ()
    for node in inner:
        found |= _lines(node)
    return found


def _line_of(path: tuple[str | int, ...], lines: Mapping[tuple[str | int, ...], int]) -> int:
    """The line of a place, or of the nearest above it: `shares` without `layers` stand for the first layer."""
    while path not in lines:
        path = path[:-1]
    return lines[path]
