"""Writing the history: one event for each action, in the action's own transaction."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model
from django.utils.timezone import is_naive

from commonpool.audit.models import AuditEvent

# Words in a field's name that tell of a person rather than of the work.
PERSONAL_FIELDS: Final = frozenset({"email", "e_mail", "mail", "telephone", "phone", "mobile", "password"})
ADDRESS: Final = re.compile(r"[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+")
ADDRESS_LEFT_OUT: Final = "[an e-mail address]"
Change = Mapping[str, Any]


class PersonalDetail(ValueError):  # noqa: N818 - the history's own word
    """A name or an address of a person was about to be written where it could never be taken out again."""


def record(
    *,
    actor: AbstractBaseUser | None,
    action: str,
    subject: Model | tuple[str, UUID],
    before: Change | None,
    after: Change | None,
    at: datetime,
    area: UUID | None = None,
    private_to: UUID | None = None,
) -> AuditEvent:
    """Add one event to the history. Call it inside the transaction that makes the change.

    actor       who did it; None for a command or a task
    action      what was done, as "plans.offer"
    subject     what it was done to: a saved row that has a `uuid`, or (kind, uuid)
    before      values of fields before; of fields given on both sides only those that differ are kept
    after       values of fields after
    at          the moment it is recorded, with its time zone
    area        the health and wellbeing board area whose history this belongs to
    private_to  the organisation that alone may see it: whose draft it tells of, for a draft that is not offered

    Values are what JSON holds, dates, moments, Decimals and UUIDs. Raises `PersonalDetail` for an e-mail address or
    a field that names a person's details: say who by the person's uuid.
    """
    event = event_of(
        actor=actor,
        action=action,
        subject=subject,
        before=before,
        after=after,
        at=at,
        area=area,
        private_to=private_to,
    )
    event.save(force_insert=True)
    return event


def event_of(
    *,
    actor: AbstractBaseUser | None,
    action: str,
    subject: Model | tuple[str, UUID],
    before: Change | None,
    after: Change | None,
    at: datetime,
    area: UUID | None = None,
    private_to: UUID | None = None,
) -> AuditEvent:
    """The event that `record` adds, not saved: for a room that writes its rows itself. Raises as `record` does."""
    assert not is_naive(at), "a moment without time zone"
    kind, subject_uuid = _named(subject)
    changed = [_changed(before, after), _changed(after, before)]
    for side in changed:
        for where, found in _personal("", side):
            raise PersonalDetail(f"{action}: {where} holds {found}. History keeps ids, never names or addresses.")
    if kind == "people.person" and any(side and "name" in side for side in changed):
        raise PersonalDetail(f"{action}: a person’s name. History keeps ids, never names or addresses.")
    return AuditEvent(
        happened_at=at,
        actor=actor,  # type: ignore[misc]  # rooms below people know a person by setting only
        action=action,
        subject_kind=kind,
        subject_uuid=subject_uuid,
        area_uuid=area,
        private_to_uuid=private_to,
        before=changed[0],
        after=changed[1],
    )


def without_addresses(value: Any) -> Any:
    """The value with e-mail addresses taken out of its texts: history can never be made to forget them."""
    if isinstance(value, str):
        return ADDRESS.sub(ADDRESS_LEFT_OUT, value)
    if isinstance(value, Mapping):
        return {key: without_addresses(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [without_addresses(each) for each in value]
    return value


def _named(subject: Model | tuple[str, UUID]) -> tuple[str, UUID]:
    if isinstance(subject, tuple):
        return subject
    return subject._meta.label_lower, subject.uuid  # type: ignore[attr-defined]


def _changed(side: Change | None, other: Change | None) -> dict[str, Any] | None:
    """The fields of one side that differ from the other side, as JSON values; None stays None."""
    if side is None:
        return None
    plain: dict[str, Any] = json.loads(json.dumps(dict(side), cls=DjangoJSONEncoder))
    beside = json.loads(json.dumps(dict(other or {}), cls=DjangoJSONEncoder))
    return {field: value for field, value in plain.items() if field not in beside or beside[field] != value}


def _personal(where: str, value: Any) -> Iterator[tuple[str, str]]:
    """(where, what) of each personal detail inside a JSON value."""
    if isinstance(value, dict):
        for field, inner in value.items():
            if PERSONAL_FIELDS & set(re.split(r"[^a-z]+", field.lower())) and inner is not None:
                yield f"{where}{field}", "a person’s detail"
            yield from _personal(f"{where}{field}.", inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _personal(where, inner)
    elif isinstance(value, str) and ADDRESS.search(value):
        yield where.rstrip(".") or "a value", "an e-mail address"
