"""Reads the CSV that Google Analytics 4 downloads: comment lines with the property and the days, below them tables.

Belongs here: which column is which dimension and figure (words.yaml), which rows are one period's. Does not: adding up
people. People of days, pages or cities are no people of a month, so a month's are taken only where a row tells them.
"""
