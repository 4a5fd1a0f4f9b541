"""What a survey file yields: one row per answer, numbered respondents, no identity."""

import pyarrow as pa

from collectors.base import Stream

WORD = pa.dictionary(pa.int32(), pa.string())


class SurveyAnswer(Stream):
    """One answered item. Respondents are numbered in file order; nothing links them to a person."""

    name = "survey_answer"
    schema = pa.schema(
        [
            ("wave", pa.string()),
            ("instrument", pa.string()),
            ("audience", pa.string()),  # residents | staff
            ("sample_type", pa.string()),  # probability | opt_in
            ("closed_day", pa.date32()),
            ("respondent", pa.int64()),
            ("seconds", pa.int64()),  # completion time where the file has it
            ("item", WORD),
            ("answer", pa.int8()),  # 1 to 5 as answered, before reverse items are turned
            ("age_band", WORD),
            ("sex", WORD),
            ("neighbourhood", WORD),
            ("society", WORD),
            ("religiosity", WORD),
            ("language", WORD),
            ("form", pa.string()),  # keyed digest of a service's form; null for a file
            ("as_of", pa.timestamp("us", tz="UTC")),  # the form's answers up to this instant, as read now
        ]
    )
    key = ("wave", "respondent", "item")
    facts = ("survey_response",)
