"""Nothing a service tells of people, and no secret of an account, is found in anything a run leaves behind."""

from __future__ import annotations

import io
import logging
import traceback
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from time_machine import escape_hatch

from collectors.errors import CollectorError
from collectors.service import PullReport, Window
from pipeline.collect.collect import opened
from simulator.services.ga4 import GrpcServer, Refused
from simulator.services.server import Answer
from tests.e2e.canaries import found, spellings
from tests.e2e.command_line import entry_point
from tests.e2e.planted import all_canaries, plant
from tests.e2e.played import MONTH, NOW, PATH_NAME, SECRETS, TEXTS, Played, played
from tests.e2e.services import FIRST_READ, Town, streams, without_waiting, write_town
from tests.integration.test_prefect import Town as PrefectTown
from town.config import load
from town.store import open_store
from warehouse.sqlite import sqlite3

SWEPT = [*TEXTS, *SECRETS.values(), *all_canaries(), "token-canary-"]
OWN = ("secrets/", "kehila.toml", "keys/")
"""Where the town itself keeps what it configured."""


def faults(playing: Played) -> list[Callable[[Any], None]]:
    """What is done to a stand-in before each round; every answer of a fault quotes a canary and a token."""
    quoted = f"{TEXTS[0]} {TEXTS[7]}1@home.example {' '.join(SECRETS.values())}"

    def errs(status: int) -> Callable[[Any], None]:
        body = {"error": {"message": quoted, "code": 190}, "message": quoted, "title": quoted, "detail": quoted}
        return lambda server: server.fail(5000, answer=Answer.json(body, status))

    def mistyped(server: Any) -> None:
        planted = server.alter

        def wrong(call: Any, answer: Answer) -> Answer:
            told = planted(call, answer) if planted else answer
            body = told.body
            for right, odd in ((b": 1", b': "' + TEXTS[0].encode() + b'"'), (b'"id": "', b'"id": {}, "x": "')):
                body = body.replace(right, odd, 3)
            return Answer(told.status, body, told.headers, told.content_type)

        server.alter = wrong

    return [
        errs(401), errs(403), errs(429), errs(400), errs(500), errs(200),
        lambda server: server.fail(5000, truncate=True),
        lambda server: server.fail(5000, reset=True),
        lambda server: server.fail(5000, answer=Answer(200, quoted.encode(), content_type="text/html")),
        lambda server: server.fail(5000, answer=Answer(302, b"", {"Location": f"https://evil.example/?{quoted[-60:]}"})),
        mistyped,
    ]  # fmt: skip


class Whole(logging.Formatter):
    """A record with everything that hangs on it: what a formatter of somebody else's may write."""

    def format(self, record: logging.LogRecord) -> str:
        return f"{super().format(record)} {vars(record)!r}"


