"""An entry in words: what happened, how much, on what, and from which sources."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from commonpool.ledger.models import Entry
from commonpool.ledger.rules.accounts import UNFUNDED, Account, category_of
from commonpool.ledger.rules.entries import Leg
from commonpool.ledger.rules.extracts.values import KEY_BEGINS
from commonpool.ledger.rules.posting import EQUIPMENT_CREDIT, INCOME
from commonpool.ledger.rules.statements.names import Names
from commonpool.money import format_pounds

# Each kind of entry as people say it, in the order in which a year brings them.
KINDS: Final[Mapping[str, str]] = {
    "open": "Opening balance",
    "budget": "Budget",
    "virement": "Virement",
    "forecast": "Forecast",
    "due": "Contribution due",
    "cash": "Cash received",
    "receive": "Contribution in cash",
    "order": "Order",
    "release": "Order released",
    "accrue": "Accrual",
    "reverse": "Accrual reversed",
    "invoice": "Invoice",
    "spend": "Spend",
    "actual": "Spend from an export",
    "pay_direct": "Paid by a partner itself",
    "pay": "Payment",
    "refund": "Credit or reversal",
    "restate": "Spend corrected by an export",
    "income": "Income of a line",
    "transfer": "Transfer between pools",
    "advance": "Advance by the host",
    "reclassify": "Moved to another source",
    "share": "Share of an overspend",
    "repay": "Advance repaid",
    "carry_forward": "Carried forward",
    "give_back": "Money that must go back",
    "return": "Paid back",
    "settlement": "Settlement of the year",
    "settlement_undone": "Settlement taken back",
}
BOOKS: Final[Mapping[str, str]] = {
    "actual": "Actual",
    "budget": "Budget",
    "commitment": "Orders",
    "forecast": "Forecast",
}
MOST_NAMED: Final = 6
_SIGNED: Final = {"budget": Account.ALLOCATED, "forecast": Account.FORECAST_SPEND}
_SETTLES: Final = frozenset({"settlement", "settlement_undone"})
# A settlement is about what falls due, and what goes back or is kept: the spend that moves is those same pounds again.
_SETTLED: Final = (Account.RECEIVABLE, Account.DUE_TO_CONTRIBUTOR, Account.BROUGHT_FORWARD)
_SIDES: Final = frozenset({Account.TRANSFER_IN, Account.TRANSFER_OUT})


def kind_label(kind: str) -> str:
    """A kind of entry as people say it."""
    return KINDS.get(kind, kind.replace("_", " ").capitalize())


def pence_of(kind: str, sums: Mapping[Account, tuple[int, int]]) -> int:
    """How much an entry is about. Above zero, but for a budget or forecast that goes down.

    sums  account -> (sum of its legs above zero, sum of all its legs)
    """
    if kind in _SIGNED:
        return sums.get(_SIGNED[kind], (0, 0))[1]
    if kind in _SETTLES:
        return sum(abs(sums.get(account, (0, 0))[1]) for account in _SETTLED)
    whole = sum(above for above, _ in sums.values())
    # A transfer in one ledger says its sum in both pools, a move to another source in both sources.
    return whole // 2 if kind == "reclassify" or set(sums) >= _SIDES else whole


def sums_of(legs: Iterable[Leg]) -> dict[Account, tuple[int, int]]:
    """What `pence_of` needs of an entry's legs."""
    sums: dict[Account, tuple[int, int]] = {}
    for leg in legs:
        above, net = sums.get(leg.account, (0, 0))
        sums[leg.account] = above + max(leg.pence, 0), net + leg.pence
    return sums


def by_source(kind: str, legs: Iterable[Leg]) -> dict[str, int]:
    """source -> its part of what the entry is about, by codes; what takes budget away is below zero."""
    parts: Counter[str] = Counter()
    both_sides = {leg.account for leg in legs} >= _SIDES
    for leg in legs:
        if kind in _SIGNED:
            parts[leg.source] += leg.pence if leg.account is _SIGNED[kind] else 0
        elif kind in _SETTLES:
            parts[leg.source] += abs(leg.pence) if leg.account in _SETTLED else 0
        elif leg.pence > 0 and not (both_sides and leg.account is Account.TRANSFER_OUT):
            parts[leg.source] += leg.pence
    return {source: pence for source, pence in sorted(parts.items()) if pence}


