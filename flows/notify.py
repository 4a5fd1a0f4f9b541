"""The flows that tell: one sends notices (automations start it; by hand it sends a trial), one looks and tells."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

from prefect import flow
from prefect.states import Completed

from flows.parameters import CHECK, ENDS, NOTIFY, called
from flows.runs import StepFailed, TryAgain, as_task, running
from pipeline.notices import NotTaken, Way, send, ways
from pipeline.upkeep.health import Condition, conditions
from pipeline.upkeep.noticing import send_changes
from texts import LANGUAGES, Language, text, word
from texts.values import condition
from town.config import load
from town.notify import topic_of
from warehouse.keys import KeyProblem

What = Literal["trial", "refused", "doubted", "failed", "silent"]


@flow(name=CHECK, flow_run_name=called(CHECK), **ENDS)
def check_flow(config: str, authority: str) -> Any:
    """See how the town's sources stand, and tell what began to fail and what is well again, once each."""
    with running(CHECK, config, authority, 1) as (log, store):

        def look() -> list[Condition]:
            found = conditions(store)
            try:
                send_changes(store, found)
            except NotTaken as problem:
                raise (TryAgain if problem.may_pass else StepFailed)(str(problem)) from None
            return found

        found = log.step("look", look)
        zone = ZoneInfo(store.authority.timezone)
        for one in found:
            said = condition(one.code, "en", zone, one.since, one.arguments)
            log.lines.append(f"- {one.level}: {one.about}: {said}")
        return Completed(name="Failing", message=f"{len(found)} to look at; see `kehila check`") if found else None


def in_words(about: str, language: Language) -> str:
    """A source and its findings by code, as an automation gives them, by the source's name and how many they are."""
    source, _, codes = about.partition(" ")
    try:
        count = sum(json.loads(codes).values())
    except (ValueError, TypeError, AttributeError):  # of a run or an account, or typed into the form
        return about or "-"
    name = word("codes.sources", source, language) if source else text("operations.figures", language)
    return text("notices.findings", language, source=name, count=count)


@flow(name=NOTIFY, flow_run_name=called(NOTIFY), **ENDS)
def notify_flow(config: str, authority: str, what: What = "trial", about: str = "") -> None:
    """Tell those who look after the town, at the addresses of kehila.toml; by itself it sends a trial."""
    settings = load(Path(config))
    town = settings.the_authority(authority)
    facts = {"authority": authority, "what": what, "about": about}
    failed = []
    for way in ways(settings, town):
        if what != "trial" and topic_of(what) not in way.topics:
            continue
        own = [one for one in LANGUAGES if one in way.languages]
        said = "\n".join(text(f"notices.{what}", one, about=in_words(about, one)) for one in own)
        subject = text("notices.subject", way.languages[0], town=town.name)

        def attempt(way: Way = way, subject: str = subject, said: str = said) -> None:
            try:
                send(settings, way, subject, said, facts)
            except NotTaken as problem:
                raise (TryAgain if problem.may_pass else StepFailed)(str(problem)) from None
            except KeyProblem as problem:
                raise StepFailed(str(problem)) from None

        try:
            as_task(way.name, attempt)()
        except StepFailed as problem:  # the other way is tried all the same
            failed.append(str(problem))
    if failed:
        raise StepFailed("; ".join(failed))