@contextmanager
def every_logger_speaking() -> Iterator[io.StringIO]:
    """Every logger at DEBUG, into a text of its own."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(Whole())
    root = logging.getLogger()
    loggers = [root, *(logging.getLogger(name) for name in list(root.manager.loggerDict))]
    before = [(one, one.level, one.disabled) for one in loggers]
    for one in loggers:
        one.setLevel(logging.DEBUG)
        one.disabled = False
    root.addHandler(handler)
    try:
        yield written
    finally:
        root.removeHandler(handler)
        for one, level, disabled in before:
            one.setLevel(level)
            one.disabled = disabled


@pytest.fixture
def swept(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> Iterator[tuple[Town, Played, set[str], io.StringIO]]:
    """A town of planted stand-ins; every logger speaks."""
    with every_logger_speaking() as written, played() as playing, without_waiting(monkeypatch) as waited:
        sent = plant(playing)
        town = Town(write_town(tmp_path / "town", playing), entry_point(monkeypatch, capsys), waited)
        yield town, playing, sent, written


def hits(text: str, canaries: list[str] = SWEPT) -> set[str]:
    """The canaries that stand in a text, in any spelling."""
    plain = text.encode("utf-8", "surrogatepass")
    return {one for one in canaries if any(form in plain for form in spellings(one))}


def columns(town: Town) -> str:
    """Every column of every table, as text."""
    with closing(sqlite3.connect(town.folder / "warehouse.db")) as warehouse:
        tables = [name for (name,) in warehouse.execute("select name from sqlite_master where type = 'table'")]
        return "\n".join(str(row) for table in tables for row in warehouse.execute(f'select * from "{table}"'))


def wire(playing: Played) -> set[str]:
    """The canaries the stand-ins hold themselves: those of people and texts."""
    state = [playing.graph.posts, playing.graph.comments, playing.zoom.held, playing.mailchimp.life, playing.zoom.users]
    state += [playing.forms.responses, playing.cloud.lines, playing.visits._days, playing.site.pages]
    return {text for text in TEXTS if text in str(state) or text in LINES}


LINES = ("97237770199", "7770199")  # the line's number without its signs


Swept = tuple[Town, Played, set[str], io.StringIO]
SHORT = (("collect", "--json"), ("doctor",), ("quarantine", "list"))
LONG = (
    *SHORT, ("collect",), ("doctor", "--json"), ("quarantine", "list", "--json"), ("refresh",), ("run", "--month", MONTH),
    ("close", "--month", MONTH), ("freshness",), ("rebuild",),
)  # fmt: skip


def sweep(swept: Swept, befalling: list[Callable[[Any], None]], commands: tuple[tuple[str, ...], ...]) -> None:
    """Let it all befall the town, then let it work, and look everywhere."""
    town, playing, sent, written = swept
    said = ""
    for number, befall in enumerate(befalling):
        for server in playing.servers().values():
            befall(server)
        for command in (("collect", *(["--json"] if number % 2 else [])), *([("doctor",)] if number < 2 else [])):
            ran = town.kehila(*command)
            assert ran.code == (2 if command == ("doctor",) else 1), ran
            said += ran.out + ran.err
        for server in playing.servers().values():
            server.drop_faults()
    sent |= plant(playing)
    for command in commands:
        ran = town.kehila(*command)
        said += f"{command}\n{ran.out}{ran.err}"
        assert "error of ours" not in ran.err, ran.err
        if command == ("collect", "--json"):
            assert {one["status"] for one in streams(ran).values()} == {"done"}, streams(ran)
    # The control: the canaries were on the wire, and the sweep finds them where they belong.
    assert wire(playing) == set(TEXTS) and sent >= set(all_canaries())
    assert {one for one, _ in found(town.folder, SWEPT)} >= set(SECRETS.values())
    assert hits(f"x {SWEPT[0]} y") == {SWEPT[0]} and "urllib3" in written.getvalue()
    # The sweep.
    assert found(town.folder, SWEPT, skip=OWN) == set()
    assert hits(columns(town)) == set()
    assert hits(said) == set()
    seen = hits(written.getvalue())
    lines = written.getvalue().splitlines() if seen else []
    assert [(one, line[:300]) for line in lines for one in hits(line, sorted(seen))][:9] == [] and not seen
    for sealed in (town.folder / "lake").glob("vault/**/*.sealed"):
        assert b"PK" not in sealed.read_bytes()[:4]


def test_nothing_of_it_is_left_anywhere(swept: Swept) -> None:
    every = faults(swept[1])
    sweep(swept, [every[0], every[5], every[-1]], SHORT)


@pytest.mark.long
def test_nothing_of_it_is_left_whatever_happens(swept: Swept) -> None:
    sweep(swept, faults(swept[1]), LONG)
    assert list((swept[0].folder / "output").rglob("*.xlsx"))


def test_no_exception_of_a_collector_holds_any_of_it(swept: Swept) -> None:
    town, playing, _, _ = swept
    store = open_store(load(town.folder / "kehila.toml"), today=NOW.date())
    window, raised = Window(NOW - FIRST_READ, NOW), 0
    leaks: set[tuple[str, str, str, str]] = set()
    for befall in faults(playing):
        for server in playing.servers().values():
            befall(server)
        for source, account in opened(store):
            for stream in source.streams:
                try:
                    list(stream().pages(source.open(account, PullReport()), window))
                except CollectorError as problem:
                    raised += 1
                    leaks |= {(source.name, stream.name, one, problem.code) for one in hits(everything_of(problem))}
        for server in playing.servers().values():
            server.drop_faults()
    assert raised > 100 and sorted(leaks, key=lambda leak: (leak[0], leak[3]))[:12] == []
    store.engine.dispose()


@pytest.mark.more
def test_nothing_of_it_is_left_by_google_analytics_over_grpc(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The transport towns use: refusals that quote, then good answers full of names, through the whole month."""
    quoted = f"{TEXTS[0]} {TEXTS[7]}1@home.example {' '.join(SECRETS.values())}"
    # gRPC's core lives by the machine's clock whatever day it is made here: its deadlines are of that clock.
    monkeypatch.setattr("grpc._channel._deadline", lambda wait: wait and escape_hatch.time.time() + wait)
    with every_logger_speaking() as written, played() as playing, without_waiting(monkeypatch) as waited:
        visits, answer = playing.visits, playing.visits.answer
        with GrpcServer(visits) as server:
            over_grpc = {"transport": "grpc", "base_url": server.base_url}
            folder = write_town(tmp_path / "town", playing, ("ga4",), ga4=over_grpc)
            town = Town(folder, entry_point(monkeypatch, capsys), waited)
            said, raised, refused = "", "", set()
            for status in (
                "UNAUTHENTICATED",
                "PERMISSION_DENIED",
                "RESOURCE_EXHAUSTED",
                "INVALID_ARGUMENT",
                "INTERNAL",
            ):

                def refuse(request: Any, status: str = status) -> Any:
                    raise Refused(status, quoted)

                monkeypatch.setattr(visits, "answer", refuse)
                ran = town.kehila("collect")
                assert ran.code == 1, ran
                said += ran.out + ran.err
                store = open_store(load(folder / "kehila.toml"), today=NOW.date())
                ((source, account),) = opened(store)
                with pytest.raises(CollectorError) as met:
                    list(source.streams[0]().pages(source.open(account, PullReport()), Window(NOW - FIRST_READ, NOW)))
                raised += everything_of(met.value)
                refused.add(met.value.code)
                store.engine.dispose()
            asked: list[Any] = []

            def answered(request: Any) -> Any:
                asked.append(answer(request))
                return asked[-1]

            monkeypatch.setattr(visits, "answer", answered)
            for command in (("collect", "--json"), ("doctor",), ("refresh",), ("freshness",)):
                ran = town.kehila(*command)
                said += ran.out + ran.err
                if command[0] == "collect":
                    assert {one["status"] for one in streams(ran).values()} == {"done"}, streams(ran)
    # The control: a name was on the wire, and so were the refusals.
    assert PATH_NAME in hits(repr(asked)) and len(refused) >= 4, refused
    assert found(town.folder, SWEPT, skip=OWN) == set() and hits(columns(town)) == set()
    assert hits(said) == set() and hits(raised) == set()
    lines = written.getvalue().splitlines()
    assert [line[:300] for line in lines if hits(line)][:9] == []


