"""A transition plan in YAML, or every fault of it with its line."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Final, Literal, TypeVar

from commonpool.risk_share.reading.nodes import Faults, Node, Refused, document
from commonpool.risk_share.rules.errors import ContractError
from commonpool.risk_share.rules.transition.plan import (
    Contingency,
    NewService,
    OldService,
    OneOff,
    Saving,
    Shares,
    Step,
    Transition,
    check_shares,
    months_between,
    outside,
)

Made = TypeVar("Made")
End = Literal["first", "last"]
_TOP: Final = ("title", "partners", "horizon", "old", "new", "one_off", "contingency", "savings", "steps")
_NEEDED: Final = ("title", "partners", "horizon", "old", "new")
_OLD: Final = ("name", "per_month", "ramp_down_from", "closes_on", "paid_by")
_NEW: Final = ("name", "per_month", "starts_on", "full_from", "paid_by")
_ONE_OFF: Final = ("name", "cost", "on", "paid_by")
_SAVING: Final = ("name", "per_month", "from", "until", "cashable", "goes_to")
_STEP: Final = ("name", "on", "accountable", "role")
_DATE: Final = re.compile(r"(\d{4})-(\d{2})(?:-(\d{2}))?", re.ASCII)
_LATEST: Final = date(9999, 12, 31)


def read_transition(path: Path) -> Transition:
    """What the file says. Raises nodes.Refused with every fault and its line."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        faults = Faults(path.name)
        faults.add(1, "The file is not text in UTF-8.", "Give a transition plan in YAML.")
        raise Refused([finding for _, finding in faults.found]) from None
    return transition_from(path.name, text)


def transition_from(file: str, text: str) -> Transition:
    """The same from a YAML text."""
    top = document(file, text)
    keys = top.keys(_TOP)
    _need(top, keys, _NEEDED)
    return _Reader(top, keys).transition()


