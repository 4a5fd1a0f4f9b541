"""Generated pages: indicators, data dictionary, services, commands. A test compares them with the code."""

from __future__ import annotations

import inspect
from pathlib import Path

import click
from pydantic import BaseModel

from cli.commands_page import commands_page
from cli.configuration import NOTE, configuration_page, schema
from cli.examples import example_of
from collectors import kinds
from collectors.base import Stream, file_formats
from collectors.service import sources
from collectors.settings import SourceSettings
from texts import error_texts
from town.reference import example as a_line
from town.reference import kind_in_words, left_out
from town.streams import streams_by_name
from transforms.catalogue import Indicator, ours
from warehouse.bi.views import views
from warehouse.facts import FACTS
from warehouse.store import LEDGER_TABLES, WAREHOUSE_TABLES

DOCS = Path(__file__).resolve().parent.parent / "docs"


def indicators_page() -> str:
    """Every indicator: titles, question, definition, what it reads."""
    lines = [NOTE, "# Indicators", ""]
    family = ""
    for one in ours().values():
        if one.family != family:
            family = one.family
            lines += [f"## {family}", ""]
        lines += indicator_section(one)
    return "\n".join(lines)


def indicator_section(one: Indicator) -> list[str]:
    """One indicator's section."""
    head = one.header
    inputs = ", ".join(f"{name} {list(span)}" if any(span) else name for name, span in sorted(head.inputs.items()))
    lines = [
        f"### `{one.id}`", "",
        f"**{head.title.he}** · {head.title.ar} · {head.title.en}", "",
        f"{head.question.en} {head.definition}", "",
        f"Outcome {head.outcome}, {head.aspect}; {head.method}; unit {head.unit}; better {head.better}; "
        f"kept by {', '.join(head.grain)}; reads {inputs}; owner: {head.owner}; "
        f"definition since {head.since}, revision {head.revision}.",
    ]  # fmt: skip
    if head.parts:
        parts = "; ".join(f"`{code}` {part.title.en} ({part.unit})" for code, part in head.parts.items())
        lines += ["", f"Parts: {parts}."]
    if head.caveats:
        lines += ["", f"Caveats: {', '.join(head.caveats)}."]
    return [*lines, "", f"What to do with it: {head.advice.en}", "", *example_of(one.id)]


def dictionary_page() -> str:
    """Every table and fact with its columns."""
    lines = [NOTE, "# Data dictionary", ""]
    for title, tables in (("Warehouse tables", WAREHOUSE_TABLES), ("Ledger", LEDGER_TABLES)):
        lines += [f"## {title}", ""]
        for table in tables:
            lines += columns(str(table.__tablename__), table)
    lines += views_for_bi()
    lines += ["## Canonical facts (in the lake)", ""]
    for name, fact in FACTS.items():
        lines += columns(name, fact)
        lines += [f"Grain: {', '.join(fact.grain)}.", ""]
    lines += ["## Landed records (in the lake, as received)", "", LANDED_NOTE, ""]
    names: dict[str, list[str]] = {}
    for one in [each for each in vars(kinds).values() if isinstance(each, kinds.Kind) and each.read.__doc__]:
        names.setdefault(inspect.cleandoc(one.read.__doc__ or "").splitlines()[0], []).append(one.name)
    lines += [*(f"- {', '.join(named)}: {about}" for about, named in names.items()), ""]
    for stream in streams_by_name().values():
        lines += landed_columns(stream)
    return "\n".join(lines)


def views_for_bi() -> list[str]:
    """Every view with its columns; of those alike in three languages one."""
    lines = ["## Views for BI", "", VIEWS_NOTE, ""]
    for one in views():
        if not one.name.startswith("v_") or one.name.endswith(("_he", "_ar")):
            continue
        twins = f", its `_he` and `_ar`, and `{one.name[2:]}`" if one.name.endswith("_en") else ""
        lines += [f"### `{one.name}`{twins}", "", f"{one.about}.", ""]
        lines += ["| column | in Hebrew | what it holds |", "|---|---|---|"]
        lines += [f"| `{name}` | {label.he} | {label.about or label.en} |" for name, label in one.columns.items()]
        lines += ["", f"Key: {', '.join(one.key)}.", ""]
    return lines


