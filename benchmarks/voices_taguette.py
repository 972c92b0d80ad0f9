"""Beside Taguette 1.5.2: forty transcripts taken in, passages coded, 2,000 codings written as CSV and XLSX.

The same files, on this machine, in this run. Ours are whole requests in this process through every middleware, on
SQLite, with every word sealed and every step in the history; Taguette's are requests to its own server over loopback.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any, Final

from benchmarks.measure import median_seconds, report
from benchmarks.peers.taguette_peer import CannotRun, Taguette, taguette, timed
from benchmarks.voices_coding import FEW, REPEATS, Bench, start_site
from benchmarks.voices_text import FILES, WORDS, make_transcript

NOW: Final = datetime(2031, 3, 4, 9, 30, tzinfo=UTC)
LENGTH: Final = 150
FIGURES: Final = {
    f"{FILES} transcripts of {WORDS:,} words taken in": (10, "s"),
    f"a coding saved at {FEW:,}": (20, "ms"),
    f"{FEW:,} codings to CSV": (1, "s"),
    f"{FEW:,} codings to XLSX": (1, "s"),
}


def main() -> None:
    """In a process of its own: its site has a home and a database that no other benchmark shares."""
    subprocess.run([sys.executable, "-m", "benchmarks.voices_taguette"], check=True)


def measure() -> None:
    """Print each figure with Taguette's; without Taguette or Calibre only why there is none."""
    with tempfile.TemporaryDirectory(prefix="commonpool-bench-") as name:
        folder = Path(name)
        paths = [make_transcript(folder / f"{n}.docx", n, table=n % 4 == 0) for n in range(FILES)]
        try:
            with taguette(folder) as peer:
                theirs = _theirs(peer, paths)
        except CannotRun as why:
            print(f"left out: {why}")
            return
        start_site(folder / "home")
        ours = _ours(paths)
    for what, (limit, unit) in FIGURES.items():
        report(what, ours[what], limit=limit, unit=unit, peer="Taguette", peer_value=theirs[what])


def _theirs(peer: Taguette, paths: list[Path]) -> dict[str, float]:
    ids: list[int] = []
    taken_in = sum(timed(paths, lambda path: ids.append(peer.add_document(path))))
    tag = peer.add_tag("trust")
    places = [(ids[n % len(ids)], (n // len(ids)) * 200) for n in range(FEW)]
    times = timed(places, lambda place: peer.highlight(place[0], place[1], place[1] + LENGTH, tag))
    files = [median_seconds(lambda kind=kind: peer.exported(kind), repeats=3) for kind in ("csv", "xlsx")]  # type: ignore[misc]
    print(f"Taguette’s server needed {peer.peak_mb():.0f} MB, Calibre’s processes apart", flush=True)
    return dict(zip(FIGURES, (taken_in, 1000 * median(times[-REPEATS:]), *files), strict=True))


def _ours(paths: list[Path]) -> dict[str, float]:
    taken_in = _take_in(paths)
    study = Bench()
    study.fill(FEW)
    times = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        study.save_one()
        times.append(1000 * (time.perf_counter() - began))
    address = f"/studies/{study.study.uuid}/passages/?of=all&download="
    files = [median_seconds(study.get(f"{address}{kind}"), repeats=3) for kind in ("csv", "xlsx")]
    return dict(zip(FIGURES, (taken_in, median(times), *files), strict=True))


def _take_in(paths: list[Path]) -> float:
    """Seconds from the files as they are sent to the transcripts in the study: sealed, read, mapped, kept."""
    from commonpool.voices.actions.uploads import keep_upload, read_received, receive_texts
    from commonpool.voices.models import TextUpload, Transcript
    from commonpool.voices.queries.uploads import Choices, Fate, FileChoice, held_texts
    from tests.voices_web.builders import a_study

    study: Any = a_study("Taken in")
    files = [(path.name, path.read_bytes()) for path in paths]
    began = time.perf_counter()
    upload = receive_texts(actor=None, at=NOW, study=study, files=files)
    read_received(upload=upload.uuid)
    held = TextUpload.objects.select_related("study").get(pk=upload.pk)
    speakers = {"I": Fate.INTERVIEWER, "P01": Fate.UNKNOWN}
    choices = Choices({text.number: FileChoice(text.stem) for text in held_texts(held)}, speakers)
    keep_upload(actor=None, at=NOW, upload=held, choices=choices)
    took = time.perf_counter() - began
    assert Transcript.objects.filter(study=study).count() == FILES, "all of them were kept"
    return took


if __name__ == "__main__":
    measure()
