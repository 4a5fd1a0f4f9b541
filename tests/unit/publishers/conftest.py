"""One small warehouse for the whole folder: building it is the slow part."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine

from publishers.reading import read_report
from publishers.report import Report
from tests.unit.publishers import town


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    return town.warehouse(tmp_path_factory.mktemp("town"))


@pytest.fixture(scope="session")
def report(engine: Engine) -> Report:
    return read_report(engine, town.AUTHORITY, town.MONTH, town.TIMEZONE, revision=1, closed_at=town.CLOSED_AT)


@pytest.fixture(scope="session")
def built(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A snapshot folder on disk."""
    from publishers.snapshot import build_snapshot

    folder = tmp_path_factory.mktemp("out")
    build_snapshot(engine, town.AUTHORITY, town.MONTH, town.TIMEZONE, 1, town.CLOSED_AT, folder)
    return folder / town.AUTHORITY / town.MONTH / "r1"
