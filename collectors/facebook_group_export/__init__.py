"""Reads the insights table a Facebook group's administrator exports: a number a metric and day.

The platform gives no interface to groups, and what the export calls its columns depends on the
administrator's language and on the year; so the days are found by content, the known metrics by
header, and the rest is kept by position as long as it is numbers. Text columns may hold names of
members and are never kept.
"""
