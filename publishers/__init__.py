"""Publishers: the outward mirror of the collectors. They read the warehouse and write what people and machines open.

Belongs here: the workbook, the page, the data package, the snapshot folder, pushing it to a target, and the words
for every code in Hebrew, Arabic and English.
Does not: computing or changing a value, deciding when a month closes, recording what was delivered (flows do).
Of ours, publishers import `warehouse` only; nothing here writes to the warehouse.
"""
