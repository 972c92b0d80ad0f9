"""Letting the sentence model read a study's passages, so that suggestions compare meaning too. A task does it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Final
from uuid import UUID

from django.core.cache import cache
from django.db import transaction

from commonpool.people.models import Person
from commonpool.voices import sentence_model
from commonpool.voices.actions.events import tell
from commonpool.voices.errors import KeyDestroyedError, StepError
from commonpool.voices.models import Participant, Study
from commonpool.voices.queries.meaning import Unread, is_being_read, reading_sign, unread_of
from commonpool.voices.rules.suggesting.encoder import Floats
from commonpool.voices.sealing import the_keys
from commonpool.voices.tasks import read_meaning
from commonpool.voices.vector_files import VectorFiles

# Kept so often, so that a task that is stopped has lost little and pages show how far it is.
AT_A_TIME: Final = 32
# A sign of life lasts so long: a task that died is not waited for.
SIGN_SECONDS: Final = 5 * 60
WAIT_SECONDS: Final = 60 * 60
NOT_INSTALLED: Final = "The sentence model is not installed on this site. Whoever runs it can: make suggestions."


@transaction.atomic
def let_the_model_read(*, actor: Person | None, at: datetime, study: Study) -> None:
    """Have a task read what the model has not read yet. Raises StepError where none is there, or one reads already."""
    if not sentence_model.is_installed():
        raise StepError(NOT_INSTALLED)
    if is_being_read(study):
        raise StepError("The model is reading already. Load this page again in a while.")
    tell("let_the_model_read", study, actor=actor, at=at)
    transaction.on_commit(lambda: _enqueue(study))


def read_at_once(
    *, actor: Person | None, at: datetime, study: Study, told: Callable[[int, int], None] | None = None
) -> int:
    """The same without a task, for a command that waits. Returns how many passages were read. Raises StepError."""
    if not sentence_model.is_installed():
        raise StepError(NOT_INSTALLED)
    with transaction.atomic():
        tell("let_the_model_read", study, actor=actor, at=at)
    return read_passages(study=study, told=told)


def _enqueue(study: Study) -> None:
    cache.set(reading_sign(study), "waits", WAIT_SECONDS)
    read_meaning.enqueue(str(study.uuid))


def read_passages(*, study: Study, told: Callable[[int, int], None] | None = None) -> int:
    """Read what is unread; safe to run again, and beside another. Returns how many passages were read.

    told  is called with (passages still to be read, all passages) before each lot
    """
    read = 0
    try:
        VectorFiles(the_keys()).sweep()
        unread = unread_of(study)
        while (lot := unread.next(AT_A_TIME)) is not None:
            cache.set(reading_sign(study), "reads", SIGN_SECONDS)
            if told is not None:
                told(unread.missing, unread.many)
            under, words = lot
            vectors = dict(zip(words, sentence_model.encoded(list(words.values())), strict=True))
            unread, kept = _keep(study, under, vectors)
            read += kept
    finally:
        cache.delete(reading_sign(study))
    return read


@transaction.atomic
def _keep(study: Study, under: frozenset[UUID], vectors: dict[bytes, Floats]) -> tuple[Unread, int]:
    """Keep what is still wanted, with what was kept before. Returns what is unread then, and how many were kept.

    While the model read, somebody may have withdrawn, or said whose words these are: it looks again, and nobody of the
    study withdraws until it is done.
    """
    list(Participant.objects.select_for_update().filter(study=study).order_by("pk").values_list("pk"))
    unread = unread_of(study)
    wanted = unread.wanted.get(under, {})
    every = {**unread.kept.get(under, {}), **vectors}
    held = {digest: vector for digest, vector in every.items() if digest in wanted}
    with suppress(KeyDestroyedError):
        if held:
            VectorFiles(the_keys()).keep(under, held)
            unread.kept[under] = held
            return unread, len(vectors.keys() & held.keys())
    return unread, 0
