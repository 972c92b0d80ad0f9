"""Long work: reading files of figures that somebody sent."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone
from django_tasks import task


@task()
def load_figures(upload: str) -> str:
    """Read one upload into the activity store. Killed and run again it ends in the same state. Returns that state."""
    from commonpool.performance.actions.figures import load_received

    return load_received(upload=UUID(upload), at=timezone.now()).state
