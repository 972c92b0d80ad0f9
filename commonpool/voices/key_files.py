"""Keys and the list of real names in one file, sealed with a passphrase: what backups never hold.

The passphrase becomes a key by scrypt (RFC 7914; 128 MB and about half a second for each try), and that key seals the
file's contents with AES-256-GCM. Both come from the package cryptography.
"""

from __future__ import annotations

import base64
import json
import os
import secrets
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

FORMAT: Final = "commonpool interview keys 1"
SHORTEST: Final = 12
SALT_BYTES: Final = 16
NONCE_BYTES: Final = 12
KEY_BYTES: Final = 32
# Work and memory of scrypt. A file says what it was made with; one that asks for more than the double is refused.
COST: Final = 2**17
HIGHEST_COST: Final = 2**18
BLOCK: Final = 8
LARGEST_FILE: Final = 50_000_000


class KeyFileError(Exception):
    """A file of keys that cannot be written or read: why, and what to do."""


@dataclass(frozen=True, slots=True)
class KeyFile:
    """What is in the file.

    keys    {id: the key in hexadecimal}
    gone    ids of keys that were destroyed for good
    names   [study, pseudonym, real name] of each participant whose name somebody gave
    """

    made_at: str
    keys: dict[str, str] = field(default_factory=dict)
    gone: list[str] = field(default_factory=list)
    names: list[list[str]] = field(default_factory=list)


def write_key_file(path: Path, content: KeyFile, passphrase: str) -> None:
    """Write the file, whole or not at all, for its owner only. Raises KeyFileError."""
    if len(passphrase) < SHORTEST:
        raise KeyFileError(
            f"The passphrase has {len(passphrase)} characters. Choose one of {SHORTEST} or more: four words will do."
        )
    if path.exists():
        raise KeyFileError(f"There is a file {path} already. Name another, so that no keys are lost.")
    if not path.resolve().parent.is_dir():
        raise KeyFileError(f"There is no folder {path.parent}. Make it first, or name another.")
    salt, nonce = secrets.token_bytes(SALT_BYTES), secrets.token_bytes(NONCE_BYTES)
    plain = json.dumps(asdict(content)).encode()
    sealed = AESGCM(_stretched(passphrase, salt, COST)).encrypt(nonce, plain, FORMAT.encode())
    told = {"format": FORMAT, "cost": COST, "salt": _text(salt), "nonce": _text(nonce), "sealed": _text(sealed)}
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with os.fdopen(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as out:
            json.dump(told, out)
            out.flush()
            os.fsync(out.fileno())
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def read_key_file(path: Path, passphrase: str) -> KeyFile:
    """What is in the file. Raises KeyFileError, for a wrong passphrase too."""
    told = _told(path)
    try:
        salt, nonce, sealed = (base64.b64decode(told[name], validate=True) for name in ("salt", "nonce", "sealed"))
        cost = int(told["cost"])
    except (KeyError, TypeError, ValueError):
        raise KeyFileError(f"{path} is damaged: parts of it are missing. Take another copy of it.") from None
    if not 2 <= cost <= HIGHEST_COST or cost & (cost - 1):
        raise KeyFileError(f"{path} asks for more work than any file that Commonpool wrote. Take another copy of it.")
    try:
        plain = AESGCM(_stretched(passphrase, salt, cost)).decrypt(nonce, sealed, FORMAT.encode())
        return KeyFile(**json.loads(plain))
    except (InvalidTag, ValueError, TypeError):
        raise KeyFileError(
            f"The passphrase does not open {path}, or the file is damaged. Nothing was changed."
        ) from None


def _told(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise KeyFileError(f"{path} is too large for a file of keys. Name another.")
        told = json.loads(path.read_bytes())
    except OSError as error:
        raise KeyFileError(f"{path} cannot be opened: {error.strerror or error}. Check its name and place.") from None
    except ValueError:
        told = None
    if not isinstance(told, dict) or told.get("format") != FORMAT:
        raise KeyFileError(f"{path} is no file that `commonpool voices keys --to` wrote.")
    return told


def _stretched(passphrase: str, salt: bytes, cost: int) -> bytes:
    return Scrypt(salt=salt, length=KEY_BYTES, n=cost, r=BLOCK, p=1).derive(passphrase.encode())


def _text(value: bytes) -> str:
    return base64.b64encode(value).decode()
