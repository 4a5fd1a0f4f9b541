"""The operations page: sources, quarantine, months and gaps, and buttons to set them right.

Belongs here: what the page shows and how it is guarded. Does not: deciding anything; a button runs a command.
"""
