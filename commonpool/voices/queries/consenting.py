"""Who agreed to be quoted, as far as the study has recorded it."""

from __future__ import annotations

from collections.abc import Iterable

from commonpool.voices.models import Participant


def may_quote(people: Iterable[Participant]) -> dict[int, bool | None]:
    """{row id: whether they agreed to be quoted}. None: not known. Whoever withdrew agrees no more."""
    return {each.pk: False if each.withdrawn_at is not None else None for each in people}
