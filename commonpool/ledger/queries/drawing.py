"""How lines draw on their sources, and the ring-fences of money, as sentences; and what a policy would draw now."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Sum

from commonpool.ledger.books import Books
from commonpool.ledger.drawing import choice_under, default_policy, drawable, policy_on, read_policy
from commonpool.ledger.models import DrawPolicy, FencedSource, Held, Ledger, LedgerLine, Pool
from commonpool.ledger.queries.names import names_of
from commonpool.ledger.rules.draws import Method, Policy, Tier, draw, parse_policy
from commonpool.ledger.rules.eligibility import RingFence, SpendFloor, in_force
from commonpool.ledger.rules.ring_fences import ANY, LineKind, said
from commonpool.ledger.rules.statements.names import By, Names
from commonpool.money import format_pounds
from commonpool.plans.queries.figures import code_label
from commonpool.plans.rules.content import LIST_OF
from commonpool.policy.reading import load_round, round_ids
from commonpool.policy.rules import Round

# -- policies in words


@dataclass(frozen=True, slots=True)
class LinePolicy:
    """How one line picks its sources. `agreed` is None where nothing but the plan says it."""

    line: LedgerLine
    name: str
    words: tuple[str, ...]
    agreed: DrawPolicy | None

    @property
    def is_own(self) -> bool:
        """Whether it was agreed for this very line."""
        return self.agreed is not None and self.agreed.line_id is not None

    @property
    def origin(self) -> str:
        """Where it comes from, as people say it."""
        if self.agreed is None:
            return "the plan"
        return "its own policy" if self.is_own else "the policy of all lines"


def line_policies(ledger: Ledger, on: date) -> list[LinePolicy]:
    """How each line picks its sources on a day, in the order of the plan."""
    names, sources = names_of(ledger), drawable(ledger)
    found = []
    for line in ledger.lines.all():
        agreed = policy_on(ledger, line, on)
        policy = parse_policy(agreed.text) if agreed else default_policy(line.category, sources)
        found.append(LinePolicy(line, names.lines[line.code].label, policy_in_words(policy, names), agreed))
    return found


def policy_in_words(policy: Policy, names: Names) -> tuple[str, ...]:
    """One part of a sentence for each tier, in the order in which they are drawn."""
    return tuple(_tier_in_words(tier, names) for tier in policy.tiers)


def _tier_in_words(tier: Tier, names: Names) -> str:
    if tier.method is Method.FIXED:
        parts = [
            f"{weight} part{'s' * (weight > 1)} from {_source(code, names)}" for code, weight in tier.weights.items()
        ]
        return f"in agreed parts: {_listed(parts)}"
    whose = "every source that the line may use" if tier.sources is None else _sources(tier.sources, names)
    if tier.method is Method.FIFO:
        return f"from {whose}, the oldest receipt first"
    several = tier.sources is None or len(tier.sources) > 1
    return f"from {whose}{', in proportion to what is held of each' if several else ''}"


def _source(code: str, names: Names) -> str:
    return names.label(By.SOURCE, code)


def _sources(codes: Iterable[str], names: Names) -> str:
    """Sources that differ only in their partner are named once, with their partners."""
    alike: dict[tuple[str, str, str], list[str]] = {}
    for code in codes:
        category, _, year, *purpose = code.split(":")
        alike.setdefault((category, year, ":".join(purpose)), []).append(code)
    return _listed([_alike(group, names) for group in alike.values()])


def _alike(codes: Sequence[str], names: Names) -> str:
    if len(codes) == 1:
        return _source(codes[0], names)
    category, _, year, *purpose = codes[0].split(":")
    partners = [names.partners.get(code.split(":")[1], code.split(":")[1]) for code in codes]
    for_what = f" for {names.category_label(purpose[0])}" if purpose else ""
    *most, last = partners
    return f"{names.category_label(category)}{for_what} {year} of {', '.join(most)} and {last}"


def _listed(parts: Collection[str]) -> str:
    *most, last = parts
    # Names of sources hold commas, so a list of them is kept apart by semicolons.
    return f"{'; '.join(most)}; and {last}" if most else last


# -- what a policy would draw


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A source as a policy names it, what people call it, and what is held of it in all pools."""

    code: str
    name: str
    held_pence: int


def source_rows(ledger: Ledger) -> list[SourceRow]:
    """The sources that a policy may name."""
    names, usable = names_of(ledger), set(drawable(ledger))
    rows = Held.objects.filter(pool__ledger=ledger).values("source__code").annotate(pence=Sum("pence")).order_by()
    held = {row["source__code"]: row["pence"] for row in rows}
    return [SourceRow(code, _source(code, names), held.get(code, 0)) for code in names.sources if code in usable]


@dataclass(frozen=True, slots=True)
class WouldDraw:
    """What a policy would draw for a line now: source by source, and what would be short."""

    pence: int
    words: tuple[str, ...]
    taken: tuple[tuple[str, int], ...]
    short_pence: int


