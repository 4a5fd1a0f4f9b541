"""Each way a database can refuse has its own sentence; what may pass is told from what may not."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, make_url, text

from tests.integration.prefect_town import free_port
from town.faults import FaultKind, describe
from warehouse.refusals import once_more
from warehouse.store import open_engine, transaction


def refused(work: Callable[[], object]) -> BaseException:
    with pytest.raises(Exception) as raised:
        work()
    return raised.value


def written(engine: Engine, statement: str = "create table one (n int)") -> None:
    with transaction(engine) as tx:
        tx.execute(text(statement))


def test_what_sqlite_refuses_is_told_apart(tmp_path: Path) -> None:
    said = {}
    (tmp_path / "broken.db").write_bytes(b"no database at all " * 400)
    (tmp_path / "folder.db").mkdir()
    for name in ("broken", "folder"):
        said[name] = describe(refused(lambda name=name: written(open_engine(f"sqlite:///{tmp_path}/{name}.db"))))  # type: ignore[misc]
    small = open_engine(f"sqlite:///{tmp_path}/small.db")
    written(small)
    with small.connect() as connection:
        raw: Any = connection.connection.dbapi_connection
        raw.execute("pragma max_page_count = 3")
    said["full"] = describe(refused(lambda: written(small, "create table two as select randomblob(90000) as b")))
    said["ours"] = describe(refused(lambda: written(small, "insert into nothing values (1)")))
    found = {name: (fault.kind, fault.sentence) for name, fault in said.items()}
    assert "damaged" in found["broken"][1] and found["broken"][0] is FaultKind.DATA
    assert "cannot be reached" in found["folder"][1] and found["folder"][0] is FaultKind.PASSING
    assert "disk of the database is full" in found["full"][1] and found["full"][0] is FaultKind.PASSING
    assert "an error of ours" in found["ours"][1] and found["ours"][0] is FaultKind.OURS


def test_what_postgresql_refuses_is_told_apart(postgres: Any) -> None:
    url = make_url(postgres("refusals"))
    engine, other = (
        open_engine(url.render_as_string(hide_password=False)),
        open_engine(url.render_as_string(hide_password=False)),
    )
    written(engine, "create table one (n int primary key)")
    written(engine, "insert into one values (1), (2)")
    admin = engine.execution_options(isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text("drop role if exists guest"))
        connection.execute(text("create role guest login"))
    nowhere = open_engine(f"postgresql+psycopg://guest@127.0.0.1:{free_port()}/x")
    absent = open_engine(url.set(database="no_such_town").render_as_string(hide_password=False))
    guest = open_engine(url.set(username="guest").render_as_string(hide_password=False))

    def lose() -> None:
        with transaction(other) as tx:
            pid = tx.execute(text("select pg_backend_pid()")).scalar()
            with admin.connect() as connection:
                connection.execute(text("select pg_terminate_backend(:pid)"), {"pid": pid})
            tx.execute(text("select 1"))

    def busy() -> None:
        with transaction(engine) as first, transaction(other) as tx:
            first.execute(text("lock table one"))
            tx.execute(text("set local lock_timeout = '50ms'"))
            tx.execute(text("select * from one"))

    faults = {
        "cannot be reached": lambda: written(nowhere),
        "cannot be  reached": lambda: written(absent),
        "is not writable": lambda: written(guest, "insert into one values (7)"),
        "was lost": lose,
        "is busy": busy,
        "is  not writable": lambda: written(engine, "set transaction read only; insert into one values (8)"),
        "an error of ours": lambda: written(engine, "insert into one values (1)"),
    }
    told = {words: describe(refused(work)) for words, work in faults.items()}
    for words, fault in told.items():
        assert " ".join(words.split()) in fault.sentence, (words, fault)
    passing = {words for words, fault in told.items() if fault.kind is FaultKind.PASSING}
    assert passing == {"cannot be reached", "cannot be  reached", "was lost", "is busy"}
    for one in (engine, other, nowhere, absent, guest):
        one.dispose()


def test_what_can_be_done_twice_is_when_its_connection_is_lost(postgres: Any) -> None:
    engine, admin = (open_engine(url) for url in [postgres("lost")] * 2)
    tries = []

    def work() -> int:
        with transaction(engine) as tx:
            tries.append(pid := int(tx.execute(text("select pg_backend_pid()")).scalar() or 0))
            if len(tries) == 1:
                with transaction(admin) as kill:
                    kill.execute(text("select pg_terminate_backend(:pid)"), {"pid": pid})
            return int(tx.execute(text("select 7")).scalar() or 0)

    assert (once_more(work), len(set(tries))) == (7, 2)
    with pytest.raises(ZeroDivisionError):
        once_more(lambda: 1 // 0)
    engine.dispose()
    admin.dispose()
