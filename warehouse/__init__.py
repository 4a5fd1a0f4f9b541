"""The warehouse: tables, ledger, lake, migrations and views. Imports none of our other folders.

Belongs here: what a fact and a table look like, how rows become durable, what exists.
Does not: where records come from (collectors), what they mean (transforms), whether to trust them
(expectations), who reads them (publishers). No person, no message in a warehouse table, ever: those
live, pseudonymised, in the lake.
"""
