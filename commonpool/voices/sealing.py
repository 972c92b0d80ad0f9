"""Words under keys: each participant's and each transcript's is a file in a folder that no backup takes along.

Destroying a key makes everything sealed with it unreadable for good, in the database and in every backup of it. An
empty file stays in its place, so that nobody brings it back by mistake. The folder is `interview-keys` in the site's
home, or where COMMONPOOL_INTERVIEW_KEYS says; its files are for their owner only. AES-256-GCM by the package
cryptography; what is sealed begins with its 12 random bytes.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from commonpool.voices.errors import KeyDestroyedError

NONCE_BYTES: Final = 12
KEY_BYTES: Final = 32
TAG_BYTES: Final = 16
# Code points of words that nobody can read any more stand as this, so that all that follows keeps its place.
UNREADABLE: Final = "\u2592"
_MADE: Final[ContextVar[list[UUID]]] = ContextVar("keys made since a step began")


@dataclass(frozen=True, slots=True)
class KeyRing:
    """The keys in one folder, by the uuid of the participant or the transcript whose words they open."""

    folder: Path

    def has(self, key_id: UUID) -> bool:
        """Whether the key is there."""
        return self._path(key_id).exists()

    def is_gone(self, key_id: UUID) -> bool:
        """Whether there was a key that was destroyed for good."""
        return self._mark(key_id).exists()

    def make(self, key_id: UUID) -> None:
        """Make a key, unless there is one. Raises KeyDestroyedError where there was one that was destroyed for good."""
        if not self.has(key_id):
            self.put(key_id, AESGCM.generate_key(KEY_BYTES * 8))

    def put(self, key_id: UUID, key: bytes) -> None:
        """Keep this key, unless there is one: written beside and linked into place, so two processes end with one."""
        if self.is_gone(key_id):
            raise KeyDestroyedError(
                "These words belong to somebody who withdrew: their key is destroyed, and nothing of theirs can be "
                "kept any more. Leave them out."
            )
        if self._write(self._path(key_id), key_id, key):
            _MADE.get([]).append(key_id)

    def _write(self, path: Path, key_id: UUID, key: bytes) -> bool:
        """Whether it was written: where another process was first, its key counts."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = self.folder / f".{key_id}-{secrets.token_hex(4)}"
        try:
            with os.fdopen(os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as out:
                out.write(key)
                out.flush()
                os.fsync(out.fileno())
            os.link(fresh, path)
        except FileExistsError:
            return False
        finally:
            fresh.unlink(missing_ok=True)
        return True

    def seal(self, key_id: UUID, words: str) -> bytes:
        """The words, readable only with that key, which is made where there is none. Lone surrogates survive."""
        return self.seal_bytes(key_id, words.encode("utf-8", "surrogatepass"))

    def seal_bytes(self, key_id: UUID, plain: bytes) -> bytes:
        """The same for a file."""
        self.make(key_id)
        nonce = secrets.token_bytes(NONCE_BYTES)
        try:
            return nonce + AESGCM(self.key(key_id)).encrypt(nonce, plain, key_id.bytes)
        except FileNotFoundError:
            raise KeyDestroyedError(f"There is no key {key_id} any more.") from None

    def seal_under_all(self, key_ids: Collection[UUID], plain: bytes) -> bytes:
        """Bytes that only all of these keys open together, one around the other: any that goes takes them along.

        No key is made for it. Raises KeyDestroyedError where one is not there, or is about to be replaced: what it
        sealed before is not to come under the new one.
        """
        assert key_ids, "what is under no key would lie open"
        sealed = plain
        for key_id in sorted(key_ids):
            if not self.has(key_id) or self.is_renewed(key_id):
                raise KeyDestroyedError(f"There is no key {key_id} any more, or it is being replaced.")
            sealed = self.seal_bytes(key_id, sealed)
        return sealed

    def open_under_all(self, key_ids: Collection[UUID], sealed: bytes) -> bytes:
        """What was sealed so. Raises KeyDestroyedError where a key is gone, or is another one."""
        for key_id in sorted(key_ids, reverse=True):
            sealed = self.open_bytes(key_id, sealed)
        return sealed

    def open(self, key_id: UUID, sealed: bytes) -> str:
        """The words. Raises KeyDestroyedError where the key is gone, or is another one."""
        return self.open_bytes(key_id, sealed).decode("utf-8", "surrogatepass")

    def open_bytes(self, key_id: UUID, sealed: bytes) -> bytes:
        """The same for a file."""
        if len(sealed) < NONCE_BYTES + TAG_BYTES:
            raise KeyDestroyedError("These words were taken away for good.")
        nonce, words = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
        for path in self._paths(key_id):
            with suppress(FileNotFoundError, InvalidTag):
                return AESGCM(path.read_bytes()).decrypt(nonce, words, key_id.bytes)
        raise KeyDestroyedError(f"There is no key {key_id} that opens these words.")

    def key(self, key_id: UUID) -> bytes:
        """The key itself. Raises FileNotFoundError."""
        return self._path(key_id).read_bytes()

    def ids(self) -> list[UUID]:
        """The ids of all keys that are here."""
        return sorted(UUID(path.stem) for path in self.folder.glob("*.key"))

    def gone_ids(self) -> list[UUID]:
        """The ids of all keys that were destroyed for good."""
        return sorted(UUID(path.stem) for path in self.folder.glob("*.gone"))

    def may_come_back(self, key_id: UUID, key: bytes) -> bool:
        """Whether neither the id nor this very key was destroyed."""
        return not self.is_gone(key_id) and not self._void(key_id, key).exists()

    def bring_back(self, key_id: UUID, key: bytes) -> bool:
        """Keep a key that came in a file; False where it is here. Beside another of its id it opens what it sealed."""
        if any(path.exists() and path.read_bytes() == key for path in self._paths(key_id)):
            return False
        if self.has(key_id):
            self._write(self.folder / f"{key_id}.{secrets.token_hex(4)}.old", key_id, key)
        else:
            self.put(key_id, key)
        return True

    def renew(self, key_id: UUID) -> None:
        """A new key under the same id. The one before still opens what it sealed, until `settle`."""
        with suppress(FileNotFoundError):
            self._path(key_id).rename(self.folder / f"{key_id}.{secrets.token_hex(4)}.old")
        self.make(key_id)

    def is_renewed(self, key_id: UUID) -> bool:
        """Whether a key that came before is there still, since `settle` was not reached."""
        return bool(self._earlier(key_id))

    def settle(self, key_id: UUID) -> None:
        """Destroy the keys that a renewed one came after, for good. All has to be sealed with the new one by now."""
        for path in self._earlier(key_id):
            self._void(key_id, path.read_bytes()).touch(mode=0o600)
            _shred(path)

    def destroy(self, key_id: UUID) -> None:
        """Destroy the key, and every one before it, for good: no other can take its place."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._mark(key_id).touch(mode=0o600)
        self.discard(key_id)

    def discard(self, key_id: UUID) -> None:
        """Destroy the key of what was only held for a while."""
        for path in self._paths(key_id):
            _shred(path)

    def _path(self, key_id: UUID) -> Path:
        return self.folder / f"{key_id}.key"

    def _mark(self, key_id: UUID) -> Path:
        return self.folder / f"{key_id}.gone"

    def _void(self, key_id: UUID, key: bytes) -> Path:
        """The mark of a key that was destroyed although its id lives on."""
        return self.folder / f"{key_id}.{hashlib.sha256(key).hexdigest()}.void"

    def _paths(self, key_id: UUID) -> Iterator[Path]:
        """The key, and only where that is not enough those before it."""
        yield self._path(key_id)
        yield from self._earlier(key_id)

    def _earlier(self, key_id: UUID) -> list[Path]:
        return sorted(self.folder.glob(f"{key_id}.*.old"))


def _shred(path: Path) -> None:
    """Overwrite a key, then take it away. Nothing happens where it is gone already."""
    with suppress(FileNotFoundError), path.open("r+b") as file:
        file.write(secrets.token_bytes(KEY_BYTES))
        file.flush()
        os.fsync(file.fileno())
    path.unlink(missing_ok=True)


def the_keys() -> KeyRing:
    """The key ring of this site."""
    return KeyRing(Path(settings.INTERVIEW_KEYS))


@contextmanager
def keys_only_of_what_stays() -> Iterator[None]:
    """Destroy the keys that were made within, where it ends in an error: what they sealed is rolled back.

    It stands inside the transaction: until that ends, no other process can save a row under one of these ids.
    """
    made: list[UUID] = []
    token = _MADE.set(made)
    try:
        yield
    except BaseException:
        for key_id in made:
            the_keys().discard(key_id)
        raise
    finally:
        _MADE.reset(token)
        _MADE.get([]).extend(made)
