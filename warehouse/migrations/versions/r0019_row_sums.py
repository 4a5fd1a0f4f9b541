"""What the rows of each table of SQLite come to: `upgrade` begins to keep it."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    op.create_table(
        "ledger_row_sum",
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
