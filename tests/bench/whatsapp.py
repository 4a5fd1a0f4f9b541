"""Speed and correctness of the WhatsApp reader beside its peers: `python -m tests.bench.whatsapp`.

Writes invented Hebrew chats (3 % events, 5 % of several lines) of several sizes in the layouts of the common
clients (with `--layouts` also with a list of topics, or with direction marks in half of the messages), and has each
read by this project and by a plain per-line regex reader, in turns and each in a process of its own, so that memory
is its own and noise of the machine falls on all. A process reads the file several times: the first time it is cold,
and told is its whole processor time with all it imports; the median of the others is warm. whatstk, chat-miner and
the npm whatsapp-chat-parser take part when `--readers` names them and KEHILA_BENCH_PEERS a folder that holds a
virtual environment `venv` and `node_modules` with them.
"""

import argparse
import itertools
import json
import os
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.bench.whatsapp_chats import COMMON, KEYWORDS, TOPICS, write_chat

REGEX = "regex per line"
SLOW = frozenset({"plain path", "whatstk", "chat-miner"})  # read once
ROUNDS, PATIENCE = 5, 2.0  # warm readings of a file by one process, and seconds after which it begins none
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
const t0 = process.cpuUsage();
const r = parseString(fs.readFileSync(process.argv[1], 'utf8'));
const c = process.cpuUsage(t0); const m = r.filter(x => x.author !== null);
console.log(JSON.stringify({cpu: (c.user + c.system) / 1e6, cold: process.cpuUsage().user / 1e6,
  rss: process.resourceUsage().maxRSS / 1024, entries: r.length, messages: m.length,
  senders: new Set(m.map(x => x.author)).size}));
"""


def child(name: str, path: Path, layout: str) -> None:
    """Run one reader in this process and print what it found and used."""
    readers: dict[str, Callable[[], dict[str, int]]] = {
        "vector path": lambda: ours(path, False, layout),
        "plain path": lambda: ours(path, True, layout),
        REGEX: lambda: plain_reader(path, layout),
        "whatstk": lambda: whatstk_reader(path, layout),
        "chat-miner": lambda: chatminer_reader(path, layout),
    }
    found: dict[str, Any] = readers[name]()
    found["cold"] = time.process_time()
    spent: list[float] = []
    while name not in SLOW and len(spent) < ROUNDS and sum(spent) < PATIENCE:
        begun = time.process_time()
        readers[name]()
        spent.append(time.process_time() - begun)
    found["cpu"] = statistics.median(spent or [found["cold"]])
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


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="*", default=[2_000, 20_000, 200_000, 1_000_000])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--layouts", nargs="*", default=list(COMMON))
    parser.add_argument("--readers", nargs="*", default=["vector path", REGEX], help="also: plain path, and the peers")
    parser.add_argument("--child")
    parser.add_argument("--file")
    parser.add_argument("--layout", default="")
    options = parser.parse_args()
    if options.child:
        child(options.child, Path(options.file), options.layout)
        return
    print("| layout | messages | reader | warm CPU ms | times regex | cold CPU ms | times regex | peak MiB | right |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as folder:
        for layout, messages in itertools.product(options.layouts, options.sizes):
            compare(Path(folder) / "chat.txt", layout, messages, options.readers, options.rounds)


def compare(path: Path, layout: str, messages: int, names: list[str], rounds: int) -> None:
    """Print what each reader needs for one chat: of the rounds, taken in turns, the middle one."""
    truth = write_chat(path, messages, layout)
    results: dict[str, list[dict[str, Any]]] = {name: [] for name in names}
    for number, name in itertools.product(range(rounds), names):
        if not (number and name in SLOW):
            results[name].append(run(name, path, layout))
    good = {name: [one for one in found if "cpu" in one] for name, found in results.items()}
    cost = {
        (name, kind): statistics.median([one[kind] for one in found])
        for name, found in good.items()
        if found
        for kind in ("cpu", "cold")
    }
    for name in names:
        if not good[name]:
            print(f"| {layout} | {messages:,} | {name} | - | - | - | - | - | no: {results[name][0]['error']} |")
            continue
        told = good[name][0]
        wrong = [f"{key} {told[key]:,} for {truth[key]:,}" for key in truth if told.get(key, truth[key]) != truth[key]]
        figures = [
            f"{cost[name, kind] * 1e3:,.0f} | {cost.get((REGEX, kind), 0) / cost[name, kind]:.2f}"
            for kind in ("cpu", "cold")
        ]
        rss = max(one["rss"] for one in good[name])
        right = "no: " + "; ".join(wrong) if wrong else "yes"
        print(f"| {layout} | {messages:,} | {name} | {' | '.join(figures)} | {rss:.0f} | {right} |", flush=True)


if __name__ == "__main__":
    main()
