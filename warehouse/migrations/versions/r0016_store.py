"""Whose store this is: written when a store is opened first, so that another one's key, lake or database is refused."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.create_table(
        "ledger_store",
        sa.Column("name", sa.String(8), nullable=False),
        sa.Column("store", sa.String(32), nullable=False),
        sa.Column("key_check", sa.String(32), nullable=False),
        sa.Column("landings", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
