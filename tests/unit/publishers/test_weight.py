"""What a full town's month costs: its page can be mailed, and publishing it takes seconds and little memory."""

import subprocess
import sys

import pytest

from tests.conftest import ROOT


@pytest.mark.more
def test_a_full_month_keeps_its_limits_of_time_memory_and_weight() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.publication"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "CPU seconds" in done.stdout
