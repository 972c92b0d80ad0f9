"""Coding on the site: a coding saved, a transcript opened, passages listed and downloaded, a text searched.

Whole requests, in this process, through every middleware, on SQLite: at 2,000 codings in a study and at 200,000. The
peer is the health page under the same client: what it costs to answer at all.
"""

from __future__ import annotations

import gc
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from benchmarks.measure import median_seconds, report

FEW, MANY = 2_000, 200_000
TRANSCRIPTS, TURNS, WORDS_PER_TURN = 40, 130, 60  # 7,800 words in each
LONG_TURNS: Final = 334  # 20,000 words
CODES, SEED, REPEATS = 48, 20_180_131, 101
VOCABULARY = ("pool", "budget", "trust", "council", "hospital", "partner", "risk", "board", "people", "time", "plan")
NOW = datetime(2031, 3, 4, 9, 30, tzinfo=UTC)


def start_site(folder: Path) -> None:
    """Django with a database of its own in the folder."""
    os.environ.update(
        COMMONPOOL_HOME=str(folder), COMMONPOOL_DEBUG="1", DJANGO_SETTINGS_MODULE="commonpool.site.settings"
    )
    import django
    from django.conf import settings
    from django.core.management import call_command

    django.setup()
    settings.DEBUG = False  # else every query is kept, and its time counts
    settings.ALLOWED_HOSTS = ["*"]
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    gc.collect()
    gc.freeze()  # as the web server's worker does; see site/wsgi.py


def main() -> None:
    """In a process of its own: its site has a home and a database that no other benchmark shares."""
    subprocess.run([sys.executable, "-m", "benchmarks.voices_coding"], check=True)


def measure() -> None:
    """Print each time with its limit and its ratio to the health page."""
    print(f"seed {SEED}", flush=True)
    with tempfile.TemporaryDirectory(prefix="commonpool-bench-") as folder:
        start_site(Path(folder))
        _measure()


def _measure() -> None:
    study = Bench()
    study.fill(FEW)
    _saving(study, FEW, 20)
    _reading(study)
    _passages(study)
    _in_chromium(study)
    study.fill(MANY)
    _saving(study, MANY, 40)


class Bench:
    """A study with its texts, and a browser in which one of its coders is signed in."""

    def __init__(self) -> None:
        from django.test import Client

        from tests.voices_web import builders as made

        self.chance = random.Random(SEED)
        self.study = made.a_study()
        self.coder = made.a_coder(self.study)
        self.codes = [made.a_code(self.study, f"code {at}") for at in range(CODES)]
        self.texts = [made.a_transcript(self.study, *self._lines(TURNS), name=f"T{at:02}") for at in range(TRANSCRIPTS)]
        self.long = made.a_transcript(self.study, *self._lines(LONG_TURNS), name="long")
        self.client = Client()
        self.client.force_login(self.coder.person)
        self.filled = 0

    def _lines(self, turns: int) -> list[str]:
        words = [" ".join(self.chance.choice(VOCABULARY) for _ in range(WORDS_PER_TURN)) for _ in range(turns)]
        return [f"{'Anna' if at % 2 else 'Interviewer'}: {said}." for at, said in enumerate(words)]

    def fill(self, count: int) -> None:
        """Codings of others and of this coder, up to so many."""
        from tests.voices_web import builders as made

        coders = [self.coder, *(made.a_coder(self.study, initials) for initials in ("CD", "EF"))]
        rows = [
            self._coding(self.chance.choice(self.texts), self.chance.choice(coders)) for _ in range(count - self.filled)
        ]
        type(rows[0]).objects.bulk_create(rows, batch_size=2_000, ignore_conflicts=True)
        self.filled = count

    def _coding(self, text: Any, coder: Any) -> Any:
        from commonpool.voices.models import Coding

        start = self.chance.randrange(text.newest.length - 400)
        end = start + self.chance.randrange(20, 400)
        return Coding(
            study=self.study, transcript=text, version=text.newest, start=start, end=end, made_on=text.newest,
            made_start=start, made_end=end, code=self.chance.choice(self.codes), coder=coder, made_at=NOW,
        )  # fmt: skip

    def crowd(self) -> None:
        """A thousand codings in the long text."""
        rows = [self._coding(self.long, self.coder) for _ in range(1_000)]
        type(rows[0]).objects.bulk_create(rows, ignore_conflicts=True)

    def save_one(self) -> None:
        """Put a code on a passage, as the page's script does."""
        text = self.chance.choice(self.texts)
        start = self.chance.randrange(text.newest.length - 100)
        sent = {
            "version": text.newest.uuid,
            "start": start,
            "end": start + 40,
            "codes": self.chance.choice(self.codes).uuid,
        }
        answer = self.client.post(f"/transcripts/{text.uuid}/code/", sent, headers={"accept": "application/json"})
        assert answer.status_code in (200, 409), answer.content

    def get(self, address: str) -> Callable[[], Any]:
        """Ask for a page, whole."""

        def ask() -> Any:
            answer = self.client.get(address)
            assert answer.status_code == 200, address
            return b"".join(answer) if answer.streaming else answer.content

        return ask


