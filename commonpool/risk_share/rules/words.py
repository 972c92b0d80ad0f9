"""A contract in plain English, clause by clause in the order in which it is applied."""

from __future__ import annotations

from collections.abc import Iterator

from commonpool.money import format_pounds
from commonpool.risk_share.rules.contract import (
    LARGER_CONTRIBUTOR,
    Amount,
    ByCommissioner,
    ByContribution,
    ByLineWeights,
    ByNhsShare,
    Cap,
    Contract,
    Layer,
    Of,
    Part,
    Pence,
    Per,
    Remedy,
    Rounding,
    RoundingRule,
    Scope,
    Shares,
    Sharing,
    Side,
    Slice,
    percent,
)
from commonpool.risk_share.rules.performance_payment import EarnedUpTo, PerformancePayment


def amount_words(amount: Amount) -> str:
    """An amount as a contract says it: £200,000, 2% of the budget, 2% of its contribution."""
    if isinstance(amount, Pence):
        return format_pounds(amount.pence, whole=True)
    return f"{percent(amount.share)} of {'the budget' if amount.of is Of.BUDGET else 'its contribution'}"


def agreed_words(agreed: Contract | PerformancePayment) -> list[str]:
    """What was agreed, of either kind, as sentences."""
    return contract_words(agreed) if isinstance(agreed, Contract) else _payment_words(agreed)


def _payment_words(agreed: PerformancePayment) -> list[str]:
    price = format_pounds(agreed.price_pence, whole=True)
    upto = {
        EarnedUpTo.CUMULATIVE_PLAN: "what was planned by then",
        EarnedUpTo.ANNUAL_TARGET: "the target of the year",
    }[agreed.earned_up_to]
    target = "" if agreed.target is None else f" of {agreed.target:,} admissions"
    quarter = f"Each quarter pays to {agreed.paid_to} what has been achieved since the beginning, up to {upto}"
    return [
        f"{agreed.title}.",
        f"The pot is the planned reduction{target} times {price} an admission.",
        f"{quarter}, at that price, less what was paid before; never less than nothing.",
        f"What is not earned stays with {agreed.kept_by}.",
    ]


def contract_words(contract: Contract) -> list[str]:
    """The contract as sentences."""
    said = [f"{contract.title}."]
    for part in contract.parts:
        said += _part(contract, part)
    said += [_group(contract, code) for code in contract.groups]
    said.append(rounding_words(contract, contract.rounding))
    return [*said, pay_words(contract)] if contract.pay else said


def pay_words(contract: Contract) -> str:
    """Who invoices what is due, and by when it is paid; "" where the contract does not say."""
    if contract.pay is None:
        return ""
    days = contract.pay.within_days
    until = "" if days is None else f", and it is paid within {days} day{'s' if days > 1 else ''}"
    return f"What is due is invoiced by {contract.name_of(contract.pay.invoices)}{until}."


def _part(contract: Contract, part: Part) -> Iterator[str]:
    how = "line by line" if part.per is Per.LINE else "taken together"
    yield f"{_capital(part.name)}: {_scope(part.scope)}, {how}."
    if part.overspend == part.underspend:
        yield from _side(contract, part.overspend, "An overspend or an underspend")
    else:
        yield from _side(contract, part.overspend, "An overspend")
        yield from _side(contract, part.underspend, "An underspend")
    if part.rounding:
        yield rounding_words(contract, part.rounding)


def _side(contract: Contract, side: Side, what: str) -> Iterator[str]:
    for remedy in side.remedies:
        yield f"{what} is first met from {_remedy(contract, remedy)}."
    for each in side.slices:
        yield f"{what}: {_slice(contract, each)}."
    before = bool(side.remedies or side.slices)
    for number, layer in enumerate(side.layers):
        subject = "What is left" if before else what
        yield f"{subject}{layer_words(layer, number, len(side.layers))} {sharing_words(contract, layer.sharing)}."
    for cap in side.caps:
        yield f"{_cap(contract, cap)}."
    if side.unallocated:
        yield f"{what} that nobody has to bear: {side.unallocated}."


