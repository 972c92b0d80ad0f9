"""From a contract to the rows of its form, where the form has a box for all that it says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from commonpool.money import pounds_from_pence
from commonpool.risk_share.form_rows.rows import (
    MOST_BOXES,
    CapRow,
    ContractRows,
    LayerRow,
    NamedRow,
    PartnerRow,
    PartRow,
    RemedyRow,
    SideRow,
    SliceRow,
    boxes_of,
    rows_from,
)
from commonpool.risk_share.form_rows.text import contract_of
from commonpool.risk_share.rules.contract import (
    Amount,
    ByCommissioner,
    ByContribution,
    ByLineWeights,
    ByNhsShare,
    Contract,
    Layer,
    Part,
    Shares,
    Sharing,
    Side,
    Slice,
)
from commonpool.risk_share.rules.errors import ContractError
from commonpool.risk_share.writing import amount_text, contract_text, share_text

_NOTE = re.compile(r"(?<!\S)#")


class CannotHoldError(ValueError):
    """The contract says more than the form has boxes for; `reasons` say what."""

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = list(reasons)


def rows_of(contract: Contract, known: Mapping[str, str]) -> ContractRows:
    """The contract in the form's boxes; `known` are all partners of the agreement, code -> name.

    What the boxes say is read back and is the same contract, to the order of names. Raises CannotHoldError where it
    is not: nothing is left out in silence.
    """
    if reasons := list(dict.fromkeys(_reasons(contract))):
        raise CannotHoldError(reasons)
    try:
        # By way of a browser, which sends one line of each box.
        rows = rows_from(dict(boxes_of(_rows(contract, known))))
        again, _ = contract_of(rows, {**known, **{code: each.name for code, each in contract.partners.items()}})
        is_same = again is not None and contract_text(again) == contract_text(contract)
    except ContractError as error:
        raise CannotHoldError([str(error)]) from error
    if not is_same:
        raise CannotHoldError(["Something in it has no box in the form, such as a text of several lines."])
    if sum(1 for _ in boxes_of(rows)) > MOST_BOXES:
        raise CannotHoldError([f"It would need more than {MOST_BOXES} boxes."])
    return rows


def notes_of(text: str) -> list[str]:
    """Notes of a contract's text, after #: they are no part of the contract, and the form does not keep them."""
    import yaml

    spans = [
        (token.start_mark.index, token.end_mark.index)
        for token in yaml.scan(text, Loader=yaml.SafeLoader)
        if isinstance(token, yaml.ScalarToken)
    ]
    found, at = [], 0
    for line in text.splitlines(keepends=True):
        for match in _NOTE.finditer(line):
            if not any(start <= at + match.start() < end for start, end in spans):
                found.append(line[match.start() :].strip().lstrip("# "))
                break
        at += len(line)
    return [note for note in found if note]


# -- what has no box


def _reasons(contract: Contract) -> Iterator[str]:
    for group in contract.groups.values():
        yield f"Partners stand together in it as a group: {group.name}."
    order = [*contract.partners, *contract.funds]
    for sharing in (each for part in contract.parts for side in _sides(part) for each in side.sharings):
        match sharing:
            case ByNhsShare():
                yield "It shares by each line’s NHS share."
            case ByContribution(among) if among:
                yield "It shares by the contributions of some partners only."
            case Shares(shares) if [code for code in order if code in shares] != [
                code for code in shares if code in order
            ]:
                yield "A clause names partners in another order than the contract does, which decides over odd pennies."


def _sides(part: Part) -> tuple[Side, Side]:
    return part.overspend, part.underspend


# -- the rows


def _rows(contract: Contract, known: Mapping[str, str]) -> ContractRows:
    parties = [*contract.partners, *(code for code in known if code not in contract.partners)]
    shared = [*parties, *contract.funds]
    return ContractRows(
        title=contract.title,
        partners=[_partner(contract, code) for code in parties],
        funds=[NamedRow(code, name) for code, name in contract.funds.items()],
        measures=[NamedRow(code, name) for code, name in contract.measures.items()],
        rule=contract.rounding.rule.value,
        to=contract.rounding.to,
        invoices=contract.pay.invoices if contract.pay else "",
        within_days=str(contract.pay.within_days or "") if contract.pay else "",
        parts=[_part(part, shared) for part in contract.parts],
    )


def _partner(contract: Contract, code: str) -> PartnerRow:
    held = contract.partners.get(code)
    if held is None:
        return PartnerRow(code)
    return PartnerRow(code, held.name, contribution_text(held.contribution_pence))


def contribution_text(pence: int | None) -> str:
    """What a partner pays in, as the form shows it; "" where it is not known."""
    return "" if pence is None else f"{pounds_from_pence(pence):.2f}"


def _part(part: Part, shared: Sequence[str]) -> PartRow:
    is_same = part.overspend == part.underspend
    return PartRow(
        name=part.name,
        lines=", ".join(part.scope.lines),
        sources=", ".join(part.scope.sources),
        except_lines=", ".join(part.scope.except_lines),
        per=part.per.value,
        rule=part.rounding.rule.value if part.rounding else "",
        to=part.rounding.to if part.rounding else "",
        same="yes" if is_same else "",
        over=_side(part.overspend, shared),
        under=SideRow() if is_same else _side(part.underspend, shared),
    )


def _side(side: Side, shared: Sequence[str]) -> SideRow:
    return SideRow(
        remedies=[RemedyRow(each.fund, amount_text(each.at_most)) for each in side.remedies],
        slices=[_slice(each, shared) for each in side.slices],
        layers=[_layer(each, shared) for each in side.layers],
        caps=[CapRow(each.partner, amount_text(each.at_most), list(each.excess_to)) for each in side.caps],
        unallocated=side.unallocated,
    )


def _slice(each: Slice, shared: Sequence[str]) -> SliceRow:
    return SliceRow(
        name=each.name,
        rate=share_text(each.rate),
        measure=each.measure,
        complement="yes" if each.is_complement else "",
        at_least=_maybe(each.at_least),
        cliff=each.cliff,
        at_most=_maybe(each.at_most),
        shares=_shares(each.to, shared),
    )


def _layer(layer: Layer, shared: Sequence[str]) -> LayerRow:
    return LayerRow(_maybe(layer.end), _how(layer.sharing), _shares(layer.sharing, shared))


def _maybe(amount: Amount | None) -> str:
    return "" if amount is None else amount_text(amount)


def _how(sharing: Sharing) -> str:
    match sharing:
        case ByContribution():
            return "contributions"
        case ByCommissioner():
            return "commissioner"
        case ByLineWeights():
            return "line weights"
    return "shares"


def _shares(sharing: Sharing, shared: Sequence[str]) -> list[str]:
    if not isinstance(sharing, Shares):
        return ["" for _ in shared]
    return [share_text(sharing.shares[code]) if code in sharing.shares else "" for code in shared]
