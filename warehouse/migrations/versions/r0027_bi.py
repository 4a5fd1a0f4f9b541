"""What BI reads beside the values: months, codes in words, headlines with their sentences, the dictionary."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"

FIRST_DAY = sa.Date().with_variant(sa.DateTime(), "sqlite")
NAMES = ("name_he", "name_ar", "name_en")


def upgrade() -> None:
    op.create_table(
        "dim_month",
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("date", FIRST_DAY, nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("year", "quarter", "month_of_year", "number")),
        sa.Column("year_before", sa.String(7), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in NAMES),
        *(sa.Column(name, sa.Float(), nullable=False) for name in ("feast_share", "ramadan_share")),
        sa.PrimaryKeyConstraint("month"),
    )
    op.create_table(
        "dim_town_month",
        sa.Column("authority", sa.String(8), nullable=False),
        sa.Column("month", sa.String(7), nullable=False),
        *(sa.Column(name, sa.Boolean(), nullable=False) for name in ("has_holiday", "has_emergency")),
        sa.PrimaryKeyConstraint("authority", "month"),
    )
    op.create_table(
        "dim_code",
        sa.Column("key", sa.String(16), nullable=False),
        sa.Column("authority", sa.String(8), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("code", *NAMES)),
        sa.PrimaryKeyConstraint("key", "authority", "kind"),
    )
    op.create_table(
        "dim_column",
        *(sa.Column(name, sa.String(63), nullable=False) for name in ("relation", "column_name")),
        sa.Column("place", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in (*NAMES, "description", "relation_description")),
        sa.PrimaryKeyConstraint("relation", "column_name"),
    )
    op.create_table(
        "headline",
        sa.Column("authority", sa.String(8), nullable=False),
        sa.Column("indicator", sa.String(60), nullable=False),
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("date", FIRST_DAY, nullable=False),
        sa.Column("part", sa.String(60), nullable=False),
        sa.Column("year_before", sa.String(7), nullable=False),
        *(sa.Column(name, sa.Float(), nullable=True) for name in ("change", "change_share")),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("sentence_he", "sentence_ar", "sentence_en")),
        sa.Column("spoken_of", sa.String(80), nullable=False),
        sa.PrimaryKeyConstraint("authority", "indicator", "month"),
    )
    op.create_index("ix_headline_month", "headline", ["month"])
