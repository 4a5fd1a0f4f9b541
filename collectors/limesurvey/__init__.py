"""Reads a survey that was asked with LimeSurvey, through its RemoteControl 2 interface.

Belongs here: the session key's life, errors that come as HTTP 200, the export's shapes. Does not: which
question is which item and what an answer is worth (collectors.survey_answers).

| call | stream | scope |
|---|---|---|
| `get_session_key`, `release_session_key` |  | a user of the installation |
| `list_questions` | `survey_answer` | to view the survey |
| `export_responses` (of all, or of ranges where one response is refused) | `survey_answer` | to export responses |
"""
