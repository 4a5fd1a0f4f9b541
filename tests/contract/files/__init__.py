"""The same questions to every file format: read twice, in another order, renamed, cut, broken, and what is left of people.

A new format writes one class in `cases`; until it is there, `test_cases` fails and lists what is missing.
"""