# Kinds whose key is the books' own: it repeats what the entry says.
OWN_KEYS: Final = frozenset(
    {"budget", "virement", "forecast", "due", "reverse", "release", "reclassify", "share", "repay", "carry_forward"}
    | {"give_back", "advance", "settlement", "settlement_undone"}
)


def reference_of(kind: str, key: str) -> str:
    """The document's own number; "" where it has none, or a digest of a file’s row stands for it."""
    if kind in OWN_KEYS or key.startswith(KEY_BEGINS):
        return ""
    before, slash, after = key.partition("/")
    text = after if before == kind and slash else key
    try:
        UUID(text)
    except ValueError:
        return text
    return ""


def listed(parts: Sequence[str]) -> str:
    """`a, b and c`"""
    return " and ".join(filter(None, (", ".join(parts[:-1]), parts[-1]))) if parts else ""


def split_words(parts: Mapping[str, int], names: Names) -> str:
    """`£10.00 from NHS minimum, NHS Northmere ICB, 2024-25 and £2.00 from ...`"""
    if len(parts) > MOST_NAMED:
        return f"{format_pounds(sum(parts.values()))} from {len(parts)} sources"
    return listed([f"{format_pounds(pence)} from {names.source_label(source)}" for source, pence in parts.items()])


# Kinds whose sources were chosen, so that it is said which paid.
DRAWN: Final = frozenset({"invoice", "spend", "actual", "accrue", "pay_direct", "order", "transfer"})


def drawn_words(kind: str, legs: Sequence[Leg], names: Names) -> str:
    """From which sources it was drawn, in a sentence; "" for an entry that drew nothing."""
    if kind == "income":
        return f"It went to: {split_words(by_source(kind, legs), names).replace(' from ', ' to ')}."
    if kind not in DRAWN:
        return ""
    parts = by_source(kind, legs)
    covered = {source: pence for source, pence in parts.items() if category_of(source) != UNFUNDED}
    uncovered = sum(parts.values()) - sum(covered.values())
    verb = "Set aside" if kind == "order" else "Moved" if kind == "transfer" else "Drawn"
    said = f"{verb}: {split_words(covered, names)}." if covered else ""
    if uncovered:
        said += f" {format_pounds(uncovered)} is covered by no source."
    return said.strip()


def legs_of(entry: Entry) -> tuple[Leg, ...]:
    """The legs of an entry, by codes."""
    rows = entry.postings.select_related("pool", "source", "line", "other_pool").order_by("position")
    return tuple(
        Leg(
            Account(row.account),
            row.pool.code,
            row.source.code,
            row.pence,
            row.line.code if row.line else "",
            row.provider,
            row.order,
            row.other_pool.code if row.other_pool else "",
            row.transfer,
        )
        for row in rows
    )


@dataclass(frozen=True, slots=True)
class Told:
    """What an entry's sentence is made of, each in words; "" for what it does not have."""

    pounds: str
    line: str
    to_line: str
    provider: str
    sources: str
    pool: str
    other_pool: str
    order: str
    of: str
    partner: str
    giving: str
    taking: str


# What happened, as a sentence. Parts that an entry lacks are left out before it is filled in.
_SENTENCES: Final[Mapping[str, str]] = {
    "open": "{pounds} was there when the books began: {sources}.",
    "budget": "The budget of {line} changes by {pounds}.",
    "virement": "{pounds} of budget moves from {line} to {to_line}.",
    "forecast": "The forecast of {line} changes by {pounds}.",
    "due": "{pounds} of {sources} fell due.",
    "cash": "{pounds} of {sources} arrived.",
    "receive": "{pounds} of {sources} fell due and arrived.",
    "order": "{pounds} was set aside for order {order} on {line}.",
    "release": "Order {order} on {line} was released: {pounds} is free again.",
    "accrue": "{pounds} of work was done on {line}{provider} and not invoiced.",
    "reverse": "{pounds} that was accrued on {line} was reversed.",
    "invoice": "{pounds} was invoiced on {line}{provider}.",
    "spend": "{pounds} was spent on {line}{provider}.",
    "actual": "{pounds} was spent on {line}{provider}, as the partner’s ledger says.",
    "pay_direct": "{partner} paid {pounds} for {line}{provider} itself.",
    "pay": "{pounds} was paid{provider} for {line}.",
    "refund": "{pounds} of {of} was taken back.",
    "restate": "Spend on {line}{provider} was corrected by {pounds}.",
    "income": "{line} had an income of {pounds}.",
    "transfer": "{pounds} moved from {pool} to {other_pool}.",
    "advance": "The host lent the pool {pounds}: {sources}.",
    "reclassify": "{pounds} of spend on {line} moved from {giving} to {taking}.",
    "share": "{pounds} fell due as partners’ shares of an overspend.",
    "repay": "{pounds} that the host had lent was repaid.",
    "carry_forward": "{pounds} of {sources} was carried forward.",
    "give_back": "{pounds} of {sources} must go back.",
    "return": "{pounds} of {sources} was paid back.",
    "settlement": "The year was settled: {pounds} falls due, goes back or is kept.",
    "settlement_undone": "A settlement of the year was taken back whole.",
}


