"""How long a step can be taken back."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

UNDO_WITHIN: Final = timedelta(days=1)


def can_be_undone(done_at: datetime, at: datetime) -> bool:
    """Whether a step of one moment can still be taken back at another: for a day."""
    return at - done_at <= UNDO_WITHIN
