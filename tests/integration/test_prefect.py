"""Prefect as it is shipped: closed, quiet, silent about people, and of no importance to what we know."""

import json
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from tests.integration.prefect_town import CANARIES, NAMES, PHONE, RUN_MONTH, Town, until
from town.sections import Authority
from warehouse.sqlite import sqlite3

FAILING = """
import errno
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from sqlalchemy.exc import OperationalError
from warehouse.sqlite import sqlite3
o.RETRY_SECONDS[:] = [0.0, 0.0, 0.0]
tried = []
def busy():
    tried.append(1)
    if len(tried) < 3:
        raise OperationalError("insert " + NAME, {"name": NAME}, sqlite3.OperationalError("database is locked"))
    return "done"
def gone():
    raise FileNotFoundError(errno.ENOENT, "no", "/drop/" + NAME)
def ours():
    tried.append(1)
    raise ValueError(NAME)
def run(work):
    def body():
        with o.running("Refresh", CONFIG, "0070", 1) as (log, store):
            log.step("Try", work)
    with o.without_heartbeat():
        o.flow(name="Trial", persist_result=False)(body)()
run(busy)
print("busy tried", len(tried))
tried.clear()
for work in (gone, ours):
    try:
        run(work)
    except Exception as problem:
        print(type(problem).__name__, problem)
print("ours tried", len(tried))
"""

CALENDAR = """
from flows import due as d
from warehouse.closed_days import first_working_sunday
days = {"none": set(), "one": {date(2026, 11, 1)}, "all": {date(2026, 11, day) for day in range(1, 31)}}
print("sundays", *(first_working_sunday("2026-11", closed) for closed in days.values()))
d.closed_days = lambda _engine, _authority: {date(2026, 11, 1)}
def is_due(day, written):
    folder = Path(CONFIG).parent / ("output" if written else "nothing here")
    store = SimpleNamespace(today=date(2026, 11, day), output=folder, authority=SimpleNamespace(code="0070"), engine=None)
    return d.is_publishing_due(store, "2026-09" if written else "2026-10")
d.shift = lambda month, by: "2026-11"
print("due", [is_due(day, False) for day in (1, 8, 15)], [is_due(day, True) for day in (1, 8, 15)])
"""

CLOSE = """
with o.without_heartbeat():
    o.close_flow(CONFIG, "0070", "2026-09")
    o.push_flow(CONFIG, "0070")
"""

DEPLOY = """
import asyncio
from town.config import load
from flows.schedules import deployments, set_times
async def deploy():
    for one in await deployments(load(Path(CONFIG)), Path(CONFIG)):
        await one.aapply()
    await set_times(load(Path(CONFIG)))
asyncio.run(deploy())
"""


@pytest.fixture(scope="module")
def month(town: Town) -> subprocess.CompletedProcess[str]:
    """A month's run, then runs whose steps fail with personal values in their errors."""
    return town.python(
        RUN_MONTH + CLOSE + f"NAME = {f'{NAMES[0]} {NAMES[1]} {PHONE}'!r}\n" + FAILING + CALENDAR + DEPLOY
    )


def test_the_server_is_healthy_and_nothing_else_is_open(town: Town) -> None:
    """Every address of the API without a password, also those that end like the health check."""
    assert town.get("/api/health") == (200, "true")
    described = json.loads(town.get("/openapi.json", signed=True)[1])["paths"]
    paths = [path.replace("{", "").replace("}", "") for path, verbs in described.items() if "get" in verbs]
    assert len(paths) > 40
    paths += ["/api/flow_runs/x/health", "/api/flows/ready", "/api/admin/health", "/api//flows/count"]
    answers = {path: town.get(path)[0] for path in paths if path.startswith("/api/")}
    opened = {path for path, status in answers.items() if status not in (401, 403, 404)}
    assert opened <= {"/api/health", "/api/ready"}
    assert all(town.get(path, body={})[0] in (401, 403) for path in ("/api/flow_runs/filter", "/api/logs/filter"))
    assert town.get("/api/version", signed=True)[0] == 200


def test_only_this_machine_can_reach_it(town: Town) -> None:
    wanted = f"{town.server.port:04X}"
    listening = []
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        for line in Path(table).read_text().splitlines()[1:]:
            address, state = line.split()[1], line.split()[3]
            if state == "0A" and address.endswith(f":{wanted}"):
                listening.append(address.split(":")[0])
    assert listening == ["0100007F"]


