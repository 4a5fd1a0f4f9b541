"""The operations page: how the sources, the quarantine and the months stand, and buttons to set things right.

Belongs here: what the page shows, how it looks, who may open it, and the few `kehila` commands its
buttons start. Does not: any work of its own. A button runs a command as a child process, so that the
page can do nothing the command line cannot; and nothing personal is shown, only codes, counts and places.
"""
