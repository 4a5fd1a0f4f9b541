"""An error by its code: what happened and what to do, out of `errors.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, get_args

from texts.catalogue import Text, WrongText, load, read
from texts.writing import Argument, Language

Kind = Literal["retry", "credentials", "settings", "source_changed", "reject", "data", "ours"]
"""What is to be done: wait, renew a key, mend a setting, update, hand over another file, mend records, report to us."""
Who = Literal["staff", "engineer"]
_BETWEEN: dict[Language, str] = {"he": "; ", "ar": "؛ ", "en": "; "}
_UNKNOWN, _MISSING = "unknown_code", "…"


@dataclass(frozen=True)
class ErrorText:
    """What may be said of an error: `arguments` are the names its raiser gives, `who` can do what `remedy` says."""

    code: str
    kind: Kind
    happened: Text
    remedy: Text
    who: Who
    arguments: tuple[str, ...]


def error(code: str, language: Language, /, **arguments: Argument) -> str:
    """One sentence: what happened; what to do. Never raises: an unknown code is named, a missing argument is `…`."""
    found = error_texts().get(code)
    if found is None:
        found, arguments = error_texts()[_UNKNOWN], {"code": code}
    given = {name: arguments.get(name, _MISSING) for name in found.arguments}
    return _BETWEEN[language].join(part.render(language, given) for part in (found.happened, found.remedy))


@cache
def error_texts() -> Mapping[str, ErrorText]:
    """The register of errors by code. Raises WrongText at the first entry that breaks a rule."""
    return {code: _read(code, found) for code, found in load("errors").items()}


def _read(code: str, found: Mapping[str, Any]) -> ErrorText:
    if set(found) != {"kind", "who", "arguments", "happened", "remedy"}:
        raise WrongText(f"errors.{code}: has {', '.join(found)}; needed are kind, who, arguments, happened, remedy")
    for name, allowed in (("kind", get_args(Kind)), ("who", get_args(Who))):
        if found[name] not in allowed:
            raise WrongText(f"errors.{code}: its {name} is {found[name]}; known are {', '.join(allowed)}")
    happened, remedy = (read(f"errors.{code}.{part}", found[part]) for part in ("happened", "remedy"))
    result = ErrorText(code, found["kind"], happened, remedy, found["who"], tuple(found["arguments"]))
    if happened.placeholders | remedy.placeholders != set(result.arguments):
        raise WrongText(f"errors.{code}: its arguments are not the placeholders of its texts")
    return result
