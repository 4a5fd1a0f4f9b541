"""What staging left out of the facts, counted by reason."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "ledger_skipped",
        sa.Column("authority", sa.String(8), nullable=False),
        sa.Column("source", sa.String(40), nullable=False),
        sa.Column("stream", sa.String(60), nullable=False),
        sa.Column("fact", sa.String(60), nullable=False),
        sa.Column("space", sa.String(80), nullable=False),
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("code", sa.String(60), nullable=False),
        sa.Column("subject", sa.String(60), nullable=False),
        sa.Column("records", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("authority", "source", "stream", "fact", "space", "month", "code", "subject"),
    )
