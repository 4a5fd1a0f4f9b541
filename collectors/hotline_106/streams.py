"""What a 106 register yields: one request a row, without who asked or what was written."""

from collectors.base import Stream
from collectors.columns import FIXED, Column
from collectors.kinds import boolean, category, instant, small_count, text


class HotlineRequest(Stream):
    """A request as the register held it. Which header is which column, and what is left aside, words.yaml says."""

    name = "hotline_106_request"
    columns = (
        Column("request", FIXED, text, "Keyed digest of the request's number", key=True),
        Column("opened_at", FIXED, instant, "When it was opened, UTC"),
        Column("answered_at", FIXED, instant, "When it was first answered, UTC; null where not known"),
        Column("closed_at", FIXED, instant, "When it was closed, UTC; null while it is open"),
        Column("is_estimated", FIXED, boolean, "One of the instants was written as a day, without its hour"),
        Column("tells_answers", FIXED, boolean, "The register has a column of answers or closings; null: it has"),
        Column("kind", FIXED, category, "request, payment, registration, update, application or contact"),
        Column("topic", FIXED, category, "What it is about, of a closed list; null where the file does not say"),
        Column("channel", FIXED, category, "How it came, of a closed list; phone where the file does not say"),
        Column("rating", FIXED, small_count, "The resident's rating of the answer, 1 to 5"),
    )  # fmt: skip
    facts = ("request",)
