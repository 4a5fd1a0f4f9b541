"""The figure that speaks for an indicator, its words by verdict, what a town asks of it, and what page one claims."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"

TEXTS = ("unit_words", "when_rise", "when_fall", "when_steady")


def upgrade() -> None:
    for name in ("headline", *(f"{text}_{language}" for text in TEXTS for language in ("he", "ar", "en"))):
        op.add_column("dim_indicator", sa.Column(name, sa.String(), nullable=False, server_default=""))
    op.add_column("verdict", sa.Column("claim", sa.Integer(), nullable=False, server_default="0"))
    op.create_table(
        "dim_choice",
        sa.Column("authority", sa.String(8), nullable=False),
        sa.Column("indicator", sa.String(60), nullable=False),
        sa.Column("lead", sa.Integer(), nullable=False),
        sa.Column("target", sa.Float(), nullable=True),
        sa.Column("minimum_effect", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("authority", "indicator"),
    )