def _remedy(contract: Contract, remedy: Remedy) -> str:
    return f"{contract.name_of(remedy.fund)}, up to {amount_words(remedy.at_most)}"


def _slice(contract: Contract, each: Slice) -> str:
    rate = percent(each.rate)
    if each.measure:
        rate = f"{rate} times {contract.measures.get(each.measure, each.measure)}"
    if each.is_complement:
        rate = f"all of it less {rate}"
    said = f"{rate} goes to {_stated(contract, each.to)} ({each.name})"
    if each.at_least is not None:
        said += f", if it is {amount_words(each.at_least)} or more, because {each.cliff}"
    return said + (f", at most {amount_words(each.at_most)}" if each.at_most is not None else "")


def layer_words(layer: Layer, number: int, layers: int) -> str:
    """Which part of a variance a layer is, as a clause: from £250,000 to £650,000; "" for a layer that is all."""
    if layers == 1 and layer.end is None:
        return ""
    if layer.end is None:
        return f" above {amount_words(layer.start)}"
    if number == 0:
        return f", the first {amount_words(layer.end)},"
    return f" from {amount_words(layer.start)} to {amount_words(layer.end)}"


def sharing_words(contract: Contract, sharing: Sharing) -> str:
    """How something is shared, as the end of a sentence."""
    match sharing:
        case Shares():
            return f"goes to {_stated(contract, sharing)}"
        case ByContribution(among):
            whose = _and([contract.name_of(code) for code in among]) if among else "the partners"
            return f"is shared among {whose} in proportion to their contributions"
        case ByCommissioner():
            return "stays with whoever commissions each line"
        case ByLineWeights():
            return "is shared by the weights that stand with each line"
        case ByNhsShare(nhs, other):
            return f"goes to {contract.name_of(nhs)} by each line’s NHS share, the rest to {contract.name_of(other)}"


def _stated(contract: Contract, sharing: Shares) -> str:
    named = [(contract.name_of(code), share) for code, share in sharing.shares.items() if share]
    return named[0][0] if len(named) == 1 else _and([f"{name} {percent(share)}" for name, share in named])


def _cap(contract: Contract, cap: Cap) -> str:
    name = contract.name_of(cap.partner)
    said = f"{name} bears at most {amount_words(cap.at_most)}"
    return f"{said}; what is above goes to {_then(contract, cap)}" if cap.excess_to else said


def _then(contract: Contract, cap: Cap) -> str:
    return ", then ".join(contract.name_of(code) for code in cap.excess_to)


def _group(contract: Contract, code: str) -> str:
    group = contract.groups[code]
    among = f"What falls to {group.name} {sharing_words(contract, group.sharing)}."
    return f"{among} {rounding_words(contract, group.rounding)}" if group.rounding else among


def rounding_words(contract: Contract, rounding: Rounding) -> str:
    """The rounding clause as a sentence."""
    to = "the larger contributor" if rounding.to == LARGER_CONTRIBUTOR else contract.name_of(rounding.to)
    if rounding.rule is RoundingRule.HALF_UP:
        residual = to or "the last who is named"
        return f"Each share is rounded to the nearest penny, halves up; {residual} takes what is left."
    odd = f"; of equal remainders {to} comes first" if rounding.to else ""
    return f"Shares are rounded down, and the pennies left go to the largest remainders{odd}."


def _scope(scope: Scope) -> str:
    said = []
    if scope.lines:
        said.append(f"the lines {_and(list(scope.lines))}")
    if scope.sources:
        said.append(f"lines of {_and(list(scope.sources))}")
    if scope.except_lines:
        said.append(f"without the lines {_and(list(scope.except_lines))}")
    return ", ".join(said) or "every line"


def _and(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
