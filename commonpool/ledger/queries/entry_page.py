"""All that is known of one entry: its legs by source, why these sources, who posted it, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.db.models import Q

from commonpool.audit.models import AuditEvent
from commonpool.audit.queries import Wanted, events
from commonpool.ledger.books import Books
from commonpool.ledger.models import Entry
from commonpool.ledger.queries.choices import provider_labels
from commonpool.ledger.queries.entry_words import (
    BOOKS,
    by_source,
    drawn_words,
    kind_label,
    legs_of,
    listed,
    pence_of,
    reference_of,
    sentence,
    sums_of,
    told_of,
)
from commonpool.ledger.queries.names import names_of
from commonpool.ledger.rules.accounts import UNFUNDED, Book, category_of
from commonpool.ledger.rules.draws import Method, Policy, Tier, parse_policy
from commonpool.ledger.rules.entries import Leg
from commonpool.ledger.rules.events import CAN_BE_PAID, UNDOES, Kind, sizes_of
from commonpool.ledger.rules.posting import EQUIPMENT_CREDIT, INCOME
from commonpool.ledger.rules.statements.names import Names
from commonpool.money import format_pounds
from commonpool.pages.formats import day_text

EARNED: Final = {INCOME: "Income of the line", EQUIPMENT_CREDIT: "Equipment credit"}
# Each of these is undone by a step of its own: an order by its release, a plan's figures by the plan.
NOT_TAKEN_BACK: Final = frozenset(
    {*UNDOES, "order", "release", "budget", "virement", "forecast", "reclassify", "carry_forward", "restate"}
)


@dataclass(frozen=True, slots=True)
class LegRow:
    """One leg as it is read. Exactly one of the two amounts is set."""

    account: str
    line: str
    provider: str
    part: str
    debit_pence: int | None
    credit_pence: int | None


@dataclass(frozen=True, slots=True)
class SourceLegs:
    """The legs of one source in one pool; debits and credits are alike."""

    pool: str
    source: str
    rows: tuple[LegRow, ...]

    @property
    def pence(self) -> int:
        """The sum of its debits, which is that of its credits."""
        return sum(row.debit_pence or 0 for row in self.rows)


@dataclass(frozen=True, slots=True)
class Near:
    """An entry that this one follows, or that follows it."""

    entry: Entry
    label: str
    pence: int


@dataclass(frozen=True, slots=True)
class EntryPage:
    """One entry as its page shows it.

    unpaid_pence     of an invoice: what is not paid yet
    standing_pence   what is not taken back yet; 0 where nothing of it can be
    is_open_order    an order that is neither invoiced nor released
    is_open_accrual  an accrual that still stands
    """

    entry: Entry
    names: Names
    label: str
    sentence: str
    drawn: str
    facts: tuple[tuple[str, str], ...]
    groups: tuple[SourceLegs, ...]
    pence: int
    why: tuple[str, ...]
    follows: Near | None
    followers: tuple[Near, ...]
    posted_by: str
    reason: str
    unpaid_pence: int
    standing_pence: int
    is_open_order: bool
    is_open_accrual: bool
    order: str

    @property
    def has_lines(self) -> bool:
        """Whether some leg names a scheme line."""
        return any(row.line for group in self.groups for row in group.rows)

    @property
    def has_providers(self) -> bool:
        """Whether some leg names a provider."""
        return any(row.provider for group in self.groups for row in group.rows)

    @property
    def columns(self) -> int:
        """How many columns the table of legs has."""
        return 3 + self.has_lines + self.has_providers


def entry_page(entry: Entry) -> EntryPage:
    """All that is known of an entry. Its ledger, fund, area, period and what it follows come with it."""
    names, legs = names_of(entry.ledger), legs_of(entry)
    providers = provider_labels(names, {leg.provider for leg in legs}) | EARNED
    follows = _near(entry.follows) if entry.follows else None
    followers = tuple(_near(each) for each in entry.followers.order_by("number"))
    told = told_of(entry.kind, legs, names, of=_named(follows), providers=providers)
    event, standing = event_of(entry), standing_of(entry)
    return EntryPage(
        entry=entry,
        names=names,
        label=kind_label(entry.kind),
        sentence=sentence(entry.kind, told),
        drawn=drawn_words(entry.kind, legs, names),
        facts=_facts(entry, told.provider, names, legs),
        groups=_groups(legs, names, providers),
        pence=pence_of(entry.kind, sums_of(legs)),
        why=tuple(why_these_sources(entry, legs, names)),
        follows=follows,
        followers=followers,
        posted_by=str(event.actor) if event and event.actor else "the system",
        reason=str((event.after or {}).get("why", "")) if event else "",
        unpaid_pence=standing.unpaid_pence,
        standing_pence=standing.left_pence,
        is_open_order=entry.kind == "order" and not followers,
        is_open_accrual=entry.kind == Kind.ACCRUE and bool(standing.left_pence),
        order=next((leg.order for leg in legs if leg.order), ""),
    )


@dataclass(frozen=True, slots=True)
class Left:
    """What is not taken back of an entry, and of an invoice not paid."""

    left_pence: int
    unpaid_pence: int


def standing_of(entry: Entry) -> Left:
    """What still stands of an entry; nothing of one that is not taken back by a credit."""
    books, key = Books.looked_at(entry.ledger, at=entry.recorded_at), entry.key
    draft = books.posted(key)
    sizes = sizes_of(draft) if draft else None
    if sizes is None or entry.kind in NOT_TAKEN_BACK or _is_half(entry):
        return Left(0, 0)
    left = sum(sizes.values()) - sum(books.undone(key).values())
    unpaid = left - sum(books.settled(key).values()) if entry.kind in CAN_BE_PAID else 0
    return Left(max(left, 0), max(unpaid, 0))


def _is_half(entry: Entry) -> bool:
    """A transfer between two ledgers: taken back in one of them, it would stand in the other."""
    return entry.kind == Kind.TRANSFER and entry.postings.filter(other_pool=None).exists()


def event_of(entry: Entry) -> AuditEvent | None:
    """The step of the history in which the entry was posted."""
    at = entry.recorded_at
    moment = events(Wanted(subject=entry.ledger.uuid, since=at, before=at + timedelta(microseconds=1)))
    for event in moment:
        after = event.after or {}
        if after.get("first_entry", 1) <= entry.number <= after.get("last_entry", 0):
            return event
    return None


def _near(entry: Entry) -> Near:
    legs = legs_of(entry)
    return Near(entry, kind_label(entry.kind), pence_of(entry.kind, sums_of(legs)))


def _named(near: Near | None) -> str:
    if near is None:
        return ""
    reference = reference_of(near.entry.kind, near.entry.key)
    article = "an" if near.label[0] in "AEIOU" else "a"
    called = f"{article} {near.label[0].lower()}{near.label[1:]}"
    return f"{called} ({reference})" if reference else called


def _facts(entry: Entry, provider: str, names: Names, legs: Sequence[Leg]) -> tuple[tuple[str, str], ...]:
    facts = [("Day that it concerns", day_text(entry.happened_on)), ("Counts in", entry.period.label)]
    if entry.accounted_on != entry.happened_on:
        late = f"{entry.period.label}, because the period of its own day was closed when it was posted"
        facts[1] = ("Counts in", late)
    lines = list(dict.fromkeys(leg.line for leg in legs if leg.line))
    if lines and len(lines) <= 3:
        facts.append(("Scheme line", listed([names.lines[line].label for line in lines])))
    if provider:
        facts.append(("Provider", provider))
    if reference := reference_of(entry.kind, entry.key):
        facts.append(("Reference", reference))
    facts.append(("Book", BOOKS[entry.book]))
    return tuple(facts)


def _groups(legs: Sequence[Leg], names: Names, providers: dict[str, str]) -> tuple[SourceLegs, ...]:
    grouped: dict[tuple[str, str], list[LegRow]] = {}
    for leg in legs:
        row = LegRow(
            leg.account.label,
            names.lines[leg.line].label if leg.line else "",
            providers.get(leg.provider, leg.provider),
            leg.order,
            leg.pence if leg.pence > 0 else None,
            -leg.pence if leg.pence < 0 else None,
        )
        grouped.setdefault((leg.pool, leg.source), []).append(row)
    return tuple(
        SourceLegs(names.pools[pool], names.source_label(source), tuple(rows))
        for (pool, source), rows in grouped.items()
    )


# -- why these sources


WHY: Final = {
    Kind.PAY: "It is in the split of the invoice that it pays: sources are chosen when spend is recognised.",
    Kind.REFUND: "It is in proportion to what still stood of each source’s part.",
    Kind.REVERSE: "It is in the split of the accrual that it reverses.",
    "release": "It is in the split of the order that it releases.",
    "income": "It is in proportion to what each source had paid for the line.",
    "budget": "The plan’s amount is split over the sources of the line’s money, by what each brings in the year.",
    "virement": "A virement keeps the sources: in proportion to the first line’s budget from each.",
    "reclassify": "The spend was moved to another source by name, to the penny.",
    "restate": "What came back goes first to debts, then in proportion to what each source had paid for the line.",
}
DEFAULT: Final = (
    "This is the books’ own rule for a line on which partners agreed no other: money of the line’s own category "
    "first, the oldest first; then what partners agreed to bear; then what the host lends."
)


def why_these_sources(entry: Entry, legs: Sequence[Leg], names: Names) -> list[str]:
    """Why the entry has the sources that it has, in sentences."""
    # A credit keeps the policy of what it takes back, but did not draw by it.
    if not entry.policy or entry.kind in WHY:
        return [WHY.get(entry.kind, "The source is the one that was named.")] if entry.book == Book.ACTUAL else []
    said = _tiers(parse_policy(entry.policy), names)
    said.append(_agreed(entry, legs))
    uncovered = sum(pence for source, pence in by_source(entry.kind, legs).items() if category_of(source) == UNFUNDED)
    if uncovered:
        said.append(
            f"{format_pounds(uncovered)} could be drawn from none of these, so it stands apart until the host’s "
            "advance carries it or a line is corrected."
        )
    return [sentence_ for sentence_ in said if sentence_]


def _tiers(policy: Policy, names: Names) -> list[str]:
    return [f"{'First' if number == 0 else 'Then'} {_tier(tier, names)}." for number, tier in enumerate(policy.tiers)]


def _tier(tier: Tier, names: Names) -> str:
    if tier.method is Method.FIXED:
        parts = [f"{names.source_label(source)} {weight}" for source, weight in tier.weights.items()]
        return f"in agreed parts: {listed(parts)}"
    named = listed([names.source_label(source) for source in tier.sources or ()]) or "whatever the line may use"
    if tier.method is Method.NAMED or len(tier.sources or ()) == 1:
        return named
    how = "the oldest money first" if tier.method is Method.FIFO else "in proportion to what each held"
    return f"{named}, {how}"


def _agreed(entry: Entry, legs: Sequence[Leg]) -> str:
    if entry.policy_version == 0:
        return "" if entry.kind in (Kind.PAY_DIRECT, Kind.TRANSFER) else DEFAULT
    lines = {leg.line for leg in legs if leg.line}
    policies = entry.ledger.draw_policies.filter(Q(line__code__in=lines) | Q(line=None), text=entry.policy)
    found = policies.filter(version=entry.policy_version).first()
    since = f", from {found.starts_on:%-d %B %Y}: {found.reason}" if found else ""
    return f"So it was agreed, version {entry.policy_version}{since}."
