"""What stands in the boxes of a contract's form, all of it text as it was typed, and how rows come and go."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Final, TypeVar

MOST_BOXES: Final = 900  # a browser's form of more than a thousand is refused before it is read
Kind = TypeVar("Kind")


@dataclass
class NamedRow:
    """A code and its name: a fund, or a measure."""

    code: str = ""
    name: str = ""


@dataclass
class PartnerRow:
    """A partner of the agreement. Without a name it is no partner of the contract."""

    code: str = ""
    name: str = ""
    contribution: str = ""


@dataclass
class RemedyRow:
    """A fund that is used before anybody pays."""

    fund: str = ""
    at_most: str = ""


@dataclass
class SliceRow:
    """A first portion. `shares` has a box for each party: the partners, then the funds."""

    name: str = ""
    rate: str = ""
    measure: str = ""
    complement: str = ""
    at_least: str = ""
    cliff: str = ""
    at_most: str = ""
    shares: list[str] = field(default_factory=list, metadata={"texts": True})


@dataclass
class LayerRow:
    """What is left, up to an amount. `how` is `shares`, or by what else it is shared."""

    up_to: str = ""
    how: str = "shares"
    shares: list[str] = field(default_factory=list, metadata={"texts": True})


@dataclass
class CapRow:
    """The most that a partner bears; `excess` are those who take what is above, in order."""

    partner: str = ""
    at_most: str = ""
    excess: list[str] = field(default_factory=list, metadata={"texts": True})


@dataclass
class SideRow:
    """What happens to an overspend, or to an underspend."""

    remedies: list[RemedyRow] = field(default_factory=list, metadata={"rows": RemedyRow})
    slices: list[SliceRow] = field(default_factory=list, metadata={"rows": SliceRow})
    layers: list[LayerRow] = field(default_factory=list, metadata={"rows": LayerRow})
    caps: list[CapRow] = field(default_factory=list, metadata={"rows": CapRow})
    unallocated: str = ""


@dataclass
class PartRow:
    """The rule for some lines. `same` is `yes` where an underspend goes as an overspend does."""

    name: str = ""
    lines: str = ""
    sources: str = ""
    except_lines: str = ""
    per: str = "pool"
    rule: str = ""
    to: str = ""
    same: str = ""
    over: SideRow = field(default_factory=SideRow, metadata={"row": SideRow})
    under: SideRow = field(default_factory=SideRow, metadata={"row": SideRow})


@dataclass
class ContractRows:
    """The whole form."""

    title: str = ""
    partners: list[PartnerRow] = field(default_factory=list, metadata={"rows": PartnerRow})
    funds: list[NamedRow] = field(default_factory=list, metadata={"rows": NamedRow})
    measures: list[NamedRow] = field(default_factory=list, metadata={"rows": NamedRow})
    rule: str = "largest_remainder"
    to: str = ""
    invoices: str = ""
    within_days: str = ""
    parts: list[PartRow] = field(default_factory=list, metadata={"rows": PartRow})

    @property
    def parties(self) -> list[tuple[str, str]]:
        """(code, name) of each that can have a share: the partners, then the funds."""
        held: list[PartnerRow | NamedRow] = [*self.partners, *self.funds]
        return [(each.code, each.name) for each in held]


# -- from what a browser sends, and to it


def rows_from(data: Mapping[str, str]) -> ContractRows:
    """The rows of boxes by name, such as `parts-0-over-layers-1-up_to`; a name that is no box's is passed over."""
    return rows_of_kind(ContractRows, data)


def rows_of_kind(kind: type[Kind], data: Mapping[str, str]) -> Kind:
    """The same for the rows of another form."""
    tree: dict[str, Any] = {}
    for name, value in data.items():
        *steps, last = name.split("-")
        at: Any = tree
        for step in steps:
            at = at.setdefault(step, {}) if isinstance(at, dict) else None
        if isinstance(at, dict):
            at[last] = _clean(value)
    return _read(kind, tree)


def _clean(text: str) -> str:
    """One line without letters that nobody can see."""
    return "".join(letter for letter in " ".join(text.split()) if letter.isprintable())


