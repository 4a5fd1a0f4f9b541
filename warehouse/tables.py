"""Warehouse tables that people and BI tools read: dimensions, indicator values, published months.

Aggregates only. Physical names are ASCII; labels in three languages stand in the dimensions and in
the labelled views. Every column is described here and nowhere else: the data dictionary and the
column comments are made from these descriptions. Text keys are never null: '' means "the whole".
"""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import DateTime
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel

from warehouse.vocabulary import NO_VERDICT


class UtcInstant(TypeDecorator[datetime]):
    """An instant, kept in UTC and read back as UTC on SQLite and PostgreSQL alike."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        return value.astimezone(UTC) if value is not None else None

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class DimAuthority(SQLModel, table=True):
    """A local authority, from the reference table this project carries (origin: CBS)."""

    __tablename__ = "dim_authority"
    authority: str = Field(
        primary_key=True, max_length=8, description="Code of the authority, a string with leading zeros"
    )
    name_he: str = Field(description="Name in Hebrew")
    name_ar: str = Field(default="", description="Name in Arabic, where known")
    name_en: str = Field(description="Name in English")
    kind: str = Field(description="city, local_council or regional_council")
    district_code: str = Field(description="District code")
    district_he: str = Field(description="District, Hebrew")
    district_en: str = Field(description="District, English")
    ses_cluster: int | None = Field(default=None, description="Socio-economic cluster 1 to 10, 2019 index")
    periphery_cluster: int | None = Field(default=None, description="Peripherality cluster 1 to 10, 2020 index")
    haredi_share: float | None = Field(
        default=None, description="Share of Haredi residents 2022; null: not in the source"
    )
    arab_share: float | None = Field(default=None, description="Share of Arabs among Israelis 2024")


class DimPopulation(SQLModel, table=True):
    """Residents at the end of a year, whole and by group: the denominators."""

    __tablename__ = "dim_population"
    authority: str = Field(primary_key=True, max_length=8, description="Code of the authority")
    year: int = Field(primary_key=True, description="End of this year")
    population_group: str = Field(primary_key=True, max_length=40, description="all, men, women, age_0_4, ...")
    residents: int = Field(ge=0, description="Residents")
    source: str = Field(description="Where the figure was published")


class DimIndicator(SQLModel, table=True):
    """An indicator as the catalogue declares it."""

    __tablename__ = "dim_indicator"
    indicator: str = Field(primary_key=True, max_length=60, description="Identifier, family.name")
    family: str = Field(description="Family: website, newsletter, ...")
    outcome: int = Field(ge=1, le=5, description="Outcome 1 to 5 of the source review")
    aspect: str = Field(description="Aspect it speaks of")
    method: str = Field(description="measured, surveyed, reported or mixed")
    unit: str = Field(description="Unit of the value")
    better: str = Field(description="higher or lower")
    title_he: str = Field(description="Title, Hebrew")
    title_ar: str = Field(description="Title, Arabic")
    title_en: str = Field(description="Title, English")
    question_he: str = Field(description="The question it answers, Hebrew")
    question_ar: str = Field(description="The question it answers, Arabic")
    question_en: str = Field(description="The question it answers, English")
    advice_he: str = Field(description="What to do with this number, Hebrew")
    advice_ar: str = Field(description="What to do with this number, Arabic")
    advice_en: str = Field(description="What to do with this number, English")
    headline: str = Field(default="", description="The part that speaks for it; empty for the whole")
    unit_words_he: str = Field(default="", description="Of what the headline is a figure, Hebrew")
    unit_words_ar: str = Field(default="", description="Of what the headline is a figure, Arabic")
    unit_words_en: str = Field(default="", description="Of what the headline is a figure, English")
    when_rise_he: str = Field(
        default="", description="What to do after a real rise; empty where the general words fit, Hebrew"
    )
    when_rise_ar: str = Field(
        default="", description="What to do after a real rise; empty where the general words fit, Arabic"
    )
    when_rise_en: str = Field(
        default="", description="What to do after a real rise; empty where the general words fit, English"
    )
    when_fall_he: str = Field(
        default="", description="What to do after a real fall; empty where the general words fit, Hebrew"
    )
    when_fall_ar: str = Field(
        default="", description="What to do after a real fall; empty where the general words fit, Arabic"
    )
    when_fall_en: str = Field(
        default="", description="What to do after a real fall; empty where the general words fit, English"
    )
    when_steady_he: str = Field(
        default="", description="What to do where nothing moves; empty where the general words fit, Hebrew"
    )
    when_steady_ar: str = Field(
        default="", description="What to do where nothing moves; empty where the general words fit, Arabic"
    )
    when_steady_en: str = Field(
        default="", description="What to do where nothing moves; empty where the general words fit, English"
    )
    definition_he: str = Field(default="", description="How it is computed, in short; empty where not said, Hebrew")
    definition_ar: str = Field(default="", description="How it is computed, in short; empty where not said, Arabic")
    definition_en: str = Field(description="How it is computed, English")
    minimum_effect: float = Field(description="Smallest change worth calling a rise, as a share")
    owner: str = Field(description="Role in the authority that owns the number")
    since: str = Field(description="Month from which the definition holds, YYYY-MM")
    definition_version: str = Field(description="Revision of the definition and digest of its text")
    sort_order: int = Field(description="Place in reports")


class DimPart(SQLModel, table=True):
    """A part of an indicator kept beside the whole: a kind, a share answered, median hours."""

    __tablename__ = "dim_part"
    indicator: str = Field(primary_key=True, max_length=60, description="Indicator")
    part: str = Field(primary_key=True, max_length=60, description="Code of the part")
    unit: str = Field(description="Unit of the part")
    title_he: str = Field(description="Title, Hebrew")
    title_ar: str = Field(description="Title, Arabic")
    title_en: str = Field(description="Title, English")


class DimSpace(SQLModel, table=True):
    """A place where people meet, as the town registered it."""

    __tablename__ = "dim_space"
    authority: str = Field(primary_key=True, max_length=8, description="Code of the authority")
    space: str = Field(primary_key=True, max_length=60, description="Code the town chose")
    title: str = Field(description="Name in the town's own words")
    asset: str = Field(description="Digital asset it belongs to")
    kind: str = Field(description="page, group, broadcast, open, hotline, ...")
    operated_by: str = Field(description="authority or residents")
    language: str = Field(description="Main language")
    society: str = Field(description="Society it is declared for")
    neighbourhood: str | None = Field(default=None, description="Neighbourhood it serves")
    relevant_population: int | None = Field(default=None, description="Residents it could reach")


class DimEvent(SQLModel, table=True):
    """Days unlike others: holidays the town's calendar begins with, and what people write in their register."""

    __tablename__ = "dim_event"
    authority: str = Field(primary_key=True, max_length=8, description="Code of the authority")
    event: str = Field(primary_key=True, max_length=60, description="Code of the event")
    kind: str = Field(description="emergency, holiday, closure, short_day or workday")
    title: str = Field(description="Name in the town's own words")
    first_day: date = Field(description="First local day")
    last_day: date | None = Field(default=None, description="Last local day; null while it lasts")
    scope: str = Field(default="", description="Whom it touched")
    source: str = Field(default="", description="Who declared it")


