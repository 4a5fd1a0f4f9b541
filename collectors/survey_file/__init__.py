"""Reads a table of survey answers, one row a respondent: any form service's CSV or xlsx export.

Belongs here: telling such a file from others, its mapping file, what the import says of it. Does not:
which column is which item (collectors.survey_answers), reading bytes (collectors.tabular).
"""
