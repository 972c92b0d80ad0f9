"""How spend on a line chooses its sources: the agreed policy of the day, and which sources its ring-fences let in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Q

from commonpool.ledger.errors import LedgerError
from commonpool.ledger.models import DrawPolicy, Ledger, LedgerLine
from commonpool.ledger.rules.accounts import ADVANCE, RISK_SHARE, UNFUNDED, category_of, for_category_of
from commonpool.ledger.rules.draws import Method, Policy, PolicyError, Tier, parse_policy
from commonpool.ledger.rules.eligibility import LineFacts, RingFence, eligible_sources

BRIDGES = (RISK_SHARE, ADVANCE)
"""What pays after the category's own money: first what partners agreed to bear, then what the host lends."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The policy that a draw follows, its version (0: the ledger's own default), and the sources that may be drawn."""

    policy: Policy
    version: int
    allowed: frozenset[str]


def choice_for(ledger: Ledger, line: LedgerLine, on: date) -> Choice:
    """How spend on the line on that day picks its sources."""
    agreed = policy_on(ledger, line, on)
    policy = parse_policy(agreed.text) if agreed else default_policy(line.category, drawable(ledger))
    return choice_under(ledger, line, on, policy, agreed.version if agreed else 0)


def choice_under(ledger: Ledger, line: LedgerLine, on: date, policy: Policy, version: int) -> Choice:
    """The choice that a policy makes for a line on a day, agreed or not."""
    fences = [RingFence.from_data(fence.terms) for fence in ledger.fences.all()]
    allowed = eligible_sources(facts_of(line), drawable(ledger), fences, on, named=_named(policy))
    return Choice(policy, version, allowed)


def drawable(ledger: Ledger) -> list[str]:
    """The codes of the sources that spend may draw on; what no source covers is none."""
    return list(ledger.sources.filter(may_go_below_zero=False).values_list("code", flat=True))


def policy_on(ledger: Ledger, line: LedgerLine, on: date) -> DrawPolicy | None:
    """The newest policy agreed for the line that has begun by that day, else the ledger's own; None for the default."""
    agreed = DrawPolicy.objects.filter(Q(line=line) | Q(line=None), ledger=ledger, starts_on__lte=on)
    # A policy of the line's own goes before the ledger's, whatever their days.
    return agreed.order_by(F("line").asc(nulls_last=True), "-starts_on", "-version").first()


def default_policy(category: str, sources: Iterable[str]) -> Policy:
    """The line's own category first, oldest year first; then what partners bear for it, then the host's advance.

    That a line names one source of funding is how the planning workbook has it.
    """
    tiers = [_tier(group) for group in _by_year(code for code in sources if category_of(code) == category)]
    for bridge in BRIDGES:
        own = [code for code in sources if category_of(code) == bridge and for_category_of(code) == category]
        tiers += [_tier(group) for group in _by_year(own)]
    return Policy(tuple(tiers)) if tiers else Policy((Tier(Method.PARI_PASSU, (category or UNFUNDED,)),))


def facts_of(line: LedgerLine) -> LineFacts:
    """What ring-fences ask of a line."""
    return LineFacts(
        line_id=line.code,
        category=line.category or None,
        scheme_type=line.scheme_type or None,
        area_of_spend=line.area_of_spend or None,
        commissioner=line.commissioner or None,
        is_capital=line.is_capital,
        place=line.ledger.fund.area.code or None,
    )


def _named(policy: Policy) -> frozenset[str] | None:
    """Every source that the policy names; None where a tier takes whatever the line's category may use."""
    if any(tier.sources is None and not tier.weights for tier in policy.tiers):
        return None
    return frozenset(source for tier in policy.tiers for source in tier.sources or tier.weights)


def _by_year(codes: Iterable[str]) -> list[Sequence[str]]:
    """Codes grouped by their origin year, the oldest first."""
    groups: dict[str, list[str]] = {}
    for code in sorted(codes):
        groups.setdefault(code.split(":")[2], []).append(code)
    return [groups[year] for year in sorted(groups)]


def _tier(codes: Sequence[str]) -> Tier:
    return Tier(Method.PARI_PASSU, tuple(codes))


def read_policy(ledger: Ledger, text: str) -> Policy:
    """The policy that a text says. Raises LedgerError where it makes no sense, or names a source that is not there."""
    try:
        policy = parse_policy(text)
    except PolicyError as error:
        raise LedgerError(str(error)) from None
    known = set(ledger.sources.values_list("code", flat=True))
    unknown = sorted({name for tier in policy.tiers for name in tier.sources or tier.weights} - known)
    if unknown:
        raise LedgerError(f"The ledger has no source {', '.join(unknown)}. It has: {', '.join(sorted(known))}.")
    return policy
