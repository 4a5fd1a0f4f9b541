"""What a town says of a survey of LimeSurvey."""

from typing import Literal

from pydantic import Field

from collectors.settings import SourceSettings
from collectors.survey_settings import SurveySettings


class LimeSurveySettings(SurveySettings, SourceSettings):
    """`[source.limesurvey.ACCOUNT]`."""

    source = "limesurvey"
    secret_names = {"password": "Password of the user"}

    url: str = Field(description="The installation's own address, up to and without `/admin`", min_length=1)
    user: str = Field(description="A user who may export the survey's responses", min_length=1)
    survey_id: str = Field(description="Number of the survey", min_length=1)
    survey_language: str | None = Field(None, description="Language to read, where it is not the survey's own")
    document: Literal["json", "csv"] = Field("json", description="Document to ask for: older versions have only csv")
