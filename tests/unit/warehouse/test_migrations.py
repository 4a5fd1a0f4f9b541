"""What a migration makes of rows that were there before it."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import text

from texts import LANGUAGES, kept_error
from warehouse import migrations
from warehouse.store import open_engine

SEALED = {
    "vault/T/1f.sealed": "file",
    "": "file",
    "vault/T/records/1f.sealed": "record",
    "vault/T/events/1f.sealed": "event",
}


@pytest.mark.parametrize("path", SEALED)
def test_what_is_sealed_gets_its_kind(tmp_path: Path, path: str) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'old.db'}")
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0005")
        row = {
            "item": "i", "authority": "T", "source": "brevo.brevo_campaign", "place": "p", "code": "c", "message_en": "",
            "message_he": "", "status": "open", "attempts": 1, "sealed_path": path, "run": "r",
            "at": datetime.now(UTC),
        }  # fmt: skip
        names = ", ".join(name for name in row if name != "at")
        values = ", ".join(f":{name}" for name in row if name != "at")
        insert = f"insert into ledger_quarantine ({names}, first_seen_at) values ({values}, :at)"
        connection.execute(text(insert), row)
        fact = {**row, "item": "f", "source": "fact:whatsapp", "sealed_path": ""}
        connection.execute(text(insert), fact)
    migrations.upgrade(engine)
    with engine.connect() as connection:
        kinds = {row.item: row.kind for row in connection.execute(text("select item, kind from ledger_quarantine"))}
    engine.dispose()
    assert kinds == {"i": SEALED[path], "f": "fact"}


def test_what_old_rows_said_is_still_said(tmp_path: Path) -> None:
    """Pulls and items of a release that kept sentences, and a file's and an answer's emptiness told apart since."""
    engine = open_engine(f"sqlite:///{tmp_path / 'old.db'}")
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0006")
        item = {"i": 'a "text"', "he": "טקסט", "at": datetime.now(UTC)}
        connection.execute(
            text(
                "insert into ledger_quarantine (item, authority, source, kind, place, code, message_en, message_he, status, "
                "attempts, first_seen_at, sealed_path, run) values ('i', 'T', 's', 'file', 'p', 'c', :i, :he, 'open', 1, "
                ":at, '', 'r')"
            ),
            item,
        )
        pull = (
            "insert into ledger_pull (run, authority, source, account, stream, until, is_backfill, started_at, ended_at, "
            "status, code, reason, records, quarantined, calls, bytes) values "
            "(:run, 'T', 's', 'a', 't', :at, false, :at, :at, :status, :code, :reason, 0, 0, 1, 0)"
        )
        for run, status, code, reason in (("1", "suspect", "empty", "nothing came"), ("2", "done", "", "")):
            row = {"run": run, "status": status, "code": code, "reason": reason, "at": datetime.now(UTC)}
            connection.execute(text(pull), row)
    migrations.upgrade(engine)
    with engine.connect() as connection:
        (old,) = connection.execute(text("select code, arguments from ledger_quarantine"))
        pulls = connection.execute(text("select code, arguments from ledger_pull order by run")).all()
    engine.dispose()
    assert [kept_error(*old, language) for language in LANGUAGES] == ["טקסט", 'a "text"', 'a "text"']
    assert kept_error(*pulls[0], "he") == "nothing came" and pulls[0].code == "empty_answer"
    assert tuple(pulls[1]) == ("", "{}")
