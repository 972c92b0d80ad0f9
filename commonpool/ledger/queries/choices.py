"""What forms of the books offer to choose from: lines, pools, sources, providers, accruals and orders that stand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from django.db.models import Sum

from commonpool.ledger.models import Entry, Held, Ledger, LedgerLine, LedgerSource, Pool, Posting
from commonpool.ledger.queries.names import PROVIDERS
from commonpool.ledger.rules.accounts import Account
from commonpool.ledger.rules.events import UNDOES, Kind
from commonpool.ledger.rules.statements.names import BORROWED, EARNED, Names
from commonpool.money import format_pounds
from commonpool.places.models import Organisation
from commonpool.policy.reading import load_round, round_ids

Choices = Sequence[tuple[str, Any]]
Groups = Mapping[str, Choices]
PROVIDING: Final = (
    Organisation.Kind.TRUST,
    Organisation.Kind.UPPER_TIER,
    Organisation.Kind.LOWER_TIER,
    Organisation.Kind.ICB,
    Organisation.Kind.OTHER,
)
MOST_OFFERED: Final = 200
"""Accruals and orders to choose from; older ones are reached from their own page."""


def lines_to_choose(ledger: Ledger, names: Names) -> Groups:
    """Scheme lines under the money that pays for them, the newest plan's first."""
    lines = list(ledger.lines.order_by("-round_id", "pk"))
    several = len({line.round_id for line in lines}) > 1
    groups: dict[str, list[tuple[str, LedgerLine]]] = {}
    for line in lines:
        heading = names.category_label(line.category) if line.category else "No known source of funding"
        heading = f"{heading}, plan {line.round_id}" if several else heading
        groups.setdefault(heading, []).append((names.lines[line.code].label, line))
    return groups


def pools_to_choose(ledger: Ledger) -> Choices:
    """The pools of the books, the main one first."""
    return [(pool.name, pool) for pool in ledger.pools.order_by("pk")]


def receivers_to_choose(ledger: Ledger) -> Groups:
    """Pools that could receive a transfer: these books' own, and those of the area's other books."""
    own = pools_to_choose(ledger)
    area = ledger.fund.area_id
    others = Pool.objects.filter(ledger__fund__area=area).exclude(ledger=ledger).select_related("ledger__fund")
    groups: dict[str, Choices] = {"In these books": own}
    if others:
        groups["In other books of the area"] = [(f"{pool.name} ({pool.ledger.fund})", pool) for pool in others]
    return groups


def sources_to_choose(ledger: Ledger, names: Names) -> Choices:
    """Partners' sources with what is held of each."""
    held = Held.objects.filter(pool__ledger=ledger).values("source__code").order_by()
    pence = {row["source__code"]: row["held"] for row in held.annotate(held=Sum("pence"))}
    rows = ledger.sources.exclude(source__category__in=BORROWED)
    by_code: dict[str, LedgerSource] = {source.code: source for source in rows}
    return [
        (f"{names.source_label(code)}: {format_pounds(pence.get(code, 0))} held", by_code[code])
        for code in names.sources
        if code in by_code
    ]


def providers_to_choose(ledger: Ledger) -> list[Any]:
    """Kinds of provider as the newest plan lists them, then organisations that are registered: (code, label)."""
    kinds: list[tuple[str, str]] = []
    known = sorted(set(ledger.lines.values_list("round_id", flat=True)) & set(round_ids()))
    if known and (listed := load_round(known[-1]).lists.get(PROVIDERS)):
        kinds = [(entry.code, entry.label) for entry in listed.entries]
    bodies = Organisation.objects.filter(kind__in=PROVIDING, ends_on=None).order_by("name")
    registered = {body.code: body.name for body in bodies if body.code}
    return [("Kinds of provider", kinds), ("Registered organisations", list(registered.items()))]


def with_providers(names: Names, codes: Iterable[str]) -> Names:
    """The names with those of the providers whom postings name: `codes` as they stand there."""
    paid = set(codes) - EARNED - set(names.providers) - {""}
    return replace(names, providers={**names.providers, **provider_labels(names, paid)}) if paid else names


def provider_labels(names: Names, codes: Iterable[str]) -> dict[str, str]:
    """What these providers are called, as far as they are known."""
    wanted = set(codes) - {""}
    labels = {code: names.providers[code] for code in wanted & set(names.providers)}
    listed = {entry.code: entry.label for round_id in round_ids() for entry in _listed(round_id)} if wanted else {}
    labels |= {code: listed[code] for code in wanted & set(listed)}
    for body in Organisation.objects.filter(kind__in=PROVIDING) if wanted - set(labels) else []:
        if body.code in wanted:
            labels.setdefault(body.code, body.name)
    return labels


def _listed(round_id: str) -> Sequence[Any]:
    listed = load_round(round_id).lists.get(PROVIDERS)
    return listed.entries if listed else ()


def accruals_standing(ledger: Ledger, names: Names) -> Choices:
    """Accruals that nothing has reversed yet, the newest first."""
    rows = ledger.entries.filter(kind=Kind.ACCRUE).exclude(followers__kind__in=UNDOES).order_by("-number")
    return _with_line(rows[:MOST_OFFERED], names, Account.EXPENDITURE)


def orders_standing(ledger: Ledger, names: Names) -> Choices:
    """Orders that are neither invoiced nor released, the newest first."""
    rows = ledger.entries.filter(kind="order", followers=None).order_by("-number")
    return _with_line(rows[:MOST_OFFERED], names, Account.COMMITTED)


def _with_line(entries: Iterable[Entry], names: Names, account: Account) -> Choices:
    """Each with its line, amount and day."""
    found = {entry.pk: entry for entry in entries}
    rows = Posting.objects.filter(entry__in=list(found), account=account).values("entry", "line__code").order_by()
    summed = {row["entry"]: row for row in rows.annotate(pence=Sum("pence"))}
    return [(_order_words(entry, summed[pk], names), entry) for pk, entry in found.items() if pk in summed]


def _order_words(entry: Entry, row: Mapping[str, Any], names: Names) -> str:
    line, pounds = names.lines[row["line__code"]].label, format_pounds(row["pence"])
    return f"{line}: {pounds}, {entry.happened_on:%-d %B %Y}"
