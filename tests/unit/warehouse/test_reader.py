"""A role for BI on PostgreSQL: it reads every view and nothing else, whatever it tries, until it may no more."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import Engine, create_engine, make_url, text
from sqlalchemy.exc import DBAPIError

from warehouse.bi.reader import ReaderRefused, let_go, let_read
from warehouse.bi.views import SCHEMA, make_views, views
from warehouse.migrations import upgrade
from warehouse.store import LEDGER_TABLES, WAREHOUSE_TABLES, open_engine, transaction

READER = "bi_reader"


@pytest.fixture
def town(postgres: Callable[[str], str]) -> Iterator[Engine]:
    engine = open_engine(postgres("reader"))
    upgrade(engine)
    yield engine
    with transaction(engine) as tx:
        for name in (READER, "other_role"):
            if tx.execute(text("select 1 from pg_roles where rolname = :name"), {"name": name}).scalar():
                tx.execute(text(f"drop owned by {name}"))
                tx.execute(text(f"drop role {name}"))
    engine.dispose()


def as_reader(town: Engine) -> Engine:
    """A connection of its own as the reader, as a tool opens it. The server trusts whoever is on this machine."""
    return create_engine(
        make_url(str(town.url.render_as_string(hide_password=False))).set(username=READER, password="any")
    )


def refused(reader: Engine, statement: str) -> str:
    with reader.connect() as connection:
        connection.execute(text("set default_transaction_read_only = off"))  # as anybody may
        connection.commit()
        with pytest.raises(DBAPIError) as problem:
            connection.execute(text(statement))
    return str(getattr(problem.value.orig, "sqlstate", ""))


@pytest.mark.more
def test_it_reads_every_view_and_nothing_else_and_writes_nowhere(town: Engine) -> None:
    assert let_read(town, READER) is True and let_read(town, READER) is False, "it may be done again"
    reader = as_reader(town)
    with reader.connect() as connection:
        for one in views():
            assert list(connection.execute(text(f"select * from {one.name}")).keys()) == list(one.columns), (
                "by its name alone"
            )
        assert connection.execute(text("show statement_timeout")).scalar() == "5min"
    for table in (*WAREHOUSE_TABLES, *LEDGER_TABLES):
        assert refused(reader, f"select * from public.{table.__tablename__}") == "42501", table.__tablename__
    for statement in (
        "insert into kehila_bi.v_month values ('2026-10')", "delete from kehila_bi.v_status",
        "update kehila_bi.v_status set name_he = ''", "create table kehila_bi.own (a int)", "create table public.own (a int)",
        "create view kehila_bi.own as select 1", "drop view kehila_bi.v_status", f"alter schema {SCHEMA} rename to x",
        "select pg_read_file('/etc/passwd')", "copy (select 1) to program 'true'",
    ):  # fmt: skip
        assert refused(reader, statement) == "42501", statement
    reader.dispose()
    with reader.connect() as connection:
        assert connection.execute(text("show default_transaction_read_only")).scalar() == "on"
    reader.dispose()


@pytest.mark.more
def test_views_of_later_releases_are_its_own_too_and_it_may_be_sent_away(town: Engine) -> None:
    let_read(town, READER)
    with transaction(town) as tx:
        tx.execute(text(f"create view {SCHEMA}.later as select 1 as one"))
        make_views(tx)
    reader = as_reader(town)
    with reader.connect() as connection:
        assert connection.execute(text("select one from later")).scalar() == 1
    let_go(town, READER)
    assert refused(reader, f"select * from {SCHEMA}.v_month") == "42501"
    with transaction(town) as tx:
        tx.execute(text(f"create view {SCHEMA}.latest as select 1 as one"))
    assert refused(reader, f"select * from {SCHEMA}.latest") == "42501"
    with pytest.raises(ReaderRefused, match="no role"):
        let_go(town, "nobody_there")
    reader.dispose()


@pytest.mark.more
def test_who_could_do_more_is_refused_with_the_reason_and_nothing_changes(town: Engine) -> None:
    with transaction(town) as tx:
        own = str(tx.execute(text("select current_user")).scalar())
        tx.execute(text("create role other_role login"))
        tx.execute(text("grant select on indicator_value to other_role"))
    for name, why in (
        (own, "itself|no name"), ("other_role", "could read public.indicator_value"), ("pg_monitor", "no name"),
        ("x; drop schema public", "no name"), ('"x"', "no name"), ("Reader", "no name"), ("", "no name"),
    ):  # fmt: skip
        with pytest.raises(ReaderRefused, match=why):
            let_read(town, name)
    with town.connect() as connection:
        granted = "select has_schema_privilege('other_role', 'kehila_bi', 'usage')"
        assert connection.execute(text(granted)).scalar() is False
    with transaction(town) as tx:
        tx.execute(text("revoke all on indicator_value from other_role"))
        tx.execute(text("alter role other_role createdb"))
    with pytest.raises(ReaderRefused, match="more than read"):
        let_read(town, "other_role")
    with transaction(town) as tx:
        tx.execute(text("alter role other_role nocreatedb"))
        tx.execute(text("grant create on schema public to other_role"))
    with pytest.raises(ReaderRefused, match="could write into public"):
        let_read(town, "other_role")


@pytest.mark.more
def test_where_kehila_may_make_no_roles_it_says_who_can(town: Engine) -> None:
    with transaction(town) as tx:
        tx.execute(text("create role other_role login"))
        tx.execute(text(f"grant all on schema {SCHEMA} to other_role"))
    plain = create_engine(
        make_url(town.url.render_as_string(hide_password=False)).set(username="other_role", password="any")
    )
    with pytest.raises(ReaderRefused, match="administrator run"):
        let_read(plain, READER)
    plain.dispose()


def test_sqlite_has_no_roles_and_says_what_there_is_instead() -> None:
    engine = open_engine("sqlite://")
    for ask in (let_read, let_go):
        with pytest.raises(ReaderRefused, match="docs/bi"):
            ask(engine, READER)