def _saving(study: Bench, count: int, limit: float) -> None:
    health = median_seconds(lambda: study.client.get("/health"), repeats=REPEATS) * 1000
    times = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        study.save_one()
        times.append((time.perf_counter() - began) * 1000)
    report(f"a coding saved at {count:,}", statistics.median(times), limit=limit, unit="ms")
    slowest, ratio = statistics.quantiles(times, n=20)[-1], statistics.median(times) / health
    print(f"  95th percentile {slowest:.3g} ms; {ratio:.1f} times the health page ({health:.2g} ms)")


def _reading(study: Bench) -> None:
    study.crowd()
    page = study.get(f"/transcripts/{study.long.uuid}/")
    size = len(page()) / 1e6
    seconds = median_seconds(page)
    report(f"20,000 words with 1,000 codings, served ({size:.2g} MB)", seconds * 1000, limit=500, unit="ms")
    state = study.get(f"/transcripts/{study.long.uuid}/state/")
    report("  a look for what others coded there", median_seconds(state) * 1000, limit=100, unit="ms")
    panel = study.get(f"/transcripts/{study.long.uuid}/panel/?start=1000&end=1100")
    report("  the panel of a passage there", median_seconds(panel) * 1000, limit=100, unit="ms")


def _passages(study: Bench) -> None:
    """One code's page, all passages as files, and searches: the words of 40 texts are opened for each."""
    base = f"/studies/{study.study.uuid}"
    one = study.get(f"{base}/passages/?of={study.codes[0].uuid}")
    report(f"one code's passages at {FEW:,}", median_seconds(one) * 1000, limit=50, unit="ms")
    for kind in ("csv", "xlsx"):
        file = study.get(f"{base}/passages/?of=all&download={kind}")
        report(f"{FEW:,} codings and 1,000 in the long text to {kind.upper()}", median_seconds(file), limit=1)
    searches = {"a rare word": "q=nowhere", "a common word": "q=trust", "an expression": "q=t.{2}st&how=expression"}
    for what, query in searches.items():
        found = study.get(f"{base}/search/?{query}")
        report(f"search for {what} in {TRANSCRIPTS + 1} texts", median_seconds(found, repeats=3), limit=2)
    endless = study.get(f"{base}/search/?q=(\\w%2B\\s?)%2B\\d&how=expression")
    report("search by an expression that would never end", median_seconds(endless, repeats=1), limit=8)


def _in_chromium(study: Bench) -> None:
    """From the address typed to the keys working, in a real browser, with the server in this process."""
    from tests.browser import ARGUMENTS, find_chromium

    executable = find_chromium()
    if executable is None:
        print("left out: there is no Chromium on this machine")
        return
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    from django.test.testcases import LiveServerThread
    from playwright.sync_api import sync_playwright

    server = LiveServerThread("localhost", lambda site: site)  # its own middleware serves static files
    server.daemon = True
    server.start()
    server.is_ready.wait()
    site = f"http://localhost:{server.port}"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=list(ARGUMENTS))
        times = sorted(_opening(browser, site, study) for _ in range(5))
        browser.close()
    server.terminate()
    report("20,000 words with 1,000 codings interactive in Chromium", times[2], limit=1)


def _opening(browser: Any, site: str, study: Bench) -> float:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.add_cookies([{"name": "sessionid", "value": study.client.cookies["sessionid"].value, "url": site}])
    context.add_init_script("localStorage.setItem('voices-hints-seen', '1')")
    page = context.new_page()
    began = time.perf_counter()
    page.goto(f"{site}/transcripts/{study.long.uuid}/", wait_until="commit")
    page.wait_for_selector("html[data-reading-ready]")
    page.locator("[data-text]").focus()
    page.keyboard.press("ArrowDown")
    page.wait_for_function("getSelection().toString().length > 0")
    seconds = time.perf_counter() - began
    context.close()
    return seconds


if __name__ == "__main__":
    measure()
