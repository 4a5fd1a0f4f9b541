"""An error by its code: what happened and what to do, out of the register in `errors*.yaml`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, get_args

from texts.catalogue import FOLDER, Text, WrongText, load, read, word
from texts.writing import Argument, Language

Kind = Literal["retry", "credentials", "settings", "source_changed", "reject", "data", "ours"]
"""What is to be done: wait, renew a key, mend a setting, update, hand over another file, mend records, report to us."""
Who = Literal["staff", "engineer"]
_BETWEEN: dict[Language, str] = {"he": "; ", "ar": "؛ ", "en": "; "}
_UNKNOWN, _MISSING = "unknown_code", "…"
SAID = "said"


@dataclass(frozen=True)
class ErrorText:
    """What may be said of an error: `arguments` are the names its raiser gives, `who` can do what `remedy` says.

    Its texts may name `{code}` and `{service}` beside them, which no raiser gives.
    """

    code: str
    kind: Kind
    happened: Text
    remedy: Text
    who: Who
    arguments: tuple[str, ...]

    @property
    def placeholders(self) -> frozenset[str]:
        """The names its two texts need, those no raiser gives included."""
        return self.happened.placeholders | self.remedy.placeholders


def error(code: str, language: Language, /, **arguments: Argument) -> str:
    """One sentence: what happened; what to do. Never raises: an unknown code is named, a missing argument is `…`.

    `service` among the arguments is a source's name, and is said by its own; `measure` is a rule of a suite, and
    `beside` another, or a thing a finding may be of. `said` is the sentence of a release that kept sentences and no
    arguments, in English, and `said_he` in Hebrew; it is given back as it is.
    """
    return _BETWEEN[language].join(_parts(code, language, arguments))


def _parts(code: str, language: Language, arguments: Mapping[str, Argument]) -> list[str]:
    """What happened, and what to do."""
    if SAID in arguments:
        return [str(arguments.get(f"{SAID}_{language}") or arguments[SAID])]
    found = error_texts().get(code) or error_texts()[_UNKNOWN]
    given = {name: arguments.get(name, _MISSING) for name in found.placeholders} | {"code": code}
    if "service" in arguments:
        given["service"] = word("codes.services", str(arguments["service"]), language)
    if "measure" in given:
        given["measure"] = word("checks.measures", str(given["measure"]), language)
    if "beside" in given:
        beside = str(given["beside"])
        given["beside"] = word("checks.measures" if "." in beside else "operations.things", beside, language)
    return [part.render(language, given) for part in (found.happened, found.remedy)]


def kept_error(code: str, arguments: str, language: Language) -> str:
    """The sentence of an error as the ledger keeps it, its arguments as JSON; '' where there is no code."""
    return "" if not code else error(code, language, **json.loads(arguments))


def kept_happened(code: str, arguments: str, language: Language) -> str:
    """The same without what to do: where a button beside it does that. Raises WrongText for a register out of rule."""
    return _parts(code, language, json.loads(arguments))[0]


@cache
def error_texts() -> Mapping[str, ErrorText]:
    """The register of errors by code. Raises WrongText at the first entry that breaks a rule."""
    read: dict[str, ErrorText] = {}
    for path in sorted(FOLDER.glob("errors*.yaml")):
        for code, found in load(path.stem).items():
            if code in read:
                raise WrongText(f"errors.{code}: stands twice")
            read[code] = _read(code, found)
    return read


def _read(code: str, found: Mapping[str, Any]) -> ErrorText:
    if set(found) != {"kind", "who", "arguments", "happened", "remedy"}:
        raise WrongText(f"errors.{code}: has {', '.join(found)}; needed are kind, who, arguments, happened, remedy")
    for name, allowed in (("kind", get_args(Kind)), ("who", get_args(Who))):
        if found[name] not in allowed:
            raise WrongText(f"errors.{code}: its {name} is {found[name]}; known are {', '.join(allowed)}")
    happened, remedy = (read(f"errors.{code}.{part}", found[part]) for part in ("happened", "remedy"))
    result = ErrorText(code, found["kind"], happened, remedy, found["who"], tuple(found["arguments"]))
    if result.placeholders - {"code", "service"} != set(result.arguments):
        raise WrongText(f"errors.{code}: its arguments are not the placeholders of its texts")
    return result
