"""What staff write of indicators."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    op.create_table(
        "follow_up",
        sa.Column("authority", sa.String(8), nullable=False),
        sa.Column("indicator", sa.String(60), nullable=False),
        sa.Column("month", sa.String(7), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("note", "action", "owner")),
        sa.Column("review_day", sa.Date(), nullable=True),
        sa.Column("target", sa.Float(), nullable=True),
        sa.Column("target_day", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("authority", "indicator", "month"),
    )
