"""Lines for people are printed by one function, which makes them harmless; what machines read is JSON."""

import ast
from pathlib import Path

from town.version import ROOT

RAW = {"cli/printing.py", "cli/docs.py"}
"""`printing` does it; `docs` tells a developer of its own files."""
SPARED = {("cli/session.py", "clear_progress"), ("cli/session.py", "progress_line"), ("cli/months.py", "dump")}
"""They steer the terminal themselves, or print canonical text to be compared."""


def raw_prints(path: Path) -> list[str]:
    found, name = [], path.relative_to(ROOT).as_posix()
    for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(function, ast.FunctionDef) or (name, function.name) in SPARED:
            continue
        for call in ast.walk(function):
            if not isinstance(call, ast.Call) or ast.unparse(call.func) not in ("click.echo", "print"):
                continue
            first = call.args[0] if call.args else None
            is_fixed = isinstance(first, ast.Constant)
            if not is_fixed and "json.dumps" not in ast.unparse(first or call):
                found.append(f"{name}:{call.lineno}")
    return found


def test_no_line_is_printed_raw() -> None:
    paths = [one for one in (ROOT / "cli").glob("*.py") if one.relative_to(ROOT).as_posix() not in RAW]
    assert [place for path in paths for place in raw_prints(path)] == []