def _read(kind: type[Kind], tree: Any) -> Kind:
    values = {each.name: _value(each.metadata, tree.get(each.name)) for each in fields(kind)}  # type: ignore[arg-type]
    return kind(**{name: value for name, value in values.items() if value is not None})


def _value(metadata: Mapping[str, Any], held: Any) -> Any:
    if "rows" in metadata:
        return [_read(metadata["rows"], each) for each in _in_order(held) if isinstance(each, dict)]
    if "row" in metadata:
        return _read(metadata["row"], held if isinstance(held, dict) else {})
    if "texts" in metadata:
        return [each for each in _in_order(held) if isinstance(each, str)]
    return held if isinstance(held, str) else None


def _in_order(held: Any) -> list[Any]:
    numbered = {name: each for name, each in held.items() if name.isdecimal()} if isinstance(held, dict) else {}
    return [numbered[name] for name in sorted(numbered, key=lambda name: (len(name), name))]


def boxes_of(rows: Any, at: str = "") -> Iterator[tuple[str, str]]:
    """(name, text) of each box, as a browser sends them."""
    for each in fields(rows):
        value, name = getattr(rows, each.name), f"{at}{each.name}"
        if "rows" in each.metadata:
            for number, row in enumerate(value):
                yield from boxes_of(row, f"{name}-{number}-")
        elif "row" in each.metadata:
            yield from boxes_of(value, f"{name}-")
        elif "texts" in each.metadata:
            yield from ((f"{name}-{number}", text) for number, text in enumerate(value))
        else:
            yield name, value


# -- rows that come and go


def new_part(name: str = "") -> PartRow:
    """A group of lines to be filled in: one layer, and an underspend that goes as an overspend does."""
    return PartRow(name, same="yes", over=SideRow(layers=[LayerRow()]))


def changed(rows: ContractRows, do: str) -> str:
    """Do what a button asks: `add PLACE`, `remove PLACE`, `split PLACE`, `join PLACE`. The place to look at next.

    A place that there is not, and a form that is full, are left as they are: "" is returned.
    """
    verb, _, place = do.partition(" ")
    held = _place(rows, place)
    if held is None:
        return ""
    owner, name, number = held
    if verb == "add" and number is None and sum(1 for _ in boxes_of(rows)) < MOST_BOXES:
        getattr(owner, name).append(new_part() if name == "parts" else _kind(owner, name)())
        return f"{place}-{len(getattr(owner, name)) - 1}"
    if number is None:
        return ""
    if verb == "remove":
        del getattr(owner, name)[number]
        return place.rpartition("-")[0]
    part = getattr(owner, name)[number]
    if isinstance(part, PartRow) and verb in ("split", "join"):
        part.same, part.under = ("", _read(SideRow, _tree(part.over))) if verb == "split" else ("yes", SideRow())
        return f"{place}-under"
    return ""


def _tree(side: SideRow) -> Any:
    tree: dict[str, Any] = {}
    for name, value in boxes_of(side):
        *steps, last = name.split("-")
        at = tree
        for step in steps:
            at = at.setdefault(step, {})
        at[last] = value
    return tree


def _kind(owner: Any, name: str) -> Any:
    return next(each.metadata["rows"] for each in fields(owner) if each.name == name)


def _place(rows: Any, place: str) -> tuple[Any, str, int | None] | None:
    """(owner, name of its list, number in it or None for the list itself); None for a place that there is not."""
    owner, steps = rows, place.split("-")
    while steps:
        name, *steps = steps
        here = next((each for each in fields(owner) if each.name == name), None)
        if here is None or not here.metadata.keys() & {"rows", "row"}:
            return None
        if "row" in here.metadata:
            owner = getattr(owner, name)
            continue
        if not steps:
            return owner, name, None
        number, *steps = steps
        if not number.isdecimal() or len(number) > 3 or int(number) >= len(getattr(owner, name)):
            return None
        if not steps:
            return owner, name, int(number)
        owner = getattr(owner, name)[int(number)]
    return None
