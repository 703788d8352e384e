"""A simulated company in a lake, and Spark on this machine where it is installed."""

import os
import shutil
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.engines.questions import AT
from untilyes.lake import Lake
from untilyes.lake.engines import SPARK, choose_engine
from untilyes.sim import simulate

SMALL = "--conf spark.sql.shuffle.partitions=2 --conf spark.driver.memory=1g --conf spark.executor.memory=1g"


def find_spark(master: str) -> dict[str, str]:
    """What the environment of a process has to say for a small Spark there; skips where there is none."""
    if find_spec("pyspark") is None:
        pytest.skip("pyspark is not installed; `make test-spark` installs it beside")
    if shutil.which("java") is None and not os.environ.get("JAVA_HOME"):
        pytest.skip("Spark needs Java 17, which is not here")
    arguments = f"--master {master} {SMALL} pyspark-shell"
    return {"PYSPARK_SUBMIT_ARGS": arguments, "SPARK_LOCAL_IP": "127.0.0.1", "UNTILYES_ENGINE": SPARK}


@pytest.fixture(scope="package")
def spark() -> Iterator[None]:
    """Spark in this process; one session for all tests, since starting it takes seconds."""
    said = find_spark("local[2]")
    with pytest.MonkeyPatch.context() as patched:
        for name, value in said.items():
            if name != "UNTILYES_ENGINE":
                patched.setenv(name, value)
        yield
        choose_engine(SPARK).stop()


@pytest.fixture(scope="package")
def fernweh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The lake of a small simulated company."""
    folder = tmp_path_factory.mktemp("fernweh")
    lake = Lake(folder, zone="Europe/Berlin")
    for name, table in simulate(until=AT, seed=7, customers=6_000).tables.items():
        lake.record(name, table)
    return folder


@pytest.fixture(scope="package")
def by_spark(spark: None, fernweh: Path) -> Lake:
    return Lake(fernweh, zone="Europe/Berlin", engine=SPARK)


@pytest.fixture(scope="package")
def by_duckdb(fernweh: Path) -> Lake:
    return Lake(fernweh, zone="Europe/Berlin", engine="duckdb")
