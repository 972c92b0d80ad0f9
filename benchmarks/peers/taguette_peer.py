"""Taguette 1.5.2 as people run it: its own server on this machine, asked through its own pages and API.

It converts documents with Calibre's `ebook-convert`, which has to be installed; everything else is in `.bench`.
"""

from __future__ import annotations

import json
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener
from uuid import uuid4

PROGRAM: Final = Path(__file__).resolve().parents[2] / ".bench" / "bin" / "taguette"
DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
WAIT_SECONDS: Final = 60
TOKEN: Final = re.compile(r"http://\S+\?token=\w+")


class CannotRun(Exception):  # noqa: N818 - what the benchmark says instead of a figure
    """Why the peer cannot be measured here."""


@dataclass
class Taguette:
    """A running Taguette with one project."""

    address: str
    process: subprocess.Popen[str]
    project: int = 0

    def __post_init__(self) -> None:
        self.cookies = CookieJar()
        self._open = build_opener(HTTPCookieProcessor(self.cookies)).open

    def get(self, path: str) -> bytes:
        """The answer to a GET."""
        with self._open(f"{self.address}{path}", timeout=WAIT_SECONDS) as answer:
            body: bytes = answer.read()
        return body

    def post(self, path: str, body: bytes, content_type: str) -> bytes:
        """The answer to a POST, with the token against forged requests."""
        headers = {"Content-Type": content_type, "X-XSRFToken": self._cookie("_xsrf")}
        with self._open(Request(f"{self.address}{path}", body, headers), timeout=WAIT_SECONDS) as answer:
            answered: bytes = answer.read()
        return answered

    def post_json(self, path: str, value: Any) -> Any:
        """The answer to a POST of JSON."""
        return json.loads(self.post(path, json.dumps(value).encode(), "application/json") or b"null")

    def begin_project(self) -> None:
        """One project, as its form makes it."""
        self.get("/project/new")
        form = urlencode({"name": "Benchmark", "description": "", "_xsrf": self._cookie("_xsrf")})
        with self._open(f"{self.address}/project/new", form.encode(), timeout=WAIT_SECONDS) as answer:
            self.project = int(re.findall(r"/project/(\d+)", answer.geturl())[0])

    def add_document(self, path: Path) -> int:
        """Take a file in; its id."""
        boundary = uuid4().hex
        fields = {"name": path.stem, "description": "", "text_direction": "LEFT_TO_RIGHT"}
        parts = [
            f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
            for name, value in fields.items()
        ]
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{path.name}"\r\n'
        parts += [f"{head}Content-Type: {DOCX}\r\n\r\n".encode(), path.read_bytes(), f"\r\n--{boundary}--\r\n".encode()]
        where = f"/api/project/{self.project}/document/new"
        answer = json.loads(self.post(where, b"".join(parts), f"multipart/form-data; boundary={boundary}"))
        return int(answer["created"])

    def add_tag(self, name: str) -> int:
        """A tag; its id."""
        return int(self.post_json(f"/api/project/{self.project}/tag/new", {"path": name, "description": ""})["id"])

    def highlight(self, document: int, start: int, end: int, tag: int) -> None:
        """One tagged highlight. Offsets are bytes of the document's text."""
        where = f"/api/project/{self.project}/document/{document}/highlight/new"
        self.post_json(where, {"start_offset": start, "end_offset": end, "tags": [tag]})

    def exported(self, kind: str) -> bytes:
        """All highlights as `csv` or `xlsx`."""
        return self.get(f"/project/{self.project}/export/highlights/.{kind}")

    def peak_mb(self) -> float:
        """The largest resident memory that its process has had so far, without Calibre's."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.findall(r"VmHWM:\s+(\d+)", status)[0]) / 1024

    def _cookie(self, name: str) -> str:
        return next((cookie.value or "" for cookie in self.cookies if cookie.name == name), "")


@contextmanager
def taguette(folder: Path) -> Iterator[Taguette]:
    """Taguette with an empty project, its database in `folder`. Raises CannotRun, which says what is missing."""
    if not PROGRAM.exists():
        raise CannotRun("Taguette is not installed: run make bench, which installs the peers.")
    if shutil.which("ebook-convert") is None:
        raise CannotRun("Taguette needs Calibre's ebook-convert, which is not installed here.")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [str(PROGRAM), "--no-browser", "--port", str(port), "--database", str(folder / "taguette.sqlite3")]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        running = Taguette(f"http://127.0.0.1:{port}", process)
        running.get("/?token=" + _token(process))
        running.begin_project()
        yield running
    finally:
        process.terminate()
        process.wait(timeout=WAIT_SECONDS)


def _token(process: subprocess.Popen[str]) -> str:
    """The token that opens it, which it prints when it is up; what it prints later is thrown away."""
    assert process.stdout is not None
    for line in process.stdout:
        if found := TOKEN.search(line):
            import threading

            threading.Thread(target=process.stdout.read, daemon=True).start()
            return found[0].partition("token=")[2]
    raise CannotRun("Taguette ended before it was up.")


def timed(work: Sequence[Any], each: Any) -> list[float]:
    """Seconds that `each` takes for each piece of work."""
    took = []
    for piece in work:
        started = time.perf_counter()
        each(piece)
        took.append(time.perf_counter() - started)
    return took