def landed_columns(stream: type[Stream]) -> list[str]:
    """A landed stream's section: its sentence, its columns and where in a record each is read."""
    about = (inspect.getdoc(stream) or "").split("\n")[0]
    lines = [
        f"### `{stream.name}`",
        "",
        about,
        "",
        "| column | kind | read from | what it holds |",
        "|---|---|---|---|",
    ]
    for one in stream.columns:
        kind = f"person ({one.person})" if one.person else "words" if one.is_words else one.kind.name
        read = f"`{one.path}`" if one.path else ""
        lines.append(f"| `{one.name}` | {kind} | {read} | {one.description} |")
    forward = f"; read forward by {stream.cursor}" if stream.cursor else ""
    return [*lines, "", f"Key: {', '.join(stream.key)}{forward}.", ""]


def columns(name: str, table: type) -> list[str]:
    """A table's section: its sentence and its columns."""
    about = (table.__doc__ or "").strip().split("\n")[0]
    lines = [f"### `{name}`", "", about, "", "| column | may be empty | what it holds |", "|---|---|---|"]
    for column, info in table.model_fields.items():  # type: ignore[attr-defined]
        empty = "yes" if not info.is_required() and info.default is None else ""
        lines.append(f"| `{column}` | {empty} | {info.description or ''} |")
    return [*lines, ""]


def sources_page() -> str:
    """Every service and file format: what the town says of it, its streams, how far back each is read again."""
    common = [one for one in SourceSettings.model_fields if one != "secrets"]
    lines = [NOTE, "# Services", "", SERVICES_NOTE, "", *settings_table(SourceSettings, common), "## The services", ""]
    for name, one in sources().items():
        lines += [f"### {name}", "", (inspect.getdoc(type(one)) or "").strip(), "", *example(one.Settings)]
        own = [field for field in one.Settings.model_fields if field not in SourceSettings.model_fields]
        lines += settings_table(one.Settings, own)
        lines += ["| stream | what it holds | read again |", "|---|---|---|"]
        for stream in one.streams:
            about = (inspect.getdoc(stream) or "").split("\n")[0]
            lines.append(f"| `{stream.name}` | {about} | {stream.lookback.days} days |")
        for side in one.side_streams:
            about = (inspect.getdoc(side) or "").split("\n")[0]
            lines.append(f"| `{side.name}` | {about} | comes with others or by webhook |")
        lines.append("")
    lines += ["## Files", "", FILES_NOTE, ""]
    for reader in file_formats():
        if section := reader.Settings.section:
            lines += [f"### {section}", "", (inspect.getdoc(type(reader)) or "").splitlines()[0], ""]
            lines += settings_table(reader.Settings, list(reader.Settings.model_fields))
    return "\n".join(lines)


def errors_page() -> str:
    """Every code an error may have: what happened, what to do, who does it."""
    lines = [NOTE, "# Errors", "", ERRORS_NOTE, ""]
    for kind, meaning in ERROR_KINDS.items():
        lines += [f"## {kind}", "", meaning, "", "| code | what happened | what to do | who |", "|---|---|---|---|"]
        for one in sorted(error_texts().values(), key=lambda one: one.code):
            if one.kind == kind:
                happened, remedy = (part.form("en", None).replace("|", "\\|") for part in (one.happened, one.remedy))
                lines.append(f"| `{one.code}` | {happened} | {remedy} | {one.who} |")
        lines.append("")
    return "\n".join(lines)


