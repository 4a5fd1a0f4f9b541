"""What the staff workbook yields, one stream a topic. Months are text YYYY-MM; days are dates."""

import pyarrow as pa

from collectors.base import Stream


class StaffSpace(Stream):
    """A place the town runs or watches. The last workbook that names a space wins, whole row."""

    name = "staff_space"
    schema = pa.schema(
        [
            ("space", pa.string()),  # short ASCII code the town chose
            ("title", pa.string()),
            ("asset", pa.string()),
            ("kind", pa.string()),
            ("operated_by", pa.string()),
            ("language", pa.string()),
            ("society", pa.string()),
            ("neighbourhood", pa.string()),
            ("audience", pa.string()),
            ("relevant_population", pa.int64()),
            ("from_day", pa.date32()),
            ("to_day", pa.date32()),
            (
                "source_keys",
                pa.list_(pa.string()),
            ),  # keyed hashes of the names its exports carry (chat name, group name)
        ]
    )
    key = ("space",)


class StaffMember(Stream):
    """One row per identifier of a person who speaks for the authority."""

    name = "staff_member"
    schema = pa.schema(
        [
            ("chat_name", pa.string()),  # one of these is filled in a row
            ("phone", pa.string()),
            ("email", pa.string()),
            ("department", pa.string()),
            ("from_day", pa.date32()),
            ("to_day", pa.date32()),
        ]
    )
    key = ("chat_name", "phone", "email", "from_day")
    personal_fields = {"chat_name": "chat_sender", "phone": "phone", "email": "email"}


class StaffReport(Stream):
    """A figure or state entered for an indicator or a register (communities, programme goals, routines)."""

    name = "staff_report"
    schema = pa.schema(
        [
            ("month", pa.string()),
            ("indicator", pa.string()),  # an indicator id, or `community`, `programme_goal`
            ("part", pa.string()),
            ("subject", pa.string()),
            ("space", pa.string()),
            ("amount", pa.float64()),
            ("state", pa.string()),
            ("in_force_from", pa.date32()),
            ("in_force_to", pa.date32()),
            ("has_evidence", pa.bool_()),
            ("entered_by", pa.string()),
            ("cell", pa.string()),  # sheet!cell it was read from: the lineage a person can follow
        ]
    )
    key = ("month", "indicator", "part", "subject", "space")
    personal_fields = {"entered_by": "chat_sender"}
    facts = ("report",)


class StaffPublication(Stream):
    """Something the authority published, entered by hand."""

    name = "staff_publication"
    schema = pa.schema(
        [
            ("publication", pa.string()),  # running number or code in the sheet; made from the row's content when empty
            ("published_day", pa.date32()),
            ("asset", pa.string()),
            ("space", pa.string()),
            ("topic", pa.string()),
            ("process_kind", pa.string()),
            ("stage", pa.string()),
            ("language", pa.string()),
            ("calls_for_response", pa.bool_()),
            ("follows_up", pa.string()),
        ]
    )
    key = ("publication",)
    facts = ("publication",)


class StaffMembership(Stream):
    """Members of a space at a month's end, counted by hand."""

    name = "staff_membership"
    schema = pa.schema([("month", pa.string()), ("space", pa.string()), ("members", pa.int64())])
    key = ("month", "space")
    facts = ("membership",)


class StaffEvent(Stream):
    """Days that are not like others: emergencies, holidays and local closures people added."""

    name = "staff_event"
    schema = pa.schema(
        [
            ("event", pa.string()),  # code
            ("kind", pa.string()),  # emergency | holiday | closure
            ("title", pa.string()),
            ("first_day", pa.date32()),
            ("last_day", pa.date32()),
            ("scope", pa.string()),
            ("source", pa.string()),
        ]
    )
    key = ("event",)


class StaffAsset(Stream):
    """Whether the authority uses an asset at all; 'no' makes its indicators not applicable, not missing."""

    name = "staff_asset"
    schema = pa.schema([("asset", pa.string()), ("is_used", pa.bool_()), ("from_day", pa.date32())])
    key = ("asset",)


class StaffPeriod(Stream):
    """Months for which a topic's sheet was declared complete: there an absent entry is zero, not missing."""

    name = "staff_period"
    schema = pa.schema([("month", pa.string()), ("topic", pa.string()), ("is_complete", pa.bool_())])
    key = ("month", "topic")
    facts = ("coverage",)
