"""Transforms give meaning: landed records to canonical facts, facts to indicators.

Belongs here: staging (one module a source, pure functions from Arrow to Arrow), the catalogue of
indicators (one .sql file each), computing, the questionnaire. Does not: fetching, reading files,
judging trust (expectations), Prefect. Imports nothing of ours but `warehouse`.
"""
