"""What all towns of an installation stand on, tried without changing anything: disk, clock, database, key, secrets,
file modes, version.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine, func, select, text

from collectors.service import Finding
from pipeline.land.drop_folder import drop_folder
from town.config import Config
from town.faults import describe
from town.store import SQLITE, warehouse_url
from town.version import running_version
from warehouse.keys import KeyProblem, load_root_key, load_secret
from warehouse.ledger import core, now
from warehouse.ledger_tables import PullRow, RunRow
from warehouse.migrations import HEAD, NewerStore, OlderStore, is_known, revision_of
from warehouse.sqlite import sqlite3
from warehouse.store import WAL_SAFE, open_engine, transaction

CLOCKS_DIFFER = timedelta(minutes=15)
GROUP, OTHERS = 0o077, 0o007
"""Bits of a file's mode that let others than its owner in, and others than its owner's group."""


def installation(config: Config) -> Iterator[Finding]:
    """One finding a check, each with what to do where it is not well."""
    yield Finding(running_version(), "ok")
    yield _key(config)
    yield from _secrets(config)
    yield from _modes(config)
    yield _disk(config)
    yield from _database(config)


def _key(config: Config) -> Finding:
    try:
        load_root_key(config.keys.root, config.base)
    except KeyProblem as problem:
        return Finding("root key", "fail", str(problem))
    return Finding("root key", "ok")


def _secrets(config: Config) -> Iterator[Finding]:
    """Those of no account; an account says itself what it lacks."""
    given = {f"[push.{name}] {key}": one for name, to in config.push.items() for key, one in to.references.items()}
    given |= {"[notify] webhook": config.notify.webhook, "[notify] mail": config.notify.mail}
    for section, bucket in (("[backup]", config.backup), ("[lake]", config.lake)):
        given |= {f"{section} {name}": one for name, one in bucket.references.items()}
    for place, reference in given.items():
        if reference:
            try:
                load_secret(reference, config.base)
            except KeyProblem as problem:
                yield Finding(f"secret of {place}", "fail", str(problem))
            else:
                yield Finding(f"secret of {place}", "ok")


def _modes(config: Config) -> Iterator[Finding]:
    """Whether this user may write where it has to, and others may not read what is not for them."""
    base = config.base
    drops = {drop_folder(config, one.code) for one in config.authority} - {None}
    lake = [] if "://" in config.store.lake else [base / config.store.lake]
    places = [base, *lake, base / config.store.output, *sorted(one for one in drops if one)]
    shut = [_shown(one, base) for one in places if one.exists() and not os.access(one, os.W_OK | os.X_OK)]
    if shut:
        yield Finding("folders can be written", "fail", f"let this user write {', '.join(shut)}")
    else:
        yield Finding("folders can be written", "ok")
    mine = [base / "keys", *(base / one for one in _secret_files(config)), *lake, base / "inbox"]
    mine += sorted(one for one in drops if one)
    open_to_others = [one for one in mine if one.exists() and one.stat().st_mode & GROUP]
    database = _database_file(config)
    if database is not None and database.exists() and database.stat().st_mode & OTHERS:
        open_to_others.append(database)  # its group may be BI's
    if open_to_others:
        names = " ".join(dict.fromkeys(_shown(one, base) for one in open_to_others))
        yield Finding("others cannot read what is private", "warn", f"others may read it: chmod go-rwx {names}")
    else:
        yield Finding("others cannot read what is private", "ok")


def _secret_files(config: Config) -> list[str]:
    sections = [one for accounts in config.source.values() for one in accounts.values()]
    references = [config.keys.root, config.notify.webhook, config.notify.mail]
    references += [
        *config.backup.references.values(),
        *config.lake.references.values(),
        *(one for to in config.push.values() for one in to.references.values()),
    ]
    references += [reference for one in sections for reference in one.secrets.values()]
    return sorted({one.removeprefix("file:") for one in references if one.startswith("file:")})


def _shown(path: Path, base: Path) -> str:
    return path.relative_to(base).as_posix() if path.is_relative_to(base) else path.name


def _disk(config: Config) -> Finding:
    usage = shutil.disk_usage(config.base)
    free, wanted = usage.free >> 20, config.check.disk_mb
    what = f"disk: {free:,} MB free"
    if free < wanted:
        return Finding(what, "fail", f"free some space: less than {wanted:,} MB ([check] disk_mb)")
    return Finding(what, "ok")


def _database_file(config: Config) -> Path | None:
    url = warehouse_url(config)
    return Path(url.removeprefix(SQLITE)) if url.startswith(SQLITE) else None


def _database(config: Config) -> Iterator[Finding]:
    """Whether it can be reached and written and is of this release; what it knows of the time, too."""
    file = _database_file(config)
    if file is not None and not file.exists():
        yield Finding("database: none yet, the first command makes it", "ok")
        yield _clock(config, None)
        return
    if file is not None and sqlite3.sqlite_version_info < WAL_SAFE:
        least = ".".join(map(str, WAL_SAFE))
        remedy = f"readers and writers wait for one another; install pysqlite3, or a SQLite of {least} or later"
        yield Finding(f"SQLite {sqlite3.sqlite_version}", "warn", remedy)
    engine = open_engine(warehouse_url(config))
    is_present = False
    try:
        revision = revision_of(engine)
        is_present = revision == HEAD
        with transaction(engine):
            pass
        if revision is not None and not is_known(revision):
            yield Finding("database", "fail", str(NewerStore()))
        elif revision is not None and not is_present:
            yield Finding("database", "warn", str(OlderStore()))
        else:
            yield Finding(f"database: {engine.dialect.name}, can be written", "ok")
    except Exception as problem:  # noqa: BLE001 (whatever it is, it is this check's, and the others go on)
        yield Finding("database", "fail", describe(problem, config).sentence)
    try:
        yield _clock(config, engine if is_present else None)
    finally:
        engine.dispose()


def _clock(config: Config, engine: Engine | None) -> Finding:
    """Whether anything bears a time that has not come yet: then this clock, or the one before it, is wrong."""
    seen = {"kehila.toml": _changed(config.base / "kehila.toml"), "the root key": _changed(config.base / "keys")}
    if engine is not None:
        with engine.connect() as connection:
            for what, column in (("a run", core(RunRow).c.started_at), ("a pull", core(PullRow).c.started_at)):
                seen[what] = connection.execute(select(func.max(column))).scalar()
            if engine.dialect.name == "postgresql":
                server = connection.execute(text("select now()")).scalar_one()
                seen["PostgreSQL's clock"] = server
                if now() - server > CLOCKS_DIFFER:
                    return Finding("clock", "fail", f"it is ahead of PostgreSQL's, which says {server:%Y-%m-%d %H:%M}")
    ahead = [(what, at) for what, at in seen.items() if at is not None and at - now() > CLOCKS_DIFFER]
    if ahead:
        what, at = max(ahead, key=lambda one: one[1])
        remedy = f"{what} is of {at:%Y-%m-%d %H:%M} UTC, which has not come yet; set the machine's clock (NTP)"
        return Finding(f"clock: {now():%Y-%m-%d %H:%M} UTC", "fail", remedy)
    return Finding(f"clock: {now():%Y-%m-%d %H:%M} UTC", "ok")


def _changed(path: Path) -> datetime | None:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC) if path.exists() else None
