"""Stand-ins for the remote services: they speak the true wire contract on this machine's loopback only.

Belongs here: one module a service, holding a small state a town fills (campaigns, meetings, visits) and
answering as the service does: its authentication, paging, error documents, throttling, late
restatements by a `now` the caller moves. Each gives `books()`, the true monthly figures counted from its
state without going over the wire. Does not: anything a collector would import.
"""
