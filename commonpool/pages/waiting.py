"""What waits for a person: each room adds a provider, the home page shows what they give."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class WaitingItem:
    """One thing that waits: a sentence in the person's words, where to do it, and since when it waits."""

    text: str
    url: str
    since: datetime | None = None


Provider = Callable[[Any], Iterable[WaitingItem]]

_PROVIDERS: Final[list[Provider]] = []


def register(provider: Provider) -> Provider:
    """Ask this provider too. Usable as a decorator."""
    if provider not in _PROVIDERS:
        _PROVIDERS.append(provider)
    return provider


def waiting_for(person: Any) -> list[WaitingItem]:
    """Everything that waits for this person, the longest first; what has no date comes last."""
    items = [item for provider in _PROVIDERS for item in provider(person)]
    dated = sorted((item.since, index) for index, item in enumerate(items) if item.since)
    return [*(items[index] for _, index in dated), *(item for item in items if not item.since)]
