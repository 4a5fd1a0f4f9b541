"""Speed and correctness of the WhatsApp reader beside its peers: `python -m tests.bench.whatsapp`.

Writes invented Hebrew chats (3 % events, 5 % of several lines) in several layouts, with a list of topics
and with direction marks in half of the messages, and reads each by
the two paths of this project and by a plain per-line regex reader, in turns and each in a process of
its own, so that memory is its own and noise of the machine falls on all. whatstk, chat-miner and the
npm whatsapp-chat-parser take part when KEHILA_BENCH_PEERS names a folder that holds a virtual
environment `venv` and `node_modules` with them.
"""

import argparse
import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.bench.whatsapp_chats import KEYWORDS, LAYOUTS, TOPICS, write_chat

# The simplest honest reader one would write: a regular expression per line.
PLAIN = re.compile(
    r"^[\u200e\u200f]?\[?(\d{1,4})[\u200f]?[./-](\d{1,2})[\u200f]?[./-](\d{2,4})[,،]? (\d{1,2}):(\d{2})(?::(\d{2}))?"
    r"(?:[ \u202f]([^\]\- ]{1,7}))?(?:\] | - )(?:([^:\n]+?): )?(.*)$"
)


def plain_reader(path: Path, layout: str) -> dict[str, int]:
    """The peer every other is measured against: one regular expression, one line after another."""
    months_first = layout.startswith("en-US")
    days: dict[tuple[str, str, str], int] = {}
    seen: dict[str, int] = {}
    times, senders, lengths, questions = [], [], [], 0
    entries = messages = multiline = 0
    length, is_multi, asks = 0, False, False
    with path.open(encoding="utf-8", newline="\n") as file:
        for line in file:
            match = PLAIN.match(line.rstrip("\r\n"))
            if match is None:
                length += len(line)
                is_multi, asks = True, asks or "?" in line
                continue
            if messages:
                lengths.append(length)
                multiline += is_multi
                questions += asks
            a, b, c, hour, minute, second, half, name, text = match.groups()
            day = days.get((a, b, c))
            if day is None:
                d, m, y = (int(b), int(a), int(c)) if months_first else (int(a), int(b), int(c))
                day = days[(a, b, c)] = datetime(y + 2000 * (y < 100), m, d).toordinal() * 86_400
            h = int(hour)
            if half is not None:
                h = h % 12 + 12 * (half in {"PM", "אחה״צ", "م"})
            times.append(day + h * 3600 + int(minute) * 60 + int(second or 0))
            entries += 1
            length, is_multi, asks = 0, False, False
            if name is None or text.startswith("\u200f"):
                continue
            messages += 1
            senders.append(seen.setdefault(name, len(seen)))
            length, asks = len(text), "?" in text
    lengths.append(length)
    return {"entries": entries, "messages": messages, "senders": len(seen)}


def ours(path: Path, plain: bool, layout: str) -> dict[str, int]:
    """This project's reader."""
    from collectors.base import FileReport, FileSettings
    from collectors.whatsapp_export.reader import WhatsAppExport
    from tests.plain_chat_path import PlainPath

    reader = WhatsAppExport()
    if plain:
        reader.path_class = PlainPath  # type: ignore[misc]
    report, questions = FileReport(str(path)), 0
    options = {"topics": KEYWORDS} if TOPICS in layout else {}
    for page in reader.pages(path, FileSettings(options=WhatsAppExport.Settings.model_validate(options)), report):
        if page.stream.name == "whatsapp_chat_message":
            questions += page.rows["is_question"].to_pylist().count(True) if plain else 0
    return {key: report.details[key] for key in ("entries", "messages", "senders", "multiline")}


def whatstk_reader(path: Path, layout: str) -> dict[str, int]:
    """whatstk with the header given, its fastest way."""
    from whatstk import WhatsAppChat  # type: ignore[import-not-found]

    formats = {
        "he Android 24 h": "%d.%m.%y, %H:%M - %name:",
        "he iOS 24 h": "[%d.%m.%y, %H:%M:%S] %name:",
        "en-GB Android": "%d/%m/%y, %H:%M - %name:",
        "en-US Android 12 h": "%m/%d/%y, %I:%M %p - %name:",
    }
    chat = WhatsAppChat.from_source(filepath=str(path), hformat=formats.get(layout), max_size=None)
    return {"messages": len(chat.df), "senders": int(chat.df["username"].nunique())}


def chatminer_reader(path: Path, layout: str) -> dict[str, int]:
    """chat-miner."""
    from chatminer.chatparsers import WhatsAppParser  # type: ignore[import-not-found]

    parser = WhatsAppParser(str(path))
    parser.parse_file()
    frame = parser.parsed_messages.get_df()
    return {"messages": len(frame), "senders": len(set(frame["author"]))}


