"""How this room's templates write amounts: in the round's currency, and short for the public."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from django import template
from django.utils.timezone import localtime

from commonpool.money import format_pounds, half_up
from commonpool.pages.formats import day_text, money_text
from commonpool.plans.views.words import outputs_text
from commonpool.policy.rules import Round

register = template.Library()
MILLION_PENCE = 1_000_000_00
HUNDRED_POUNDS = 100_00


@register.filter
def pounds(pence: int | None, of: Round | str | None = None) -> str:
    """An amount in the currency of a round, or with a symbol; pounds where neither is given."""
    symbol = of.currency_symbol if isinstance(of, Round) else of or "£"
    return money_text(pence, symbol)


@register.filter
def pounds_short(pence: int | None) -> str:
    """An amount for the public: `£79.5 million`, `£12,345`, `£3.20`."""
    if pence is None or abs(pence) < HUNDRED_POUNDS:
        return format_pounds(pence)
    if abs(pence) < MILLION_PENCE:
        return format_pounds(round(pence, -2), whole=True)
    tenths = half_up_tenths(pence)
    return f"{'−' if tenths < 0 else ''}£{abs(tenths) // 10:,}.{abs(tenths) % 10} million"


def half_up_tenths(pence: int) -> int:
    """Pence as tenths of a million pounds, rounded half-up."""
    return half_up(Fraction(pence * 10, MILLION_PENCE))


@register.filter
def less(pence: int) -> int:
    """The amount with its sign turned."""
    return -pence


@register.filter
def day_of(moment: datetime) -> str:
    """The day of a moment, where the site is: `31 March 2031`."""
    return day_text(localtime(moment).date())


@register.filter
def outputs_in(amount: Decimal | None, unit: str) -> str:
    """What a line delivers, with its unit: `2,640 packages`."""
    return outputs_text(amount, unit)
