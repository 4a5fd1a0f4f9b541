"""The labelled views in a schema of their own on PostgreSQL: `make_views`, which comes after, moves them there."""

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """Nothing but the views changes."""
