"""Remembering, for one person, what they saw and what they hid."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Final

from commonpool.pages.waiting import WaitingItem
from commonpool.people.models import Person
from commonpool.places.models import Organisation
from commonpool.site.models import HiddenItem, Visit

VISIT: Final = timedelta(minutes=30)  # somebody who comes back later than this makes a new visit
NOTED_EVERY: Final = timedelta(minutes=1)  # so that reading many pages does not write as often


def note_visit(person: Person, area: Organisation, at: datetime) -> datetime | None:
    """Note that the person looks at the area now. Returns when their previous visit ended; None for the first.

    Reading again within a minute writes nothing, so that readers don't queue for SQLite's one writer.
    """
    seen = Visit.objects.filter(person=person, area=area).first()
    if seen is None:
        Visit.objects.get_or_create(person=person, area=area, defaults={"seen_at": at})
        return None
    if at - seen.seen_at > VISIT:
        seen.seen_before_at = seen.seen_at
    if at - seen.seen_at > NOTED_EVERY:
        Visit.objects.filter(pk=seen.pk).update(seen_at=at, seen_before_at=seen.seen_before_at)
    return seen.seen_before_at


def key_of(item: WaitingItem) -> str:
    """What tells one waiting thing from another: its words and its address."""
    return hashlib.sha256(f"{item.text}\n{item.url}".encode()).hexdigest()


def hide(person: Person, key: str, until: date) -> None:
    """Hide a waiting thing until that day."""
    HiddenItem.objects.update_or_create(person=person, key=key, defaults={"until": until})


def shown(person: Person, items: Iterable[WaitingItem], on: date) -> tuple[list[tuple[str, WaitingItem]], int]:
    """(key, item) of what is to be shown on that day, and how many are hidden."""
    hidden = set(HiddenItem.objects.filter(person=person, until__gt=on).values_list("key", flat=True))
    keyed = [(key_of(item), item) for item in items]
    return [(key, item) for key, item in keyed if key not in hidden], sum(key in hidden for key, _ in keyed)


def show_all(person: Person) -> None:
    """Show everything again."""
    HiddenItem.objects.filter(person=person).delete()
