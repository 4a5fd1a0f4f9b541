"""`make source NAME=x`: a new service begins as a copy of the model, collectors/brevo, with all that belongs to it.

What is copied reads Brevo until it is rewritten; the tests it names say what is left to do.
"""

from __future__ import annotations

import keyword
import re
import sys
from pathlib import Path

MODEL = "brevo"
COPIED = ("simulator/services/{}.py", "tests/unit/collectors/test_{}.py")
CASES = Path("tests/contract/behaviour/cases.py")
LEFT = """\
Left to do, in this order; each line has the test that fails until it is done:
  the settings, wire contract and streams in collectors/{0}, with the table of calls in its __init__
      pytest tests/architecture/test_source_folders.py tests/contract/test_declarations.py
  the stand-in and the tests of the collector
      pytest tests/unit/collectors/test_{0}.py
  the case of the suite every service answers
      pytest tests/contract/behaviour/test_cases.py
  transforms/staging/{0}.py, and the name people know it by under `sources` in texts/codes.yaml
      pytest tests/contract/test_declarations.py
  the generated pages
      make docs"""


def renamed(text: str, name: str) -> str:
    """The text with the model's names replaced."""
    title = "".join(part.capitalize() for part in name.split("_"))
    return text.replace(MODEL, name).replace(MODEL.capitalize(), title)


def copied(name: str) -> list[Path]:
    """Copy the model under a name; gives the files written. Raises FileExistsError and ValueError."""
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name) or keyword.iskeyword(name):
        raise ValueError(f"{name!r} is no name of a source: small letters, digits and _, as in `pigeon_post`")
    files = sorted(Path("collectors", MODEL).glob("*.py"))
    files += [Path(pattern.format(MODEL)) for pattern in COPIED]
    targets = {path: Path(renamed(str(path), name)) for path in files}
    if there := [str(path) for path in targets.values() if path.exists()]:
        raise FileExistsError(f"{there[0]} is there already; delete it first, or take another name")
    for path, target in targets.items():
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(renamed(path.read_text(encoding="utf-8"), name), encoding="utf-8")
    with_case(name)
    return [*targets.values(), CASES]


def with_case(name: str) -> None:
    """Write the model's case once more, under the name, and list it."""
    text = CASES.read_text(encoding="utf-8")
    found = re.search(rf"^class {MODEL.capitalize()}Case\(.*?(?=^class )", text, re.MULTILINE | re.DOTALL)
    imported = re.search(rf"^from simulator\.services\.{MODEL} import .*\n", text, re.MULTILINE)
    assert found is not None and imported is not None, "the model's own case"
    text = text.replace(found[0], found[0] + renamed(found[0], name))
    text = text.replace(imported[0], imported[0] + renamed(imported[0], name))
    listed = f"{MODEL.capitalize()}Case, "
    CASES.write_text(text.replace(listed, listed + renamed(listed, name), 1), encoding="utf-8")


def main() -> None:
    """Copy, and say what was written and what is left to do."""
    if len(sys.argv) != 2:
        raise SystemExit("usage: make source NAME=pigeon_post")
    try:
        files = copied(sys.argv[1])
    except (ValueError, FileExistsError) as problem:
        raise SystemExit(str(problem)) from None
    sys.stdout.write("\n".join(["Written:", *(f"  {path}" for path in files), LEFT.format(sys.argv[1]), ""]))


if __name__ == "__main__":
    main()
