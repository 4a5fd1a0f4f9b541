"""Guards on the locked versions: each of these broke a working system once, in silence."""

import os
import re
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from datetime import UTC, date, datetime
from importlib.metadata import version
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from flows.serve.prefect_server import ServeProblem, auth_file, is_loopback, server_settings
from tests.conftest import ROOT
from tests.integration.prefect_town import Town, new_town, until
from town.schedule import ScheduleSettings

FLOORS = {
    "prefect": "3.7.5",  # authentication bypasses, git argument injection, `$ref` request forgery
    "starlette": "1.0.1",  # CVE-2026-48710: a bad Host header changes the path that is checked
    "python-multipart": "0.0.30",  # CVE-2026-53538, -53539: quadratic forms
    "urllib3": "2.7.0",  # CVE-2026-44431, -44432: header leak on redirect, decompression bombs
    "requests": "2.33.0",  # CVE-2026-25645
    "jinja2": "3.1.6",  # CVE-2025-27516
    "pyarrow": "14.0.1",  # CVE-2023-47248: code execution from Parquet
    "protobuf": "6.33.5",  # CVE-2026-0994 on the 6.x line
}
"""Security floors; a package that is not installed cannot hurt."""

CEILINGS = {"fastapi": "0.151", "sqlalchemy": "2.1"}
"""fastapi from 0.151 on: the server does not import. SQLAlchemy 2.1: no schedule ever fires."""


def parts(text: str) -> tuple[int, ...]:
    return tuple(int(one) for one in re.findall(r"\d+", text)[:4])


def locked() -> dict[str, str]:
    found = re.findall(r"^([a-z0-9._-]+)(?:\[[^]]*\])?==([^ ;\\]+)", (ROOT / "requirements.lock").read_text(), re.M)
    return dict(found)


@pytest.mark.parametrize("package", FLOORS)
def test_no_package_is_below_its_security_floor(package: str) -> None:
    assert package not in locked() or parts(version(package)) >= parts(FLOORS[package])


@pytest.mark.parametrize("package", CEILINGS)
def test_prefect_is_kept_from_versions_that_break_it_in_silence(package: str) -> None:
    assert parts(version(package)) < parts(CEILINGS[package])
    assert parts(locked()[package]) < parts(CEILINGS[package])


def test_prefect_is_the_version_that_was_tried() -> None:
    assert version("prefect") == locked()["prefect"] == "3.8.8"


def test_the_server_can_be_imported(tmp_path: Path) -> None:
    code = "from prefect.server.api.server import create_app; create_app(ephemeral=True); print('made')"
    env = {**os.environ, "PREFECT_HOME": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, timeout=120)
    assert done.stdout.strip() == "made", done.stderr[-2000:]


def test_the_command_line_does_not_pay_for_prefect() -> None:
    code = "import sys, cli.files, cli.months, cli.processes, pipeline.month.run; print('prefect' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert done.stdout.strip() == "False", done.stderr[-2000:]


@pytest.fixture(scope="module")
def dates(tmp_path_factory: pytest.TempPathFactory) -> object:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PREFECT_HOME", str(tmp_path_factory.mktemp("prefect")))
        from prefect.server.schemas.schedules import CronSchedule

    def upcoming(cron: str, start: date, count: int) -> list[str]:
        schedule = CronSchedule(cron=cron, timezone="Asia/Jerusalem")
        begin = datetime(start.year, start.month, start.day, 12, tzinfo=UTC)
        found = sorted(schedule._get_dates_generator(n=count, start=begin))
        return [f"{one.astimezone(ZoneInfo('Asia/Jerusalem')):%Y-%m-%d %H:%M}" for one in found]

    return upcoming


