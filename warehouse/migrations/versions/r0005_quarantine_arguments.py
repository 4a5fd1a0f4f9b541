"""What fills the sentence of a quarantined item's code, so that it can be said in any language."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("ledger_quarantine", sa.Column("arguments", sa.String(), nullable=False, server_default="{}"))
