"""Files that partners send, kept only as long as they wait to be posted: they hold names that the books never do."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings


def kept_folder() -> Path:
    """Where files wait, each under its digest."""
    return Path(settings.COMMONPOOL_HOME) / "waiting"


def kept_file(sha256: str) -> Path:
    """The waiting file of that digest."""
    assert sha256.isalnum(), "a digest is hexadecimal"
    return kept_folder() / sha256


def keep(chunks: Iterable[bytes]) -> str:
    """Write a file under its digest, whole or not at all. Returns its SHA-256."""
    folder = kept_folder()
    folder.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    handle, name = tempfile.mkstemp(prefix="coming-", dir=folder)
    try:
        with os.fdopen(handle, "wb") as target:
            for chunk in chunks:
                digest.update(chunk)
                target.write(chunk)
        Path(name).replace(kept_file(digest.hexdigest()))
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return digest.hexdigest()


def forget(sha256: str) -> None:
    """Remove a file that waits no longer."""
    kept_file(sha256).unlink(missing_ok=True)
