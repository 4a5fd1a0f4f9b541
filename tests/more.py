"""`python -m tests.more`: what `make test` skips or leaves out on a bare machine, with what can be installed for it.

A program that cannot be had costs the tests that need it, which are then counted as skipped; it is named.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from pathlib import Path

from tests.bi import environment
from tests.conftest import ROOT
from tests.contract.official import prism
from tests.integration import axe, s3_server, spark
from tests.integration.test_operations_browser import BROWSERS

BUDGET_SECONDS = 45 * 60.0
INSTALL_SECONDS = 10 * 60.0
PROGRAMS = {
    "chromium": BROWSERS,
    "strace": ("strace",),
    "libreoffice-calc": ("soffice",),
    "poppler-utils": ("pdftotext",),
    "default-jre-headless": ("java",),
}
"""Package of Debian -> the commands of which one is enough."""
SUITES = {
    "promises that take longer than make test has time for": [
        "tests",
        "-m",
        "more and not long",
        "-n",
        "2",
        "--dist",
        "loadfile",
        "--ignore=tests/integration/test_entry_browser.py",
    ],
    "the form of staff in a browser": ["tests/integration/test_entry_browser.py", "-m", ""],
    "pages in a browser": [
        "tests/integration/test_operations_browser.py",
        "tests/integration/test_page_browser.py",
        "tests/integration/test_page_access.py",
    ],
    "acknowledged means synced, by the kernel": ["tests/integration/test_receive_durability.py", "-k", "kernel"],
    "units, images and settings of the deployment": ["tests/architecture/test_deploy.py", "-m", ""],
    "documents": ["tests/architecture/test_docs.py", "tests/architecture/test_drift.py"],
    "guards of pinned libraries": ["tests/integration/test_guard_pins.py", "-m", ""],
    "parts of a served town, killed and come back": ["tests/integration/test_serve_parts.py", "-m", "long"],
    "the services' own specifications": ["tests/contract/official"],
}
"""What is run, in this order, and with which words of pytest."""


def missing() -> list[str]:
    return [package for package, names in PROGRAMS.items() if not any(map(shutil.which, names))]


def install(packages: list[str], log: Path) -> None:
    """Ask apt for them, where there is one and it may be asked."""
    apt = shutil.which("apt-get")
    if not packages or apt is None or os.geteuid() != 0:
        return
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    with log.open("wb") as told:
        for words in (["update"], ["install", "--yes", "--no-install-recommends", *packages]):
            subprocess.run([apt, *words], stdout=told, stderr=told, env=env, timeout=INSTALL_SECONDS, check=True)


def count(report: Path) -> tuple[int, int, int]:
    """Passed, failed, skipped of a JUnit report."""
    found = ET.parse(report).getroot().find("testsuite")
    assert found is not None
    ran, failures, errors, skipped = (int(found.get(name, 0)) for name in ("tests", "failures", "errors", "skipped"))
    return ran - failures - errors - skipped, failures + errors, skipped


def run(words: list[str], report: Path, seconds: float) -> tuple[int, int, int]:
    """One suite; what does not end in the time, or breaks before it reports, has failed."""
    command = [sys.executable, "-m", "pytest", "-q", "-rs", "-p", "no:cacheprovider", f"--junit-xml={report}", *words]
    try:
        done = subprocess.run(command, cwd=ROOT, timeout=seconds, check=False)
    except subprocess.TimeoutExpired:
        print(f"not ended after {seconds:.0f} seconds")
        return 0, 1, 0
    passed, failed, skipped = count(report) if report.exists() else (0, 0, 0)
    return passed, failed or int(done.returncode not in (0, 5)), skipped


def main() -> int:
    end = time.monotonic() + BUDGET_SECONDS
    total = [0, 0, 0]
    with tempfile.TemporaryDirectory() as folder:
        for what, get in (
            ("apt-get", lambda: install(missing(), Path(folder) / "apt.log")),
            ("npm", prism.install),
            ("npm", axe.install),
            ("pip", s3_server.install),
            ("pyspark", spark.install),
            ("pyodbc", environment.install_pyodbc),
        ):
            try:
                get()
            except (SystemExit, subprocess.SubprocessError, OSError) as problem:
                print(f"{what}: {problem}")
        os.environ["KEHILA_PRISM"] = str(prism.folder())
        for package in missing():
            print(f"not on this machine, and not to be had: {package}; what needs it is skipped")
        for number, (name, words) in enumerate(SUITES.items()):
            print(f"\n--- {name}", flush=True)
            found = run(words, Path(folder) / f"{number}.xml", max(1.0, end - time.monotonic()))
            total = [a + b for a, b in zip(total, found, strict=True)]
    passed, failed, skipped = total
    print(f"\n{passed} passed, {failed} failed, {skipped} skipped")
    return int(failed > 0)


if __name__ == "__main__":
    raise SystemExit(main())
