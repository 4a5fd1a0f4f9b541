"""Which files of facts the whole suite was run over; those stored before wait for it once."""

import sqlalchemy as sa
from alembic import op

from warehouse.tables import UtcInstant

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    op.create_table(
        "ledger_validation",
        *(
            sa.Column(name, sa.String(size), nullable=False)
            for name, size in (
                ("authority", 8),
                ("fact", 40),
                ("month", 7),
                ("source", 40),
                ("sha256", 64),
                ("run", 64),
            )
        ),
        sa.Column("ended_at", UtcInstant(), nullable=False),
        sa.PrimaryKeyConstraint("authority", "fact", "month", "source"),
    )
