"""What a migration makes of rows that were there before it."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import text

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
