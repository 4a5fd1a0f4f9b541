"""What a survey file yields: one row per answer, numbered respondents, no identity."""

import pyarrow as pa

from collectors.base import Stream
from collectors.columns import FIXED, Column
from collectors.kinds import Kind, category, count, day, instant, text

score: Kind[int] = Kind("score 1 to 5", pa.int8())


class SurveyAnswer(Stream):
    """One answered item. Respondents are numbered in file order, forgotten in staging; nothing links to a person."""

    name = "survey_answer"
    columns = (
        Column("wave", FIXED, text, "The town's name of this round of the survey", key=True),
        Column("instrument", FIXED, text, "Questionnaire it follows"),
        Column("audience", FIXED, text, "residents, staff, meeting: those who come out of one, or pulse: always open"),
        Column("sample_type", FIXED, text, "probability or opt_in"),
        Column("closed_day", FIXED, day, "Local day the round was closed"),
        Column("held_as", FIXED, category, "How the round was held, as the town says: digital, in_person or phone"),
        Column("invited", FIXED, count, "People invited to the round, as the town says"),
        Column("respondent", FIXED, count, "Number of the respondent in the file, from 1", key=True),
        Column("seconds", FIXED, count, "Time taken to fill it in, seconds; null where the file has none"),
        Column("item", FIXED, category, "Item of the questionnaire", key=True),
        Column("answer", FIXED, score, "1 to 5 as answered, before reverse items are turned; a yes is 5, a no 1"),
        Column("age_band", FIXED, category, "Code of the respondent's age band; null when not answered"),
        Column("sex", FIXED, category, "Code of the respondent's sex; null when not answered"),
        Column("neighbourhood", FIXED, category, "Code of the respondent's neighbourhood; null when not answered"),
        Column("society", FIXED, category, "Code of the respondent's population group; null when not answered"),
        Column("religiosity", FIXED, category, "Code of the respondent's religiosity; null when not answered"),
        Column("language", FIXED, category, "Language the survey was filled in"),
        Column("workplace", FIXED, category, "Code of where the respondent works; null when not answered"),
        Column("persona", FIXED, category, "Code of what the respondent says of herself; null when not answered"),
        Column("mode", FIXED, category, "How this one was filled in: digital, in_person or phone; null if not told"),
        Column("form", FIXED, text, "Keyed digest of the form: a service's name of it, or a file's rows"),
        Column("as_of", FIXED, instant, "Read up to this instant, UTC; of a file, its last response"),
        Column("own_code", FIXED, text, "Keyed digest of the respondent's own code and the quarter; null if not asked"),
        Column("answered_day", FIXED, day, "Local day of the answer, of the pulse alone"),
        Column("sent", FIXED, text, "Keyed digest of the minute or day it was sent; null if not told"),
        Column("stated", FIXED, text, "Columns that the town's settings gave; others are worked out"),
    )
    facts = ("survey_response",)
