"""From the rows to YAML, each line of which knows the box that wrote it: so that the reader's faults find their box."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeVar

from commonpool.risk_share.form_rows.rows import CapRow, ContractRows, LayerRow, PartRow, RemedyRow, SideRow, SliceRow
from commonpool.risk_share.reading.contracts import NotAContract, contract_from
from commonpool.risk_share.rules.contract import Contract

Faults = dict[str, list[str]]
_SAME: Final = "same"  # the line of an underspend as an overspend: whose faults the overspend has already
Kind = TypeVar("Kind")
# What the reader says of keys, as the form calls them.
_WORDS: Final[Mapping[str, str]] = {
    "Leave ‘to’ out of the last layer, or say under ‘unallocated’ what becomes of it.": (
        "Leave ‘Up to’ of the last layer empty, or say what becomes of what nobody has to bear."
    ),
    "State shares or layers, or ‘unallocated’ in words.": "Add a layer, or say what becomes of it.",
    "Name somebody without a cap under ‘excess_to’, or say under ‘unallocated’ what becomes of it.": (
        "Name somebody without a cap, or say what becomes of what nobody has to bear."
    ),
    "Write ‘per: line’ in this part, or shares that are the same for all lines.": (
        "Measure each line by itself, or choose shares that are the same for all lines."
    ),
    "Write a larger ‘to’.": "Write a larger ‘Up to’.",
    "Give that one a ‘to’, or take this one out.": "Fill in ‘Up to’ of that one, or remove this one.",
    "Add it under partners, in pounds.": "Fill it in above, beside the partner’s name.",
}


@dataclass
class _Writer:
    """Lines of YAML, each with the name of the box that it came from."""

    lines: list[str] = field(default_factory=list)
    boxes: list[str] = field(default_factory=list)

    def line(self, depth: int, text: str, box: str) -> None:
        self.lines.append(f"{'  ' * depth}{text}")
        self.boxes.append(box)

    def value(self, depth: int, key: str, text: str, box: str) -> None:
        """`key: "text"`, or nothing where nothing was typed."""
        if text:
            self.line(depth, f"{key}: {quoted(text)}", box)

    def listed(self, depth: int, key: str, texts: list[str], box: str) -> None:
        """`key: ["a", "b"]`, or nothing."""
        if texts:
            self.line(depth, f"{key}: [{', '.join(map(quoted, texts))}]", box)


def quoted(text: str) -> str:
    """A text as YAML reads it, whatever is in it."""
    return json.dumps(text, ensure_ascii=False)


def contract_of(rows: ContractRows, known: Mapping[str, str]) -> tuple[Contract | None, Faults]:
    """The contract that the form says, or by name of box everything that keeps it from being one."""
    faults: Faults = defaultdict(list)
    for box, said in _left_empty(rows):
        faults[box].append(said)
    writer = _written(rows)
    try:
        found = contract_from("The form", "\n".join(writer.lines) + "\n", known)
    except NotAContract as refused:
        own = {_row_of(box) for box in faults}
        for finding in refused.findings:
            place = int((finding.field or "line 1").removeprefix("line ")) - 1
            box = writer.boxes[min(place, len(writer.boxes) - 1)]
            # An empty box is told once, and not again by what follows from it.
            if box != _SAME and _row_of(box) not in own and box.partition("-")[0] not in own:
                faults[box].append(f"{finding.problem} {_WORDS.get(finding.fix, finding.fix)}")
        if not faults:
            faults["title"] = [f"{each.problem} {each.fix}" for each in refused.findings]
        return None, dict(faults)
    return (None, dict(faults)) if faults else (found, {})


def _row_of(box: str) -> str:
    """The row that a box stands in: `parts-0-over-layers-1` of `parts-0-over-layers-1-shares-2`."""
    steps = box.split("-")
    while len(steps) > 1 and not (steps[-1].isdecimal() and steps[-2] not in ("shares", "excess")):
        steps.pop()
    return "-".join(steps)


# -- what must not be left empty


def _left_empty(rows: ContractRows) -> Iterator[tuple[str, str]]:
    if not rows.title:
        yield "title", "Write what the agreement calls it."
    if not any(each.name for each in rows.partners):
        yield "partners-0-name", "Name at least one partner."
    for what in ("funds", "measures"):
        for number, each in enumerate(getattr(rows, what)):
            for box, other in (("code", each.name), ("name", each.code)):
                if other and not getattr(each, box):
                    yield f"{what}-{number}-{box}", "Fill in both, or neither."
    if not rows.parts:
        yield "title", "Add a group of lines: a contract says for which lines it is."
    for number, part in enumerate(rows.parts):
        at = f"parts-{number}"
        if not part.name:
            yield f"{at}-name", "Name it, such as: the pool."
        yield from _side_left_empty(part.over, f"{at}-over")
        if not part.same:
            yield from _side_left_empty(part.under, f"{at}-under")


def _side_left_empty(side: SideRow, at: str) -> Iterator[tuple[str, str]]:
    for number, remedy in enumerate(side.remedies):
        yield from _needed(f"{at}-remedies-{number}", remedy, fund="Choose the fund.", at_most="Write its limit.")
    for number, each in enumerate(side.slices):
        row = f"{at}-slices-{number}"
        yield from _needed(row, each, name="Name it, such as: gain.", rate="Write a share, such as 50%.")
        if each.at_least and not each.cliff:
            yield f"{row}-cliff", "Say why a penny may decide over the whole: it begins at a variance."
        if not any(each.shares):
            yield f"{row}-shares", "Say who it goes to: 100% to one, or shares."
    for number, layer in enumerate(side.layers):
        if layer.how == "shares" and not any(layer.shares):
            yield f"{at}-layers-{number}-shares", "Write each share, or choose another way of sharing."
    for number, cap in enumerate(side.caps):
        yield from _needed(
            f"{at}-caps-{number}", cap, partner="Choose the partner.", at_most="Write the most that it bears."
        )


def _needed(row: str, held: object, **needed: str) -> Iterator[tuple[str, str]]:
    for box, said in needed.items():
        if not getattr(held, box):
            yield f"{row}-{box}", said


# -- the text


def _written(rows: ContractRows) -> _Writer:
    writer = _Writer()
    writer.value(0, "title", rows.title, "title")
    partners = [(f"partners-{number}", each) for number, each in enumerate(rows.partners) if each.name]
    writer.line(0, "partners:" if partners else "partners: {}", "partners-0-name")
    for at, each in partners:
        writer.line(1, f"{quoted(each.code)}:", f"{at}-name")
        writer.value(2, "name", each.name, f"{at}-name")
        writer.value(2, "contribution", each.contribution, f"{at}-contribution")
    for what in ("funds", "measures"):
        named = [(number, each) for number, each in enumerate(getattr(rows, what)) if each.code and each.name]
        if named:
            writer.line(0, f"{what}:", f"{what}-0-code")
        for number, each in named:
            writer.line(1, f"{quoted(each.code)}: {quoted(each.name)}", f"{what}-{number}-code")
    _rounding(writer, 0, rows.rule, rows.to, "")
    writer.line(0, "parts:" if rows.parts else "parts: []", "title")
    for number, part in enumerate(rows.parts):
        _part(writer, rows, part, f"parts-{number}")
    if rows.invoices or rows.within_days:
        writer.line(0, "pay:", "invoices")
        writer.value(1, "invoices", rows.invoices, "invoices")
        writer.value(1, "within_days", rows.within_days, "within_days")
    return writer


def _rounding(writer: _Writer, depth: int, rule: str, to: str, at: str) -> None:
    if rule:
        writer.line(depth, "rounding:", f"{at}to")
        writer.value(depth + 1, "rule", rule, f"{at}rule")
        writer.value(depth + 1, "residual_to" if rule == "half_up" else "odd_penny_to", to, f"{at}to")


def _part(writer: _Writer, rows: ContractRows, part: PartRow, at: str) -> None:
    writer.line(1, "-", f"{at}-name")
    writer.line(2, f"name: {quoted(part.name or '?')}", f"{at}-name")
    for key in ("lines", "sources", "except_lines"):
        codes = [code.strip() for code in getattr(part, key).split(",")]
        writer.listed(2, key, [code for code in codes if code], f"{at}-{key}")
    writer.value(2, "per", part.per, f"{at}-per")
    _rounding(writer, 2, part.rule, part.to, f"{at}-")
    _side(writer, rows, "overspend", part.over, f"{at}-over")
    if part.same:
        writer.line(2, "underspend: as overspend", _SAME)
    else:
        _side(writer, rows, "underspend", part.under, f"{at}-under")


def _side(writer: _Writer, rows: ContractRows, key: str, side: SideRow, at: str) -> None:
    box = f"{at}-unallocated"
    lists = (side.remedies, side.slices, side.layers, side.caps)
    writer.line(2, f"{key}:" if any(lists) or side.unallocated else f"{key}: {{}}", box)
    _items(writer, "remedies", side.remedies, at, _remedy)
    _items(writer, "slices", side.slices, at, lambda out, row, to: _slice(out, rows, row, to))
    _items(writer, "layers", side.layers, at, lambda out, row, to: _layer(out, rows, row, to))
    _items(writer, "caps", side.caps, at, _cap)
    writer.value(3, "unallocated", side.unallocated, box)


def _items(
    writer: _Writer, key: str, rows: Sequence[Kind], at: str, write: Callable[[_Writer, Kind, str], None]
) -> None:
    if rows:
        writer.line(3, f"{key}:", f"{at}-unallocated")
    for number, row in enumerate(rows):
        before = len(writer.lines)
        writer.line(4, "-", f"{at}-{key}-{number}")
        write(writer, row, f"{at}-{key}-{number}")
        if len(writer.lines) == before + 1:
            writer.lines[-1] += " {}"


def _remedy(writer: _Writer, row: RemedyRow, at: str) -> None:
    writer.value(5, "fund", row.fund, f"{at}-fund")
    writer.value(5, "at_most", row.at_most, f"{at}-at_most")


def _slice(writer: _Writer, rows: ContractRows, row: SliceRow, at: str) -> None:
    for key in ("name", "rate", "measure", "complement", "at_least", "cliff", "at_most"):
        writer.value(5, key, getattr(row, key), f"{at}-{key}")
    _shares(writer, rows, "to", row.shares, f"{at}-shares")


def _layer(writer: _Writer, rows: ContractRows, row: LayerRow, at: str) -> None:
    writer.value(5, "to", row.up_to, f"{at}-up_to")
    if row.how == "shares":
        _shares(writer, rows, "shares", row.shares, f"{at}-shares")
    else:
        writer.value(5, "by", row.how, f"{at}-how")


def _shares(writer: _Writer, rows: ContractRows, key: str, shares: list[str], box: str) -> None:
    # A party that came in after the boxes were drawn has none yet.
    boxes = enumerate(zip(rows.parties, shares, strict=False))
    given = [(number, code, text) for number, ((code, _), text) in boxes if text]
    if given:
        writer.line(5, f"{key}:", box)
    for number, code, text in given:
        writer.line(6, f"{quoted(code)}: {quoted(text)}", f"{box}-{number}")


def _cap(writer: _Writer, row: CapRow, at: str) -> None:
    writer.value(5, "partner", row.partner, f"{at}-partner")
    writer.value(5, "at_most", row.at_most, f"{at}-at_most")
    writer.listed(5, "excess_to", [code for code in row.excess if code], f"{at}-excess-0")
