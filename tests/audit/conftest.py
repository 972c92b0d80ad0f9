"""Builders for the history's tests."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from commonpool.audit.actions import record
from commonpool.audit.models import AuditEvent

NOON = datetime(2031, 4, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
def an_event(db: None) -> Callable[..., AuditEvent]:
    def build(**fields: Any) -> AuditEvent:
        given = {"actor": None, "action": "plans.offer", "subject": ("plans.plan", uuid4()), "at": NOON}
        return record(**{**given, "before": None, "after": {"state": "offered"}, **fields})

    return build
