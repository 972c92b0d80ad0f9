"""Running the web server and one task worker together, and stopping them without losing anything."""

from __future__ import annotations

import http.client
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Event
from typing import Any, Final

STARTING_SECONDS: Final = 60
STOPPING_SECONDS: Final = 20
EVERYWHERE: Final = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - where to ask for what listens everywhere


@dataclass(frozen=True, slots=True)
class Address:
    """Where the site listens, and the name under which it answers."""

    host: str
    port: int
    name: str = "127.0.0.1"

    @property
    def url(self) -> str:
        """As a browser takes it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"

    def is_healthy(self) -> bool:
        """Whether the site answers there that it is well."""
        link = http.client.HTTPConnection(EVERYWHERE.get(self.host, self.host), self.port, timeout=5)
        try:
            link.request("GET", "/health", headers={"Host": self.name})
            return link.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            link.close()


def web_command(address: Address, workers: int, threads: int) -> list[str]:
    """What starts granian."""
    return [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws"),
        *("--host", address.host, "--port", str(address.port)),
        *("--workers", str(workers), "--blocking-threads", str(threads)),
        *("--respawn-failed-workers", "--workers-kill-timeout", str(STOPPING_SECONDS), "--log-level", "warning"),
        "commonpool.site.wsgi:application",
    ]


def worker_command() -> list[str]:
    """What starts a task worker."""
    return [sys.executable, "-m", "commonpool", "worker"]


@dataclass(slots=True)
class Supervisor:
    """Keeps the web server and a task worker running until it is told to stop."""

    address: Address
    commands: Mapping[str, Sequence[str]]  # "web", and "worker" where one is wanted
    say: Callable[[str], None]
    asked_to_stop: Event = field(default_factory=Event)
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def run(self) -> int:
        """Start, wait until told to stop, stop. 0, or 1 where the web server did not start or did not stay."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._note_signal)
        try:
            for name in self.commands:
                self._start(name)
            # A stop signal that reaches granian while its workers start can leave it hanging: hence first health.
            if not self._wait_until_healthy():
                self.say("The site did not come up. What it said stands above.")
                return 1
            self.say(f"Commonpool is at {self.address.url} (stop with Ctrl-C)")
            return self._watch()
        finally:
            self._stop()

    def _note_signal(self, number: int, frame: Any) -> None:
        self.asked_to_stop.set()

    def _start(self, name: str) -> None:
        # A session of its own: Ctrl-C in the terminal reaches this process only, which stops the others in order.
        self.running[name] = subprocess.Popen(list(self.commands[name]), start_new_session=True)  # noqa: S603

    def _wait_until_healthy(self) -> bool:
        deadline = time.monotonic() + STARTING_SECONDS
        while time.monotonic() < deadline and self.running["web"].poll() is None:
            if self.address.is_healthy():
                return True
            time.sleep(0.1)
        return False

    def _watch(self) -> int:
        while not self.asked_to_stop.wait(1.0):
            for name, process in list(self.running.items()):
                if process.poll() is None:
                    continue
                if name == "web":
                    self.say(f"The web server ended by itself ({process.returncode}).")
                    return 1
                self.say(f"The {name} ended by itself ({process.returncode}) and is started again.")
                self._start(name)
        return 0

    def _stop(self) -> None:
        for process in self.running.values():
            if process.poll() is None:
                process.terminate()
        deadline = time.monotonic() + STOPPING_SECONDS
        for name, process in self.running.items():
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                self.say(f"The {name} did not stop in {STOPPING_SECONDS} seconds and is ended.")
                process.kill()
                process.wait()
