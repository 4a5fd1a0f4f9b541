"""Goals of programmes, with what is concluded of their measures."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    op.create_table(
        "programme_goal",
        sa.Column("authority", sa.String(8), nullable=False),
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("programme", sa.String(200), nullable=False),
        sa.Column("goal", sa.String(200), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("indicator", "better")),
        sa.Column("since", sa.String(7), nullable=False),
        *(sa.Column(name, sa.Float(), nullable=True) for name in ("baseline", "target")),
        *(
            sa.Column(name, sa.String(), nullable=False)
            for name in ("until", "owner", "unit", "word", "reason", "fields", "pace")
        ),
        sa.Column("inputs", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("authority", "month", "programme", "goal"),
    )
