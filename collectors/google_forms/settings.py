"""What a town says of a survey asked with Google Forms."""

from pydantic import Field

from collectors.settings import SourceSettings
from collectors.survey_settings import SurveySettings


class GoogleFormsSettings(SurveySettings, SourceSettings):
    """`[source.google_forms.ACCOUNT]`."""

    source = "google_forms"
    secret_names = {"service_account": "JSON key of a service account the form is shared with"}

    form_id: str = Field(description="Identifier of the form: the long part of its address", min_length=1)
