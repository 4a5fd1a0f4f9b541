"""The command line `kehila`. Each command opens the store, calls one plain function, and prints.

Belongs here: options, words for people, JSON for machines, exit codes (0 well, 1 a data problem with nothing lost,
2 usage or configuration). Does not: decisions about data, which are the pipeline's. Nothing of ours imports it.
"""
