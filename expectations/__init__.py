"""Trust: may these facts be believed, and if not, which rows are put aside and why.

Belongs here: suites derived from the fact classes, the rules a class cannot say, the gate.
Does not: saying in words what a code means, changing a row, reading a source, writing to lake or ledger, indicators.
Imports of ours: `warehouse` only. Great Expectations is imported inside functions: it costs seconds.
Nothing kept or printed here carries a value of a row; row positions, counts and grain keys only.
"""
