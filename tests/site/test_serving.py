"""The site starts whole, stops in order, and never shows itself where it must not."""

from __future__ import annotations

import http.client
import signal
import time
from pathlib import Path

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from commonpool.site import work
from commonpool.site.readiness import reasons_not_to_listen, reasons_not_to_start
from commonpool.site.serving import Address
from tests.postgres import free_port
from tests.site.running import MigratedSite, own_site


@pytest.mark.database
def test_a_site_serves_with_a_worker_beside_it_and_a_stop_signal_ends_both(tmp_path: Path) -> None:
    port = free_port()
    with own_site(tmp_path / "home", COMMONPOOL_DEMO="1") as site:
        assert "Run: commonpool migrate" in site.run("serve", code=1).stderr
        site.run("migrate")
        running = site.start("serve", "--port", str(port), "--workers", "1")
        try:
            assert _is_up(port)
            link = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
            link.request("GET", "/account/login/")
            page = link.getresponse()
            assert b"Sign in" in page.read()
            assert "default-src 'none'" in page.headers["Content-Security-Policy"]
            link.request("GET", "/health", headers={"Host": "elsewhere.example"})
            assert link.getresponse().status == 400
            _is_touched(site.home / "workers")
        finally:
            running.send_signal(signal.SIGTERM)
            output, _ = running.communicate(timeout=60)

    assert running.returncode == 0, output
    assert f"http://127.0.0.1:{port}" in output
    assert not list((tmp_path / "home" / "workers").iterdir()), "the worker said goodbye"


def test_a_stop_signal_during_the_start_is_obeyed_after_it(migrated_site: MigratedSite, tmp_path: Path) -> None:
    with migrated_site(tmp_path / "home") as site:
        running = site.start("serve", "--port", str(free_port()), "--workers", "1", "--no-worker")
        _wait_for(site.home / "static" / "staticfiles.json")
        running.send_signal(signal.SIGTERM)

        output, _ = running.communicate(timeout=90)

    assert running.returncode in {0, -signal.SIGTERM}, output


def _is_up(port: int) -> bool:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if Address("127.0.0.1", port).is_healthy():
            return True
        time.sleep(0.2)
    return False


def _wait_for(path: Path) -> None:
    deadline = time.monotonic() + 60
    while not path.exists() and time.monotonic() < deadline:
        time.sleep(0.05)


def _is_touched(folder: Path) -> None:
    deadline = time.monotonic() + 30
    while not (folder.is_dir() and list(folder.iterdir())) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert list(folder.iterdir())


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "pool.example"])
def test_the_demonstration_listens_on_this_machine_only(host: str, settings: object) -> None:
    assert reasons_not_to_listen(host) == []
    settings.COMMONPOOL_DEMO = True  # type: ignore[attr-defined]

    assert "127.0.0.1 only" in reasons_not_to_listen(host)[0]
    assert reasons_not_to_listen("127.0.0.1") == []


@pytest.mark.django_db
def test_a_site_without_its_guards_does_not_start() -> None:
    from commonpool.audit import triggers

    assert reasons_not_to_start() == []
    triggers.drop()

    assert "audit_auditevent_no_update" in reasons_not_to_start()[0]


@pytest.mark.django_db
def test_work_of_a_worker_that_died_is_done_again_and_of_one_that_lives_is_left(
    tmp_path: Path, settings: object
) -> None:
    settings.COMMONPOOL_HOME = tmp_path  # type: ignore[attr-defined]
    work.signs_of_life().mkdir()
    (work.signs_of_life() / "alive").touch()
    of_the_living, of_the_dead = _a_running_task("alive"), _a_running_task("dead")

    assert work.put_back_abandoned_tasks() == 1

    of_the_living.refresh_from_db()
    of_the_dead.refresh_from_db()
    assert (of_the_living.status, of_the_dead.status) == ("RUNNING", "READY")


def _a_running_task(worker: str) -> DBTaskResult:
    return DBTaskResult.objects.create(
        status="RUNNING",
        args_kwargs={"args": [], "kwargs": {}},
        task_path="a.task",
        backend_name="default",
        worker_ids=[worker],
        run_after=timezone.now(),
        exception_class_path="",
        traceback="",
    )
