"""What a town says of survey files."""

from pydantic import Field

from collectors.settings import FormatSettings
from collectors.survey_settings import SurveySettings


class SurveyFileSettings(SurveySettings, FormatSettings):
    """`[survey]`. `NAME.mapping.yaml` beside a file says the same of that file alone."""

    section = "survey"

    staff_items: tuple[str, ...] = Field((), description="Items that staff are asked; who answers one is staff")
    day_first: bool | None = Field(
        None, description="Whether 1/2/2026 is the first of February; without it, as the column itself shows"
    )
    sheet: str | None = Field(None, description="Sheet of a workbook to read; without it the one with the answers")
