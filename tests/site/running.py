"""A site of its own for a test: own home, own database (on whichever server the suite runs), real commands."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

ROOT = Path(__file__).resolve().parents[2]
DATABASE = "commonpool.sqlite3"


@dataclass(frozen=True)
class OwnSite:
    """Runs `commonpool` and Python against one home and one database."""

    home: Path
    environment: dict[str, str]

    def run(self, *arguments: str, code: int | None = 0) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, "-m", "commonpool", *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert code is None or done.returncode == code, done.stdout + done.stderr
        assert "Traceback" not in done.stderr, done.stderr
        return done

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "commonpool", *arguments],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def start_python(self, script: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-c", f"import django; django.setup()\n{script}"],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def python(self, script: str) -> str:
        done = subprocess.run(
            [sys.executable, "-c", f"import django; django.setup()\n{script}"],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()


MigratedSite = Callable[[Path], AbstractContextManager[OwnSite]]


@pytest.fixture(scope="session")
def migrated_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MigratedSite]:
    """`with migrated_site(home) as site:` gives a site with its tables, copied from one that was migrated once."""
    with own_site(tmp_path_factory.mktemp("migrated") / "home") as template:
        template.run("migrate")
        yield partial(_copied, template)


@contextmanager
def _copied(template: OwnSite, home: Path) -> Iterator[OwnSite]:
    url = template.environment.get("COMMONPOOL_DATABASE_URL")
    if url is None:
        home.mkdir(mode=0o700, parents=True)
        shutil.copy2(template.home / DATABASE, home / DATABASE)
    with own_site(home, template=url) as site:
        yield site


@contextmanager
def own_site(home: Path, *, template: str | None = None, **more: str) -> Iterator[OwnSite]:
    """A site that nobody has migrated; on PostgreSQL with what the database at `template` holds."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COMMONPOOL_")}
    environment |= {"COMMONPOOL_HOME": str(home), "DJANGO_SETTINGS_MODULE": "commonpool.site.settings", **more}
    server = os.environ.get("COMMONPOOL_DATABASE_URL")
    if server is None:
        yield OwnSite(home, environment)
        return
    name = f"site_{uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as link:
        copied = f" TEMPLATE {template.rsplit('/', 1)[1]}" if template else ""
        link.execute(f"CREATE DATABASE {name}{copied}")  # type: ignore[call-overload]
        try:
            yield OwnSite(home, {**environment, "COMMONPOOL_DATABASE_URL": server.rsplit("/", 1)[0] + f"/{name}"})
        finally:
            link.execute(f"DROP DATABASE {name} WITH (FORCE)")  # type: ignore[call-overload]
