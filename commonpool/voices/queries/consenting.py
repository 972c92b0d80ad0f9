"""Who agreed to be quoted, as far as the study has recorded it."""

from __future__ import annotations

from collections.abc import Iterable

from commonpool.voices.models import Participant, ResearchConsent


def may_quote(people: Iterable[Participant]) -> dict[int, bool | None]:
    """{row id: whether they agreed to be quoted, as they last said}. None: not known. Whoever withdrew agrees no more.

    One query.
    """
    asked = list(people)
    rows = ResearchConsent.objects.filter(participant__in=asked).order_by("given_on", "pk")
    latest = dict(rows.values_list("participant", "may_quote"))
    return {each.pk: False if each.withdrawn_at is not None else latest.get(each.pk) for each in asked}
