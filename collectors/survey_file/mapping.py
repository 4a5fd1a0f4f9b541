"""The settings of a survey file: its section of kehila.toml, overridden by a mapping file beside it."""

from __future__ import annotations

from pathlib import Path

from collectors.base import FileSettings
from collectors.mapping_file import mapping_beside
from collectors.survey_answers.mapping import SurveyMapping, checked_mapping, overlaid
from collectors.survey_file.settings import SurveyFileSettings


def mapping_for(path: Path, settings: FileSettings) -> SurveyMapping:
    """What the questionnaire, the town and the file's own mapping say, each over the one before.

    Raises RejectFile `mapping_invalid` naming the key at fault and what may stand there.
    """
    # The questionnaire's texts are replaced whole by the town's own, never mixed with them.
    merged = {**settings.reader_options, **settings.own(SurveyFileSettings).given()}
    return checked_mapping(overlaid(merged, mapping_beside(path, SurveyFileSettings.model_fields)))
