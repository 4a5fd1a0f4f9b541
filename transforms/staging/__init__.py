"""From landed records to canonical facts, one module a source.

Each module has `STREAMS` (names of the landed streams it reads) and one pure function
`stage(landed, town) -> {fact name: table}`. The result depends on the set of landed segments alone,
never on the order they came in. No I/O, no state.
"""
