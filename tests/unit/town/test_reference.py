"""Every key of `kehila.toml` is described, read, and refused by name where it is written otherwise."""

import ast
import json
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import jsonschema
import pytest
from pydantic import BaseModel

from cli.configuration import block, configuration_page, names_of, schema
from expectations.suite import Bound, Measure, RowRule, Suite
from tests.architecture.test_examples import PAGES, toml_blocks
from tests.conftest import ROOT
from town.config import ConfigProblem, config_class, load
from town.reference import ANY, Heading, example, headings
from town.sections import DEFAULT_TIMEZONE
from town.template import TEMPLATE

TOWN = '[[authority]]\ncode = "0070"\n'
HEADINGS = list(headings(config_class()))
SUITES = (Measure, RowRule, Bound, Suite)


@pytest.fixture(scope="module")
def page() -> str:
    return configuration_page()


def by_name(one: Heading) -> str:
    return ".".join(one.steps)


def written(one: Heading, *lines: str) -> str:
    """A configuration with one section as a town writes it, all that it needs in it, and these lines."""
    title = one.title.replace("NAME", "main")
    begins = "" if one.steps == ("authority", ANY) else TOWN
    needed = [example(name, field) for name, field in one.kind.model_fields.items() if field.is_required()]
    if one.steps[:2] == ("source", "ga4") and not any(line.startswith("space =") for line in lines):
        needed.append('space = "site"')
    return "\n".join([begins + title, *needed, *lines, ""])


def said_of(folder: Path, text: str) -> str:
    path = folder / "kehila.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigProblem) as refused:
        load(path)
    return str(refused.value)


@cache
def validator() -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(json.loads(schema()))


def takes(text: str) -> bool:
    """Whether the schema takes it. TOML's days are texts to JSON."""
    return bool(validator().is_valid(json.loads(json.dumps(tomllib.loads(text), default=str))))


def test_there_are_sections_of_every_kind() -> None:
    names = {one.name for one in HEADINGS}
    assert {"authority", "authority.calendar", "store", "push", "source.zoom", "whatsapp", "schedule"} <= names
    assert set(config_class().model_fields) == {one.steps[0] for one in HEADINGS} | {"expectations"}


@pytest.mark.parametrize("kind", [*(one.kind for one in HEADINGS), *SUITES], ids=lambda kind: kind.__name__)
def test_every_key_is_described_and_on_the_page(kind: type[BaseModel], page: str) -> None:
    assert kind.__doc__ and not kind.__doc__.startswith("!!!")
    assert [name for name, field in kind.model_fields.items() if len(field.description or "") < 10] == []
    assert [name for name in names_of(kind) if f"`{name}`" not in page] == []


@pytest.mark.parametrize("one", HEADINGS, ids=by_name)
def test_every_example_is_taken(one: Heading, tmp_path: Path) -> None:
    lines = block(one)
    for line in lines[lines.index(one.title) + 1 : -2]:
        name = line.partition(" = ")[0]
        text = written(one, *([] if one.kind.model_fields[name].is_required() else [line]))
        (tmp_path / "kehila.toml").write_text(text, encoding="utf-8")
        load(tmp_path / "kehila.toml")
        assert takes(text), text


@pytest.mark.parametrize("one", HEADINGS, ids=by_name)
def test_a_misspelled_key_of_any_section_is_refused_with_the_nearest_and_the_page(one: Heading, tmp_path: Path) -> None:
    for name in one.kind.model_fields:
        text = written(one, f'{name}x = "canary"')
        said = said_of(tmp_path, text)
        assert f"{name}x: no such setting; did you mean {name}? see {one.page}" in said, said
        assert "canary" not in said and not takes(text)
        path, _, anchor = one.page.partition("#")
        titles = re.findall(r"^#+ (.+)$", (ROOT / path).read_text(encoding="utf-8"), re.MULTILINE)
        assert anchor in [title.replace(".", "") for title in titles]


