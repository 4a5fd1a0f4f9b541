"""Rows that say only what a pull covered stand in the ledger, without a file."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    op.add_column("ledger_segment", sa.Column("rows", sa.String(), nullable=False, server_default=""))
