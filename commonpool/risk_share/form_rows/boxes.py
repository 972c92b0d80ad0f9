"""The form as a page shows it: groups of boxes with their labels, hints, choices and faults."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias, TypeVar

from commonpool.risk_share.form_rows.rows import CapRow, ContractRows, LayerRow, PartRow, RemedyRow, SideRow, SliceRow
from commonpool.risk_share.rules.contract import LARGER_CONTRIBUTOR

Options: TypeAlias = Sequence[tuple[str, str]]
Row = TypeVar("Row")
AN_AMOUNT: Final = "Pounds, or 2% of budget"


@dataclass(frozen=True)
class Box:
    """One question. A choice has `options`, (value, label); `kind` is text, choice, tick or hidden."""

    name: str
    label: str
    value: str
    hint: str = ""
    kind: str = "text"
    options: Options = ()
    faults: Sequence[str] = ()


@dataclass(frozen=True)
class Button:
    """A button that sends the form and comes back to `place`."""

    do: str
    label: str
    place: str


@dataclass
class Group:
    """Boxes that belong together, with what stands below them. `level` counts from the whole form, which is 0."""

    name: str
    legend: str
    level: int = 2
    hint: str = ""
    boxes: list[Box] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    buttons: list[Button] = field(default_factory=list)
    faults: Sequence[str] = ()
    is_folded: bool = False

    @property
    def is_open(self) -> bool:
        """Whether something stands in a folded group."""
        return any(box.faults or (box.value and box.kind == "text") for box in self.boxes)


def page_of(rows: ContractRows, faults: Mapping[str, Sequence[str]]) -> list[Group]:
    """The form from top to bottom."""
    return _Page(rows, faults).groups()


def summary_of(groups: Sequence[Group]) -> list[tuple[str, str]]:
    """(id of the box, fault) of every fault, in the order of the page."""
    found: list[tuple[str, str]] = []
    for group in groups:
        first = group.boxes[0].name if group.boxes else group.name
        found += [(first, fault) for fault in group.faults]
        found += [(box.name, fault) for box in group.boxes for fault in box.faults]
        found += summary_of(group.groups)
    return found


@dataclass
class _Page:
    rows: ContractRows
    faults: Mapping[str, Sequence[str]]

    def groups(self) -> list[Group]:
        """Title, partners, funds and measures, the groups of lines, rounding, and how what is due is paid."""
        parts = [self._part(part, f"parts-{number}") for number, part in enumerate(self.rows.parts)]
        more = Button("add parts", "Add another group of lines", f"parts-{len(parts)}")
        title = self._box("title", "Title", self.rows.title, "What the agreement calls it")
        results = "What a gain can depend on, such as quality."
        return [
            Group("title-group", "", boxes=[title]),
            self._partners(),
            self._named("funds", "Funds", "a fund", "What is no partner: a reserve, offsets, money carried forward."),
            self._named("measures", "Measured results", "a measured result", results),
            *parts,
            Group("more-parts", "", buttons=[more]),
            Group("rounding", "Rounding", boxes=self._rounding("", self.rows.rule, self.rows.to, may_be_none=False)),
            Group("pay", "Payment", boxes=self._pay()),
        ]  # fmt: skip

    # -- boxes

    def _box(self, name: str, label: str, value: str, hint: str = "") -> Box:
        return Box(name, label, value, hint, faults=self.faults.get(name, ()))

    def _choice(self, name: str, label: str, value: str, options: Options, hint: str = "") -> Box:
        if value not in dict(options):
            # What was chosen stays, for the fault to be seen.
            options = [*options, (value, value)]
        return Box(name, label, value, hint, "choice", options, self.faults.get(name, ()))

    def _partner_options(self, none: str) -> Options:
        return [("", none), *((each.code, each.name) for each in self.rows.partners if each.name)]

    def _named_options(self, what: str, none: str) -> Options:
        return [("", none), *((each.code, each.name or each.code) for each in getattr(self.rows, what) if each.code)]

    def _shares(self, name: str, legend: str, shares: Sequence[str]) -> Group:
        """A box for each party that there is; `shares` may be shorter, where a party came in after them."""
        boxes = [
            self._box(f"{name}-{number}", label or code, shares[number] if number < len(shares) else "")
            if label
            else Box(f"{name}-{number}", code, shares[number] if number < len(shares) else "", kind="hidden")
            for number, (code, label) in enumerate(self.rows.parties)
        ]
        hint = "With the sign %, such as 57%; together 100%."
        return Group(name, legend, 5, hint=hint, boxes=boxes, faults=self.faults.get(name, ()))

    def _rounding(self, at: str, rule: str, to: str, *, may_be_none: bool) -> list[Box]:
        rules = [
            *([("", "as the whole contract")] if may_be_none else []),
            ("largest_remainder", "down, then largest remainders"),
            ("half_up", "to the nearest penny, halves up"),
        ]
        whose = [
            *self._partner_options("the first or last who is named"),
            (LARGER_CONTRIBUTOR, "the larger contributor"),
        ]
        return [
            self._choice(f"{at}rule", "Shares are rounded", rule, rules),
            self._choice(f"{at}to", "The odd penny goes to", to, whose),
        ]

    def _pay(self) -> list[Box]:
        whose = self._partner_options("the contract does not say")
        return [
            self._choice("invoices", "What is due is invoiced by", self.rows.invoices, whose),
            self._box("within_days", "Paid within how many days", self.rows.within_days, "Empty if not agreed"),
        ]

    # -- the head

    def _partners(self) -> Group:
        found = Group("partners", "Partners", hint="A partner whose name is empty is not part of this contract.")
        for number, each in enumerate(self.rows.partners):
            at = f"partners-{number}"
            hint = "Needed where something is shared or capped by contributions"
            found.groups.append(
                Group(
                    at,
                    f"{each.name} ({each.code})" if each.name else each.code,
                    5,
                    boxes=[
                        Box(f"{at}-code", "", each.code, kind="hidden"),
                        self._box(f"{at}-name", "Name", each.name),
                        self._box(f"{at}-contribution", "Pays into the pool, in pounds", each.contribution, hint),
                    ],
                )
            )
        return found

    def _named(self, what: str, legend: str, one: str, hint: str) -> Group:
        held = getattr(self.rows, what)
        found = Group(what, legend, hint=hint)
        for number, each in enumerate(held):
            at = f"{what}-{number}"
            boxes = [
                self._box(f"{at}-code", "Short name", each.code, "One word, such as reserve"),
                self._box(f"{at}-name", "Name", each.name),
            ]
            found.groups.append(Group(at, f"{one[2:].capitalize()} {number + 1}", 5, boxes=boxes))
        found.buttons.append(Button(f"add {what}", f"Add {one}", f"{what}-{len(held)}"))
        return found

    # -- the groups of lines

    def _part(self, part: PartRow, at: str) -> Group:
        number = int(at.rpartition("-")[2]) + 1
        found = Group(at, f"Lines: {part.name}" if part.name else f"Group of lines {number}")
        measured = [("pool", "the lines together"), ("line", "each line by itself")]
        found.boxes = [
            self._box(f"{at}-name", "Name", part.name, "Such as: the pool"),
            self._choice(f"{at}-per", "What is measured", part.per, measured),
            Box(f"{at}-same", "", part.same, kind="hidden"),
        ]
        which = Group(f"{at}-which", "Only some lines, or rounding of its own", 4, is_folded=True)
        which.boxes = [
            self._box(f"{at}-lines", "Only these lines", part.lines, "Their codes, with commas; empty for every line"),
            self._box(f"{at}-sources", "Only money of these sources", part.sources, "With commas; empty for any"),
            self._box(f"{at}-except_lines", "Without these lines", part.except_lines, "Fixed lines, with commas"),
            *self._rounding(f"{at}-", part.rule, part.to, may_be_none=True),
        ]
        found.groups.append(which)
        found.groups.append(self._side("An overspend", part.over, f"{at}-over"))
        if part.same:
            own = Button(f"split {at}", "Say an underspend by itself", f"{at}-under")
            words = "It goes as an overspend does."
            found.groups.append(Group(f"{at}-under", "An underspend", 3, hint=words, buttons=[own]))
        else:
            found.groups.append(self._side("An underspend", part.under, f"{at}-under"))
            same = Button(f"join {at}", "An underspend as an overspend, without these boxes", f"{at}-under")
            found.groups[-1].buttons.append(same)
        if len(self.rows.parts) > 1:
            found.buttons.append(
                Button(f"remove {at}", f"Remove this group of lines ({part.name or number})", "parts-0")
            )
        return found

    def _side(self, legend: str, side: SideRow, at: str) -> Group:
        what = legend.lower()
        found = Group(at, legend, 3)
        lists = (
            ("remedies", "a fund to use first", [self._remedy(*each) for each in _at(side.remedies, f"{at}-remedies")]),
            ("slices", "a gain or a loss", [self._slice(*each) for each in _at(side.slices, f"{at}-slices")]),
            ("layers", "a layer", [self._layer(*each) for each in _at(side.layers, f"{at}-layers")]),
            ("caps", "a cap", [self._cap(*each) for each in _at(side.caps, f"{at}-caps")]),
        )
        for name, one, groups in lists:
            for group in groups:
                group.buttons.append(Button(f"remove {group.name}", f"Remove {group.legend.lower()} of {what}", at))
            found.groups += groups
            found.buttons.append(Button(f"add {at}-{name}", f"Add {one} for {what}", f"{at}-{name}-{len(groups)}"))
        hint = "In words; empty where every penny has somebody to bear it"
        label = f"What becomes of {what} that nobody has to bear"
        last = self._box(f"{at}-unallocated", label, side.unallocated, hint)
        found.groups.append(Group(f"{at}-nobody", "", 4, boxes=[last]))
        return found

    def _remedy(self, each: RemedyRow, at: str) -> Group:
        funds = self._named_options("funds", "choose a fund")
        return Group(
            at,
            f"Used first: fund {_number(at)}",
            4,
            boxes=[
                self._choice(f"{at}-fund", "Fund", each.fund, funds, "Add funds above"),
                self._box(f"{at}-at_most", "At most", each.at_most, AN_AMOUNT),
            ],
        )

    def _slice(self, each: SliceRow, at: str) -> Group:
        results = self._named_options("measures", "nothing")
        takes = [("", "that"), ("yes", "all less that (a loss)")]
        why = "Needed if it begins at a variance"
        boxes = [
            self._box(f"{at}-name", "Name", each.name, "Such as: gain of whoever delivers"),
            self._box(f"{at}-rate", "Rate", each.rate, "Of the whole variance, such as 50%"),
            self._choice(f"{at}-measure", "Times the result of", each.measure, results),
            self._choice(f"{at}-complement", "Takes", each.complement, takes),
            self._box(f"{at}-at_least", "Only from a variance of", each.at_least, AN_AMOUNT),
            self._box(f"{at}-cliff", "Why a penny may decide over the whole", each.cliff, why),
            self._box(f"{at}-at_most", "At most", each.at_most, AN_AMOUNT),
        ]  # fmt: skip
        return Group(
            at,
            f"First portion {_number(at)}",
            4,
            boxes=boxes,
            groups=[self._shares(f"{at}-shares", "Goes to", each.shares)],
        )

    def _layer(self, each: LayerRow, at: str) -> Group:
        ways = [
            ("shares", "the shares below"),
            ("contributions", "in proportion to contributions"),
            ("commissioner", "each bears what it commissions"),
            ("line weights", "the weights that stand with each line"),
        ]
        boxes = [
            self._box(f"{at}-up_to", "Up to", each.up_to, f"{AN_AMOUNT}; empty: all that is left"),
            self._choice(f"{at}-how", "Shared by", each.how, ways),
        ]
        return Group(
            at, f"Layer {_number(at)}", 4, boxes=boxes, groups=[self._shares(f"{at}-shares", "Shares", each.shares)]
        )

    def _cap(self, each: CapRow, at: str) -> Group:
        boxes = [
            self._choice(f"{at}-partner", "Partner", each.partner, self._partner_options("choose a partner")),
            self._box(f"{at}-at_most", "Bears at most", each.at_most, "Pounds, 2% of budget, or 2% of contribution"),
        ]
        named = sum(bool(partner.name) for partner in self.rows.partners)
        for number in range(max(named - 1, len(each.excess), 1)):
            label = "What is above goes to" if not number else "Then to"
            to = each.excess[number] if number < len(each.excess) else ""
            boxes.append(self._choice(f"{at}-excess-{number}", label, to, self._partner_options("nobody")))
        return Group(at, f"Cap {_number(at)}", 4, boxes=boxes)


def _at(rows: Sequence[Row], at: str) -> list[tuple[Row, str]]:
    return [(row, f"{at}-{number}") for number, row in enumerate(rows)]


def _number(at: str) -> int:
    return int(at.rpartition("-")[2]) + 1
