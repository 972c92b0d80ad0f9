"""Long work: reading the transcripts that somebody sent, and passages for the sentence model."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone
from django_tasks import task


@task()
def read_texts(upload: str) -> str:
    """Read one upload. Killed and run again it ends in the same state. Returns that state."""
    from commonpool.voices.actions.uploads import read_received

    return read_received(upload=UUID(upload)).state


@task()
def clear_stale_texts() -> int:
    """Put aside uploads that nobody decided on. Returns how many."""
    from commonpool.voices.actions.uploads import clear_stale

    return clear_stale(at=timezone.now())


@task()
def read_meaning(study: str) -> int:
    """Let the sentence model read what it has not read of a study. Returns how many passages."""
    from commonpool.voices.actions.meaning import read_passages
    from commonpool.voices.models import Study

    return read_passages(study=Study.objects.get(uuid=UUID(study)))
