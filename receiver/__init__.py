"""HTTP into the inbox: each webhook is on disk, encrypted, before it is answered.

Belongs here: the protocol, signatures asked of `collectors.hooks`, the heartbeat. Does not: reading what a body says
for the warehouse, which draining does. It needs `town`, `collectors.hooks` and `warehouse.inbox` alone.
"""
