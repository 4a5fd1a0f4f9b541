"""What an operator fills in to start a run, and how the run is called: by the town's name."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from town.accounts import accounts
from town.config import Config, ConfigProblem, load
from warehouse.ledger import MAX_RUN

LAST, DUE = "last", "due"
"""Instead of a month: the last full one; and the same, but only when the calendar says it is time."""

ALL = "all"
"""Instead of an account: each of them."""

BACKFILL = "Backfill"
"""The flow that has a runner of its own, since it may read for hours."""

NOTIFY = "Notify"
"""The flow that sends notices, which has a runner of its own, since they are not to wait for what they tell of."""

ENDS: dict[str, Any] = {"persist_result": False, "timeout_seconds": MAX_RUN.total_seconds()}
"""Options of a flow: it is over after some hours whatever holds it, and does not hold up the others for ever."""

CHECK = "Check"
"""The flow that looks how sources stand, and tells what changed."""

INTERNAL = ("config", "authority", "schedule", "attempt")
"""What a deployment, its schedules and its runs set by themselves; no operator is asked for it."""

Month = Annotated[str, Field(pattern=rf"^({LAST}|{DUE}|[12][0-9]{{3}}-(0[1-9]|1[0-2]))$")]

ASKED = {
    "account": ("Account", "All of them, those of a source, or one, as kehila.toml names them."),
    "month": (
        "Month",
        f"A month as 2026-10. `{LAST}`: the last full one. `{DUE}`: the same, when the calendar says it is time.",
    ),
    "since": ("Since", "The first day; its month is read from the 1st."),
    "what": ("What", "What is told; a trial tells that notices arrive."),
    "about": ("About", "Of what; a source, a run or an account."),
    "until": ("Until", "The day after the last; up to now when left out."),
}
"""Parameter -> title and description in the form."""

DAYS = ("since", "until")
DAY = {"type": "string", "format": "date", "pattern": "^[12][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"}


def only(account: str) -> str | None:
    """The SOURCE or SOURCE.ACCOUNT that was chosen; None for all of them."""
    return None if account in ("", ALL) else account


def account_names(config: Config, authority: str) -> list[str]:
    """What can be chosen as an account of an authority: all, a source that has several, each account."""
    mine = [one.ref for one in accounts(config, authority)]
    several = [one.source for one in mine if sum(other.source == one.source for other in mine) > 1]
    return [ALL, *dict.fromkeys(several), *map(str, mine)]


def form(schema: dict[str, Any], config: Config, authority: str) -> dict[str, Any]:
    """A flow's parameters as Prefect's page asks for them: an authority's own accounts, and nothing internal.

    `schema` is Prefect's of the flow. The server refuses a run whose values it does not allow.
    """
    asked = {name: dict(one) for name, one in schema.get("properties", {}).items() if name not in INTERNAL}
    for position, (name, one) in enumerate(asked.items()):
        one["title"], one["description"] = ASKED[name]
        one["position"] = position
        if name in DAYS:  # a pattern, since the server looks at no format; left out, the form offers one field
            asked[name] = {key: value for key, value in one.items() if key not in ("anyOf", "default")} | DAY
    if "account" in asked:
        asked["account"]["enum"] = account_names(config, authority)
    needed = [name for name in schema.get("required", []) if name in asked]
    return {**schema, "properties": asked, "required": needed}


def deployment_names(config: Config) -> dict[str, str]:
    """Authority -> the name of its deployments: the town's, and its code beside it where two are called alike."""
    plain = {one.code: re.sub(r"[/%&<>]+", " ", one.name).strip() or one.code for one in config.authority}
    alike = [name for name in plain.values() if list(plain.values()).count(name) > 1]
    return {code: f"{name} ({code})" if name in alike else name for code, name in plain.items()}


def tags_of(authority: str) -> list[str]:
    """By which Prefect's pages find what is a town's: its deployments, their runs and its automations."""
    return ["kehila", f"town:{authority}"]


@lru_cache(maxsize=64)
def town_name(config: str, authority: str) -> str:
    """The name of a town of a configuration file; its code where that cannot be read."""
    try:
        return load(Path(config)).the_authority(authority).name
    except ConfigProblem:
        return authority


def called(title: str) -> Callable[[], str]:
    """How a run is called: the flow's title, what was asked for, the town."""

    def name() -> str:
        from prefect import runtime  # not above: who makes deployments sets Prefect's settings before it is imported

        given: dict[str, Any] = runtime.flow_run.parameters
        asked = [title]
        if "month" in given:
            asked.append(str(given["month"]))
        if "since" in given:
            asked.append(f"{given['since']} to {given.get('until') or 'now'}")
        if account := only(str(given.get("account", ALL))):
            asked.append(account)
        return f"{' '.join(asked)} · {town_name(given['config'], given['authority'])}"

    return name
