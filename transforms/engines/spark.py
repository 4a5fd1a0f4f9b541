"""The same statements in Apache Spark, on this machine.

PySpark is no part of what Kehila installs, and it needs Java. It runs without a page of its own, listens on this
machine alone, and says nothing: what it would log may quote rows.
"""

from __future__ import annotations

import gc
import os
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable, Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any

import pyarrow as pa

from transforms.engines import Engine, StatementFailed
from transforms.engines.duck import read_by
from transforms.engines.spoken import in_spark

MASTER = "local[2]"
SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.memory": "4g",  # a town of three years runs out of Spark's own gigabyte
    "spark.log.level": "OFF",
}
OF_SESSION = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.shuffle.partitions": "2",
    "spark.sql.cteRecursionLevelLimit": "1000",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
}
"""A division by nothing is null to DuckDB and an error here: statements of ours say what they mean by `nullif`."""


class EngineMissing(Exception):
    """What Spark needs is not on this machine: `what` is pyspark or java."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} is not there")
        self.what = what


def spark() -> Engine:
    """Where statements run in Spark, which is started when first asked for. Raises EngineMissing."""
    _running()
    return SparkSession


@cache
def _running() -> Any:
    """The process's own, a `pyspark.sql.SparkSession`."""
    home = os.environ.get("JAVA_HOME")
    if shutil.which("java", path=str(Path(home) / "bin") if home else None) is None:
        raise EngineMissing("java")
    try:
        from pyspark import SparkConf, SparkContext
        from pyspark.errors import PySparkException
        from pyspark.java_gateway import launch_gateway
        from pyspark.sql import SparkSession as Running
    except ImportError:
        raise EngineMissing("pyspark") from None
    conf = SparkConf().setMaster(MASTER).setAppName("kehila").setAll([*SETTINGS.items(), *OF_SESSION.items()])
    try:
        silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        return Running(SparkContext(conf=conf, gateway=launch_gateway(conf, popen_kwargs=silent)))
    except PySparkException:  # a Java that is too old ends before anybody can talk to it
        raise EngineMissing("java") from None


class SparkSession:
    """Temporary views of a session of its own. Raises EngineMissing where Spark cannot start."""

    def __init__(self) -> None:
        self._spark = _running().newSession()
        for name, value in OF_SESSION.items():
            self._spark.conf.set(name, value)
        self._put: dict[str, pa.Table] = {}
        self._laid: dict[str, object] = {}
        self._edition: Counter[str] = Counter()
        self._beside: SparkSession | None = None

    def put(self, name: str, table: pa.Table) -> None:
        if self._put.get(name) is table:
            return
        # Spark holds a column to being never null where DuckDB does not: that is the gate's to say.
        plain = pa.schema([pa.field(one.name, one.type) for one in table.schema])
        bare = pa.Table.from_arrays(table.combine_chunks().columns, schema=plain)
        self._spark.createDataFrame(bare).createOrReplaceTempView(name)
        self._put[name] = table
        self._edition[name] += 1

    def lay(self, views: Mapping[str, str]) -> None:
        # Each view is computed once for all statements: a plan that holds every view it rests on costs a minute.
        for name, sql in views.items():
            made_of = (sql, *(self._edition[read] for read in read_by(sql)))
            if self._laid.get(name) != made_of:
                self._asked(sql, partial(_kept, name))
                self._laid[name] = made_of
                self._edition[name] += 1

    def ask(self, sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
        found = self.table(sql)
        return found.column_names, list(zip(*(one.to_pylist() for one in found.columns), strict=True))

    def table(self, sql: str) -> pa.Table:
        found: pa.Table = self._asked(sql, lambda found: found.toArrow())
        return found

    def _asked(self, sql: str, taken: Callable[[Any], Any]) -> Any:
        from py4j.protocol import Py4JJavaError
        from pyspark.errors import PySparkException

        try:
            return taken(self._spark.sql(in_spark(sql)))
        except PySparkException as problem:
            # Its text may quote a value that would not convert.
            raise StatementFailed(f"{type(problem).__name__}: {problem.getCondition()}") from None
        except Py4JJavaError as problem:  # memory, disk: what Spark has no words for
            raise StatementFailed(problem.java_exception.getClass().getName()) from None
        finally:
            # Py4j's objects are in circles, and Java keeps what each stands for, plans and their tables, until it goes.
            gc.collect(1)

    def beside(self) -> SparkSession:
        self._beside = self._beside or SparkSession()
        return self._beside

    def close(self) -> None:
        if self._beside is not None:
            self._beside.close()
        for name in (*self._laid, *self._put):
            self._spark.catalog.dropTempView(name)


def _kept(name: str, found: Any) -> None:
    """Compute it now, and let it be a view by this name."""
    found.localCheckpoint().createOrReplaceTempView(name)
