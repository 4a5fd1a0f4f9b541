"""The canonical facts: one model for all channels, one class a fact. The class is the only schema.

Arrow schemas (`warehouse.schemas`), Great Expectations suites and the data dictionary are derived
from these classes. Facts live in the lake, one Parquet file per fact, authority and month; they are
not warehouse tables. People are ordinals of the authority's own dictionary (see `warehouse.people`);
null means the source does not tell people apart. `month` is the local calendar month, YYYY-MM.
"""

from datetime import date, datetime
from typing import ClassVar

from pydantic import Field
from sqlmodel import SQLModel

from warehouse.vocabulary import (
    AskedOf,
    Asset,
    Basis,
    Extent,
    Language,
    MessageKind,
    ProcessKind,
    ReplyBasis,
    RequestChannel,
    RequestTopic,
    Role,
    SampleType,
    Stage,
    SurveyMode,
    Topic,
)


class Fact(SQLModel):
    """What all facts carry. `grain` names the columns that make a row unique."""

    grain: ClassVar[tuple[str, ...]]

    authority: str = Field(min_length=1, max_length=8, description="Code of the local authority, a string")
    month: str = Field(pattern=r"^\d{4}-\d{2}$", description="Local calendar month of the row, YYYY-MM")


class Message(Fact):
    """An utterance in a space: chat message, post, comment, meeting chat, mail reply, reaction. No text."""

    grain: ClassVar[tuple[str, ...]] = ("authority", "message")

    space: str = Field(description="Space it was written in")
    asset: Asset = Field(description="Digital asset the space belongs to")
    message: str = Field(description="Identifier, unique within the authority")
    author: int | None = Field(default=None, ge=0, description="Person who wrote it, as an ordinal; null when unknown")
    author_role: Role = Field(description="Whether the author speaks for the authority")
    sent_at: datetime = Field(description="Instant it was sent, UTC")
    local_hour: int = Field(ge=0, le=23, description="Hour of the local day it was sent in")
    kind: MessageKind = Field(description="What kind of utterance")
    root: str = Field(description="Message that started the conversation; itself for a starter")
    reply_to: str | None = Field(default=None, description="Message it answers; null for a starter")
    reply_to_author: int | None = Field(default=None, ge=0, description="Author of the answered message")
    reply_to_role: Role | None = Field(default=None, description="Role of the answered author; null for a starter")
    reply_basis: ReplyBasis = Field(description="How the reply link is known")
    is_question: bool = Field(description="It asks something")
    length: int = Field(ge=0, description="Characters of its text; the text itself is never kept")
    topic: str | None = Field(default=None, description="Class of the town's own keyword list")


class Membership(Fact):
    """Members of a space on a day. Every covered month has a row on its last covered day."""

    grain: ClassVar[tuple[str, ...]] = ("authority", "space", "day", "basis")

    space: str = Field(description="Space counted")
    asset: Asset = Field(description="Digital asset the space belongs to")
    day: date = Field(description="Local day of the count")
    members: int | None = Field(
        default=None, ge=0, description="Members at the end of the day; null when only changes are known"
    )
    staff: int | None = Field(default=None, ge=0, description="Known staff among them; null: nobody is told apart")
    joined: int = Field(ge=0, description="People who joined on the day")
    left: int = Field(ge=0, description="People who left or were removed on the day")
    basis: Basis = Field(description="How the count is known")
    is_month_end: bool = Field(description="The last row of the space in its month")


class Visit(Fact):
    """Use of a site or app in a period at a grain the platform counted itself."""

    grain: ClassVar[tuple[str, ...]] = ("authority", "space", "period", "period_start", "place", "event_kind")

    space: str = Field(description="Site or app")
    asset: Asset = Field(description="website or app")
    period: str = Field(pattern="^(day|month)$", description="Grain the platform counted at; people are never summed")
    period_start: date = Field(description="First local day of the period")
    place: str = Field(pattern="^(resident|all)$", description="Visitors from the authority's area, or all")
    event_kind: str = Field(
        description="Kind of action (payment, registration, update, application, contact, keeping_up), active for all"
        " of them, any for the first four as counted until 2026, '' for use as such"
    )
    users: int | None = Field(default=None, ge=0, description="Distinct people the platform counted")
    sessions: int | None = Field(default=None, ge=0, description="Visits")
    engaged_seconds: int | None = Field(default=None, ge=0, description="Engaged time, seconds")
    events: int | None = Field(default=None, ge=0, description="Key events of the kind")
    quality: str = Field(default="", description="Quality flags, space separated")


