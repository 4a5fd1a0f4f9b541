"""Reads a table of survey answers, one row a respondent: any form service's CSV or xlsx export.

Belongs here: which column is which item, words to 1-5, what never leaves the file (free text).
Does not: scales and indicators (transforms.questionnaire), reading bytes (collectors.tabular).
"""
