"""Answers of a survey, however they came: which column is which item, words to 1-5, one row an answer.

    checked_mapping(settings) -> SurveyMapping      what the town and its questionnaire say of the survey
    plan_of(sheets, mapping) -> Plan | None          which column means what
    read_answers(plan, mapping, cuts, timezone)      respondents, days and what was put aside
    wave_of(mapping, plan, reading, notices)         wave, closing day, sample
    pages_of(wave, people)                           pages of SurveyAnswer
    survey_pages(sheet, mapping, account, ...)       all of it, for a service

A form service's answers are put into a `Sheet` and read by the same code as a file, so that one survey
gives the same answers by either way. What never leaves the sheet: free text, addresses, names.

Belongs here: what files and services share. Does not: files (survey_file), services, scales (transforms).
"""

from collectors.survey_answers.answers import ILLEGIBLE, AnswerKey, answer_key
from collectors.survey_answers.columns import Plan, plan_of
from collectors.survey_answers.cuts import CutValues
from collectors.survey_answers.mapping import SurveyMapping, checked_mapping, invalid_mapping
from collectors.survey_answers.reading import Reading, pages_of, read_answers, wave_of
from collectors.survey_answers.service import mapping_of, survey_pages
from collectors.survey_answers.streams import SurveyAnswer

__all__ = [
    "ILLEGIBLE",
    "AnswerKey",
    "CutValues",
    "Plan",
    "Reading",
    "SurveyAnswer",
    "SurveyMapping",
    "answer_key",
    "checked_mapping",
    "invalid_mapping",
    "mapping_of",
    "pages_of",
    "plan_of",
    "read_answers",
    "survey_pages",
    "wave_of",
]
