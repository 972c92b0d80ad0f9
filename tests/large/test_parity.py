"""Each expression says the same on a Spark Connect server as in DuckDB, within 1e-9: one code path, two engines."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from commonpool.performance.engine.connection import EngineError, address, connect
from tests.performance import episodes_made as made
from tests.performance.expressions import EXPRESSIONS, rows

pytestmark = pytest.mark.timeout(900)
pytest.importorskip("pyspark", reason="PySpark is not installed here: `make test-large` brings it")

WITHIN = 1e-9
SERVER = "org.apache.spark.sql.connect.service.SparkConnectServer"


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Spark Connect server of this machine's own: another process, on a free port."""
    import pyspark

    home = Path(pyspark.__file__).parent
    port = _free_port()
    settings = {
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.connect.grpc.binding.address": "127.0.0.1",
        "spark.connect.grpc.binding.port": port,
        "spark.sql.shuffle.partitions": 4,
        "spark.ui.enabled": "false",
    }
    stated = [part for name, value in settings.items() for part in ("--conf", f"{name}={value}")]
    command = [home / "bin" / "spark-submit", "--master", "local[2]", "--class", SERVER, *stated, "spark-internal"]
    environment = {**os.environ, "SPARK_HOME": str(home), "SPARK_LOCAL_IP": "127.0.0.1"}
    folder = tmp_path_factory.mktemp("spark")
    with (folder / "said.txt").open("wb") as said:
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=said, stderr=said)
        try:
            _wait_for(port, process, folder / "said.txt")
            yield f"sc://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(60)


def _free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


def _wait_for(port: int, process: subprocess.Popen[bytes], said: Path) -> None:
    """Until the server takes connections; it needs ten to forty seconds to start."""
    while process.poll() is None:
        with socket.socket() as asked:
            if asked.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    pytest.fail(f"The Spark server ended: {said.read_text(errors='replace')[-2000:]}")


@pytest.fixture(scope="session")
def both(server: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Any]:
    """(connection, its tables) of DuckDB, and of the server that the setting names."""
    files = made.write(tmp_path_factory.mktemp("made"))
    duckdb, spark = connect(), connect(address({"COMMONPOOL_ENGINE": server}))
    tables = [{name: one.read_parquet(file) for name, file in files.items()} for one in (duckdb, spark)]
    return (duckdb, tables[0]), (spark, tables[1])


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_an_expression_says_the_same_on_both_engines(name: str, both: tuple[Any, Any]) -> None:
    here, there = (rows(connection, EXPRESSIONS[name](tables)) for connection, tables in both)

    assert len(here) == len(there) > 0
    for one, other in zip(here, there, strict=True):
        assert one.keys() == other.keys()
        for column, value in one.items():
            expected = pytest.approx(value, rel=WITHIN, abs=WITHIN) if isinstance(value, float) else value
            assert other[column] == expected, f"{name}: {column} of {one['area']}, {one['period']}"


def test_a_server_that_does_not_answer_is_named_with_what_to_do() -> None:
    with pytest.raises(
        EngineError,
        match=r"No Spark Connect server answers at sc://127.0.0.1:1/;user_id=nobody: .* change COMMONPOOL_ENGINE",
    ):
        connect("sc://127.0.0.1:1/;user_id=nobody")


def test_the_made_records_hold_what_goes_wrong() -> None:
    episodes, places, people = made.made()

    assert {each.lsoa for each in episodes if each.lsoa not in places} == {None, "E28", "E29"}
    assert people["A4", 2023] == 0
    assert ("A4", 2024) not in people
    assert any(each.ready_on and each.discharged_on and each.ready_on > each.discharged_on for each in episodes)


def test_the_lock_names_no_address() -> None:
    assert "://" not in (Path(__file__).parent / "requirements.lock").read_text(encoding="utf-8")
