"""England loaded from the published files in under 20 s; any two bodies compared in under 100 ms.

The load is the whole command, on SQLite and, where there is a server, on PostgreSQL. Its peer is the csv module
reading the same bytes with nothing made of them. The peer of an overlap is the same sum made area by area from the
footprints, as it would be without patches.
"""

from __future__ import annotations

import csv
import gzip
import io
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.measure import median_seconds, report, run_command
from tests.postgres import find_server, private_cluster

FILES = Path(__file__).resolve().parents[2] / "shared" / "data" / "geography"
LOAD_LIMIT_S, OVERLAP_LIMIT_MS = 20, 100
ON = date(2024, 6, 1)


def main() -> None:
    """Print each time with its limit and its peer; say so where files or server are missing."""
    if not FILES.is_dir():
        print("left out: the published files are not beside the project (../shared/data)")
        return
    peer = median_seconds(_read_only, repeats=3)
    with tempfile.TemporaryDirectory(prefix="commonpool-bench-") as folder, _settings(COMMONPOOL_HOME=folder):
        _load("SQLite", peer)
        _overlaps("SQLite")
    if find_server() is None:
        print("left out: there is no PostgreSQL server on this machine")
        return
    with (
        tempfile.TemporaryDirectory(prefix="commonpool-bench-") as folder,
        private_cluster(Path(folder) / "cluster") as url,
        _settings(COMMONPOOL_HOME=folder, COMMONPOOL_DATABASE_URL=url),
    ):
        _load("PostgreSQL", peer)
        _overlaps("PostgreSQL")


@contextmanager
def _settings(**values: str) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.update(values)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _load(database: str, peer: float) -> None:
    migrate = [sys.executable, "-m", "django", "migrate", "--settings", "commonpool.site.settings"]
    subprocess.run(migrate, check=True, capture_output=True)
    ran = run_command("places", "load", FILES)
    assert ran.code == 0, "the load failed"
    report(
        f"places load of geography on {database}",
        ran.seconds,
        limit=LOAD_LIMIT_S,
        peer="csv.reader on the same files",
        peer_value=peer,
    )
    print(f"largest memory {ran.peak_mb:.0f} MB")


def _read_only() -> None:
    for path in sorted(FILES.glob("*.csv*")):
        data = path.read_bytes()
        text = (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8-sig")
        for _ in csv.reader(io.StringIO(text)):
            pass


def _overlaps(database: str) -> None:
    """Time overlaps in a process of their own: Django keeps the first database that it is set up with."""
    done = subprocess.run(
        [sys.executable, "-c", "from benchmarks.places import time_overlaps; time_overlaps()"],
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "commonpool.site.settings"},
    )
    ours, slowest, peer = map(float, done.stdout.split())
    report(
        f"overlap of two bodies on {database}, ground read anew, median",
        ours,
        limit=OVERLAP_LIMIT_MS,
        unit="ms",
        peer="summing area by area",
        peer_value=peer,
    )
    report(f"overlap of two bodies on {database}, slowest of the pairs", slowest, limit=OVERLAP_LIMIT_MS, unit="ms")


def time_overlaps() -> None:
    """Print median and slowest time of ours and the peer's median, in milliseconds, for the largest bodies."""
    import django

    django.setup()
    from commonpool.places.models import Organisation
    from commonpool.places.queries import overlap_of

    icbs = Organisation.objects.filter(kind="icb").order_by("name")[:8]
    regions = Organisation.objects.filter(kind="region").order_by("name")[:4]
    pairs = [(icb, region) for icb in icbs for region in regions]
    overlap_of(*pairs[0], ON)  # the first call of a process loads what every later one has
    times = sorted(_milliseconds(lambda pair=pair: overlap_of(*pair, ON)) for pair in pairs)
    slow = _milliseconds(lambda: _area_by_area(*pairs[0]))
    assert _area_by_area(*pairs[0]) == overlap_of(*pairs[0], ON).people.people_of_both
    print(times[len(times) // 2], times[-1], slow)


def _milliseconds(work: Any) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


def _area_by_area(icb: Any, region: Any) -> int:
    """People of both from footprints, changes and populations themselves; splits shared as the loader does."""
    from commonpool.places.models import Footprint, Population, SmallAreaChange
    from commonpool.places.queries import read_ground

    ground = read_ground()
    footprint = "lsoa11-lsoa21-ltla22", "lsoa21-subicb24-icb24"
    inside = [
        set(Footprint.objects.filter(organisation_id__in=bodies, dataset__key=key).values_list("small_area", flat=True))
        for bodies, key in zip((_districts(ground, region.pk), ground.inners(icb.pk, ON)), footprint, strict=True)
    ]
    people = dict(Population.objects.filter(mid_year=2020).values_list("small_area", "people"))
    parts: dict[int, list[int]] = {}
    for old, new in SmallAreaChange.objects.order_by("old__code", "new__code").values_list("old", "new"):
        parts.setdefault(old, []).append(new)
    total = 0
    for old, news in parts.items():
        each, left_over = divmod(people[old], len(news))
        total += sum(each + (number < left_over) for number, new in enumerate(news) if all(new in a for a in inside))
    return total


def _districts(ground: Any, region: int) -> set[int]:
    """The districts of the last lookup over small areas: those of 2023 and whoever came to them whole."""
    districts = set(ground.inners(region, ON))
    return districts | {one.predecessor for one in ground.takeovers if one.successor in districts}


if __name__ == "__main__":
    main()
