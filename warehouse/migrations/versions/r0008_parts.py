"""Partitions of segments, units of staging, and the digest of a fact file's rows."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "ledger_part",
        sa.Column("path", sa.String(200), nullable=False),
        sa.Column("part", sa.String(60), nullable=False),
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("row_groups", sa.String(), nullable=False),
        sa.Column("records", sa.Integer(), nullable=False),
        sa.Column("first", sa.BigInteger(), nullable=True),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("path", "part", "month"),
    )
    op.create_table(
        "ledger_unit",
        sa.Column("authority", sa.String(8), nullable=False),
        sa.Column("source", sa.String(40), nullable=False),
        sa.Column("unit", sa.String(60), nullable=False),
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("carry", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("authority", "source", "unit", "month"),
    )
    op.add_column("ledger_partition", sa.Column("digest", sa.String(64), nullable=False, server_default=""))