def test_the_nightly_run_happens_once_a_night_over_both_changes_of_the_clock(dates) -> None:  # type: ignore[no-untyped-def]
    cron = ScheduleSettings().import_and_refresh
    assert dates(cron, date(2026, 3, 25), 3) == ["2026-03-26 04:30", "2026-03-27 04:30", "2026-03-28 04:30"]
    assert dates(cron, date(2026, 10, 23), 3) == ["2026-10-24 04:30", "2026-10-25 04:30", "2026-10-26 04:30"]
    # What does not exist in the spring night, Prefect runs an hour early instead of not at all.
    assert dates("30 2 * * *", date(2026, 3, 26), 1) == ["2026-03-27 01:30"]


def test_publishing_is_asked_every_sunday_because_cron_cannot_say_the_first(dates) -> None:  # type: ignore[no-untyped-def]
    assert dates(ScheduleSettings().month, date(2026, 10, 30), 3) == [
        "2026-11-01 06:00",
        "2026-11-08 06:00",
        "2026-11-15 06:00",
    ]
    assert dates("0 6 1-7 * 0", date(2026, 11, 1), 2) == ["2026-11-02 06:00", "2026-11-03 06:00"]  # day or weekday


def test_the_close_is_tried_from_day_ten_until_it_is_done(dates) -> None:  # type: ignore[no-untyped-def]
    assert dates(ScheduleSettings().close, date(2026, 10, 28), 2) == ["2026-11-10 05:15", "2026-11-11 05:15"]


def test_the_password_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    path = auth_file(tmp_path)
    first = path.read_text()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(first) > 30
    assert auth_file(tmp_path).read_text() == first


def test_an_empty_password_file_is_refused(tmp_path: Path) -> None:
    auth_file(tmp_path).write_text("\n")
    with pytest.raises(ServeProblem, match="delete it"):
        server_settings(tmp_path, "127.0.0.1", 4200)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "0.0.0.0", "10.1.2.3", "town.example"])
def test_every_address_asks_for_the_password_and_stays_quiet(tmp_path: Path, host: str) -> None:
    found = server_settings(tmp_path, host, 4200)
    assert found["PREFECT_SERVER_API_AUTH_STRING"] == auth_file(tmp_path).read_text().strip()
    assert found["PREFECT_SERVER_ANALYTICS_ENABLED"] == "false"
    assert found["DO_NOT_TRACK"] == "1"
    assert found["PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT"] == "false"
    assert found["PREFECT_RESULTS_DEFAULT_SERIALIZER"] == "json"
    assert found["PREFECT_SERVER_CSRF_PROTECTION_ENABLED"] == "true"
    assert "*" not in found["PREFECT_SERVER_CORS_ALLOWED_ORIGINS"]
    assert found["PREFECT_HOME"] == str(tmp_path / ".prefect")
    assert is_loopback(host) == (host in ("127.0.0.1", "::1", "localhost"))


def test_postgresql_is_named_by_reference(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOWN_DATABASE", "postgresql://kehila@localhost/prefect")
    found = server_settings(tmp_path, "127.0.0.1", 4200, "env:TOWN_DATABASE")
    assert found["PREFECT_SERVER_DATABASE_CONNECTION_URL"] == "postgresql+asyncpg://kehila@localhost/prefect"


TICK = """
from prefect import flow

@flow
def tick():
    return None

if __name__ == "__main__":
    tick.serve(name="guard", interval=5, pause_on_shutdown=False, limit=1)
"""


@pytest.mark.long
def test_a_schedule_makes_runs_and_they_are_run(tmp_path: Path) -> None:
    town = Town(new_town(tmp_path))
    script = tmp_path / "tick.py"
    script.write_text(TICK)

    def states() -> set[str]:
        with closing(sqlite3.connect(tmp_path / ".prefect/prefect.db")) as prefect:
            return {row[0] for row in prefect.execute("select state_type from flow_run where auto_scheduled")}

    try:
        town.start()
        env = {**os.environ, **town.settings}
        runner = subprocess.Popen([sys.executable, str(script)], env=env, cwd=tmp_path, stderr=subprocess.DEVNULL)
        try:
            until("a run that the schedule made and the runner ran", lambda: {"SCHEDULED", "COMPLETED"} <= states())
        finally:
            runner.terminate()
            runner.wait(60)
    finally:
        town.server.stop()
