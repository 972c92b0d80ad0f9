"""Words under keys: each participant's and each transcript's is a file in a folder that no backup takes along.

Destroying a key makes everything sealed with it unreadable for good, in the database and in every backup of it. The
folder is `interview-keys` in the site's home, or where COMMONPOOL_INTERVIEW_KEYS says; its files are for their owner
only. AES-256-GCM by the package cryptography; a sealed text begins with its 12 random bytes.
"""

from __future__ import annotations

import os
import secrets
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
# Code points of words that nobody can read any more stand as this, so that all that follows keeps its place.
UNREADABLE: Final = "\u2592"


@dataclass(frozen=True, slots=True)
class KeyRing:
    """The keys in one folder, by the uuid of the participant or the transcript whose words they open."""

    folder: Path

    def has(self, key_id: UUID) -> bool:
        """Whether the key is there."""
        return self._path(key_id).exists()

    def make(self, key_id: UUID) -> None:
        """Make a key, unless there is one. Written beside and linked into place: two processes end with one key."""
        path = self._path(key_id)
        if path.exists():
            return
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = self.folder / f".{key_id}-{secrets.token_hex(4)}"
        try:
            with os.fdopen(os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as out:
                out.write(AESGCM.generate_key(KEY_BYTES * 8))
                out.flush()
                os.fsync(out.fileno())
            try:
                os.link(fresh, path)
            except FileExistsError:
                return  # another process was first, and its key counts
        finally:
            fresh.unlink(missing_ok=True)

    def seal(self, key_id: UUID, words: str) -> bytes:
        """The words, readable only with that key, which is made where there is none. Lone surrogates survive."""
        self.make(key_id)
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + self._cipher(key_id).encrypt(nonce, words.encode("utf-8", "surrogatepass"), key_id.bytes)

    def open(self, key_id: UUID, sealed: bytes) -> str:
        """The words. Raises KeyDestroyedError where the key is gone, or is another one."""
        try:
            plain = self._cipher(key_id).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], key_id.bytes)
        except InvalidTag:
            raise KeyDestroyedError(
                f"The key {key_id} does not open these words: they were sealed with another."
            ) from None
        return plain.decode("utf-8", "surrogatepass")

    def destroy(self, key_id: UUID) -> None:
        """Overwrite the key and take it away, for good. Nothing happens where it is gone already."""
        path = self._path(key_id)
        try:
            with path.open("r+b") as file:
                file.write(secrets.token_bytes(KEY_BYTES))
                file.flush()
                os.fsync(file.fileno())
            path.unlink()
        except FileNotFoundError:
            return

    def _path(self, key_id: UUID) -> Path:
        return self.folder / f"{key_id}.key"

    def _cipher(self, key_id: UUID) -> AESGCM:
        try:
            return AESGCM(self._path(key_id).read_bytes())
        except FileNotFoundError:
            raise KeyDestroyedError(f"There is no key {key_id}.") from None


def the_keys() -> KeyRing:
    """The key ring of this site."""
    return KeyRing(Path(settings.INTERVIEW_KEYS))
