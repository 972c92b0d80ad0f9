"""Words of this room for its templates."""

from __future__ import annotations

from django import template

from commonpool.money import format_pounds

register = template.Library()


@register.filter
def over_or_under(pence: int) -> str:
    """A variance as people say it: £250,000 over."""
    said = format_pounds(abs(pence), whole=pence % 100 == 0)
    return f"{said} {'over' if pence > 0 else 'under'}" if pence else "Nothing over or under"


@register.filter
def bears(pence: int) -> str:
    """What a partner bears as a clause: pays £1.00, receives £1.00, neither pays nor receives."""
    if not pence:
        return "neither pays nor receives"
    return f"{'pays' if pence > 0 else 'receives'} {format_pounds(abs(pence))}"
