"""What the staff workbook yields, one stream a topic. Months are text YYYY-MM; days are dates."""

from dataclasses import replace

from collectors.base import Stream
from collectors.columns import FIXED, Column
from collectors.kinds import boolean, count, day, number, text, texts

MONTH = Column("month", FIXED, text, "Calendar month it is about, YYYY-MM", key=True)
SPACE = Column("space", FIXED, text, "The town's short ASCII code of the place", key=True)
ASSET = Column("asset", FIXED, text, "Digital asset it belongs to")
LANGUAGE = Column("language", FIXED, text, "Code of the language used there")
FROM_DAY = Column("from_day", FIXED, day, "First day it holds; null from the beginning")
TO_DAY = Column("to_day", FIXED, day, "Last day it holds; null while it does")


class StaffSpace(Stream):
    """A place the town runs or watches. The last workbook that names a space wins, whole row."""

    name = "staff_space"
    columns = (
        SPACE,
        Column("title", FIXED, text, "Name people know the place by", is_words=True),
        ASSET,
        Column("kind", FIXED, text, "Kind of place, such as site, page, group, chat or mailing list"),
        Column("operated_by", FIXED, text, "authority or residents"),
        LANGUAGE,
        Column("society", FIXED, text, "Population group it is for; general for everybody"),
        Column("neighbourhood", FIXED, text, "Neighbourhood it is for; null for the whole town", is_words=True),
        Column("audience", FIXED, text, "Age, topic or interest it is for", is_words=True),
        Column("relevant_population", FIXED, count, "People it could serve"),
        FROM_DAY,
        TO_DAY,
        Column("source_keys", FIXED, texts, "Keyed digests of the names its exports carry (chat name, group name)"),
    )


class StaffMember(Stream):
    """One row per identifier of a person who speaks for the authority."""

    name = "staff_member"
    columns = (
        Column("chat_name", FIXED, text, "Name as chats show it", key=True, person="chat_sender"),
        Column("phone", FIXED, text, "Telephone number; a row has one of the three", key=True, person="phone"),
        Column("email", FIXED, text, "Address", key=True, person="email"),
        Column("department", FIXED, text, "Department the person works in", is_words=True),
        replace(FROM_DAY, key=True),
        TO_DAY,
    )


class StaffReport(Stream):
    """A figure or state entered for an indicator or a register (communities, programme goals, routines)."""

    name = "staff_report"
    columns = (
        MONTH,
        Column("indicator", FIXED, text, "An indicator, or `community`, `programme_goal`", key=True),
        Column("part", FIXED, text, "Part of the indicator or register; '' for the whole", key=True),
        Column(
            "subject",
            FIXED,
            text,
            "What the entry is about, such as an asset or a goal; '' for none",
            key=True,
            is_words=True,
        ),
        replace(SPACE, description="Place it is about; '' for the town as a whole"),
        Column("occurrence", FIXED, count, "1, 2, ... of the rows that say the same of these and add up", key=True),
        Column("amount", FIXED, number, "The figure, in the indicator's unit; null for a state"),
        Column("state", FIXED, text, "The state entered; '' for a figure"),
        Column("in_force_from", FIXED, day, "First day the state holds"),
        Column("in_force_to", FIXED, day, "Last day the state holds; null while it does"),
        Column("has_evidence", FIXED, boolean, "Staff pointed to evidence"),
        Column("entered_by", FIXED, text, "Who entered it, as named in the workbook", person="chat_sender"),
        Column("cell", FIXED, text, "sheet!cell it was read from: the lineage a person can follow"),
        Column("sheet", FIXED, text, "Sheet of the layout it was read from"),
    )
    facts = ("report",)


