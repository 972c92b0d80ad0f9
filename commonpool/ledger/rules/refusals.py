"""Why an event is refused, in sentences: what was found, and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from commonpool.ledger.rules.draws import Draw, Policy
from commonpool.money import format_pounds

if TYPE_CHECKING:
    from commonpool.ledger.rules.entries import Draft
    from commonpool.ledger.rules.events import Event


def why_short(event: Event, policy: Policy, held: Mapping[str, int], drawn: Draw) -> str:
    """What is short, and the rule that stands in the way of the rest of what the pool holds."""
    short, asked = format_pounds(drawn.short_pence), format_pounds(event.pence)
    can = format_pounds(event.pence - drawn.short_pence)
    why = f"{event.pool} is {short} short: {asked} asked, {can} can be drawn under ‘{policy}’"
    agreed = [source for tier in policy.tiers for source in tier.weights]
    if spent_up := [source for source in agreed if drawn.taken.get(source, 0) >= held.get(source, 0)]:
        why += f", and {', '.join(spent_up)} cannot pay the agreed share"
    if barred := _barred(policy, event.allowed, held):
        why += f" ({', '.join(barred)} may not be used here)"
    return f"{why}. Lower the amount, or wait until money has come in."


def _barred(policy: Policy, allowed: frozenset[str] | None, held: Mapping[str, int]) -> list[str]:
    """Sources that hold money and that the policy, or what is allowed for the line, leaves out."""
    takes_any = any(tier.sources is None and not tier.weights for tier in policy.tiers)
    named = {source for tier in policy.tiers for source in tier.sources or tier.weights}
    return [
        source
        for source, pence in sorted(held.items())
        if pence > 0 and not ((takes_any or source in named) and (allowed is None or source in allowed))
    ]


def why_unknown(key: str, does: str) -> str:
    """The event that this one follows is not there."""
    return f"No event ‘{key}’ was posted before this one. Name the event that it {does}, and see that it was accepted."


def why_astray(event: Event, original: Draft) -> str:
    """What an event says and the one it follows does not: it follows in that one's own pools, line and split.

    Empty text where nothing is amiss.
    """
    said = (("pool", event.pool), ("pool", event.to_pool), ("line", event.line), ("source", event.source))
    for what, named in said:
        known = {getattr(leg, what) for leg in original.legs}
        # One source of several is not enough: the split is that of the earlier event, not what this one names.
        if named and (named not in known or (what == "source" and len(known) > 1)):
            there = ", ".join(sorted(filter(None, known))) or "none"
            return f"The {what} is given as {named}, and that of ‘{event.of}’ is {there}. Leave it out, or correct it."
    return ""


def why_too_much(event: Event, what: str, left: int) -> str:
    """More is undone or paid than is left of the event that this one follows."""
    found = f"{format_pounds(event.pence)} is more than {what} ‘{event.of}’: {format_pounds(left)}."
    return f"{found} Enter that at most." if left else f"{found} Leave this out."
