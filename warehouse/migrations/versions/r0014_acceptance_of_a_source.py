"""What somebody accepted is of one source: another's bad month of the same fact is not let through for it."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.rename_table("ledger_acceptance", "ledger_acceptance_0013")
    op.create_table(
        "ledger_acceptance",
        sa.Column("authority", sa.String(8), nullable=False),
        sa.Column("fact", sa.String(40), nullable=False),
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("source", sa.String(40), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("authority", "fact", "month", "source", name="acceptance_of_a_source"),
    )
    # Of which source an earlier one was nobody wrote down: it stays as history and lets nothing through any more.
    op.execute(
        "insert into ledger_acceptance (authority, fact, month, source, reason, accepted_at, used_at) "
        "select authority, fact, month, '', reason, accepted_at, used_at from ledger_acceptance_0013"
    )
    op.drop_table("ledger_acceptance_0013")
