"""The web form staff enter their month in, behind a login each.

Belongs here: accounts, sessions, drafts, and the form's pages. Its sheets, columns and rules are those of the staff
workbook (collectors/staff_workbook), and what is sent lands as a workbook does (pipeline/land). What it keeps lies in
`entry.db`, a file of its own beside kehila.toml: no name of a login ever reaches the warehouse, and nobody who reads
that reads this. Does not belong here: what a row means.
"""
