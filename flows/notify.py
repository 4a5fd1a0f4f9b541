"""The flow that sends notices. Automations start it; started by hand it sends a trial."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from prefect import flow

from flows.parameters import ENDS, NOTIFY, called
from flows.runs import StepFailed, TryAgain, as_task
from pipeline.notices import NotTaken, send, ways
from texts import LANGUAGES, text
from town.config import load
from warehouse.keys import KeyProblem

What = Literal["trial", "refused", "doubted", "failed", "silent"]


@flow(name=NOTIFY, flow_run_name=called(NOTIFY), **ENDS)
def notify_flow(config: str, authority: str, what: What = "trial", about: str = "") -> None:
    """Tell those who look after the town, at the addresses of kehila.toml; by itself it sends a trial."""
    settings = load(Path(config))
    town = settings.the_authority(authority)
    languages = [one for one in LANGUAGES if one in town.languages]
    said = "\n".join(text(f"notices.{what}", one, about=about or "-") for one in languages)
    subject = text("notices.subject", languages[0], town=town.name)
    facts = {"authority": authority, "what": what, "about": about}
    failed = []
    for way in ways(settings):

        def attempt(way: str = way) -> None:
            try:
                send(settings, way, subject, said, facts)
            except NotTaken as problem:
                raise (TryAgain if problem.may_pass else StepFailed)(str(problem)) from None
            except KeyProblem as problem:
                raise StepFailed(str(problem)) from None

        try:
            as_task(way, attempt)()
        except StepFailed as problem:  # the other way is tried all the same
            failed.append(str(problem))
    if failed:
        raise StepFailed("; ".join(failed))
