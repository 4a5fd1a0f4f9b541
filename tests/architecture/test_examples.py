"""What pages and messages tell people to type is understood, and every path they name is there."""

from __future__ import annotations

import ast
import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path
from pkgutil import resolve_name

import click
import pytest
from pydantic import ValidationError

from cli.main import kehila
from tests.architecture.test_imports import OURS
from tests.conftest import ROOT
from town.config import Config, config_class

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
STAND_INS = {"M": "2026-10", "YYYY-MM": "2026-10", "FIRST": "2026-01-01", "DAY": "2026-01-01"}
"""What a page writes in place of a value, and a value."""
ENDS = {"|", "&&", ";", ">", "2>", "&"}


def problem_of(words: list[str], *, is_whole: bool) -> str:
    """What click has against a command line, without running it; `is_whole`: nothing required may be left out."""
    words = [STAND_INS.get(word, word) for word in words]
    group: click.Command = kehila
    try:
        while isinstance(group, click.Group) and words and not {"--help", "-h", "--version"} & set(words):
            context = group.make_context(group.name, words, resilient_parsing=False)
            name, *words = [*context._protected_args, *context.args]
            group = group.resolve_command(context, [name])[1] or group
        if not isinstance(group, click.Group):
            group.make_context(group.name, words)
    except (click.MissingParameter, click.BadOptionUsage) as problem:  # what is required is left out
        return problem.format_message() if is_whole else ""
    except click.UsageError as problem:
        return problem.format_message()
    return ""


def lines_of(text: str) -> Iterator[tuple[str, bool]]:
    """The command lines a page shows: those of blocks, which are whole, and those in running text."""
    for number, block in enumerate(re.split(r"^ *```.*$", text, flags=re.MULTILINE)):
        if number % 2:
            joined = block.replace("\\\n", " ")
            yield from ((line, True) for line in re.findall(r"^[ $]*(kehila .+)$", joined, re.MULTILINE))
        else:
            yield from ((line, False) for line in re.findall(r"`(kehila [^`]+)`", block))


def alternatives(line: str) -> Iterator[list[str]]:
    """The words of a command line without its comment; `list|replay` are two lines."""
    words = shlex.split(re.split(r"\s+#|  +(?=[a-z])", line)[0])[1:]
    words = words[: min((place for place, word in enumerate(words) if word in ENDS), default=len(words))]
    for place, word in enumerate(words):
        if re.fullmatch(r"[a-z]+(\|[a-z]+)+", word):
            for one in word.split("|"):
                yield [*words[:place], one, *words[place + 1 :]]
            return
    yield words


def texts_of(path: Path) -> Iterator[str]:
    """The texts of a module, what is filled in later as `FILLED`."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.JoinedStr):
            yield "".join(str(one.value) if isinstance(one, ast.Constant) else "FILLED" for one in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def module_lines() -> Iterator[tuple[str, str]]:
    """The command lines that messages and docstrings of the product tell people, and where."""
    for name in OURS:
        for path in sorted((ROOT / name).rglob("*.py")):
            for text in texts_of(path):
                for line in re.findall(r"`(kehila [^`]+)`", text):
                    yield str(path.relative_to(ROOT)), line.replace("--month FILLED", "--month 2026-10")
        for path in sorted((ROOT / name).rglob("*.yaml")):
            for line in re.findall(r"kehila [a-z]+(?: (?:--)?[a-z]+)?", path.read_text(encoding="utf-8")):
                words = line.split()
                yield str(path.relative_to(ROOT)), " ".join(words[:2] if words[1] in kehila.commands else words)


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_command_line_of_a_page_is_understood(page: Path) -> None:
    for line, is_whole in lines_of(page.read_text(encoding="utf-8")):
        for words in alternatives(re.sub(r" (MONTH|\[MONTH\])", " 2026-10", line)):  # the word for it in a heading
            assert problem_of(words, is_whole=is_whole) == "", line


def test_every_command_line_of_a_message_is_understood() -> None:
    found = sorted(set(module_lines()))
    assert len(found) > 50
    odd = [
        (place, line, problem)
        for place, line in found
        for words in alternatives(line)
        if (problem := problem_of(words, is_whole=False))
    ]
    assert odd == []


@pytest.mark.parametrize(
    "line",
    [
        "kehila colect",
        "kehila doctor zoom",
        "kehila close --moth 2026-10",
        "kehila quarantine list|reply",
        "kehila run --month x",
    ],
)
def test_a_wrong_command_line_is_found(line: str) -> None:
    assert any(problem_of(words, is_whole=False) for words in alternatives(line))


def test_the_pages_do_show_command_lines() -> None:
    readme = list(lines_of((ROOT / "README.md").read_text(encoding="utf-8")))
    assert len([line for line, is_whole in readme if is_whole]) >= 8
    assert len([line for line, is_whole in readme if not is_whole]) >= 5


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_block_of_configuration_is_one(page: Path) -> None:
    for block in toml_blocks(page.read_text(encoding="utf-8")):
        written = tomllib.loads(block)
        config = config_class().model_validate({"authority": [{"code": "0070"}], **written})
        assert set(written) <= config.model_fields_set, block


def toml_blocks(text: str) -> list[str]:
    return re.findall(r"^```toml\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def test_pages_do_show_configuration_and_a_wrong_key_is_found() -> None:
    assert sum(len(toml_blocks(page.read_text(encoding="utf-8"))) for page in PAGES) >= 8
    with pytest.raises(ValidationError, match="allowed_hosts"):
        Config.model_validate({"authority": [{"code": "1"}], "push": {"a": {"kind": "http", "allowed_hosts": []}}})


NAME = re.compile(rf"`((?:{'|'.join(OURS)})(?:\.(?!db\b)\w+)+)(?:\(.*?\))?`")


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_module_a_page_names_is_there(page: Path) -> None:
    """`expectations.gate.check`: a module, and what it holds."""
    odd = []
    for name in set(NAME.findall(page.read_text(encoding="utf-8"))):
        try:
            resolve_name(name)
        except (ImportError, AttributeError):
            odd.append(name)
    assert odd == []


def test_the_pages_do_name_modules() -> None:
    assert len({name for page in PAGES for name in NAME.findall(page.read_text(encoding="utf-8"))}) >= 3
    with pytest.raises(AttributeError):
        resolve_name("expectations.gate.chekc")


FOLDERS = "|".join((*OURS, "tests", "docs", "deploy"))
PATH = re.compile(rf"(?<![\w/.-])((?:{FOLDERS})(?:/[\w.<>*{{}}-]+)+/?)")


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_path_a_page_names_is_there(page: Path) -> None:
    named = {one.rstrip(".") for one in PATH.findall(page.read_text(encoding="utf-8"))}
    plain = {one for one in named if not set("<>*{}") & set(one)}
    assert sorted(one for one in plain if not (ROOT / one).exists()) == []


def test_the_pages_do_name_paths() -> None:
    assert len(PATH.findall((ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"))) >= 10
    assert PATH.findall("in `flows/gone.py` and (collectors/zoom/).") == ["flows/gone.py", "collectors/zoom/"]
