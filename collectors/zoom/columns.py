"""Columns that several streams of Zoom share, pulled and pushed alike: whose meeting it is, and who did something."""

from __future__ import annotations

from collectors.casts import Fast, filled_texts
from collectors.columns import FIXED, Column
from collectors.kinds import boolean, instant, text

filled = text.read_by(lambda value: (text(value) or "").strip() or None, Fast(str | int | None, filled_texts))
"""A text of which an empty one is none, as Zoom writes what it does not know."""

MEETING = Column("meeting", FIXED, text, "Zoom's UUID of this instance of the meeting", key=True)
NUMBER = Column("number", FIXED, text, "Zoom's number of the meeting, the same each time it is held")
SPACE = Column("space", FIXED, text, "The town's code of the place its meetings belong to")
IS_WEBINAR = Column("is_webinar", FIXED, boolean, "It is a webinar, where most only listen")
STARTED_AT = Column("started_at", FIXED, instant, "When the meeting began, UTC")
ENDED_AT = Column("ended_at", FIXED, instant, "When it ended, UTC")
CONNECTION = Column("connection", FIXED, text, "Keyed digest of one connection within its meeting", key=True)
ACCOUNT = Column("account", FIXED, filled, "Zoom account of the person; null for a guest", person="account")
REGISTRANT = Column("registrant", FIXED, filled, "Registration of the person; null without one", person="account")
EMAIL = Column("email", FIXED, filled, "Address of the person, where Zoom shows it", person="email")
GUEST = Column("guest", FIXED, filled, "Name shown, of a person known by nothing else", person="chat_sender")
NAME_KEY = Column("name_key", FIXED, text, "Keyed digest of the name shown, good within one meeting; '' for none")
