"""The closed lists of words that stand in tables: one place, used by classes, checks and labels."""

from typing import Literal, assert_never

Asset = Literal["website", "newsletter", "facebook", "whatsapp", "zoom", "app", "phone"]
Role = Literal["authority", "resident", "unknown"]
SpaceKind = Literal["page", "group", "broadcast", "open", "hotline", "site", "mailing_list", "meeting_room", "app"]
Operator = Literal["authority", "residents"]
Society = Literal["general", "haredi", "arab"]
Language = Literal["he", "ar", "en", "ru", "am", "yi", "uk", "fr", "es", "mixed"]
MessageKind = Literal["text", "media", "poll", "location", "contact", "deleted", "reaction", "comment", "post"]
ReplyBasis = Literal["explicit", "inferred", "none"]
Basis = Literal["api", "export", "entered", "derived", "seen"]
SampleType = Literal["probability", "opt_in"]
SurveyMode = Literal["digital", "in_person", "phone"]
AskedOf = Literal["everybody", "concerned"]
Extent = Literal["full", "part", "none"]
Stage = Literal["idea", "draft", "decision", "done"]
ProcessKind = Literal[
    "planning", "education", "events", "tenders", "legislation", "budget", "residents_meeting", "other"
]
Topic = Literal[
    "process", "service", "contact", "learning", "work", "finance", "rights", "culture", "emergency", "other"
]

RequestTopic = Literal[
    "sanitation", "roads", "lighting", "gardens", "water", "parking", "animals", "order", "building", "education",
    "welfare", "finance", "culture", "other"
]  # fmt: skip
RequestChannel = Literal["phone", "website", "app", "email", "whatsapp", "social", "in_person", "other"]

PERSONA = "declared"
"""What stands where a kind of group does, of a persona: people of several groups at once, declared by the town."""
CUTS = ("age_band", "sex", "neighbourhood", "society", "religiosity", "language", "workplace", "persona")
"""What figures are cut by, as respondents declare it of themselves."""
PLACE_CUTS = ("society", "language", "neighbourhood")
"""What figures of places are cut by, as the town's register declares it of them."""
CUT_LENGTH = 60


def cut_code(dimension: str, group: str) -> str:
    """How a group stands in the column `cut`: `society=arab`; two ways `sex=female&society=arab`."""
    return f"{dimension}={group}"[:CUT_LENGTH]


Method = Literal["measured", "surveyed", "reported", "mixed"]
Aspect = Literal[
    "reach", "resident_authority", "resident_resident", "response", "policy", "ethics", "societies", "resilience"
]
Unit = Literal["count", "share", "minutes", "seconds", "score_1_5", "ils", "per_1000", "hours", "decimal", "level_0_3"]
Better = Literal["higher", "lower"]
Status = Literal["final", "provisional", "missing", "suppressed", "not_applicable"]
Quality = Literal[
    "thresholded",
    "sampled",
    "other_row",
    "truncated",
    "machine_opens_included",
    "partial_period",
    "estimated",
    "lower_bound",  # at least this many: not everybody there is has been seen
    "inferred",
    "by_name",
    "founding_days",
    "entered_by_hand",
    "opt_in_sample",
    "metric_withdrawn",
    "series_break",
    "source_down",
    "stale",
    "carried",  # a survey wave's value shown in a later month; `as_of` says from when
    "low_reliability",  # a survey estimate on 30 to 49 effective answers
    "unweighted",  # a survey estimate in which every respondent counts once: the population is not known
    "suspect",
    "like_for_like",  # of other places than the month before; what both have is compared
    "right_censored",  # what came after the month may still be answered or opened
    "incomplete",  # `incomplete:SPACE`, a total that lacks a registered place
]
UNREGISTERED = "unregistered-"
"""The code of a place nobody has registered begins so, and goes on with the beginning of its key. What is known of such
a place counts nowhere until its code, or its name, stands in the town's register of spaces."""
ATTRIBUTES: dict[str, frozenset[str]] = {
    "message": frozenset({"author", "role", "reply"}),
    "publication": frozenset({"process", "stage", "topic", "language", "calls", "follow_up", "page_kind", "removal"}),
    "mailing": frozenset({"opens", "clicks", "replies"}),
    "visit": frozenset({"residents", "people", "key_events"}),
    "gathering": frozenset({"kind"}),
    "attendance": frozenset({"heard_via", "acts"}),
    "request": frozenset({"answer", "rating"}),
}
"""What a source may know of a fact beside that it happened: who wrote, what a publication is about, whether it was
answered. An absent attribute says nothing where nobody who speaks can know it."""

SURVEY, ANSWERS = "survey", "answers"
"""The kind of what says how a survey's wave was asked, among what a headline is made of, and the name of the one with
its equal answers and the people who answered."""

VerdictWord = Literal[
    "real_rise",
    "real_fall",
    "no_signal",
    "too_little_data",
    "exceptional_month",
    "series_break",
    "not_judged",  # nothing sound to look at: no figure, or one in doubt; also before anybody has looked
]
NO_VERDICT: VerdictWord = "not_judged"
"""The verdict of a cell nobody has looked at, and of one that gives nothing to look at."""


def plain_kind(asset: Asset) -> SpaceKind:
    """What a place of an asset is taken for until the staff workbook says otherwise. The types demand every asset."""
    match asset:
        case "whatsapp":
            return "open"
        case "facebook":
            return "group"
        case "website":
            return "site"
        case "newsletter":
            return "mailing_list"
        case "zoom":
            return "meeting_room"
        case "app":
            return "app"
        case "phone":
            return "hotline"
    assert_never(asset)
