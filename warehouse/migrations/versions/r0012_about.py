"""What a row of a file in quarantine would have spoken of, so that its month is known not to be whole."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.add_column("ledger_quarantine", sa.Column("stream", sa.String(60), nullable=False, server_default=""))
    op.add_column("ledger_quarantine", sa.Column("about", sa.String(), nullable=False, server_default="{}"))
