"""What the gate found, kept until it is resolved; and what each month amounts to, to compare later ones with."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.add_column("ledger_partition", sa.Column("profile", sa.String(), nullable=False, server_default=""))
    op.create_table(
        "ledger_check",
        sa.Column("authority", sa.String(8), primary_key=True),
        sa.Column("source", sa.String(40), primary_key=True),
        sa.Column("fact", sa.String(60), primary_key=True),
        sa.Column("month", sa.String(7), primary_key=True),
        sa.Column("rule", sa.String(80), primary_key=True),
        sa.Column("space", sa.String(160), primary_key=True),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), primary_key=True),
        sa.Column("verdict", sa.String(8), nullable=False),
        sa.Column("code", sa.String(60), nullable=False),
        sa.Column("arguments", sa.String(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolved_by", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.CheckConstraint("verdict in ('refused', 'held', 'aside', 'doubted')", name="check_verdict"),
    )
