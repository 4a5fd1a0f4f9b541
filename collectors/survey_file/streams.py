"""The stream, by the name it had here before services shared it."""

from collectors.survey_answers import WORD, SurveyAnswer

__all__ = ["WORD", "SurveyAnswer"]
