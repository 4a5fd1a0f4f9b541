"""How an indicator is computed, in the words of its readers."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    for name in ("definition_he", "definition_ar"):
        op.add_column("dim_indicator", sa.Column(name, sa.String(), nullable=False, server_default=""))