def sentence(kind: str, told: Told) -> str:
    """What happened, as a sentence."""
    pattern = _SENTENCES.get(kind, f"{kind_label(kind)}: {{pounds}}.")
    provider = f" {'to' if kind == 'pay' else 'by'} {told.provider}" if told.provider else ""
    return pattern.format(
        pounds=told.pounds,
        line=told.line or "no line",
        to_line=told.to_line or "another line",
        provider=provider,
        sources=told.sources or "no source",
        pool=told.pool,
        other_pool=told.other_pool or "a pool in other books",
        order=told.order or "without a number",
        of=told.of or "an earlier entry",
        partner=told.partner or "A partner",
        giving=told.giving,
        taking=told.taking,
    )


def told_of(
    kind: str, legs: Sequence[Leg], names: Names, *, of: str = "", providers: Mapping[str, str] | None = None
) -> Told:
    """What an entry's sentence is made of. `of`: what the entry that it takes back is called."""
    lines = _in_order(leg.line for leg in legs if leg.line)
    given = _in_order(leg.line for leg in legs if leg.line and leg.pence < 0) if kind == "virement" else lines
    taken = _in_order(leg.line for leg in legs if leg.line and leg.pence > 0) if kind == "virement" else []
    codes = _in_order(leg.provider for leg in legs if leg.provider not in ("", INCOME, EQUIPMENT_CREDIT))
    sources = _in_order(leg.source for leg in legs)
    moved = [leg for leg in legs if leg.account is Account.EXPENDITURE] if kind == "reclassify" else []
    away = next((leg for leg in legs if leg.account is Account.TRANSFER_OUT), None)
    home = next((leg for leg in legs if leg.account is Account.TRANSFER_IN), None)
    return Told(
        pounds=format_pounds(pence_of(kind, sums_of(legs))),
        line=_some([names.lines[line].label for line in given], "lines"),
        to_line=_some([names.lines[line].label for line in taken], "lines"),
        provider=_some([(providers or names.providers).get(code, code) for code in codes], "providers"),
        sources=_some([names.source_label(source) for source in sources], "sources"),
        pool=names.pools[away.pool] if away else "a pool in other books" if home else "",
        other_pool=names.pools[home.pool] if home else "",
        order=next((leg.order for leg in legs if leg.order), ""),
        of=of,
        partner=listed(_in_order(_partner(source, names) for source in sources if category_of(source) != UNFUNDED)),
        giving=_some(_in_order(names.source_label(leg.source) for leg in moved if leg.pence < 0), "sources"),
        taking=_some(_in_order(names.source_label(leg.source) for leg in moved if leg.pence > 0), "sources"),
    )


def _partner(source: str, names: Names) -> str:
    code = names.sources[source].partner
    return names.partners.get(code, code)


def _some(labels: Sequence[str], noun: str) -> str:
    return listed(labels) if len(labels) <= 2 else f"{len(labels)} {noun}"


def _in_order(values: Iterable[Any]) -> list[Any]:
    return list(dict.fromkeys(values))


def with_names(text: str, names: Names) -> str:
    """What the books say, with sources and pools called by their names instead of by their codes."""
    called = {code: _short(code, names) for code in names.sources} | dict(names.pools)
    longest_first = sorted(called, key=len, reverse=True)
    if not longest_first:
        return text
    known = re.compile(rf"(?<![\w:])(?:{'|'.join(map(re.escape, longest_first))})(?![\w:])")
    return known.sub(lambda match: called[match[0]], text).replace(")/", ") / ").replace(")>", ") > ")


def _short(code: str, names: Names) -> str:
    category, _, rest = names.source_label(code).partition(", ")
    return f"{category} ({rest})"
