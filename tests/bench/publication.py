"""Publishing a month: package, workbooks, sheets and pages of a full town in three languages, against its limits.

CPU seconds of the process and of the one that sets the sheets, the larger one's peak memory, and what each page weighs.
"""

from __future__ import annotations

import resource
import sys
import tempfile
from pathlib import Path

from publishers.reading import read_report
from publishers.snapshot import snapshot_files
from tests.unit.publishers.full_town import full_town
from tests.unit.publishers.town import AUTHORITY, CLOSED_AT, MONTH, TIMEZONE
from texts import LANGUAGES

CPU_SECONDS, PEAK_MB, PAGE_KB = 10.0, 300, 300


def cpu() -> float:
    """CPU seconds so far, children included."""
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in both)


def peak() -> int:
    """MB of the larger of the process and its children; what the kernel says of the process itself counts who began it."""
    own = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM:"))
    return max(int(own.split()[1]), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) // 1024


def main() -> int:
    """Publish once; 1 where a limit is not kept."""
    with tempfile.TemporaryDirectory() as folder:
        engine = full_town(Path(folder))
        before = cpu()
        report = read_report(engine, AUTHORITY, MONTH, TIMEZONE, revision=1, closed_at=CLOSED_AT)
        files = snapshot_files(report)
        took, most = cpu() - before, peak()
        engine.dispose()
    pages = {language: len(files[f"page-{language}.html"]) // 1000 for language in LANGUAGES}
    print(f"{took:.1f} CPU seconds (limit {CPU_SECONDS:.0f}), peak {most} MB (limit {PEAK_MB})")
    print(f"pages in kB, limit {PAGE_KB}: " + ", ".join(f"{name} {size}" for name, size in pages.items()))
    return int(took > CPU_SECONDS or most > PEAK_MB or max(pages.values()) > PAGE_KB)


if __name__ == "__main__":
    sys.exit(main())
