"""Reads a survey that was asked with Google Forms: the form's questions and all its responses.

Belongs here: the service's paging, permissions and shapes. Does not: which question is which item and
what an answer is worth (collectors.survey_answers). The address of a respondent is never read.
"""
