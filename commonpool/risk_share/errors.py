"""What this room's steps refuse."""

from __future__ import annotations


class StepError(ValueError):
    """A step that cannot be taken with a contract now. The message says why and what to do."""
