"""Runs say in their logs what happened in one line: a trace of Prefect's own calls below it helps nobody."""

from __future__ import annotations

import logging
import os
from pathlib import Path

from prefect.exceptions import FailedRun
from prefect.logging.configuration import setup_logging
from prefect.settings import PREFECT_LOGGING_SETTINGS_PATH, temporary_settings

SETTINGS_VARIABLE, SETTINGS = "PREFECT_LOGGING_SETTINGS_PATH", Path(__file__).with_name("logging.yml")


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
    """From now on, in this process: logs are lines (town/log.py), and `plain` errors need no place in them."""
    if SETTINGS_VARIABLE not in os.environ:  # a worker of the town's own; what we start has it from its start
        os.environ[SETTINGS_VARIABLE] = str(SETTINGS)
        with temporary_settings({PREFECT_LOGGING_SETTINGS_PATH: SETTINGS}):
            setup_logging(incremental=False)
    for name in ("prefect.flow_runs", "prefect.task_runs"):
        logging.getLogger(name).addFilter(WithoutTraces(plain))
