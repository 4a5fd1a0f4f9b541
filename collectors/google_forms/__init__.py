"""Reads a survey that was asked with Google Forms: the form's questions and all its responses.

Belongs here: the service's paging, permissions and shapes. Does not: which question is which item and
what an answer is worth (collectors.survey_answers). The address of a respondent is never read.

| call | stream | scope |
|---|---|---|
| `v1/forms/FORM` | `survey_answer` | forms.body.readonly, and the form shared with us |
| `v1/forms/FORM/responses` | `survey_answer` | forms.responses.readonly |
"""
