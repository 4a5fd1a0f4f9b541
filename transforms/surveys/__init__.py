"""Surveys as estimates: weights by the town's population, how sure a wave is of what it says, how well its items agree.

Functions from data to data: no database, no clock, no text, and nothing of a town but what is handed in. Here an answer
is a number and a respondent what she says of herself; which answers count, and what they are called, staging decides.
"""
