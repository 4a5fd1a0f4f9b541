"""`python -m tests.contract.official`: install Prism when it is not there, then run all contract tests with it."""

import os
import sys
from pathlib import Path

import pytest

from tests.contract.official.prism import folder, install

install()
os.environ["KEHILA_PRISM"] = str(folder())
raise SystemExit(pytest.main(["-q", "-rs", "-p", "no:cacheprovider", str(Path(__file__).parent), *sys.argv[1:]]))