NODE = """
const {parseString} = require('whatsapp-chat-parser'); const fs = require('fs');
const t0 = process.cpuUsage(); const w0 = Date.now();
const r = parseString(fs.readFileSync(process.argv[1], 'utf8'));
const c = process.cpuUsage(t0); const m = r.filter(x => x.author !== null);
console.log(JSON.stringify({cpu: (c.user + c.system) / 1e6, wall: (Date.now() - w0) / 1e3,
  rss: process.resourceUsage().maxRSS / 1024, entries: r.length, messages: m.length,
  senders: new Set(m.map(x => x.author)).size}));
"""


def child(name: str, path: Path, layout: str) -> None:
    """Run one reader in this process and print what it found and used."""
    readers: dict[str, Callable[[], dict[str, int]]] = {
        "vector path": lambda: ours(path, False, layout),
        "plain path": lambda: ours(path, True, layout),
        "regex per line": lambda: plain_reader(path, layout),
        "whatstk": lambda: whatstk_reader(path, layout),
        "chat-miner": lambda: chatminer_reader(path, layout),
    }
    if name in {"vector path", "plain path"}:
        import collectors.whatsapp_export  # noqa: F401 the import is not part of the reading
    cpu, wall = time.process_time(), time.perf_counter()
    found: dict[str, Any] = readers[name]()
    found["cpu"], found["wall"] = time.process_time() - cpu, time.perf_counter() - wall
    found["rss"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(found))


def run(name: str, path: Path, layout: str, timeout: float = 600) -> dict[str, Any]:
    """One reader in a process of its own."""
    peers = Path(os.environ.get("KEHILA_BENCH_PEERS", "/nonexistent"))
    root = Path(__file__).resolve().parents[2]
    if name == "whatsapp-chat-parser":
        command = ["node", "--max-old-space-size=4096", "-e", NODE, str(path)]
        place = peers
    else:
        python = str(peers / "venv/bin/python") if name in {"whatstk", "chat-miner"} else sys.executable
        command = [python, "-m", "tests.bench.whatsapp", "--child", name, "--file", str(path), "--layout", layout]
        place = root
    try:
        done = subprocess.run(command, capture_output=True, text=True, cwd=place, timeout=timeout, check=False)
    except subprocess.TimeoutExpired:
        return {"error": f"more than {timeout:.0f} s"}
    if done.returncode:
        return {"error": (done.stderr.strip().splitlines() or ["failed"])[-1][:80]}
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def contestants() -> Iterator[str]:
    """The readers that are there."""
    yield from ("vector path", "plain path", "regex per line")
    peers = Path(os.environ.get("KEHILA_BENCH_PEERS", "/nonexistent"))
    if (peers / "venv/bin/python").exists():
        yield from ("whatstk", "chat-miner")
    if (peers / "node_modules/whatsapp-chat-parser").exists():
        yield "whatsapp-chat-parser"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--layouts", nargs="*", default=list(LAYOUTS))
    parser.add_argument("--readers", nargs="*")
    parser.add_argument("--child")
    parser.add_argument("--file")
    parser.add_argument("--layout", default="")
    options = parser.parse_args()
    if options.child:
        child(options.child, Path(options.file), options.layout)
        return
    print("| layout | reader | CPU s | entries/s | ratio to regex per line | peak MiB | right |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as folder:
        for layout in options.layouts:
            path = Path(folder) / "chat.txt"
            truth = write_chat(path, options.messages, layout)
            names = options.readers or list(contestants())
            results: dict[str, list[dict[str, Any]]] = {name: [] for name in names}
            for number in range(options.rounds):
                for name in names:
                    slow = name in {"whatstk", "chat-miner", "plain path"}
                    if not (slow and number):
                        results[name].append(run(name, path, layout))
            base = min((r["cpu"] for r in results.get("regex per line", []) if "cpu" in r), default=0)
            for name, found in results.items():
                good = [r for r in found if "cpu" in r]
                if not good:
                    print(f"| {layout} | {name} | - | - | - | - | no: {found[0]['error']} |")
                    continue
                best = min(good, key=lambda r: float(r["cpu"]))
                wrong = [
                    f"{key} {best[key]:,} for {truth[key]:,}"
                    for key in truth
                    if key in best and best[key] != truth[key]
                ]
                print(
                    f"| {layout} | {name} | {best['cpu']:.2f} | {options.messages / best['cpu']:,.0f} "
                    f"| {base / best['cpu']:.2f} | {best['rss']:.0f} | {'yes' if not wrong else 'no: ' + '; '.join(wrong)} |",
                    flush=True,
                )


if __name__ == "__main__":
    main()
