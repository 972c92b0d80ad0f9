"""Words of this room for its templates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from commonpool.money import format_pounds
from commonpool.pages.formats import money_text

if TYPE_CHECKING:
    from commonpool.risk_share.rules.futures.reporting import Estimate

register = template.Library()


@register.filter
def over_or_under(pence: int) -> str:
    """A variance as people say it: £250,000 over."""
    said = format_pounds(abs(pence), whole=pence % 100 == 0)
    return f"{said} {'over' if pence > 0 else 'under'}" if pence else "Nothing over or under"


@register.filter
def you_pay(pence: int) -> str:
    """What a partner does, as a letter to it says: you pay £57,000."""
    said = format_pounds(abs(pence), whole=pence % 100 == 0)
    return f"you {'pay' if pence > 0 else 'receive'} {said}" if pence else "you neither pay nor receive"


@register.filter
def gains_or_loses(pence: int | None) -> str:
    """A net in words: gains £120,000.00."""
    if pence is None:
        return "gains or loses: not known"
    return f"{'gains' if pence > 0 else 'loses'} {format_pounds(abs(pence))}" if pence else "neither gains nor loses"


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


@register.filter
def more_or_less(pence: float) -> str:
    """A change of what is borne: £1,200 more, £300 less, in whole pounds."""
    pounds = round(pence / 100)
    if not pounds:
        return "the same"
    return f"{format_pounds(abs(pounds) * 100, whole=True)} {'more' if pounds > 0 else 'less'}"


@register.simple_tag
def estimate(found: Estimate) -> SafeString:
    """A table's cell with an amount and its simulation error below it."""
    return format_html(
        '<td class="govuk-table__cell govuk-table__cell--numeric">{}<br><span class="cp-quiet">± {}</span></td>',
        about(found.value),
        about(found.error),
    )
