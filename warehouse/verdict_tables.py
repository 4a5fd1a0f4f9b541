"""What a town asks of headlines, what is concluded of them, and the series it was concluded from."""

from __future__ import annotations

from datetime import date

from sqlmodel import Field, SQLModel


class DimChoice(SQLModel, table=True):
    """What a town asks of an indicator: a place among those that lead, a target, what change it counts."""

    __tablename__ = "dim_choice"
    authority: str = Field(primary_key=True, max_length=8, description="Code of the authority")
    indicator: str = Field(primary_key=True, max_length=60, description="Indicator")
    lead: int = Field(ge=0, description="Place among the indicators that lead; 0 of one that does not")
    target: float | None = Field(description="What its headline is to reach, in its unit; null where none is set")
    minimum_effect: float = Field(description="Smallest change the town calls one, as a share")


class Verdict(SQLModel, table=True):
    """What is concluded of a headline in a month: the word, the rule, the limits, and what its sentence names."""

    __tablename__ = "verdict"
    authority: str = Field(primary_key=True, max_length=8, description="Code of the authority")
    indicator: str = Field(primary_key=True, max_length=60, description="Indicator")
    month: str = Field(primary_key=True, max_length=7, description="Month it is asked of, YYYY-MM")
    word: str = Field(
        description="real_rise, real_fall, no_signal, too_little_data, exceptional_month, series_break or not_judged"
    )
    reason: str = Field(description="Code of the sentence that says why")
    fields: str = Field(description="What the sentence names, as JSON; nothing personal")
    complete_month: str = Field(max_length=7, description="Month that was looked at: the last complete one")
    pace: str = Field(description="By what the series is compared: month, quarter or wave")
    rule: str = Field(description="outside, run, trend, outer or interval; '' where none held")
    held: int = Field(description="Months in a row some rule of the direction held")
    effect: float | None = Field(description="Latest year against the one before, of waves the last two, as a share")
    strength: float | None = Field(description="Standard errors by which the latest stretch differs from those before")
    p: float | None = Field(description="Probability of so much where nothing happens")
    autocorrelation: float | None = Field(description="How far a month leans on the one before it, -1 to 1")
    centre: float | None = Field(description="Usual level, in the indicator's unit, season and feasts taken out")
    lower: float | None = Field(description="Lower end of the usual range; of waves that of the difference")
    upper: float | None = Field(description="Upper end of the usual range; of waves that of the difference")
    is_trial: bool = Field(description="Whether the limits are on trial, drawn from fewer months than a baseline has")
    baseline: str = Field(description="Months the limits were drawn from, space separated")
    inputs: str = Field(max_length=64, description="Digest of the series up to the month, and of the rules")
    definition_version: str = Field(description="Definition the headlines were computed with")
    claim: int = Field(default=0, description="Place among what page one claims, the surest first; 0 where it does not")


class VerdictSeries(SQLModel, table=True):
    """The series behind the verdicts of an indicator, from which each of them can be computed again."""

    __tablename__ = "verdict_series"
    authority: str = Field(primary_key=True, max_length=8, description="Code of the authority")
    indicator: str = Field(primary_key=True, max_length=60, description="Indicator")
    series: str = Field(description="Headlines, what they were held against, emergencies and acts, as JSON")


class FollowUp(SQLModel, table=True):
    """What staff wrote of an indicator in a month, as typed; it stands until what they write in a later month."""

    __tablename__ = "follow_up"
    authority: str = Field(primary_key=True, max_length=8, description="Code of the authority")
    indicator: str = Field(primary_key=True, max_length=60, description="Indicator")
    month: str = Field(primary_key=True, max_length=7, description="Month it is written about, YYYY-MM")
    note: str = Field(description="What happened and why; '' where nothing was said")
    action: str = Field(description="What is done next; '' where nothing was said")
    owner: str = Field(description="Role that does it; '' where none is named")
    review_day: date | None = Field(description="Day on which it is looked at again; null where none is set")
    target: float | None = Field(description="What the headline is to reach, in its unit; null where none is set")
    target_day: date | None = Field(description="Day by which; null where none is set")


class ProgrammeGoal(SQLModel, table=True):
    """A goal of a programme in a month: what staff want of it, and what is concluded of its measure."""

    __tablename__ = "programme_goal"
    authority: str = Field(primary_key=True, max_length=8, description="Code of the authority")
    month: str = Field(primary_key=True, max_length=7, description="Month it is asked of, YYYY-MM")
    programme: str = Field(primary_key=True, max_length=200, description="Programme, as staff call it")
    goal: str = Field(primary_key=True, max_length=200, description="Goal, as staff call it")
    indicator: str = Field(description="Indicator it is measured by; '' where staff enter a measure of their own")
    better: str = Field(description="Direction that is good: higher or lower")
    since: str = Field(max_length=7, description="First month it is named")
    baseline: float | None = Field(description="Value it began with, as staff say; null where they do not")
    target: float | None = Field(description="What is to be reached; null where nothing is set")
    until: str = Field(description="Day by which, YYYY-MM-DD; '' where none is set")
    owner: str = Field(description="Role that answers for it; '' where none is named")
    unit: str = Field(description="Unit of the measure; decimal of a measure of their own")
    word: str = Field(description="Verdict of the measure, as of headlines")
    reason: str = Field(description="Code of the sentence that says why")
    fields: str = Field(description="What the sentence names, as JSON; nothing personal")
    pace: str = Field(description="By what the series is compared: month, quarter or wave")
    inputs: str = Field(max_length=64, description="Digest of the series up to the month, and of the rules")
