"""The webhook receiver: HTTP in front, the inbox behind, and an answer only after the disk has it.

Belongs here: the server, its limits, who may knock, `/healthz`. Does not: what a sender signs and how
(collectors' hooks), how entries become durable (warehouse.inbox), what they mean: no body is understood
here beyond its key and its addressee, and draining the inbox into facts is another flow's.
"""
