"""Words and numbers of coding rounds as pages show them."""

from __future__ import annotations

from collections.abc import Iterable

from django import template

from commonpool.voices.models import TeamMember
from commonpool.voices.rules.agreement import Statistic, TextStatistic
from commonpool.voices.rules.agreement.comparing import ALPHAS
from commonpool.voices.rules.disagreements import Mark

register = template.Library()


@register.filter
def places(value: float | None) -> str:
    """`0.735`; `undefined` where there is no figure."""
    return "undefined" if value is None else f"{value:.3f}"


@register.filter
def whole_number(value: int) -> str:
    """`2,000`"""
    return f"{value:,}"


@register.filter
def initials(members: Iterable[TeamMember]) -> list[str]:
    """The members' initials."""
    return [each.initials for each in members]


@register.filter
def codes(marks: Iterable[Mark]) -> list[str]:
    """Each code of the marks once."""
    return list(dict.fromkeys(each.code for each in marks))


@register.filter
def is_alpha(statistic: Statistic | TextStatistic) -> bool:
    """Whether Krippendorff's lowest values are meant for it."""
    return statistic in ALPHAS


@register.filter
def is_text(statistic: Statistic | TextStatistic) -> bool:
    """Whether it compares sections as coders cut them."""
    return isinstance(statistic, TextStatistic)
