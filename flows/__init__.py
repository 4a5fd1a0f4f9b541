"""The only folder that knows Prefect: flows, schedules, automations, and `serve/`, which keeps the parts running.

Belongs here: thin wrappers that give the pipeline's plain functions names, retries, progress and a report. Does not:
anything that decides what is true; Prefect's database may be deleted at any time.
"""