class StaffFollowUp(Stream):
    """What staff do about an indicator, in their own words, from a month on until they write of it again."""

    name = "staff_follow_up"
    columns = (
        MONTH,
        Column("indicator", FIXED, text, "Indicator it is about", key=True),
        Column("note", FIXED, text, "What happened and why", is_words=True),
        Column("action", FIXED, text, "What is done next", is_words=True),
        Column("owner", FIXED, text, "Role that does it; null where none is named"),
        Column("review_day", FIXED, day, "Day on which it is looked at again; null where none is set"),
        Column("target", FIXED, number, "What the headline is to reach, in its unit; null where none is set"),
        Column("target_day", FIXED, day, "Day by which; null where none is set"),
        Column("entered_by", FIXED, text, "Who entered it, as named in the workbook", person="chat_sender"),
    )


class StaffPublication(Stream):
    """Something the authority published, entered by hand."""

    name = "staff_publication"
    columns = (
        Column(
            "publication",
            FIXED,
            text,
            "Number or code in the sheet; made of the row when empty",
            key=True,
            is_words=True,
        ),
        Column("published_day", FIXED, day, "Local day it was published"),
        replace(ASSET, description="Digital asset it was published on"),
        replace(SPACE, key=False, description="Place it was published in"),
        Column("topic", FIXED, text, "What it is about; process for a municipal process under way"),
        Column("process_kind", FIXED, text, "Kind of process, for topic process"),
        Column("stage", FIXED, text, "Stage at which the process was shared: idea, draft, decision, done"),
        replace(LANGUAGE, description="Code of the language it is written in"),
        Column("calls_for_response", FIXED, boolean, "It asks residents to answer or influence"),
        Column("follows_up", FIXED, text, "Gathering it follows up, by its number; null for none"),
    )
    facts = ("publication",)


class StaffMembership(Stream):
    """Members of a space at a month's end, counted by hand."""

    name = "staff_membership"
    columns = (MONTH, SPACE, Column("members", FIXED, count, "Members on the month's last day"))
    facts = ("membership",)


class StaffEvent(Stream):
    """Days that are not like others: emergencies, holidays and local closures people added."""

    name = "staff_event"
    columns = (
        Column("event", FIXED, text, "Code of the event", key=True, is_words=True),
        Column("kind", FIXED, text, "emergency, holiday or closure"),
        Column("title", FIXED, text, "Name people know it by", is_words=True),
        Column("first_day", FIXED, day, "First local day"),
        Column("last_day", FIXED, day, "Last local day; null while an emergency lasts"),
        Column("scope", FIXED, text, "Where it holds: the whole town or a neighbourhood", is_words=True),
        Column("source", FIXED, text, "Who says so", is_words=True),
    )


class StaffAsset(Stream):
    """Whether the authority uses an asset at all; 'no' makes its indicators not applicable, not missing."""

    name = "staff_asset"
    columns = (
        replace(ASSET, key=True, description="Digital asset spoken of"),
        Column("is_used", FIXED, boolean, "The authority uses it"),
        replace(FROM_DAY, description="First day this is so; null from the beginning"),
    )


class StaffPeriod(Stream):
    """Months for which a topic's sheet was declared complete: there an absent entry is zero, not missing."""

    name = "staff_period"
    columns = (
        MONTH,
        Column("topic", FIXED, text, "Sheet spoken of", key=True),
        Column("is_complete", FIXED, boolean, "All there was in the month is entered"),
    )
    facts = ("coverage",)


class StaffVersion(Stream):
    """A workbook as a whole: what is known of a file beside its rows, one row a landing."""

    name = "staff_version"
    columns = (
        Column("fingerprint", FIXED, text, "Keyed digest of the file: the same file is known again", key=True),
        Column("sheets", FIXED, texts, "Sheets of the layout that were there and of which no row was put aside"),
        Column("is_again", FIXED, boolean, "It was imported before, and again on request: it is the newest"),
        Column("is_withdrawing", FIXED, boolean, "What it holds no more is withdrawn, on request"),
        Column(
            "book",
            FIXED,
            text,
            "Of what was sent in the web form: its part of the form, a month or a list; '' of a file",
        ),
        Column("role", FIXED, text, "Of what was sent in the web form: role of who sent it, as the catalogue has it"),
        Column(
            "entered_by", FIXED, text, "Of what was sent in the web form: whose login sent it", person="chat_sender"
        ),
    )
