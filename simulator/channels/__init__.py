"""The generated town's live channels: site, newsletter, Facebook page, Zoom, WhatsApp number, as one life.

Belongs here: what happens on them, told once by the town's agenda and its crowd, in the stand-ins' own
plain shapes; the stand-ins started for a town with a clock of their own; the books of what they come to.
Does not: any wire (`simulator.services`), or what a town hands over as files (`simulator`).
"""
