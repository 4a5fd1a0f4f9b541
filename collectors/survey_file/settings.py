"""What a town says of survey files."""

from pydantic import Field

from collectors.settings import FormatSettings, TableSettings
from collectors.survey_settings import SurveySettings


class SurveyFileSettings(SurveySettings, TableSettings, FormatSettings):
    """`[survey]`. `NAME.mapping.yaml` beside a file says the same of that file alone."""

    section = "survey"

    staff_items: tuple[str, ...] = Field((), description="Items that staff are asked; who answers one is staff")
    sheet: str | None = Field(None, description="Sheet of a workbook to read; without it the one with the answers")
