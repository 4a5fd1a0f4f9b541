"""Writes the table of what is not asked of each service, and why."""

from pathlib import Path

from tests.contract.behaviour.case import table
from tests.contract.behaviour.cases import CASES

Path(__file__).with_name("README.md").write_text(table(CASES, CASES), encoding="utf-8")
