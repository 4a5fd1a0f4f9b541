"""Groups of people in labelled views of their own: `make_views`, which comes after, makes them."""

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    """Nothing but the views changes."""
