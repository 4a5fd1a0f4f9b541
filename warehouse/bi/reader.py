"""Who reads the views for BI on PostgreSQL: a role that may read them and nothing else, until the town says no."""

from __future__ import annotations

import re

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import ProgrammingError

from warehouse.bi.views import SCHEMA
from warehouse.store import transaction

NAME = re.compile(r"(?!pg_)[a-z_][a-z0-9_]{0,62}")
TIMEOUT = "5min"
"""How long one question of a reader may take."""
PRIVILEGES = "select, insert, update, delete, truncate, references, trigger"
_OTHERS = f"""
select n.nspname || '.' || c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'v', 'm', 'p', 'f') and n.nspname not in ('{SCHEMA}', 'pg_catalog', 'information_schema')
    and n.nspname not like 'pg_toast%' and has_schema_privilege(:name, n.oid, 'usage')
    and has_table_privilege(:name, c.oid, '{PRIVILEGES}')
order by 1
"""  # noqa: S608
_WRITES = f"""
select relname from pg_class where relnamespace = '{SCHEMA}'::regnamespace
    and has_table_privilege(:name, oid, 'insert, update, delete, truncate')
union all
select nspname from pg_namespace where nspname not like 'pg_%' and nspname <> 'information_schema'
    and has_schema_privilege(:name, oid, 'create')
"""  # noqa: S608


class ReaderRefused(Exception):
    """The role cannot be made a reader, or not as asked. The message says why and what to do; nothing was changed."""


def let_read(engine: Engine, name: str) -> bool:
    """Let a role read the views, and only them; makes it where there is none. Gives whether it was made.

    Views of later releases are its own to read, too. Raises ReaderRefused.
    """
    _refuse_name(engine, name)
    try:
        with transaction(engine) as tx:
            is_new = not _is_there(tx, name)
            if is_new:
                tx.execute(text(f"create role {name} login"))
            if more := _more_than_a_reader(tx, name):
                raise ReaderRefused(f"{name} {more}; name another role: kehila bi --reader NAME makes it")
            for step in (
                f"grant usage on schema {SCHEMA} to {name}",
                f"grant select on all tables in schema {SCHEMA} to {name}",
                f"alter default privileges in schema {SCHEMA} grant select on tables to {name}",
                f"alter role {name} set search_path = {SCHEMA}",
                f"alter role {name} set default_transaction_read_only = on",
                f"alter role {name} set statement_timeout = '{TIMEOUT}'",
            ):
                tx.execute(text(step))
            if others := [*tx.execute(text(_OTHERS), {"name": name}).scalars()]:
                raise ReaderRefused(
                    f"{name} could read {', '.join(others[:3])} beside the views; take that from it and from everybody "
                    "(public), or name another role"
                )
            if writes := [*tx.execute(text(_WRITES), {"name": name}).scalars()]:
                raise ReaderRefused(
                    f"{name} could write into {', '.join(writes[:3])}; take that from it and from everybody, as in "
                    "`revoke create on schema public from public`, or name another role"
                )
    except ProgrammingError as problem:
        raise _refused(problem, name) from None
    return is_new


def let_go(engine: Engine, name: str) -> None:
    """Take from a role what `let_read` gave it; it stays, and may read nothing here. Raises ReaderRefused."""
    _refuse_name(engine, name)
    try:
        with transaction(engine) as tx:
            if not _is_there(tx, name):
                raise ReaderRefused(f"there is no role {name}")
            for step in (
                f"alter default privileges in schema {SCHEMA} revoke select on tables from {name}",  # noqa: S608
                f"revoke all on all tables in schema {SCHEMA} from {name}",
                f"revoke all on schema {SCHEMA} from {name}",
            ):
                tx.execute(text(step))
    except ProgrammingError as problem:
        raise _refused(problem, name) from None


def _refuse_name(engine: Engine, name: str) -> None:
    if engine.dialect.name != "postgresql":
        raise ReaderRefused(
            "SQLite has no roles: who may read the file reads it all; open it for reading alone, as docs/bi.md says, "
            "or hand out the package's Parquet"
        )
    if not NAME.fullmatch(name):
        raise ReaderRefused(
            f"{name!r} is no name for a role: small letters a to z, digits and _, not beginning with pg_"
        )


def _is_there(tx: Connection, name: str) -> bool:
    return tx.execute(text("select 1 from pg_roles where rolname = :name"), {"name": name}).scalar() is not None


def _more_than_a_reader(tx: Connection, name: str) -> str:
    """Why a role can never be a mere reader, '' where it can."""
    role = tx.execute(
        text(
            "select rolsuper, rolcreaterole, rolcreatedb, rolbypassrls, rolname = current_user as is_own,"
            " (select count(*) from pg_auth_members m where m.member = r.oid) as memberships"
            " from pg_roles r where rolname = :name"
        ),
        {"name": name},
    ).one()
    if role.is_own:
        return "is the role Kehila itself writes as"
    if role.rolsuper or role.rolcreaterole or role.rolcreatedb or role.rolbypassrls:
        return "may do more than read (superuser, create role, create database or bypass row security)"
    return "is a member of other roles and has what they have" if role.memberships else ""


def _refused(problem: ProgrammingError, name: str) -> ReaderRefused:
    if getattr(problem.orig, "sqlstate", "") == "42501":
        return ReaderRefused(
            "the role Kehila writes as may not make or change roles; let the database's administrator run "
            f"`alter role KEHILA createrole`, with its name, and `grant {name} to KEHILA with admin option` where "
            f"{name} is there already; then ask again"
        )
    raise problem
