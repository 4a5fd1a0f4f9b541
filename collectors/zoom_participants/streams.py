"""What the reports yield: meetings, and connections of people to them."""

from collectors.base import Stream
from collectors.columns import FIXED, Column
from collectors.kinds import boolean, count, day, instant, text

MEETING = Column("meeting", FIXED, text, "Keyed digest of the meeting's number and the minute it began", key=True)
_NUMBER = Column("number", FIXED, text, "Zoom's number of the meeting; '' where the file does not say it")
_STARTED_AT = Column("started_at", FIXED, instant, "When it began, UTC; of a bare list, when the first person came")


class ZoomListedMeeting(Stream):
    """A meeting as a list of meetings, or the head of a report of participants, tells of it."""

    name = "zoom_listed_meeting"
    columns = (
        MEETING,
        Column("space", FIXED, text, "The town's code of the place, where the configuration says it"),
        Column("space_key", FIXED, text, "Keyed digest of the name by which such files are registered: Zoom"),
        _NUMBER,
        Column("kind", FIXED, text, "What it was for, by the column the town named; null where nothing says it"),
        Column("host", FIXED, text, "Who called it", person="email"),
        _STARTED_AT,
        Column("ended_at", FIXED, instant, "When it ended, UTC"),
        Column("minutes", FIXED, count, "Length in minutes"),
        Column("connections", FIXED, count, "Participants as the file counts them, rejoins included"),
        Column("listed_from", FIXED, day, "First local day the list of meetings spoke of; null in other reports"),
        Column("listed_until", FIXED, day, "Last local day the list spoke of"),
    )
    facts = ("gathering", "coverage")


class ZoomListedPerson(Stream):
    """A connection of somebody to a meeting; where a file gives lengths alone, all of somebody's time as one."""

    name = "zoom_listed_person"
    columns = (
        MEETING,
        Column("connection", FIXED, text, "Keyed digest of the connection within its meeting", key=True),
        Column("email", FIXED, text, "Address of the person, where the file shows it", person="email"),
        Column("guest", FIXED, text, "Name shown, of a person without an address", person="chat_sender"),
        Column("name_key", FIXED, text, "Keyed digest of the name shown, good within one meeting"),
        Column("joined_at", FIXED, instant, "When it began, UTC"),
        Column("left_at", FIXED, instant, "When it ended, UTC"),
        Column("is_waiting", FIXED, boolean, "It was a stay in the waiting room"),
        Column("is_internal", FIXED, boolean, "The person is of the town's own account; null where nobody says"),
        Column("is_total", FIXED, boolean, "The file gives lengths alone: all of the person's time is one connection"),
    )
    facts = ("attendance", "coverage")
