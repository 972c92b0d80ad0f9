"""Task workers, and taking over the work of one that died."""

from __future__ import annotations

import secrets
import time
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread
from typing import Final

from django.conf import settings
from django.db import close_old_connections, transaction
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

BEAT: Final = timedelta(seconds=5)
DEAD_AFTER: Final = timedelta(seconds=30)


def run_worker(interval_seconds: float = 0.5) -> None:
    """Work until told to stop. Shows a sign of life in the home, and takes over what dead workers left half done."""
    worker = Worker(
        queue_names=["default"],
        interval=interval_seconds,
        batch=False,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=secrets.token_hex(16),
        excluded_queue_names=[],
    )
    stopping = Event()
    sign = signs_of_life() / worker.worker_id
    sign.parent.mkdir(parents=True, exist_ok=True)
    sign.touch(mode=0o600)
    beat = Thread(target=_beat, args=(sign, stopping), daemon=True)
    beat.start()
    worker.configure_signals()
    try:
        worker.run()
    finally:
        stopping.set()
        sign.unlink(missing_ok=True)


def signs_of_life() -> Path:
    """Where each worker keeps a file that it touches; on a file system that all machines share."""
    return Path(settings.COMMONPOOL_HOME) / "workers"


def _beat(sign: Path, stopping: Event) -> None:
    while not stopping.wait(BEAT.total_seconds()):
        sign.touch()
        put_back_abandoned_tasks()
        close_old_connections()


def put_back_abandoned_tasks() -> int:
    """Let tasks of workers that show no sign of life be done again, from their start. Returns how many."""
    oldest = time.time() - DEAD_AFTER.total_seconds()
    alive = {sign.name for sign in signs_of_life().glob("*") if _touched_at(sign) > oldest}
    with transaction.atomic():
        running = DBTaskResult.objects.select_for_update().filter(status="RUNNING")
        abandoned = [task.pk for task in running if not task.worker_ids or task.worker_ids[-1] not in alive]
        return DBTaskResult.objects.filter(pk__in=abandoned).update(status="READY", started_at=None)


def _touched_at(sign: Path) -> float:
    try:
        return sign.stat().st_mtime
    except FileNotFoundError:
        return 0.0
