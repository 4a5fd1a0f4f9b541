"""Reads what Meta Business Suite exports of a Facebook page: its posts with their counts, and its results by day.

Belongs here: both layouts, in English and Hebrew, whose headers words.yaml names. Does not: who reacted, commented or
shared, which these files do not say. A post's words are measured and dropped, as those the service gives.
"""
