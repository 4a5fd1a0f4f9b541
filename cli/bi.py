"""What BI tools connect with: files that name the database, and on PostgreSQL the role they read as."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from cli.answers import Answer, answering
from cli.session import Misuse, Session

if TYPE_CHECKING:
    from sqlalchemy import URL


@click.command()
@click.option("--reader", metavar="ROLE", help="A role of PostgreSQL to let read the views, and nothing else.")
@click.option("--revoke", "is_revoked", is_flag=True, help="Take from ROLE what it was given.")
@answering
def bi(session: Session, reader: str | None, is_revoked: bool) -> Answer:
    """Files BI tools connect with, and who may read.

    Writes output/bi/: kehila.dsn for ODBC, and for PostgreSQL kehila.pbids, which opens in Power BI. No file holds a
    password. With --reader the role is made where there is none, and may read the views of kehila_bi and of later
    releases, and nothing else: no table, no fact, no person's key; give it a password in psql. It may be done again.

    \b
    Examples:
      kehila bi
      kehila bi --reader bi
      kehila bi --reader bi --revoke
    """
    from warehouse.bi.reader import ReaderRefused, let_go, let_read

    if is_revoked and not reader:
        raise Misuse("name the role: kehila bi --reader ROLE --revoke")
    store = session.store()
    url = store.engine.url
    told = []
    try:
        if reader and is_revoked:
            let_go(store.engine, reader)
            told.append(f"{reader} reads nothing here any more; `drop role {reader}` in psql ends it")
        elif reader:
            is_new = let_read(store.engine, reader)
            told.append(f"{reader} reads the views of kehila_bi and nothing else")
            told += [f"it has no password yet: in psql, \\password {reader}"] if is_new else []
    except ReaderRefused as problem:
        raise Misuse(str(problem)) from None
    folder = store.output / "bi"
    folder.mkdir(parents=True, exist_ok=True)
    files = connection_files(url, reader or "bi")
    for name, content in files.items():
        (folder / name).write_text(content, encoding="utf-8", newline="")
        told.append(f"wrote {folder / name}")
    return Answer(
        {"reader": reader, "revoked": is_revoked, "files": [str(folder / name) for name in files]}, lambda: told
    )


def connection_files(url: URL, reader: str) -> dict[str, str]:
    """Name -> content of the files that say to a tool where the database is. None holds a password."""
    if url.get_backend_name() == "sqlite":
        lines = ["[ODBC]", "DRIVER=SQLite3", f"Database={url.database}", "NoTXN=1", "Timeout=60000"]
        return {"kehila.dsn": "\r\n".join([*lines, ""])}
    host, port = url.host or "127.0.0.1", url.port or 5432
    lines = ["[ODBC]", "DRIVER=PostgreSQL Unicode", f"Servername={host}", f"Port={port}", f"Database={url.database}"]
    lines += [f"Username={reader}", "ReadOnly=1"]
    address = {"server": f"{host}:{port}", "database": url.database}
    connection = {"details": {"protocol": "postgresql", "address": address}, "options": {}, "mode": "Import"}
    return {
        "kehila.dsn": "\r\n".join([*lines, ""]),
        "kehila.pbids": json.dumps({"version": "0.1", "connections": [connection]}, indent=2) + "\n",
    }