def example(kind: type[SourceSettings]) -> list[str]:
    """A section with what it cannot do without."""
    own = {name: field for name, field in kind.model_fields.items() if name not in SourceSettings.model_fields}
    shown = [a_line(name, field) for name, field in own.items() if field.is_required() or field.examples]
    secrets = ", ".join(f'{name} = "env:..."' for name in kind.secret_names)
    lines = ["```toml", f"[source.{kind.source}.main]", *shown]
    return [*lines, *([f"secrets = {{ {secrets} }}"] if secrets else []), "```", ""]


def settings_table(kind: type[BaseModel], names: list[str]) -> list[str]:
    """These settings, and the secrets of a service: what each is, its kind, what it is when it is left out."""
    rows = []
    for name in names:
        field = kind.model_fields[name]
        rows.append(f"| `{name}` | {kind_in_words(field.annotation)} | {left_out(field)} | {field.description} |")
    if issubclass(kind, SourceSettings):
        rows += [f"| `secrets.{name}` | by reference | needed | {about} |" for name, about in kind.secret_names.items()]
        rest = {**kind.webhook_secrets, **kind.optional_secrets}
        rows += [
            f"| `secrets.{name}` | by reference | {'for webhooks' if name in kind.webhook_secrets else ''} | {about} |"
            for name, about in rest.items()
        ]
    return ["| setting | kind | left out | what it is |", "|---|---|---|---|", *rows, ""] if rows else []


ERRORS_NOTE = """\
What a pull, a file, a cell or a check may meet, by its stable code. `{service}` is the service's name, other names in
braces are told with the error. Commands say it in English; the operations page, the validation report and the reason
beside a refused file in Hebrew, Arabic and English. An error quotes no person, no secret and no answer of a service."""

ERROR_KINDS = {
    "retry": "Nothing is to be done: it is tried again by itself.",
    "credentials": "A key, a token or a permission is to be renewed; trying again cannot help.",
    "settings": "A setting of an account in `kehila.toml` is to be mended.",
    "source_changed": "A service no longer keeps the contract we know. Nothing of the window was loaded.",
    "reject": "A file was not taken, nothing of it was loaded; another one is to be handed over.",
    "data": "Records or cells were put aside, or an answer is not believed; the rest was loaded.",
    "ours": "A fault of ours, to be reported.",
}

VIEWS_NOTE = """\
How to read them: [BI](bi.md). On PostgreSQL they stand in the schema `kehila_bi`. The same is in the database itself,
in `v_column`, with the names of columns in Hebrew, Arabic and English."""

LANDED_NOTE = """\
What collectors yield, one row a record. A column that holds a person is an ordinal of the town's own dictionary once
landed. *Read from* is the path in a service's record, which begins with `_` where the collector added the value to the
record; where it is empty, the collector knows or makes the value. What the kinds take, and what goes to quarantine:"""

SERVICES_NOTE = """\
`kehila doctor` tries an account, `kehila collect` pulls what is new, `kehila backfill` an explicit stretch. Secrets
stand in `kehila.toml` by reference only ([how](configuration.md)). All were tested against stand-ins that speak each
service's wire contract; none has been run against the live service. A setting nobody knows is refused, with the nearest
that is known. Every account may have:"""

FILES_NOTE = """\
`kehila import` tells a file's format by its content. How files of a format are read where they do not say it
themselves stands in the format's section."""


def semantic_file() -> str:
    """The semantic model of the views."""
    import yaml

    from warehouse.bi.semantic import model

    content = yaml.safe_dump(model(), allow_unicode=True, sort_keys=False, width=120)
    return f"# Generated by `kehila docs`; see bi.md.\n{content}"


PAGES = {
    "configuration.md": configuration_page,
    "kehila.schema.json": schema,
    "indicators.md": indicators_page,
    "data_dictionary.md": dictionary_page,
    "sources.md": sources_page,
    "commands.md": commands_page,
    "errors.md": errors_page,
    "semantic.yaml": semantic_file,
}


@click.command()
def docs() -> None:
    """Write the generated pages again.

    \b
    Example:
      kehila docs
    """
    for name, page in PAGES.items():
        (DOCS / name).write_text(page(), encoding="utf-8")
        click.echo(f"wrote docs/{name}")
