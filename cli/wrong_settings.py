"""What is wrong with `kehila.toml`, in the language the command was asked to answer in."""

from __future__ import annotations

import re
from collections.abc import Mapping

from texts.catalogue import text, word
from texts.values import comma
from texts.writing import Language
from town.config import ConfigProblem
from town.reference import Wrong


def in_language(problem: ConfigProblem, language: Language) -> str:
    """The problem in words. What is not about single keys, and what classes of settings say themselves, is English."""
    if language == "en" or not problem.wrong:
        return str(problem)
    told = (_said(one, language) for one in problem.wrong)
    return f"{problem.file}: {text('month.semicolon', language).join(told)}"


def _said(one: Wrong, language: Language) -> str:
    arguments: Mapping[str, str] = one.arguments
    if one.code == "kind":
        arguments = {"what": word("configuration.kinds", arguments["kind"], language)}
    arguments = {name: _listed(value, language) if name in LISTS else value for name, value in arguments.items()}
    told = [text(f"configuration.{one.code}", language, **arguments)]
    told += [text("configuration.example", language, line=one.example)] if one.example else []
    told += [text("configuration.see", language, page=one.see)] if one.see else []
    return f"{one.place}: {text('month.semicolon', language).join(told)}"


LISTS = ("known", "expected")
"""Arguments that list what may be written, as English lists it."""


def _listed(value: str, language: Language) -> str:
    return comma(re.split(r", | or ", value), language)
