"""What a town says of a survey, whether it comes as a file or from a service."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field

from collectors.settings import Settings


class SurveySettings(Settings):
    """Settings that every source of surveys has beside its own; all may be left to the questionnaire."""

    wave: str | None = Field(None, description="Name of the wave; without it, the month of the answers")
    instrument: str | None = Field(None, description="Name of the questionnaire that was used")
    audience: Literal["residents", "staff", "meeting", "pulse"] | None = Field(
        None,
        description="Who was asked; `meeting` is those who come out of one, `pulse` the six that are always open",
    )
    sample_type: Literal["probability", "opt_in"] | None = Field(None, description="How respondents were found")
    closed_day: date | None = Field(None, description="Day the survey was closed")
    held_as: Literal["digital", "in_person", "phone"] | None = Field(
        None, description="How it was held, where all of it was held one way"
    )
    invited: Annotated[int, Field(ge=1)] | None = Field(
        None, description="People invited to the wave, or reached by its invitation"
    )
    adds: bool = Field(
        False, description="Whether the answers are of other people than those the wave has: they may double it"
    )
    columns: dict[str, str] = Field({}, description="Header -> item, question about the respondent, or `ignore`")
    answers: dict[str, Annotated[int, Field(ge=1, le=5)]] = Field(
        {}, description="Words of an answer -> its score, 1 to 5"
    )
    items: dict[str, dict[str, str]] = Field({}, description="Item -> its wording by language")
    cuts: dict[str, dict[str, Any]] = Field({}, description="Question about the respondent -> `texts`, `options`")
    no_answer: tuple[str, ...] = Field((), description="Words that mean that somebody would not say")
