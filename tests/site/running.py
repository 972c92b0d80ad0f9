"""A site of its own for a test: own home, own database (on whichever server the suite runs), real commands."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import psycopg

ROOT = Path(__file__).resolve().parents[2]


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


@contextmanager
def own_site(home: Path, **more: str) -> Iterator[OwnSite]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COMMONPOOL_")}
    environment |= {"COMMONPOOL_HOME": str(home), "DJANGO_SETTINGS_MODULE": "commonpool.site.settings", **more}
    server = os.environ.get("COMMONPOOL_DATABASE_URL")
    if server is None:
        yield OwnSite(home, environment)
        return
    name = f"site_{uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as link:
        link.execute(f"CREATE DATABASE {name}")  # type: ignore[call-overload]
        try:
            yield OwnSite(home, {**environment, "COMMONPOOL_DATABASE_URL": server.rsplit("/", 1)[0] + f"/{name}"})
        finally:
            link.execute(f"DROP DATABASE {name} WITH (FORCE)")  # type: ignore[call-overload]