def would_draw(
    ledger: Ledger, pool: Pool, line: LedgerLine, text: str, pence: int, on: date, at: datetime
) -> WouldDraw:
    """What the policy would draw if so much were spent on the line. Nothing is posted. Raises LedgerError."""
    policy = read_policy(ledger, text)
    choice = choice_under(ledger, line, on, policy, 0)
    books = Books.looked_at(ledger, at=at)
    drawn = draw(
        pence,
        books.held(pool.code),
        policy,
        allowed=choice.allowed,
        paid=lambda tier: books.paid(pool.code, line.code, tier),
        lots=lambda: books.lots(pool.code),
    )
    names = names_of(ledger)
    taken = tuple((_source(code, names), part) for code, part in drawn.taken.items())
    return WouldDraw(pence, policy_in_words(policy, names), taken, drawn.short_pence)


# -- ring-fences in words


@dataclass(frozen=True, slots=True)
class FenceRow:
    """One version of a ring-fence in sentences."""

    row: FencedSource
    fence: RingFence
    about: str
    sentences: tuple[str, ...]
    holds: bool


def fence_rows(ledger: Ledger, on: date) -> list[FenceRow]:
    """Every version of every ring-fence: those that hold on a day first, then by what they are on."""
    names, round_ = names_of(ledger), newest_round(ledger)
    rows = [(row, RingFence.from_data(row.terms)) for row in ledger.fences.all()]
    held = set(map(str, in_force([fence for _, fence in rows], on)))
    found = [
        FenceRow(row, fence, _about(fence, names), tuple(_sentences(fence, names, round_)), str(fence) in held)
        for row, fence in rows
    ]
    return sorted(found, key=lambda each: (not each.holds, each.about, -each.fence.version))


def newest_round(ledger: Ledger) -> Round | None:
    """The planning round of the newest lines, whose lists name what ring-fences allow; None before any line."""
    known = sorted(set(ledger.lines.values_list("round_id", flat=True)) & set(round_ids()))
    return load_round(known[-1]) if known else None


def _about(fence: RingFence, names: Names) -> str:
    category, *rest = fence.applies_to.split(":")
    if fence.applies_to in names.sources:
        return _source(fence.applies_to, names)
    said_of = [names.category_label(category), *(names.partners.get(part, part) for part in rest if part != ANY)]
    return ", ".join(said_of)


def _sentences(fence: RingFence, names: Names, round_: Round | None) -> Iterator[str]:
    if only := _kinds_in_words(fence, names, round_):
        yield f"It may be spent only on {only}."
    if fence.capital_only or fence.revenue_only:
        yield f"It may be spent on {'capital' if fence.capital_only else 'revenue'} only."
    if fence.spend_by:
        yield f"It must be spent by {said(fence.spend_by)}."
    for floor in fence.floors:
        yield _floor_in_words(floor, names, round_)
    until = f"to {said(fence.ends_on)}" if fence.ends_on else "until another version says otherwise"
    yield f"This holds from {said(fence.starts_on)} {until}."
    if fence.because:
        yield f"Source: {fence.because}."


def _floor_in_words(floor: SpendFloor, names: Names, round_: Round | None) -> str:
    on = _kinds_in_words(floor, names, round_) or "lines of any kind"
    return f"{floor.name}: at least {format_pounds(floor.pence)} of it goes to {on}."


def _kinds_in_words(kind: LineKind, names: Names, round_: Round | None) -> str:
    """The lines that it allows, condition by condition; "" where it allows all."""
    parts = [
        f"whose {word} is {_either(_labelled(round_, field, codes))}"
        for field, word, codes in (
            ("scheme_type", "scheme type", kind.scheme_types),
            ("area_of_spend", "area of spend", kind.areas_of_spend),
            ("commissioner", "commissioner", kind.commissioners),
        )
        if codes
    ]
    if kind.places:
        parts.append(f"whose place is {_either(sorted(kind.places))}")
    if kind.lines:
        known: Mapping[str, Any] = names.lines
        labels = [known[code].label if code in known else code for code in sorted(kind.lines)]
        parts.append(f"that are {_either(labels)}")
    return f"lines {' and '.join(parts)}" if parts else ""


def _labelled(round_: Round | None, field: str, codes: Iterable[str]) -> list[str]:
    return sorted(code_label(round_, LIST_OF[field], code) if round_ else code for code in codes)


def _either(labels: Collection[str]) -> str:
    *most, last = (f"‘{label}’" for label in labels)
    return f"{', '.join(most)} or {last}" if most else last


def fence_choices(ledger: Ledger, also: str = "") -> dict[str, Any]:
    """What the form of a ring-fence offers: the money that there is, and the lists of the newest round.

    also  money that the fence is on already, where it is neither a category nor a source by itself
    """
    names, round_ = names_of(ledger), newest_round(ledger)
    usable = [code for code in names.sources if code in set(drawable(ledger))]
    categories = dict.fromkeys(names.sources[code].category for code in usable)
    areas = _entries(round_, "area_of_spend")
    more = [("As it stands", [(also, also)])] if also and also not in (*categories, *usable) else []
    return {
        "applies_to": [
            ("Categories", [(code, names.category_label(code)) for code in categories]),
            ("Sources", [(code, _source(code, names)) for code in usable]),
            *more,
        ],
        "scheme_types": _entries(round_, "scheme_type"),
        "areas_of_spend": areas,
        "floor_areas": areas,
        "commissioners": _entries(round_, "commissioner"),
        "lines": [(code, line.label) for code, line in names.lines.items()],
    }


def _entries(round_: Round | None, field: str) -> list[tuple[str, str]]:
    listed = round_.lists.get(LIST_OF[field]) if round_ else None
    return [(entry.code, entry.label) for entry in listed.entries] if listed else []
