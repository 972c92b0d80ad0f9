"""Twenty readers, each one area page a second, on PostgreSQL behind granian: 95th percentile under 250 ms.

An open loop: a request is due at its second whether or not the one before it was answered, and its time counts
from when it was due. The peer is the health page of the same server under the same readers: what it costs to
answer at all.
"""

from __future__ import annotations

import http.client
import os
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from benchmarks.measure import report
from commonpool.demo.region import PASSWORD, email_of
from tests.postgres import find_server, free_port, private_cluster

READERS, SECONDS, PEER_SECONDS = 20, 60, 15
LIMIT_MS = 250


def main() -> None:
    """Print the 95th percentile, the errors, and the ratio to the health page."""
    with running_site() as found:
        if found is None:
            print("left out: there is no PostgreSQL server on this machine")
            return
        peer, _ = _read(found.port, "/health", found.cookie, PEER_SECONDS)
        times, errors = _read(found.port, found.area, found.cookie, SECONDS)
    slowest = statistics.quantiles(times, n=20)[-1]
    report(
        f"area page, 95th percentile of {len(times)} by {READERS} readers in {SECONDS} s",
        slowest,
        limit=LIMIT_MS,
        unit="ms",
        peer="health page",
        peer_value=statistics.quantiles(peer, n=20)[-1],
    )
    print(f"median {statistics.median(times):.0f} ms; errors: {errors}")


@dataclass(frozen=True)
class RunningSite:
    """The demonstration's site with somebody signed in; `area` is the address of the first area on the home page."""

    port: int
    cookie: str
    area: str

    def get(self, path: str) -> tuple[int, str]:
        """Status and text of a page."""
        return _get(http.client.HTTPConnection("127.0.0.1", self.port, timeout=30), path, self.cookie)


@contextmanager
def running_site() -> Iterator[RunningSite | None]:
    """The demonstration on a private PostgreSQL behind granian; None where there is no PostgreSQL server."""
    if find_server() is None:
        yield None
        return
    with (
        tempfile.TemporaryDirectory(prefix="commonpool-bench-") as folder,
        private_cluster(Path(folder) / "cluster") as url,
        _site(Path(folder), url) as port,
    ):
        yield RunningSite(port, *_sign_in(port))


@contextmanager
def _site(folder: Path, database_url: str) -> Iterator[int]:
    port = free_port()
    environment = {
        **os.environ,
        "COMMONPOOL_DATABASE_URL": database_url,
        "COMMONPOOL_HOME": str(folder / "home"),
        "COMMONPOOL_DEMO": "1",
    }
    command = [sys.executable, "-m", "commonpool"]
    subprocess.run([*command, "demo", "load"], env=environment, check=True, stdout=subprocess.DEVNULL)
    server = subprocess.Popen([*command, "serve", "--port", str(port)], env=environment, stdout=subprocess.DEVNULL)
    try:
        _wait_until_healthy(port)
        yield port
    finally:
        server.terminate()
        server.wait(timeout=30)


def _wait_until_healthy(port: int) -> None:
    for _ in range(300):
        try:
            if _get(http.client.HTTPConnection("127.0.0.1", port, timeout=5), "/health", "")[0] == 200:
                return
        except OSError:
            pass
        time.sleep(0.1)
    raise TimeoutError("the site did not start within 30 s")


def _get(connection: http.client.HTTPConnection, path: str, cookie: str) -> tuple[int, str]:
    connection.request("GET", path, headers={"Cookie": cookie})
    response = connection.getresponse()
    return response.status, response.read().decode(errors="replace")


def _sign_in(port: int) -> tuple[str, str]:
    """The session cookie of a demonstration account, and the address of the first area on its home page."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", "/account/login/")
    form = connection.getresponse()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form.read().decode())
    assert token is not None, "the sign-in page has no form"
    cookies = _cookies(form)
    body = urlencode({"login": email_of("lead"), "password": PASSWORD, "csrfmiddlewaretoken": token[1]})
    headers = {"Cookie": cookies, "Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", "/account/login/", body, {**headers, "Referer": f"http://127.0.0.1:{port}/"})
    answer = connection.getresponse()
    answer.read()
    assert answer.status == 302, f"signing in gave {answer.status}"
    cookie = _cookies(answer)
    _, home = _get(connection, "/", cookie)
    area = re.search(r'href="(/areas/[0-9a-f-]+/)', home)
    assert area is not None, "the home page names no area"
    return cookie, area[1]


def _cookies(response: http.client.HTTPResponse) -> str:
    return "; ".join(line.partition(";")[0] for line in response.headers.get_all("Set-Cookie") or [])


def _read(port: int, path: str, cookie: str, seconds: int) -> tuple[list[float], int]:
    """Milliseconds from when each request was due to its answer, and how many were not 200."""
    times: list[float] = []
    errors: list[int] = []
    begin = time.perf_counter() + 0.5

    def reader(number: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        for second in range(seconds):
            due = begin + second + number / READERS
            time.sleep(max(0.0, due - time.perf_counter()))
            try:
                status, _ = _get(connection, path, cookie)
            except OSError:
                connection.close()
                status = 0
            times.append((time.perf_counter() - due) * 1000)
            if status != 200:
                errors.append(status)

    readers = [threading.Thread(target=reader, args=(number,)) for number in range(READERS)]
    for thread in readers:
        thread.start()
    for thread in readers:
        thread.join()
    return times, len(errors)


if __name__ == "__main__":
    main()
