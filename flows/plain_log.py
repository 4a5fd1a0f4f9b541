"""Runs tell in their logs what happened in one line: a trace of Prefect's own calls below it helps nobody."""

from __future__ import annotations

import logging

from prefect.exceptions import FailedRun


class WithoutTraces(logging.Filter):
    """Takes the trace from records of errors that are told in plain words, and what only repeats a run's end."""

    def __init__(self, plain: type[Exception]) -> None:
        super().__init__()
        self.plain = plain

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record is kept."""
        problem = record.exc_info[1] if record.exc_info else None
        if isinstance(problem, self.plain):
            record.exc_info = record.exc_text = None
        return not isinstance(problem, FailedRun)


def set_plain_logs(plain: type[Exception]) -> None:
    """From now on, in this process: `plain` errors have no trace in the logs of flows and tasks."""
    for name in ("prefect.flow_runs", "prefect.task_runs"):
        logging.getLogger(name).addFilter(WithoutTraces(plain))
