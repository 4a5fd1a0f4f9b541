"""How far the inbox is drained, the events that were seen, and the pulls they ask for."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "ledger_inbox",
        sa.Column("inbox", sa.String(40), nullable=False),
        sa.Column("position", sa.String(60), nullable=False),
        sa.PrimaryKeyConstraint("inbox"),
    )
    op.create_table(
        "ledger_event",
        sa.Column("authority", sa.String(8), nullable=False),
        sa.Column("account", sa.String(120), nullable=False),
        sa.Column("event", sa.String(64), nullable=False),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sealed_path", sa.String(200), nullable=False),
        sa.CheckConstraint("status in ('landed', 'waiting', 'aside')", name="event_status"),
        sa.PrimaryKeyConstraint("authority", "account", "event"),
    )
    op.create_index("ix_ledger_event_waiting", "ledger_event", ["status", "next_try_at"])
    op.create_table(
        "ledger_wish",
        sa.Column("authority", sa.String(8), nullable=False),
        sa.Column("account", sa.String(120), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("authority", "account", "due_at"),
    )
