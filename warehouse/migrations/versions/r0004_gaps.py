"""Stretches of time in which a source was not heard."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "ledger_gap",
        sa.Column("authority", sa.String(8), nullable=False),
        sa.Column("account", sa.String(120), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expected", sa.Integer(), nullable=True),
        sa.Column("heard", sa.Integer(), nullable=True),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("healed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind in ('receiver_down', 'silent', 'fewer_than_counted')", name="gap_kind"),
        sa.PrimaryKeyConstraint("authority", "account", "kind", "since"),
    )
