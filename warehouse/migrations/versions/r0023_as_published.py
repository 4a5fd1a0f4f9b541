"""Views of what was published beside what is known now: `make_views`, which comes after, makes them."""

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    """Nothing but the views changes."""
