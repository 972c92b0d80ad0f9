"""What can stand in the way of a step in a study."""

from __future__ import annotations


class StepError(Exception):
    """A step that cannot be taken now: why, and what to do instead."""


class ChangedMeanwhile(StepError):  # noqa: N818 - it is no fault of anybody's
    """Somebody changed the same thing since the person opened it; the message says what changed."""


class StillUsed(StepError):  # noqa: N818 - it is no fault of anybody's
    """A code would be taken out although something was coded or written with it, or may have been."""


class KeyDestroyedError(StepError):
    """The words lie under a key that is gone: whoever spoke them withdrew, or this copy has no keys."""