@pytest.mark.parametrize("one", HEADINGS, ids=by_name)
def test_a_wrong_value_of_any_key_is_refused_with_what_it_is_and_an_example(one: Heading, tmp_path: Path) -> None:
    for name, field in one.kind.model_fields.items():
        if one.steps[0] == "authority" and name == "calendar":
            continue
        wrong = "[[['canary']]]"
        lines = [line for line in written(one).splitlines() if not line.startswith(f"{name} =")]
        text = "\n".join([*lines, f"{name} = {wrong}", ""])
        said = said_of(tmp_path, text)
        assert f" {name}" in said and f"for example `{example(name, field)}`; see {one.page}" in said, said
        assert "canary" not in said and "input" not in said.casefold(), said
        assert not takes(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("store = 3\n" + TOWN, "[store]: it has to be a section, `[store]` with its settings below it"),
        ("authority = 3\n", "authority: it has to be a section, `[[authority]]` with its settings below it"),
        ('[authority]\ncode = "0070"\n', "`[[authority]]`"),
        ("", "authority: it has to be a section, `[[authority]]`"),
        (TOWN + "[source]\nzoom = 3\n", "source.zoom: it has to be a section, `[source.zoom.NAME]`"),
        (TOWN + "[push]\nhere = 3\n", "[push.here]"),
        (TOWN + "[authority.population]\nlast = 5\n", "years on the left"),
        (TOWN + '[[authority]]\ncode = "0031"\ntimezoen = "x"\n', "[authority] number 2 timezoen: no such setting"),
        (TOWN + '[authority.calendar]\nsunday = "x"\n', "[authority.calendar] sunday: 'x' are no hours"),
        (TOWN + "[receive]\nport = 99999\n", "[receive] port: it has to be less than or equal to 65535"),
        (TOWN + '[receive]\nport = "x"\n', "[receive] port: it has to be a whole number, without quotes"),
        (TOWN + '[push.a]\nkind = "folders"\n', "it has to be 'folder', 'http', 's3' or 'mail'"),
        (TOWN + '[facebook_group]\ncolumns = { A = "fans" }\n', "[facebook_group] columns.A: it has to be 'members', "),
        (
            TOWN + '[source.mailchimp.a]\nlist = "x"\nspace = "y"\nprocess_paths = [3]\n',
            "process_paths: it has to be a table",
        ),
    ],
)
def test_what_is_expected_is_said_in_plain_words(tmp_path: Path, text: str, said: str) -> None:
    assert said in said_of(tmp_path, text)


def test_what_kehila_init_writes_and_the_pages_show_is_taken_by_the_schema_too() -> None:
    template = TEMPLATE.format(code="0070", whose="x", timezone=DEFAULT_TIMEZONE)
    uncommented = re.sub(r"^# (?=[\[\w].*\]|\w+ = )", "", template, flags=re.MULTILINE)
    assert takes(template) and takes(uncommented) and "[notify]" in uncommented
    blocks = [one for page in PAGES for one in toml_blocks(page.read_text(encoding="utf-8"))]
    assert len(blocks) > 20
    assert [one for one in blocks if not takes(one if "[[authority]]" in one else TOWN + one)] == []


def product() -> Iterator[Path]:
    for room in (
        "cli",
        "collectors",
        "entry",
        "expectations",
        "flows",
        "operations",
        "pipeline",
        "publishers",
        "receiver",
        "town",
    ):
        yield from sorted((ROOT / room).rglob("*.py"))


def test_nothing_reads_the_file_but_the_classes_of_the_reference() -> None:
    readers = [path for path in product() if "tomllib" in path.read_text(encoding="utf-8")]
    assert [path.relative_to(ROOT).as_posix() for path in readers] == ["town/config.py"]


def test_every_key_is_read_somewhere() -> None:
    """A key nobody reads promises what does not happen."""
    read: set[str] = set()
    for path in product():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute):
                read.add(node.attr)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                read.add(node.value)
    keys = {(one.name, name) for one in HEADINGS for name in one.kind.model_fields}
    dynamic = {(section, name) for section, name in keys if name.endswith("_old_until")}  # f"{name}_old_until"
    assert {(section, name) for section, name in keys - dynamic if name not in read} == set()
