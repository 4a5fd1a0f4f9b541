"""The page of all commands, from their own help."""

from __future__ import annotations

import inspect

import click

from cli.configuration import NOTE
from cli.session import ALL_UNASKED, OF_EACH, OF_THE_INSTALLATION


def commands_page() -> str:
    """Every command in the order of `kehila --help`: what it does, how it is called, its options."""
    from cli.main import FOR_DEVELOPERS, GROUPS, kehila

    each, whole = (
        ", ".join(f"`{one}`" for one in sorted(names)) for names in (OF_EACH - ALL_UNASKED, OF_THE_INSTALLATION)
    )
    lines = [NOTE, "# Commands", "", COMMANDS_NOTE.format(each=each, whole=whole), "", *options(kehila)]
    for heading, group in {**GROUPS, "For developers": FOR_DEVELOPERS}.items():
        lines += [f"## {heading}", ""]
        for name in group:
            lines += command_section(kehila.commands[name], f"kehila {name}")
    return "\n".join(lines)


def command_section(command: click.Command, called: str) -> list[str]:
    """A command's section, and those of the commands under it."""
    arguments = [one.make_metavar(click.Context(command)) for one in command.params if isinstance(one, click.Argument)]
    under = command.commands if isinstance(command, click.Group) else {}
    lines = [
        f"### `{' '.join([called, *arguments])}`",
        "",
        *help_paragraphs(inspect.cleandoc(command.help or "")),
        *options(command),
    ]
    for name, one in under.items():
        lines += command_section(one, f"{called} {name}")
    return lines


def help_paragraphs(text: str) -> list[str]:
    """A help text as Markdown: what it shows as examples becomes a code block."""
    lines: list[str] = []
    is_code = False
    for line in (one for one in text.splitlines() if one not in ("\b", "Example:", "Examples:")):
        if line.startswith("  ") != is_code:
            lines += ["```"] if line.startswith("  ") else ["```", ""]
            is_code = not is_code
        lines.append(line.strip())
    return [*lines, *(["```"] if is_code else []), ""]


def options(command: click.Command) -> list[str]:
    """A table of a command's options; nothing when it has none."""
    found = [one for one in command.params if isinstance(one, click.Option)]
    rows = []
    for one in found:
        names, about = one.get_help_record(click.Context(command)) or ("", "")
        cell = names.replace("|", r"\|")  # a bar would end the cell
        rows.append(f"| `{cell}` | {about} |")
    return ["| option | |", "|---|---|", *rows, ""] if rows else []


COMMANDS_NOTE = """\
Exit codes: 0 all is well; 1 a data problem, nothing is lost; 2 usage or configuration. With `--json` a command prints
one JSON object on standard output and nothing else there. Options of all commands stand before the command's name:
`kehila --config our-town/kehila.toml refresh`.

{each} can be done in several towns of one configuration: `kehila --authority all refresh`, or
`--authority 0070,0031`. `refresh` and `run` go through them in step, up to ten at a time, and ask every statement once
for those; the others do one after the other. A town that fails stops no other; the exit code is the worst. With
`--json` the object is
`{{"exit_code", "towns": [{{"authority", "name", "exit_code", "answer" or "problem"}}]}}`. {whole} are about all that is
stored, and want no town; every other command is about one."""
