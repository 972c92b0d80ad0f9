"""Emergency admissions per 100,000 by area and month over records of episodes: as an expression, and as SQL by hand.

Records are made in DuckDB from a fixed seed, so that no file has to be at hand: 2, 20 and 60 million rows.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

from benchmarks.measure import report

SIZES: Final = (2_000_000, 20_000_000, 60_000_000)
LIMITED: Final = 20_000_000
LIMIT_S, LIMIT_RATIO, LIMIT_MB = 1.0, 1.3, 1_000.0
ROUNDS: Final = 5
AREAS, SMALL_AREAS, MONTHS = 153, 33_755, 12

MAKE: Final = """
SELECT setseed(0.42);
COPY (
  SELECT 'P' || (random() * {people})::bigint AS person, i::bigint AS spell,
    CASE WHEN random() < 0.85 THEN 1 ELSE 2 END AS episode_order,
    (['11','12','13','21','22','23','24','25','28','2A','2B','81'])[1 + floor(random() * 12)::int] AS admission_method,
    DATE '2023-01-01' + (i * 365 // {rows})::int AS admitted_on,
    DATE '2023-01-01' + (i * 365 // {rows})::int + floor(random() * 20)::int AS discharged_on,
    DATE '2023-01-01' + (i * 365 // {rows})::int + floor(random() * 10)::int AS ready_on,
    floor(random() * 101)::int AS age,
    'E' || lpad(floor(random() * {small})::varchar, 8, '0') AS lsoa,
    random() < 0.9 AS usual_place
  FROM range({rows}) t(i)
) TO '{folder}/episodes.parquet' (FORMAT parquet);
COPY (SELECT 'E' || lpad(n::varchar, 8, '0') AS lsoa, 'A' || (n % {areas})::varchar AS area FROM range({small}) t(n))
  TO '{folder}/places.parquet' (FORMAT parquet);
COPY (SELECT 'A' || n::varchar AS area, 2023 AS year, 50000 + n AS people FROM range({areas}) t(n))
  TO '{folder}/population.parquet' (FORMAT parquet);
"""

BY_HAND: Final = """
WITH first AS (
  SELECT lsoa, date_trunc('month', admitted_on) AS period, count(*) AS n FROM '{folder}/episodes.parquet'
  WHERE episode_order = 1 AND age >= 65
    AND admission_method IN ('21','22','23','24','25','28','2A','2B','2C','2D')
  GROUP BY ALL
), placed AS (
  SELECT area, period, sum(n) AS numerator FROM first LEFT JOIN '{folder}/places.parquet' USING (lsoa) GROUP BY ALL
)
SELECT area, period, numerator, people, numerator * 100000.0::double / nullif(people, 0) AS value
FROM placed LEFT JOIN '{folder}/population.parquet' p USING (area) WHERE p.year IS NULL OR p.year = year(period)
"""

WORK: Final = """
import json, resource, sys, time
from statistics import median
folder, way, rounds = sys.argv[1], sys.argv[2], int(sys.argv[3])
from commonpool.performance.engine.connection import connect
connection = connect()
connection.raw_sql("SET enable_progress_bar = false")
if way == "ours":
    from commonpool.performance.engine.episodes import emergency_admissions
    names = ("episodes", "places", "population")
    tables = [connection.read_parquet(f"{folder}/{name}.parquet") for name in names]
    run = lambda: connection.to_pyarrow(emergency_admissions(*tables))
else:
    sql = open(f"{folder}/by_hand.sql").read()
    run = lambda: connection.raw_sql(sql).to_arrow_table()
found, times = run(), []
for _ in range(rounds):
    started = time.perf_counter(); run(); times.append(time.perf_counter() - started)
total = sum(found.column("numerator").to_pylist())
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({"seconds": median(times), "rows": found.num_rows, "total": int(total), "peak_mb": peak}))
"""


def main() -> None:
    """Print seconds, memory and the ratio to SQL by hand for each size; the limits are those of 20 million rows."""
    for size in SIZES:
        with tempfile.TemporaryDirectory(prefix="commonpool-bench-") as folder:
            _make(Path(folder), size)
            turns = [(_run(folder, "ours"), _run(folder, "by hand")) for _ in range(2)]
        ours, by_hand = (min(runs, key=lambda run: run["seconds"]) for runs in zip(*turns, strict=True))
        assert (ours["rows"], ours["total"]) == (by_hand["rows"], by_hand["total"]), "both must answer the same"
        scale = max(1.0, size / LIMITED)
        report(f"{size:,} episodes: metric by area and month", ours["seconds"], limit=LIMIT_S * scale)
        report("  over SQL written by hand", ours["seconds"] / by_hand["seconds"], limit=LIMIT_RATIO, unit="times")
        report("  largest memory", ours["peak_mb"], limit=LIMIT_MB, unit="MB")


def _make(folder: Path, rows: int) -> None:
    import duckdb

    with duckdb.connect(config={"memory_limit": "2GB"}) as connection:
        connection.execute(MAKE.format(folder=folder, rows=rows, people=rows // 3, small=SMALL_AREAS + 40, areas=AREAS))
    (folder / "by_hand.sql").write_text(BY_HAND.format(folder=folder), encoding="utf-8")


def _run(folder: str, way: str) -> dict[str, Any]:
    """One process for each way: memory is then its own, and neither warms the other's caches alone."""
    command = [sys.executable, "-c", WORK, folder, way, str(ROUNDS)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-1000:]
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


if __name__ == "__main__":
    main()
