"""Taking the keys out into a file, and bringing them back. Nobody's key comes back who withdrew."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID, uuid4

from django.db import transaction

from commonpool.audit.actions import record
from commonpool.people.models import Person
from commonpool.voices.key_files import KEY_BYTES, KeyFile, KeyFileError, read_key_file, write_key_file
from commonpool.voices.models import Participant, TextUpload
from commonpool.voices.queries.texts import opened
from commonpool.voices.sealing import the_keys


@dataclass(frozen=True, slots=True)
class BroughtBack:
    """What became of the keys of a file: how many came, were here already, or belong to somebody who withdrew."""

    came: int
    here: int
    refused: int
    names: list[list[str]]


@transaction.atomic
def take_keys_out(*, actor: Person | None, at: datetime, path: Path, passphrase: str) -> KeyFile:
    """Write every key and every real name to a file, sealed with the passphrase. Raises KeyFileError.

    Keys of uploads that wait are left out: they are made to be destroyed.
    """
    keys = the_keys()
    withdrawn, passing = _withdrawn(), set(TextUpload.objects.values_list("uuid", flat=True))
    held = {str(key_id): keys.key(key_id).hex() for key_id in keys.ids() if key_id not in withdrawn | passing}
    content = KeyFile(
        made_at=at.isoformat(timespec="seconds"),
        keys=held,
        gone=sorted(str(key_id) for key_id in withdrawn | set(keys.gone_ids())),
        names=list(_names()),
    )
    write_key_file(path, content, passphrase)
    after = {"keys": len(content.keys), "names": len(content.names)}
    record(
        actor=actor, action="voices.take_keys_out", subject=("voices.keys", uuid4()), before=None, after=after, at=at
    )
    return content


def _withdrawn() -> set[UUID]:
    return set(Participant.objects.exclude(withdrawn_at=None).values_list("uuid", flat=True))


def _names() -> Iterator[list[str]]:
    keys = the_keys()
    for person in Participant.objects.exclude(sealed_name=b"").select_related("study").order_by("study", "pseudonym"):
        if (name := opened(keys, person.uuid, bytes(person.sealed_name))) is not None:
            yield [person.study.title, person.pseudonym, name]


@transaction.atomic
def bring_keys_back(*, actor: Person | None, at: datetime, path: Path, passphrase: str) -> BroughtBack:
    """Put the keys of a file where they belong. Raises KeyFileError.

    The key of somebody who withdrew stays destroyed, whether this site knows of it or the file does.
    """
    content = read_key_file(path, passphrase)
    keys, withdrawn = the_keys(), _withdrawn()
    try:
        held = {UUID(key_id): bytes.fromhex(key) for key_id, key in content.keys.items()}
        gone = {UUID(key_id) for key_id in content.gone}
    except (ValueError, AttributeError, TypeError):
        raise KeyFileError(f"{path} holds something that is no key. Nothing was changed.") from None
    if any(len(key) != KEY_BYTES for key in held.values()):
        raise KeyFileError(f"{path} holds something that is no key. Nothing was changed.")
    refused = {
        key_id for key_id, key in held.items() if key_id in withdrawn | gone or not keys.may_come_back(key_id, key)
    }
    for key_id in gone | (refused & withdrawn):
        keys.destroy(key_id)
    came = sum(keys.bring_back(key_id, key) for key_id, key in held.items() if key_id not in refused)
    found = BroughtBack(came, len(held) - len(refused) - came, len(refused), content.names)
    after = {"came": found.came, "here": found.here, "refused": found.refused}
    _tell("bring_keys_back", actor, at, after)
    return found


def _tell(action: str, actor: Person | None, at: datetime, after: Mapping[str, int]) -> None:
    """Keys are of all studies at once, so this event belongs to none."""
    subject = ("voices.keys", uuid4())
    record(actor=actor, action=f"voices.{action}", subject=subject, before=None, after=after, at=at)
