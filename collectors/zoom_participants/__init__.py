"""Reads what Zoom's web portal hands over by hand: reports of a meeting's participants, and lists of meetings.

Belongs here: the layouts of these files, whose columns words.yaml names. Does not: who is one person behind several
connections, and which of them the service tells of as well (transforms.staging.zoom). Topics are never kept.
"""