class _Reader:
    """The parts of one plan, each with its faults."""

    def __init__(self, top: Node, keys: Mapping[str, Node]) -> None:
        self.top, self.given = top, keys
        self.partners = (
            {code: node.text() for code, node in keys["partners"].entries().items()} if "partners" in keys else {}
        )
        if "partners" in keys and not self.partners and isinstance(keys["partners"].value, dict):
            keys["partners"].fault("No partner is named.", "Write each below it: a code, a colon, a name.")
        self.first, self.last = self._horizon() if "horizon" in keys else (date.min, _LATEST)

    def transition(self) -> Transition:
        """The plan. Raises nodes.Refused."""
        given = self.given
        title = given["title"].text() if "title" in given else ""
        old = self._old(given["old"]) if "old" in given else None
        new = self._new(given["new"]) if "new" in given else None
        one_offs = tuple(filter(None, map(self._one_off, self._items("one_off"))))
        contingency = self._contingency(given["contingency"]) if "contingency" in given else None
        savings = tuple(filter(None, map(self._saving, self._items("savings"))))
        steps = tuple(sorted(map(self._step, self._items("steps")), key=lambda step: step.on))
        self.top.faults.refuse()
        assert old and new, "what is missing is a fault"
        made = _made(
            self.top,
            lambda: Transition(
                title, self.partners, self.first, self.last, old, new, one_offs, contingency, savings, steps
            ),
        )
        self.top.faults.refuse()
        assert made, "what cannot be made is a fault"
        return made

    def _horizon(self) -> tuple[date, date]:
        node = self.given["horizon"]
        keys = node.keys(("from", "to"))
        _need(node, keys, ("from", "to"))
        first = self._free(keys, "from", "first", date.min)
        last = self._free(keys, "to", "last", _LATEST)
        if first == date.min or last == _LATEST:
            return date.min, _LATEST  # a fault already: every other date is taken as inside
        if _made(node, lambda: months_between(first, last)) is None:
            return date.min, _LATEST
        return first.replace(day=1), last.replace(day=monthrange(last.year, last.month)[1])

    def _old(self, node: Node) -> OldService | None:
        keys = node.keys(_OLD)
        _need(node, keys, ("name", "per_month", "closes_on", "paid_by"))
        closes = self._date(keys, "closes_on", "last", "The old service closes")
        begins = self._date(keys, "ramp_down_from", "first", "The ramp-down begins")
        pence, payers = _amount(keys, "per_month"), self._shares(keys, "paid_by")
        name = _text(keys, "name")
        if closes is None:
            return None
        at = keys.get("ramp_down_from", node)
        return _made(at, lambda: OldService(name, pence, begins, closes, payers))

    def _new(self, node: Node) -> NewService | None:
        keys = node.keys(_NEW)
        _need(node, keys, ("name", "per_month", "starts_on", "paid_by"))
        starts = self._date(keys, "starts_on", "first", "The new service starts")
        full = self._date(keys, "full_from", "first", "The new service runs in full") or starts
        pence, payers = _amount(keys, "per_month"), self._shares(keys, "paid_by")
        name = _text(keys, "name")
        if starts is None or full is None:
            return None
        return _made(keys.get("full_from", node), lambda: NewService(name, pence, starts, full, payers))

    def _one_off(self, node: Node) -> OneOff | None:
        keys = node.keys(_ONE_OFF)
        _need(node, keys, _ONE_OFF)
        name, pence = _text(keys, "name"), _amount(keys, "cost")
        on, payers = self._date(keys, "on", "first", f"‘{name}’ is paid"), self._shares(keys, "paid_by")
        return _made(node, lambda: OneOff(name, pence, on, payers)) if on else None

    def _saving(self, node: Node) -> Saving | None:
        keys = node.keys(_SAVING)
        _need(node, keys, ("name", "per_month", "from", "cashable", "goes_to"))
        name, pence = _text(keys, "name"), _amount(keys, "per_month")
        begins = self._date(keys, "from", "first", f"‘{name}’ begins")
        ends = self._date(keys, "until", "last", f"‘{name}’ ends")
        is_cashable = keys["cashable"].choice(("no", "yes")) == "yes" if "cashable" in keys else False
        gets = self._shares(keys, "goes_to")
        return _made(node, lambda: Saving(name, pence, begins, ends, is_cashable, gets)) if begins else None

    def _contingency(self, node: Node) -> Contingency | None:
        """`10%` or pounds, under `share` or `amount`, with who pays it."""
        keys = node.keys(("share", "amount", "paid_by"))
        _need(node, keys, ("paid_by",))
        if ("share" in keys) == ("amount" in keys):
            node.fault("A contingency is a share or an amount.", "Write one of {share: 10%} and {amount: 50000.00}.")
            return None
        share = keys["share"].share() if "share" in keys else None
        amount = _amount(keys, "amount") if "amount" in keys else None
        payers = self._shares(keys, "paid_by")
        return _made(keys.get("share", node), lambda: Contingency(share, amount, payers))

    def _step(self, node: Node) -> Step:
        keys = node.keys(_STEP)
        _need(node, keys, ("name", "on"))
        name = _text(keys, "name")
        accountable = _text(keys, "accountable")
        if accountable and self.partners and accountable not in self.partners:
            keys["accountable"].fault(f"‘{accountable}’ is no partner here.", f"Write one of: {self._listed()}.")
        on = self._date(keys, "on", "first", f"‘{name}’ happens") or self.first
        return Step(name, on, accountable, _text(keys, "role"))

    def _items(self, key: str) -> list[Node]:
        return self.given[key].items() if key in self.given else []

    def _listed(self) -> str:
        return ", ".join(self.partners)

    def _shares(self, keys: Mapping[str, Node], key: str) -> Shares:
        """{icb: 60%, council: 40%}, or one partner's code for all of it."""
        if key not in keys:
            return {}
        node = keys[key]
        if isinstance(node.value, str):
            code = node.text()
            shares = {code: Fraction(1)} if code else {}
        else:
            shares = {code: each.share() for code, each in node.entries().items()}
        if shares and self.partners:
            _made(node, lambda: check_shares(shares, self.partners))
        elif not shares and isinstance(node.value, dict):
            node.fault(f"‘{key}’ names nobody.", f"Write one of: {self._listed()}.")
        return shares

    def _date(self, keys: Mapping[str, Node], key: str, end: End, what: str) -> date | None:
        """A date inside the horizon; None, and a fault, where it is no date or lies outside."""
        if key not in keys:
            return None
        found = _day(keys[key], end)
        if found and not self.first <= found <= self.last:
            problem, _, fix = outside(what, found, self.first, self.last).partition(". ")
            keys[key].fault(f"{problem}.", fix)
            return None
        return found

    def _free(self, keys: Mapping[str, Node], key: str, end: End, instead: date) -> date:
        return (_day(keys[key], end) if key in keys else None) or instead


def _day(node: Node, end: End) -> date | None:
    """2026-04-01; or 2026-04, which is its first or its last day."""
    text = node.text()
    match = _DATE.fullmatch(text)
    try:
        if match and match[3]:
            return date(int(match[1]), int(match[2]), int(match[3]))
        if match:
            first = date(int(match[1]), int(match[2]), 1)
            return first if end == "first" else first.replace(day=monthrange(first.year, first.month)[1])
    except ValueError:
        pass
    if text:
        node.fault(f"‘{text}’ is not a date.", "Write year, month and day as 2026-04-01, or a month as 2026-04.")
    return None


def _amount(keys: Mapping[str, Node], key: str) -> int:
    """Pounds, in pence; a fault where they are negative."""
    if key not in keys:
        return 0
    pence = keys[key].pence()
    if pence < 0:
        keys[key].fault(f"‘{keys[key].value}’ is negative.", "Write what is paid or saved as a positive amount.")
        return 0
    return pence


def _text(keys: Mapping[str, Node], key: str) -> str:
    return keys[key].text() if key in keys else ""


def _need(node: Node, keys: Mapping[str, Node], needed: tuple[str, ...]) -> None:
    for key in needed:
        if key not in keys:
            node.fault(f"‘{key}’ is missing.", f"State {', '.join(needed)}.")


def _made(node: Node, make: Callable[[], Made]) -> Made | None:
    """What is made; None, and a fault here, where it cannot be."""
    try:
        return make()
    except ContractError as error:
        problem, _, fix = str(error).partition(". ")
        node.fault(f"{problem}.", fix)
        return None
