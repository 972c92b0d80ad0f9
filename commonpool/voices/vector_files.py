"""What a sentence model made of people's words, sealed as the words are.

A vector is the shadow of what was said: much of it can be guessed back. So each lies under the key of whoever speaks,
or of all whose words the passage holds, and goes when one of them withdraws. The files lie with the keys, in no backup
and in no download; one that is lost is read again.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import UUID

import numpy as np

from commonpool.voices.errors import KeyDestroyedError
from commonpool.voices.rules.suggesting.encoder import Floats
from commonpool.voices.sealing import KeyRing
from commonpool.voices.sentence_model import NAME, WIDTH

ENDING: Final = ".vectors"
_ROW: Final = np.dtype([("digest", "V16"), ("vector", "<f4", WIDTH)])
_ID_BYTES: Final = 16


def digest_of(words: str) -> bytes:
    """What a passage's vector is found by: 16 bytes of its words and the model. Only ever kept sealed."""
    return hashlib.sha256(f"{NAME}\0{words}".encode("utf-8", "surrogatepass")).digest()[:16]


@dataclass(frozen=True, slots=True)
class VectorFiles:
    """The vectors of passages, a file for each set of keys that their words lie under.

    A file begins with how many keys there are and their ids, which are no secret; the rest only they open.
    """

    keys: KeyRing

    def kept(self, under: Collection[UUID]) -> dict[bytes, Floats]:
        """{digest of the words: vector} of what lies under exactly these keys; none where one of them is gone."""
        try:
            sealed = self._path(under).read_bytes()[1 + _ID_BYTES * len(under) :]
            rows = np.frombuffer(self.keys.open_under_all(under, sealed), dtype=_ROW)
        except (FileNotFoundError, KeyDestroyedError):
            return {}
        return {row["digest"].tobytes(): row["vector"] for row in rows}

    def keep(self, under: Collection[UUID], vectors: Mapping[bytes, Floats]) -> None:
        """Keep these, and none beside them. Raises KeyDestroyedError where a key is gone."""
        rows = np.zeros(len(vectors), dtype=_ROW)
        for row, (digest, vector) in zip(rows, sorted(vectors.items()), strict=True):
            row["digest"], row["vector"] = np.void(digest), vector
        head = bytes([len(under)]) + b"".join(key_id.bytes for key_id in sorted(under))
        content = head + self.keys.seal_under_all(under, rows.tobytes())
        path = self._path(under)
        # It ends as the others do, so that one left by a process that was killed is found and deleted with them.
        fresh = path.with_name(f".{secrets.token_hex(4)}-{path.name}")
        try:
            with os.fdopen(os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as out:
                out.write(content)
            with suppress(FileNotFoundError):  # deleted meanwhile: then these are to be read again, or not at all
                fresh.replace(path)
        finally:
            fresh.unlink(missing_ok=True)

    def forget(self, key_ids: Collection[UUID]) -> int:
        """Delete every file that one of these keys has a part in. Returns how many."""
        return self._delete(lambda under: bool(under & set(key_ids)))

    def sweep(self) -> int:
        """Delete every file of which a key is gone, or that does not say what its keys are. Returns how many."""
        return self._delete(lambda under: not under or not all(self.keys.has(key_id) for key_id in under))

    def _delete(self, is_meant: Callable[[set[UUID]], bool]) -> int:
        found = [path for path, under in self._all() if is_meant(under)]
        for path in found:
            path.unlink(missing_ok=True)
        return len(found)

    def _all(self) -> Iterator[tuple[Path, set[UUID]]]:
        for path in self.keys.folder.glob(f"*{ENDING}"):
            # A task that sweeps and a withdrawal that forgets may meet at one file: gone is what both want of it.
            with suppress(FileNotFoundError):
                yield path, _under(path)

    def _path(self, under: Collection[UUID]) -> Path:
        name = hashlib.sha256(b"".join(key_id.bytes for key_id in sorted(under))).hexdigest()[:32]
        return self.keys.folder / f"{name}{ENDING}"


def _under(path: Path) -> set[UUID]:
    """The keys that a file lies under; none where its beginning is damaged. Raises FileNotFoundError."""
    with path.open("rb") as file:
        wanted = _ID_BYTES * (file.read(1) or b"\0")[0]
        ids = file.read(wanted)
    if len(ids) < wanted:
        return set()
    return {UUID(bytes=ids[at : at + _ID_BYTES]) for at in range(0, wanted, _ID_BYTES)}
