"""Words of this room for its templates."""

from __future__ import annotations

from collections.abc import Mapping

from django import template

from commonpool.money import format_pounds
from commonpool.pages.formats import money_text

register = template.Library()


@register.filter
def over_or_under(pence: int) -> str:
    """A variance as people say it: £250,000 over."""
    said = format_pounds(abs(pence), whole=pence % 100 == 0)
    return f"{said} {'over' if pence > 0 else 'under'}" if pence else "Nothing over or under"


@register.filter
def named(names: Mapping[str, str], code: str) -> str:
    """The name under a code; "" for none."""
    return names.get(code, "")


@register.filter
def about(pence: float) -> str:
    """An amount from a simulation, in whole pounds."""
    return money_text(round(pence / 100) * 100).removesuffix(".00")


@register.filter
def absolute(pence: int) -> int:
    """An amount without its sign, where words say which way it goes."""
    return abs(pence)


@register.filter
def negated(pence: int) -> int:
    """An amount the other way round."""
    return -pence


@register.filter
def thousands(count: int) -> str:
    """A number with commas: 8,192."""
    return f"{count:,}"
