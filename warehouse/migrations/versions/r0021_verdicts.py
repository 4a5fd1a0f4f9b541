"""Verdicts of headlines, and the series they were made from."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    op.create_table(
        "verdict",
        sa.Column("authority", sa.String(8), nullable=False),
        sa.Column("indicator", sa.String(60), nullable=False),
        sa.Column("month", sa.String(7), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("word", "reason", "fields")),
        sa.Column("complete_month", sa.String(7), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("pace", "rule")),
        sa.Column("held", sa.Integer(), nullable=False),
        *(
            sa.Column(name, sa.Float(), nullable=True)
            for name in ("effect", "strength", "p", "autocorrelation", "centre", "lower", "upper")
        ),
        sa.Column("is_trial", sa.Boolean(), nullable=False),
        sa.Column("baseline", sa.String(), nullable=False),
        sa.Column("inputs", sa.String(64), nullable=False),
        sa.Column("definition_version", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("authority", "indicator", "month"),
    )
    op.create_table(
        "verdict_series",
        sa.Column("authority", sa.String(8), nullable=False),
        sa.Column("indicator", sa.String(60), nullable=False),
        sa.Column("series", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("authority", "indicator"),
    )