def everything_of(problem: BaseException) -> str:
    """An exception with all that hangs on it: text, form, arguments, attributes, traceback, causes and contexts."""
    told = "".join(traceback.format_exception(problem))
    chain: list[BaseException] = [problem]
    for one in chain:
        told += f"{one}\n{one!r}\n{one.args!r}\n{vars(one)!r}\n"
        chain += [other for other in (one.__cause__, one.__context__) if other is not None and other not in chain]
    return told


FLOWS = """
import logging
import time_machine
from datetime import datetime, timedelta
from pipeline.collect import collect as collecting; from flows import collect as c; from flows import runs as o
from collectors.service import PullReport, Window
collecting.FIRST_READ = timedelta(days=35)
logging.getLogger("urllib3").setLevel(logging.DEBUG)
o.RETRY_SECONDS[:] = [0.0]
NOW = datetime.fromisoformat(WHEN)
def at_that_time(work):
    def done(*given, **more):
        with time_machine.travel(NOW, tick=True):
            return work(*given, **more)
    return done
collecting.Pull.run = at_that_time(collecting.Pull.run)  # Prefect itself lives by the machine's clock
collecting.now = at_that_time(collecting.now)
def raw(store):
    for source, account in collecting.opened(store):
        for stream in source.streams:
            list(stream().pages(source.open(account, PullReport()), Window(NOW - timedelta(days=35), NOW)))
def bare():
    with o.running("Bare", CONFIG, "T1", 1) as (log, store):
        log.step("Raw", lambda: at_that_time(raw)(store))
works = [lambda: c.collect_flow(CONFIG, "T1"), lambda: o.refresh_flow(CONFIG, "T1")]
for work in [*works, *([o.flow(name="Bare", persist_result=False)(bare)] if FAILS else [])]:
    try:
        with o.without_heartbeat():
            work()
        print("went well")
    except Exception as problem:
        print("ended", type(problem).__name__, problem)
"""
"""The flows as they are deployed; where they fail, a collector's own error too, with nobody between it and Prefect."""


@pytest.mark.long
def test_prefect_learns_nothing_of_it_though_everything_speaks(tmp_path: Path) -> None:
    """The flows Collect and Refresh, the server's database and log; every logger that Prefect can be told of reports to it at DEBUG."""
    with played() as playing:
        sent = plant(playing)
        town = PrefectTown(write_town(tmp_path / "town", playing))
        town.settings |= {
            "PREFECT_LOGGING_LEVEL": "DEBUG",
            "PREFECT_LOGGING_EXTRA_LOGGERS": "urllib3,requests,google,collectors,flows",
        }
        said = ""
        try:
            town.start()
            for fails in (False, True):
                if fails:
                    for server in playing.servers().values():
                        faults(playing)[0](server)
                done = town.python(f"WHEN, FAILS = {NOW.isoformat()!r}, {fails}\n{FLOWS}")
                said += done.stdout + done.stderr
                ended = [line.split()[0] for line in done.stdout.splitlines() if line.startswith(("went", "ended"))]
                assert ended == (["ended", "went", "ended"] if fails else ["went", "went"]), (
                    done.stdout + done.stderr[-3000:]
                )
        finally:
            town.server.stop()
        with closing(sqlite3.connect(town.base / ".prefect/prefect.db")) as prefect:
            (heard,) = prefect.execute("select count(*) from log where name like 'urllib3%'").fetchone()
            (collected,) = prefect.execute("select count(*) from flow_run where name like 'Collect%'").fetchone()
        assert collected == 2 and heard > 50 and sent >= set(all_canaries())  # the control
        assert found(town.base, SWEPT, skip=OWN) == set()
        assert hits(said) == set()
