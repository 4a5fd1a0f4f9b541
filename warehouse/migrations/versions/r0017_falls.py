"""A finding says itself that it is a fall; before, two lists of codes did."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    with op.batch_alter_table("ledger_check") as table:
        table.add_column(sa.Column("is_fall", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute(sa.text("update ledger_check set is_fall = true where code in ('month_fell', 'month_differs')"))
