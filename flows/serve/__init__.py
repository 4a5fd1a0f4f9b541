"""`kehila serve`: one process that keeps the parts of an installation running on one machine.

Belongs here: child processes, Prefect's server, the watched folder. Does not: what the parts do.
"""
