"""A participant withdraws: their key is destroyed, and with it their words, here and in every backup."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from uuid import UUID

from django.apps import apps
from django.db import transaction
from django.db.models import BinaryField, Model

from commonpool.people.models import Person
from commonpool.voices.actions.asides import take_out_of_imports
from commonpool.voices.actions.events import tell
from commonpool.voices.actions.sealing_anew import seal_anew
from commonpool.voices.errors import StepError
from commonpool.voices.models import EarlierSeal, Participant, SealedPart, Speaker, ToLookAt
from commonpool.voices.queries.texts import opened
from commonpool.voices.queries.touching import found_for, texts_with
from commonpool.voices.queries.withdrawing import has_nobody_left
from commonpool.voices.sealing import the_keys
from commonpool.voices.vector_files import VectorFiles


@transaction.atomic
def withdraw(*, actor: Person | None, at: datetime, participant: Participant, typed: str) -> Participant:
    """Destroy the participant's key, for good, and list what there is to look at. `typed` is their pseudonym.

    Where they were the last of an interview, the text's own key goes too. A key under which their words once lay, and
    backups may hold them still, is replaced by a new one; so is that of a project that brought one of their texts, and
    what came with it of their words goes; so does what the sentence model made of any of these. Done again after a
    crash it ends what was begun. Raises StepError where something else was typed.
    """
    held = Participant.objects.select_for_update().get(pk=participant.pk)
    if typed.strip() != held.pseudonym:
        raise StepError(f"Type {held.pseudonym} to say that you mean it. Nothing was done.")
    texts = list(texts_with(held))
    if held.withdrawn_at is None:
        for text in texts:
            seal_anew(text)
        _list_what_to_look_at(held)
        held.withdrawn_at = at
        held.sealed_name = b""
        held.save(update_fields=["withdrawn_at", "sealed_name"])
        after = {"texts": [text.uuid for text in texts], "listed": held.to_look_at.count()}
        tell("withdraw", held, actor=actor, at=at, after=after)
    gone = {held.uuid, *(text.uuid for text in texts if has_nobody_left(text))}
    SealedPart.objects.filter(key_id__in=gone).update(sealed=b"")
    Speaker.objects.filter(key_id__in=gone).update(sealed_label=b"")
    earlier = set(EarlierSeal.objects.filter(participant=held).values_list("key_id", flat=True)) - gone
    for key_id in earlier:
        _seal_under_a_new_key(key_id)
    replaced = earlier | take_out_of_imports(held)
    transaction.on_commit(lambda: _destroy(gone, replaced))
    return held


def _list_what_to_look_at(participant: Participant) -> None:
    ToLookAt.objects.bulk_create(
        [
            ToLookAt(
                participant=participant,
                kind=kind,
                subject_uuid=touch.uuid,
                number=touch.number,
                words=touch.words[:300],
                url=touch.url[:300],
            )
            for kind, touches in found_for(participant).items()
            for touch in touches
        ],
        batch_size=500,
        ignore_conflicts=True,
    )


def _seal_under_a_new_key(key_id: UUID) -> None:
    """Seal all that lies under a key anew under another of the same id; the one before goes at the end."""
    keys = the_keys()
    if not keys.has(key_id):
        return
    keys.renew(key_id)
    for model, field in sealed_fields():
        for row in _rows_under(model, key_id):
            if (words := opened(keys, key_id, bytes(getattr(row, field)))) is not None:
                setattr(row, field, keys.seal(key_id, words))
                row.save(update_fields=[field])


def sealed_fields() -> Iterator[tuple[type[Model], str]]:
    """Every field of this room that holds sealed words: (model, name of the field)."""
    for model in apps.get_app_config("voices").get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, BinaryField) and field.name.startswith("sealed"):
                yield model, field.name


def _rows_under(model: type[Model], key_id: UUID) -> Iterable[Model]:
    """Rows that may lie under a key: those that say so, or all, where only trying tells."""
    rows = model._default_manager.all()
    has_key = any(field.name == "key_id" for field in model._meta.concrete_fields)
    return (rows.filter(key_id=key_id) if has_key else rows).iterator()


def _destroy(gone: Iterable[UUID], replaced: Iterable[UUID]) -> None:
    keys = the_keys()
    for key_id in gone:
        keys.destroy(key_id)
    for key_id in replaced:
        keys.settle(key_id)
    VectorFiles(keys).forget({*gone, *replaced})


@transaction.atomic
def look_at(*, actor: Person | None, at: datetime, row: ToLookAt, is_seen: bool) -> ToLookAt:
    """Say that one thing after a withdrawal was looked at, or that it was not after all."""
    held = ToLookAt.objects.select_for_update(of=("self",)).get(pk=row.pk)
    before = {"is_seen": held.seen_at is not None}
    held.seen_at, held.seen_by = (at, actor) if is_seen else (None, None)
    held.save(update_fields=["seen_at", "seen_by"])
    tell("look_after_withdrawal", held, actor=actor, at=at, before=before, after={"is_seen": is_seen})
    return held
