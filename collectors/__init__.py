"""Collectors talk to one remote service or read one file format, and yield pages of records.

Belongs here: wire contracts, file grammars, paging, the facts about a source (limits, oddities).
Does not: the warehouse, watermarks, meaning, Prefect. A collector imports nothing of ours but the modules of this
folder: how streams are declared (base, columns, kinds), called (service, http, paging), read (records, tabular).
"""
