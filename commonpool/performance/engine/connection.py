"""Where metrics are computed: DuckDB in this process, or the Spark Connect server that one setting names."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from ibis.backends import BaseBackend

SETTING: Final = "COMMONPOOL_ENGINE"
DUCKDB: Final = "duckdb"
SPARK: Final = "sc://"
SPARK_PORT: Final = 15002
"""Where a Spark Connect server listens unless told otherwise."""
PATIENCE_S: Final = 5.0
MEMORY: Final = "800MB"
"""What DuckDB may use before it works from disk: a figure over 20,000,000 episodes stays below 1 GB."""


class EngineError(Exception):
    """The setting names no engine, or the server does not answer. The message says what to write or to look at."""


def address(environment: Mapping[str, str] = os.environ) -> str:
    """What the setting names; DuckDB where it names nothing. Raises EngineError for anything else."""
    named = environment.get(SETTING, "").strip() or DUCKDB
    if named != DUCKDB and not named.startswith(SPARK):
        raise EngineError(f"{SETTING} is ‘{named}’. Write ‘{DUCKDB}’, or the address of a server as {SPARK}HOST:PORT.")
    return named


def connect(to: str = DUCKDB, *, threads: int | None = None) -> BaseBackend:
    """A connection that runs expressions. Raises EngineError where the server does not answer."""
    import ibis

    if to.startswith(SPARK):
        return _spark(to)
    settings = {"memory_limit": MEMORY, **({"threads": threads} if threads else {})}
    return ibis.duckdb.connect(**settings)


def _spark(to: str) -> BaseBackend:
    try:
        import ibis
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise EngineError(
            f"{SETTING} names a Spark server, and PySpark is not installed. Install ‘pyspark[connect]’ 4.0."
        ) from error
    _must_answer(to)
    session = SparkSession.builder.remote(to).getOrCreate()
    session.conf.set("spark.sql.session.timeZone", "UTC")
    return ibis.pyspark.connect(session)


def _must_answer(to: str) -> None:
    """Spark's own client tries for ten minutes before it says that nobody is there."""
    where = urlsplit(to)
    try:
        socket.create_connection((where.hostname or "", where.port or SPARK_PORT), timeout=PATIENCE_S).close()
    except (OSError, ValueError) as error:
        raise EngineError(
            f"No Spark Connect server answers at {to}: {error}. Start it, or change {SETTING}."
        ) from error
