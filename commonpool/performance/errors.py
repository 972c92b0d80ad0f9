"""What this room refuses, in words for the person who asked."""

from __future__ import annotations


class AskError(ValueError):
    """A step that plans and trusts cannot take with each other. Says what was found and what to do."""


class FiguresError(ValueError):
    """A step on loaded figures that cannot be taken, and why."""
