"""Pulls and quarantined items keep codes with arguments; the sentences of old rows are kept as they were said."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

SENTENCES = {"ledger_pull": ("run", ("reason",)), "ledger_quarantine": ("item", ("message_en", "message_he"))}
"""Table -> its key, and the columns of its sentences: English, then Hebrew."""


def upgrade() -> None:
    op.add_column("ledger_pull", sa.Column("arguments", sa.String(), nullable=False, server_default="{}"))
    connection = op.get_bind()
    # A file that is empty and an answer that is had one code.
    connection.execute(
        sa.text("update ledger_pull set code = 'empty_answer' where code = 'empty' and status = 'suspect'")
    )
    for table, (key, columns) in SENTENCES.items():
        found = connection.execute(sa.text(f"select {key}, {', '.join(columns)} from {table} where {columns[0]} <> ''"))  # noqa: S608
        for row, *sentences in found.all():
            said = dict(zip(("said", "said_he"), sentences, strict=False))
            connection.execute(
                sa.text(f"update {table} set arguments = :said where {key} = :row"),  # noqa: S608
                {"said": json.dumps(said, ensure_ascii=False), "row": row},
            )
        for column in columns:
            op.drop_column(table, column)
