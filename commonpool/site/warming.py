"""What a web worker reads before anybody asks, so that its first board and try-out are as quick as those after it."""

from __future__ import annotations

import logging
from pathlib import Path
from threading import Thread

from commonpool.performance.queries.boards import read_ahead
from commonpool.risk_share.rules.futures.ahead import load_ahead

log = logging.getLogger(__name__)


def start_warming(home: Path) -> Thread:
    """Begin to read, beside the requests that come meanwhile. The thread ends with the worker."""
    thread = Thread(target=_warm, args=(home,), name="warming", daemon=True)
    thread.start()
    return thread


def _warm(home: Path) -> None:
    try:
        read_ahead(home)
    except Exception:
        # A store that cannot be read is told on the page that needs it; the worker answers all others.
        log.exception("The activity store could not be read ahead.")
    load_ahead()
