"""`--engine`: where a command's statements run, and what is missing where that is not on this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cli.session import Misuse, spoken

if TYPE_CHECKING:
    from transforms.engines import Engine

DUCKDB, SPARK = "duckdb", "spark"
ENGINE = click.option(
    "--engine", type=click.Choice([DUCKDB, SPARK]), default=DUCKDB, show_default=True,
    help="Where statements run: in this process, or in Apache Spark on this machine (kehila[spark] and Java).",
)  # fmt: skip
"""Of every command that computes."""
INSTALL = {"pyspark": "uv pip install 'pyspark>=4.1,<5'", "java": "apt install default-jre-headless"}
"""What is missing -> how it is had; of Java on Debian."""


def engine_named(name: str) -> Engine | None:
    """The engine of `--engine`; None is the usual one. Raises Misuse with the remedy where it is not to be had."""
    if name == DUCKDB:
        return None
    from texts import text
    from transforms.engines.spark import EngineMissing, spark

    try:
        return spark()
    except EngineMissing as problem:
        install = INSTALL[problem.what]
        raise Misuse(
            text(f"commands.no_engine.{problem.what}", spoken(), install=install, variable="JAVA_HOME")
        ) from None
