"""What a town is to a process: its configuration, its opened store, its accounts, what may be said of an error.

Belongs here: what every step of the pipeline asks first. Does not: any step; it knows no flow, page or command.
"""