def test_a_months_run_imports_computes_and_publishes(town: Town, month: subprocess.CompletedProcess[str]) -> None:
    assert month.returncode == 0, month.stderr[-3000:]
    assert (town.base / "output/reports/0070/2026-09").is_dir()
    assert len(list((town.base / "drop/imported").iterdir())) == 2
    assert len(list((town.base / "drop/refused").iterdir())) == 2


def test_closing_pushes_and_a_second_push_delivers_nothing_twice(town: Town, month: object) -> None:
    with closing(sqlite3.connect(town.base / "warehouse.db")) as warehouse:
        receipts = warehouse.execute("select month, target, status, attempts from ledger_push").fetchall()
    assert receipts == [("2026-09", "archive", "delivered", 1)]
    assert any((town.base / "archive").rglob("*.xlsx"))


def test_the_report_tells_what_happened(town: Town, month: object) -> None:
    with closing(sqlite3.connect(town.base / ".prefect/prefect.db")) as prefect:
        (text,) = prefect.execute("select data from artifact where key = 'month-0070'").fetchone()
    assert "whatsapp_chat | read | 40" in text
    assert "| 2 | unknown | rejected (" in text
    assert "recomputed:" in text


def test_what_may_pass_is_tried_again_and_nothing_else(month: subprocess.CompletedProcess[str]) -> None:
    assert month.returncode == 0, month.stderr[-3000:]
    assert "busy tried 3" in month.stdout
    assert "ours tried 1" in month.stdout
    assert "TryAgain No such file or directory; a file is gone that was there" in month.stdout
    assert "OurError an error of ours (ValueError at <string>:" in month.stdout


def test_the_report_comes_out_on_the_first_working_sunday_or_as_soon_as_possible_after(
    month: subprocess.CompletedProcess[str],
) -> None:
    assert "sundays 2026-11-01 2026-11-08 2026-11-01" in month.stdout, month.stderr[-3000:]
    assert "due [False, True, True] [False, True, False]" in month.stdout


def test_the_schedules_become_runs(town: Town, month: subprocess.CompletedProcess[str]) -> None:
    """With SQLAlchemy 2.1 everything looks healthy and this never happens."""
    assert month.returncode == 0, month.stderr[-3000:]

    def scheduled() -> dict[str, str]:
        query = (
            "select flow.name, min(flow_run.parameters) from flow_run join flow on flow.id = flow_run.flow_id "
            "join deployment on deployment.id = flow_run.deployment_id where deployment.name = ? "
            "and flow_run.state_type = 'SCHEDULED' and flow_run.auto_scheduled group by 1"
        )
        with closing(sqlite3.connect(town.base / ".prefect/prefect.db")) as prefect:
            return dict(prefect.execute(query, [Authority(code="0070").name]).fetchall())

    until("scheduled runs", lambda: len(scheduled()) == 5)
    parameters = {name: json.loads(text) for name, text in scheduled().items()}
    config = {"config": str(town.base / "kehila.toml"), "authority": "0070"}
    assert parameters == {
        "Import and refresh": config,
        "Check": config,
        "Month": {**config, "month": "due"},
        "Close": {**config, "month": "due"},
        "Push": config,
    }


def test_prefect_never_learns_a_name_a_number_or_a_message(town: Town, month: subprocess.CompletedProcess[str]) -> None:
    """Database, journal, server log and all output, in every encoding text is stored in."""
    places = [path for path in (town.base / ".prefect").rglob("*") if path.is_file()]
    found = {path.name: path.read_bytes() for path in places}
    found["output"] = (month.stdout + month.stderr).encode()
    everything = b"".join(found.values())
    assert b"month-0070" in everything and b"Finished in state" in everything  # the sweep sees what is stored
    for canary in CANARIES:
        escaped = json.dumps(canary)[1:-1].encode()
        for form in (canary.encode(), escaped, canary.encode("utf-16-le"), canary.replace(" ", "%20").encode()):
            hits = [name for name, content in found.items() if form in content]
            assert hits == [], canary


def test_nothing_looked_outside_this_machine(town: Town, month: object) -> None:
    seen = set(town.sockets.read_text().split())
    assert "127.0.0.1" in seen  # the hook is in place
    assert seen <= {"127.0.0.1", "localhost", "::1", "None"}


def test_results_are_json(town: Town, month: object) -> None:
    """Prefect keeps the exceptions of the runs that failed; none as a pickle, which would run what it is given."""
    kept = [json.loads(path.read_bytes())["__exc_type__"] for path in (town.base / ".prefect" / "storage").iterdir()]
    assert sorted(kept) == ["flows.runs.OurError", "flows.runs.TryAgain"]