class Mailing(Fact):
    """A newsletter campaign as known on a day; the month is the month it was sent."""

    grain: ClassVar[tuple[str, ...]] = ("authority", "campaign")

    space: str = Field(description="Mailing list")
    asset: Asset = Field(description="newsletter")
    campaign: str = Field(description="Identifier of the campaign")
    sent_at: datetime = Field(description="Instant of sending, UTC")
    recipients: int = Field(ge=0, description="Addresses it was sent to")
    delivered: int = Field(ge=0, description="Addresses it reached")
    unique_opens: int | None = Field(
        default=None, ge=0, description="People who opened, machine opens left out where known"
    )
    unique_opens_all: int | None = Field(default=None, ge=0, description="People who opened, machine opens included")
    clickers: int | None = Field(default=None, ge=0, description="People who clicked")
    month_clickers: int | None = Field(
        default=None, ge=0, description="Distinct people who clicked in any campaign of the month, on its last campaign"
    )
    replies: int | None = Field(default=None, ge=0, description="People who answered by mail")


class Gathering(Fact):
    """A meeting or webinar that took place."""

    grain: ClassVar[tuple[str, ...]] = ("authority", "gathering")

    space: str = Field(description="Space it belongs to")
    asset: Asset = Field(description="zoom, app or the asset that hosted it")
    gathering: str = Field(description="Identifier of the meeting instance")
    started_at: datetime = Field(description="UTC")
    minutes: int = Field(ge=0, description="Length, minutes")
    kind: str = Field(pattern="^(participation|residents|community|internal|other)$", description="What it was for")
    initiated_by: str = Field(pattern="^(authority|residents)$", description="Who called it")
    attendees: int | None = Field(default=None, ge=0, description="Distinct people present, as the platform counted")


class Attendance(Fact):
    """A person in a gathering, rejoins merged."""

    grain: ClassVar[tuple[str, ...]] = ("authority", "gathering", "attendee")

    space: str = Field(description="Space of the gathering")
    asset: Asset = Field(description="Asset of the gathering")
    gathering: str = Field(description="The gathering")
    attendee: str = Field(description="Identifier of the attendance, unique in the gathering")
    person: int | None = Field(default=None, ge=0, description="Ordinal; null for a guest known by name only")
    role: Role = Field(description="Whether she speaks for the authority")
    minutes: int = Field(ge=0, description="Minutes present")
    has_spoken: bool | None = Field(default=None, description="null: the platform does not say")
    has_chatted: bool | None = Field(default=None)
    has_voted: bool | None = Field(default=None)
    has_asked: bool | None = Field(default=None)
    heard_via: str | None = Field(default=None, description="Asset through which she heard of it")


class Request(Fact):
    """A resident's request to the authority; the month is the month it was opened."""

    grain: ClassVar[tuple[str, ...]] = ("authority", "request")

    space: str = Field(description="Space it came through")
    asset: Asset = Field(description="Asset it came through")
    request: str = Field(description="Identifier")
    opened_at: datetime = Field(description="UTC")
    local_hour: int = Field(ge=0, le=23, description="Hour of the local day it was opened in")
    answered_at: datetime | None = Field(default=None, description="First answer, UTC")
    closed_at: datetime | None = Field(default=None, description="UTC")
    kind: str = Field(
        pattern="^(request|payment|registration|update|application|contact)$", description="What was asked"
    )
    topic: RequestTopic | None = Field(default=None, description="What it is about; null where the source does not say")
    channel: RequestChannel | None = Field(
        default=None, description="How it came, where that is finer than its asset; null where the source does not say"
    )
    rating: int | None = Field(default=None, ge=1, le=5, description="The resident's rating of the answer")


class Publication(Fact):
    """Something the authority published; the month is the month of publication."""

    grain: ClassVar[tuple[str, ...]] = ("authority", "publication")

    space: str = Field(description="Space it was published in")
    asset: Asset = Field(description="Asset it was published on")
    publication: str = Field(description="Identifier")
    published_day: date = Field(description="Local day")
    topic: Topic = Field(description="What it is about; `process` is a municipal process under way")
    process_kind: ProcessKind | None = Field(default=None, description="Kind of process, for topic process")
    stage: Stage | None = Field(default=None, description="Stage at which the process was shared")
    language: Language = Field(description="Language it is written in")
    calls_for_response: bool | None = Field(
        default=None, description="It asks residents to answer or influence; null where nobody can tell"
    )
    follows_up: str | None = Field(default=None, description="Gathering it follows up")
    removed_day: date | None = Field(
        default=None, description="Local day it was first listed no more; null while it is, or where nobody can tell"
    )
    basis: Basis = Field(description="How it is known")


class PlatformMetric(Fact):
    """A number a platform reports about a space for a day or month."""

    grain: ClassVar[tuple[str, ...]] = ("authority", "space", "metric", "period", "period_start")

    space: str = Field(description="Space measured")
    asset: Asset = Field(description="Asset measured")
    metric: str = Field(description="posts, comments, reactions, active_members, views, or column_<n> as exported")
    period: str = Field(pattern="^(day|week|month|days_28)$", description="Grain the platform counted at")
    period_start: date = Field(description="First local day of the period")
    amount: float = Field(description="The number as reported")
    basis: Basis = Field(description="api or export")


