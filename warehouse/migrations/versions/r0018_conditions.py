"""What fails or is to be looked at, once it was told: a notice goes out when it begins and when it is over."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.create_table(
        "ledger_condition",
        sa.Column("authority", sa.String(8), nullable=False),
        sa.Column("about", sa.String(120), nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("level", sa.String(4), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("authority", "about", "code"),
    )
