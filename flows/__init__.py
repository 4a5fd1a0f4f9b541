"""Flows put the rooms together: import, collect, refresh, close, publish, push, serve; the command line.

Belongs here: windows, retries, order of steps, schedules, configuration. The only folder that knows
Prefect. The steps are plain functions; a flow or task is a thin wrapper, so a one-off run or a test
needs no orchestrator. Does not belong here: reading a source, meaning, checks, layout of outputs.
"""
