"""Publishers: the outward mirror of the collectors. They read the warehouse and write what people and machines open.

Belongs here: workbook, page, data package, validation report, the snapshot folder, pushing it to a target, and the
questionnaire as people are asked it (`forms/`).
Does not: computing or changing a value, deciding when a month closes, recording what was delivered (flows do).
Of ours, publishers import `warehouse` and `texts` only; nothing here writes to the warehouse.
"""
