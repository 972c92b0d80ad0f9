"""What sign-in pages show about people."""

from __future__ import annotations

from typing import Any

from django import template
from django.db.models import QuerySet
from django.utils import timezone

from commonpool.people import queries
from commonpool.people.models import Membership, Person

register = template.Library()


@register.simple_tag
def demonstration_people() -> QuerySet[Membership]:
    """The invented people and what they are, for the demonstration's sign-in page."""
    invented = Membership.objects.filter(person__is_demonstration=True, person__is_active=True)
    return invented.select_related("person", "organisation").order_by("organisation__name", "role")


@register.simple_tag
def second_factor_state(person: Person) -> dict[str, Any]:
    """The person's memberships today, and whether a second factor is missing that they need."""
    today = timezone.localdate()
    return {
        "memberships": queries.memberships_of(person, today).select_related("organisation"),
        "is_missing": queries.lacks_second_factor(person, today) and not person.is_demonstration,
    }