class IndicatorValue(SQLModel, table=True):
    """The indicator table: one row per indicator, authority, month, cut, space and part."""

    __tablename__ = "indicator_value"
    indicator: str = Field(primary_key=True, max_length=60, description="Indicator")
    authority: str = Field(primary_key=True, max_length=8, description="Code of the authority")
    month: str = Field(primary_key=True, max_length=7, description="Local calendar month, YYYY-MM")
    cut: str = Field(default="", primary_key=True, max_length=60, description="Population cut, '' for all")
    space: str = Field(default="", primary_key=True, max_length=60, description="Space, '' for all spaces")
    part: str = Field(
        default="", primary_key=True, max_length=60, description="Part of the indicator, '' for the whole"
    )
    value: float | None = Field(default=None, description="The value, rounded to 6 decimals; null is never zero")
    numerator: float | None = Field(default=None, description="Numerator, where the value is a ratio")
    denominator: float | None = Field(default=None, description="Denominator, where the value is a ratio")
    n: int | None = Field(default=None, description="People or events behind the value")
    lo: float | None = Field(default=None, description="Lower end of the 95% interval, where sampled")
    hi: float | None = Field(default=None, description="Upper end of the 95% interval, where sampled")
    unit: str = Field(description="Unit of the value")
    status: str = Field(description="final, provisional, missing, suppressed or not_applicable")
    quality: str = Field(
        default="",
        description="Quality flags, sorted, space separated; two with a subject: incomplete:SPACE, series_break:WHY",
    )
    reason: str = Field(default="", description="Why missing or suppressed: a code and its subject, code:subject")
    verdict: str = Field(
        default=NO_VERDICT, description="Whether it really rises, as in `verdict`; of parts not_judged"
    )
    verdict_reason: str = Field(default="", description="Code of the sentence that says why, as in `verdict`")
    revision: int = Field(default=1, description="How often this cell changed after it was first written, from 1")
    definition_version: str = Field(description="Definition it was computed with")
    as_of: date | None = Field(
        default=None, description="Last day the inputs speak of; for a survey, the day the wave closed"
    )


