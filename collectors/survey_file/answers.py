"""The answer scales, by the name they had here before services shared them."""

from collectors.survey_answers import AnswerKey, answer_key

__all__ = ["AnswerKey", "answer_key"]
