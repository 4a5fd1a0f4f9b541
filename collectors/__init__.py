"""Collectors talk to one remote service or read one file format, and yield pages of records.

Belongs here: wire contracts, file grammars, paging, the facts about a source (limits, oddities).
Does not: the warehouse, watermarks, meaning, Prefect. A collector imports nothing of ours but
`collectors.base`, `collectors.errors` and, for tables in files, `collectors.tabular`.
"""
