"""Collectors against servers built from the services' own specifications, and against every published payload.

Belongs here: a server that answers any call a specification knows (by Prism, or by values drawn from the
schemas), the checks of what is asked of it, and the list of samples. Does not belong here: our own stand-ins
(simulator.services), which know state, faults and webhooks that no specification tells.
"""
