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
