"""Checks that a database must pass before it is trusted: after a restore, before the site starts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from commonpool.audit.triggers import missing_triggers

# Gives one sentence for each fault; nothing where all is well.
Check = Callable[[], list[str]]
_CHECKS: Final[dict[str, Check]] = {}


def register(name: str, check: Check) -> None:
    """Run this check too. For a room's `AppConfig.ready`: a ledger checks that it balances."""
    _CHECKS[name] = check


def faults() -> list[str]:
    """What every check found, each with the check's name."""
    return [f"{name}: {fault}" for name, check in _CHECKS.items() for fault in check()]


def history_is_guarded() -> list[str]:
    """Whether every trigger stands."""
    return [f"the trigger {name} is missing. Run: commonpool migrate" for name in missing_triggers()]


register("guards", history_is_guarded)
