"""The steps as plain functions over (town, source, month), called by commands, flows and the operations page alike.

`land/` what people and webhooks bring, `collect/` what services are asked for, `gaps/` what was not heard,
`refresh/` facts and indicators, `month/` run, close, publish, push, `upkeep/`. Does not belong here: Prefect,
HTTP, printing.
"""
