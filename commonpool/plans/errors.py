"""What a plan refuses, in words for the person who asked."""

from __future__ import annotations


class PlanError(ValueError):
    """A step that this plan cannot take. The message says what was found and what to do."""
