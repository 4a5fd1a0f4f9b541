"""Reads the register of requests that a municipal 106 line exports: a row a request.

Belongs here: the columns by their Hebrew and English headers, words of kinds, topics and channels to closed lists.
Does not: who asked and what she wrote. Names, phones, addresses and descriptions are never read.
"""
