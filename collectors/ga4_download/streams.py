"""What a download yields: use in a period, and views of pages by topic."""

from collectors.base import Stream
from collectors.columns import FIXED, Column
from collectors.kinds import count, day, number, text, texts

_SPACE = Column("space", FIXED, text, "The town's code of the place, where the configuration says it")
_SPACE_KEYS = Column("space_keys", FIXED, texts, "Keyed digests of the names the download's head has, and of its own")
_FIRST_DAY = Column("first_day", FIXED, day, "First day of the period, in the property's time zone", key=True)
_LAST_DAY = Column("last_day", FIXED, day, "Last day of the period, in the property's time zone", key=True)
_SEEN_DAY = Column("seen_day", FIXED, day, "Local day of the import: the download is no younger")


class ListedUse(Stream):
    """Use in a period as the download tells it; a period of which it tells pages or days alone has no figures."""

    name = "ga4_listed_use"
    columns = (
        Column("period", FIXED, text, "month: one period within a month; day: a day", key=True),
        Column("place", FIXED, text, "resident: visitors guessed to be in the town's cities; all: everybody", key=True),
        _SPACE,
        _SPACE_KEYS,
        _FIRST_DAY,
        _LAST_DAY,
        _SEEN_DAY,
        Column("users", FIXED, count, "Distinct people, where a row tells them; never added up over days or pages"),
        Column("sessions", FIXED, count, "Visits"),
        Column("engaged_seconds", FIXED, number, "Engaged time, seconds"),
    )
    facts = ("visit", "coverage")


class ListedViews(Stream):
    """Views of the pages the town's rules call service, contact or process, in one period within a month."""

    name = "ga4_listed_views"
    columns = (
        Column("topic", FIXED, text, "service, contact or process, by the town's rules of paths", key=True),
        _SPACE,
        _SPACE_KEYS,
        _FIRST_DAY,
        _LAST_DAY,
        _SEEN_DAY,
        Column("paths", FIXED, count, "Different pages viewed"),
        Column("views", FIXED, count, "Views of these pages"),
    )
    facts = ("platform_metric",)