class IndicatorInput(SQLModel, table=True):
    """Lineage: which fact partitions a cell was computed from."""

    __tablename__ = "indicator_input"
    indicator: str = Field(primary_key=True, max_length=60, description="Indicator")
    authority: str = Field(primary_key=True, max_length=8, description="Code of the authority")
    month: str = Field(primary_key=True, max_length=7, description="Month of the value")
    partition: str = Field(primary_key=True, max_length=200, description="Fact partition in the lake it read")


class IndicatorComposition(SQLModel, table=True):
    """What a headline is the total of, and what it was computed from beside the facts: a row a piece."""

    __tablename__ = "indicator_composition"
    indicator: str = Field(primary_key=True, max_length=60, description="Indicator")
    authority: str = Field(primary_key=True, max_length=8, description="Code of the authority")
    month: str = Field(primary_key=True, max_length=7, description="Month of the value")
    kind: str = Field(
        primary_key=True,
        max_length=20,
        description="method, formula, space, part, register, life, survey (how its wave was asked), unused (known and "
        "not published), like_for_like",
    )
    name: str = Field(
        primary_key=True, max_length=120, description="The method, place, part or register; of like_for_like the month"
    )
    amount: float | None = Field(
        default=None,
        description="Its figure; of a ratio the numerator; of a registered place the residents it could reach",
    )
    base: float | None = Field(
        default=None, description="Of a ratio the denominator; of like_for_like the figure of the month before"
    )
    detail: str = Field(
        default="", description="Its method; of a registered place what statements read of it, as name=value"
    )


class MonthState(SQLModel, table=True):
    """Where a month stands in its life."""

    __tablename__ = "month_state"
    authority: str = Field(primary_key=True, max_length=8, description="Code of the authority")
    month: str = Field(primary_key=True, max_length=7, description="Local calendar month")
    state: str = Field(description="open, provisional, closed or restated")
    revision: int = Field(default=0, description="Latest published revision, 0 when never closed")


class Snapshot(SQLModel, table=True):
    """A published month: immutable and numbered."""

    __tablename__ = "snapshot"
    authority: str = Field(primary_key=True, max_length=8, description="Code of the authority")
    month: str = Field(primary_key=True, max_length=7, description="Local calendar month")
    revision: int = Field(primary_key=True, description="Number of the publication, from 1")
    closed_at: datetime = Field(sa_type=UtcInstant, description="Instant of closing, UTC")
    manifest_sha256: str = Field(max_length=64, description="Digest of the manifest")
    folder: str = Field(description="Folder of the package, relative to the output folder")


class SnapshotValue(SQLModel, table=True):
    """A cell as published; never edited."""

    __tablename__ = "snapshot_value"
    authority: str = Field(primary_key=True, max_length=8, description="Code of the authority")
    month: str = Field(primary_key=True, max_length=7, description="Local calendar month")
    snapshot_revision: int = Field(primary_key=True, description="Revision of the snapshot")
    indicator: str = Field(primary_key=True, max_length=60, description="Indicator")
    cut: str = Field(default="", primary_key=True, max_length=60, description="Population cut")
    space: str = Field(default="", primary_key=True, max_length=60, description="Space")
    part: str = Field(default="", primary_key=True, max_length=60, description="Part")
    value: float | None = Field(default=None, description="Value as published")
    status: str = Field(description="Status as published")
    quality: str = Field(default="", description="Quality flags as published")
    definition_version: str = Field(description="Definition as published")


class Restatement(SQLModel, table=True):
    """What became known of a cell after its month was closed: another value, none, or the published one again."""

    __tablename__ = "restatement"
    authority: str = Field(primary_key=True, max_length=8, description="Code of the authority")
    month: str = Field(primary_key=True, max_length=7, description="Local calendar month")
    snapshot_revision: int = Field(primary_key=True, description="Revision it was published in")
    indicator: str = Field(primary_key=True, max_length=60, description="Indicator")
    cut: str = Field(default="", primary_key=True, max_length=60, description="Population cut")
    space: str = Field(default="", primary_key=True, max_length=60, description="Space")
    part: str = Field(default="", primary_key=True, max_length=60, description="Part")
    cell_revision: int = Field(primary_key=True, description="Order of what was noted; at first the cell's revision")
    old_value: float | None = Field(default=None, description="Value as published")
    new_value: float | None = Field(default=None, description="Value as now known")
    old_status: str = Field(description="Status as published")
    new_status: str = Field(description="Status as now known")
    reason: str = Field(
        description="facts, definition, completed, added, vanished, space_removed, or returned to what was published"
    )
    source: str = Field(default="", description="Sources whose facts changed, space separated")
