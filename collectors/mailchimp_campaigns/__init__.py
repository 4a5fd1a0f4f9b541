"""Reads the table of campaigns that Mailchimp exports (campaigns.csv): a row a campaign, with its counts.

Belongs here: its columns, which words.yaml names. Does not: who opened or clicked, which such a table does not say.
Titles and subjects are never kept, and a list's name only as the key by which the town registered it.
"""
