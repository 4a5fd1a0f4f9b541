"""Files that are to be destroyed, listed in the transaction that unlists them: a kill in between leaves none behind."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.create_table(
        "ledger_condemned",
        sa.Column("path", sa.String(200), nullable=False),
        sa.Column("authority", sa.String(8), nullable=False),
        sa.PrimaryKeyConstraint("path"),
    )
