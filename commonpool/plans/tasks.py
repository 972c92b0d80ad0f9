"""Long work: reading an uploaded workbook."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone
from django_tasks import task


@task()
def read_upload(upload: str) -> str:
    """Read one upload. Killed and run again it ends in the same state. Returns that state."""
    from commonpool.plans.actions import read_received

    return read_received(upload=UUID(upload), at=timezone.now()).state