class SurveyResponse(Fact):
    """A respondent's answer to one item of a wave; the month is that in which the wave closed.

    Of the pulse, whose wave is a quarter, it is the month of the answer.
    """

    grain: ClassVar[tuple[str, ...]] = ("authority", "wave", "respondent", "item", "indicator")

    wave: str = Field(description="Survey wave")
    instrument: str = Field(description="Instrument and version")
    audience: str = Field(
        pattern="^(residents|staff|meeting|pulse)$",
        description="Who was asked; those out of a meeting, or by the pulse",
    )
    sample_type: SampleType = Field(description="probability or opt_in")
    closed_day: date = Field(
        description="Day the wave closed; of the pulse, whose wave is a quarter, that of the answer"
    )
    invited: int | None = Field(default=None, ge=1, description="People invited to the wave; null where not said")
    asked_of: AskedOf = Field(
        default="everybody",
        description="Whom the item counts of: everybody, or those a filter question found concerned",
    )
    respondent: int = Field(
        ge=0, description="Number of the respondent in the wave, made from the answers; not a person of the dictionary"
    )
    item: str = Field(description="Item of the instrument")
    scale: str = Field(description="Scale or factor the item belongs to")
    indicator: str = Field(description="Indicator the item feeds")
    score: int = Field(ge=1, le=5, description="Answer 1 to 5, reverse items turned; a yes is 5, a no 1")
    weight: float = Field(default=1.0, gt=0, description="Weight among the wave's respondents, whose mean is 1")
    weighted_by: str = Field(
        default="",
        description="What the weight is fitted to, ATTRIBUTE:ORIGIN, space separated; '' where everybody counts once",
    )
    age_band: str | None = Field(default=None, description="Declared by the respondent")
    sex: str | None = Field(default=None, description="Declared by the respondent")
    neighbourhood: str | None = Field(default=None, description="Declared by the respondent")
    society: str | None = Field(default=None, description="Declared by the respondent, with consent")
    religiosity: str | None = Field(default=None, description="Declared by the respondent, with consent")
    language: str | None = Field(default=None, description="Language the questionnaire was answered in")
    workplace: str | None = Field(default=None, description="Declared by the respondent: here, elsewhere, not_working")
    persona: str | None = Field(default=None, description="Declared by the respondent, who chose of descriptions")
    mode: SurveyMode | None = Field(default=None, description="How it was filled in; null where not said")


class Report(Fact):
    """A figure or statement entered by municipal staff."""

    grain: ClassVar[tuple[str, ...]] = ("authority", "month", "indicator", "part", "subject", "space")

    indicator: str = Field(description="Indicator it is entered for, or a register: community, programme_goal")
    part: str = Field(default="", description="Part of the indicator (a kind, a currency, hours), '' for the whole")
    subject: str = Field(
        default="", description="Row of a register the entry is about (community, programme and goal, routine)"
    )
    space: str = Field(default="", description="Space it belongs to, '' for the authority")
    amount: float | None = Field(default=None, description="The figure; null when the entry is a state only")
    state: str = Field(default="", description="The state: stage or kind of a community, in force, yes or no")
    in_force_from: date | None = Field(default=None, description="For routines and roles: since when")
    in_force_to: date | None = Field(
        default=None, description="For routines and roles: until when; null is still in force"
    )
    has_evidence: bool = Field(description="Evidence is named in the workbook")
    entered_by: int | None = Field(default=None, ge=0, description="Staff member, as an ordinal")


class Coverage(Fact):
    """What a source spoke for in a month: without a row here an absent fact is missing, not zero."""

    grain: ClassVar[tuple[str, ...]] = ("authority", "month", "fact", "space", "asset", "basis", "knows")

    fact: str = Field(
        description="Fact the source gives; `platform_metric:NAME` of a metric the platform withdrew, since first_day"
    )
    asset: Asset | None = Field(default=None, description="Asset; null for the authority as a whole")
    space: str = Field(default="", description="Space, '' for the authority as a whole")
    first_day: date = Field(description="First local day covered in the month")
    last_day: date = Field(description="Last local day covered in the month")
    extent: Extent = Field(description="full: the whole month was read; part: some of it; none: nobody can know")
    knows: str = Field(default="", description="Attributes of the fact the source can know, sorted, space separated")
    why: str = Field(default="", description="Why nobody can know, as a reason code; '' where somebody does")
    quality: str = Field(default="", description="Quality flags of the source in this month, space separated")
    basis: Basis = Field(description="How the source knows")
    exists_since: date | None = Field(
        default=None, description="Day of which the source shows that the place was there, before it heard any of it"
    )


FACTS: dict[str, type[Fact]] = {
    "message": Message,
    "membership": Membership,
    "visit": Visit,
    "mailing": Mailing,
    "gathering": Gathering,
    "attendance": Attendance,
    "request": Request,
    "publication": Publication,
    "platform_metric": PlatformMetric,
    "survey_response": SurveyResponse,
    "report": Report,
    "coverage": Coverage,
}
