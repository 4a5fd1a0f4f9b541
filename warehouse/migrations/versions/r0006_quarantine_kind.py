"""What is sealed is known by a column, and no longer by words in its path."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

KIND_BY_PATH = """
    update ledger_quarantine set kind = case
        when source like 'fact:%' then 'fact'
        when sealed_path like 'vault/%/records/%' then 'record'
        when sealed_path like 'vault/%/events/%' then 'event'
        else 'file'
    end
"""


def upgrade() -> None:
    op.add_column("ledger_quarantine", sa.Column("kind", sa.String(10), nullable=False, server_default="file"))
    op.execute(KIND_BY_PATH)
