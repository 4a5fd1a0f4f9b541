"""Landed segments may lie together in one file."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    op.add_column("ledger_segment", sa.Column("file", sa.String(length=200), nullable=False, server_default=""))
