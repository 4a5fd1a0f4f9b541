"""Objects of a service that cannot be read: of which account, and of which time they may speak."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    account = sa.Column("account", sa.String(60), nullable=False, server_default="")
    op.add_column("ledger_quarantine", account)
    for name in ("since", "until"):
        op.add_column("ledger_quarantine", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
