"""Shocks as one writes them, in a command or in a page's address, and back: the same text goes out as came in.

    cut       Northmere=8%                     of NHS_ADD   from 2024-10
    leave     Northmere   after 90 days                     from 2024-10
    freeze    Northmere                        of NHS_ADD   from 2024-10
    withdraw  Northmere   after 30 days        (* is every payer)
    stop      LA                                            from 2024-10
    add       LA_ADD=500000   by NHS Northmere ICB          from 2024-10

What follows the first word may be left out: all sources, no notice where the plan records none, the whole year.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Final

from commonpool.money import AmountError, format_pounds, pence_from_text
from commonpool.periods import Calendar
from commonpool.plans.rules import PlanContent
from commonpool.policy.rules import Round
from commonpool.risk_share.reading.nodes import fraction_of
from commonpool.risk_share.rules.errors import ContractError
from commonpool.risk_share.rules.shocks import FundAdded, LessPaid, Shock, SpendingStops, Way

STOP: Final = "stop"
ADD: Final = "add"
KINDS: Final = (*(way.value for way in Way), STOP, ADD)
EVERYBODY: Final = "*"
_TAIL: Final = re.compile(
    r"(?P<rest>.*\S)\s+(?:from\s+(?P<month>\d\S*)|of\s+(?P<category>[A-Z][A-Z0-9_]+)|after\s+(?P<notice>\d\S*)\s+days?)"
)


def shock_from(kind: str, text: str, round: Round, year: str) -> Shock:
    """One shock. Raises ContractError, showing the text back and what to write."""
    who, more = _taken_apart(" ".join(text.split()))
    if kind not in KINDS or not who:
        raise ContractError(f"‘{kind}: {text}’ is no shock. Begin with one of: {', '.join(KINDS)}; then say whose.")
    month = _month(more.get("month"), round, year)
    if kind == STOP:
        return SpendingStops(who, month)
    if kind == ADD:
        name, _, amount = (part.strip() for part in who.partition("="))
        amount, _, payer = amount.partition(" by ")
        return FundAdded(name, _pence(amount, text), payer.strip(), month)
    name, _, amount = (part.strip() for part in who.rpartition("="))
    if kind != Way.CUT or not name:
        name, amount = who, "1" if kind != Way.CUT else ""
    payer, category = "" if name == EVERYBODY else name, more.get("category", "")
    return LessPaid(Way(kind), payer, _share(amount, text), category, month, _days(more.get("notice")))


def _taken_apart(text: str) -> tuple[str, dict[str, str]]:
    """(what it begins with, {part: what it says}); the parts after that stand in any order."""
    more: dict[str, str] = {}
    while found := _TAIL.fullmatch(text):
        text = found["rest"]
        more |= {part: said for part, said in found.groupdict().items() if said and part != "rest"}
    return text, more


def shocks_from(said: Sequence[tuple[str, str]], round: Round, year: str) -> list[Shock]:
    """Every (kind, text). Raises ContractError with every fault at once."""
    shocks, faults = [], []
    for kind, text in said:
        try:
            shocks.append(shock_from(kind, text, round, year))
        except ContractError as fault:
            faults.append(str(fault))
    if faults:
        raise ContractError(" ".join(faults))
    return shocks


def _share(amount: str, text: str) -> Fraction:
    share = fraction_of(amount)
    if share is None:
        raise ContractError(f"‘{text}’ does not say by how much. Write for example Northmere=8%.")
    return share


def _pence(amount: str, text: str) -> int:
    try:
        return pence_from_text(amount)
    except AmountError:
        raise ContractError(f"‘{text}’ does not say how much money. Write for example LA_ADD=500000.") from None


def _days(typed: str | None) -> int:
    if not typed:
        return 0
    if not re.fullmatch(r"\d{1,4}", typed, re.ASCII):
        raise ContractError(f"‘{typed}’ is no number of days. Write for example: after 90 days.")
    return int(typed)


def _month(typed: str | None, round: Round, year: str) -> int:
    if not typed:
        return 0
    months = month_codes(round, year)
    if typed not in months:
        raise ContractError(f"‘{typed}’ is no month of {year}. Use one of: {', '.join(months)}.")
    return months.index(typed)


def month_codes(round: Round, year: str) -> list[str]:
    """The months of a year of the round, as `2024-10`."""
    return [f"{month.starts_on:%Y-%m}" for month in Calendar(round.first_month).periods(year)]


def text_of(shock: Shock, round: Round, year: str) -> tuple[str, str]:
    """(kind, text) that says a shock again."""
    since = f" from {month_codes(round, year)[shock.from_month]}" if shock.from_month else ""
    if isinstance(shock, SpendingStops):
        return STOP, f"{shock.commissioner}{since}"
    if isinstance(shock, FundAdded):
        by = f" by {shock.payer}" if shock.payer else ""
        return ADD, f"{shock.category}={format_pounds(shock.pence)}{by}{since}"
    amount = f"={percent_text(shock.share)}" if shock.way is Way.CUT else ""
    notice = f" after {shock.notice_days} days" if shock.notice_days else ""
    of = f" of {shock.category}" if shock.category else ""
    return shock.way.value, f"{shock.payer or EVERYBODY}{amount}{notice}{of}{since}"


def percent_text(share: Fraction) -> str:
    """`12.5%`, exact; a fraction such as `1/3` where no decimal is."""
    percent = Decimal(share.numerator * 100) / Decimal(share.denominator)
    return f"{percent.normalize():f}%" if Fraction(percent) == share * 100 else str(share)


def places_of(content: PlanContent, ids: str) -> tuple[int, ...]:
    """Places of the lines with these ids, separated by commas, in their order. Raises ContractError for another id."""
    wanted = [each.strip() for each in ids.split(",") if each.strip()]
    places = {row.line_id: at for at, row in reversed(list(enumerate(content.lines)))}
    if missing := [each for each in wanted if each not in places]:
        raise ContractError(f"The plan has no line ‘{missing[0]}’. Its lines are: {', '.join(reversed(list(places)))}.")
    return tuple(places[each] for each in wanted)
