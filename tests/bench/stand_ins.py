"""Services in a process of their own, so that what they cost is not counted: `with playing("idle") as at:`.

`at` maps a source to the section of an account that reads there: base address, settings and secrets.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

Sections = dict[str, dict[str, Any]]
EVENTS = {"pay": "payment", "enrol": "registration", "apply": "application", "write_to_us": "contact"}


@contextmanager
def playing(scene: str, *options: str) -> Iterator[Sections]:
    """The services of a scene, started and stopped."""
    command = [sys.executable, "-m", "tests.bench.stand_ins", scene, *options]
    place = Path(__file__).resolve().parents[2]
    with subprocess.Popen(command, cwd=place, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdin is not None and child.stdout is not None
        try:
            yield json.loads(child.stdout.readline())
        finally:
            child.stdin.close()  # which ends it
            child.wait()


def as_toml(name: str, account: str, section: Mapping[str, Any]) -> str:
    """A `[source.NAME.ACCOUNT]` section; JSON's strings, numbers and lists are TOML's too."""

    def value(told: Any) -> str:
        if isinstance(told, Mapping):
            return "{" + ", ".join(f"{json.dumps(key)} = {value(one)}" for key, one in told.items()) + "}"
        return json.dumps(told, ensure_ascii=False)

    lines = [f"[source.{name}.{account}]", *(f"{key} = {value(told)}" for key, told in section.items())]
    return "\n".join(lines) + "\n"


def secrets_of(sections: Sections, folder: Path) -> Sections:
    """The sections with each secret written to a file and referred to, as a town does it."""
    folder.mkdir(parents=True, exist_ok=True)
    told = {}
    for name, section in sections.items():
        references = {}
        for key, secret in section["secrets"].items():
            (folder / f"{name}-{key}").write_text(secret)
            references[key] = f"file:{folder.name}/{name}-{key}"
        told[name] = {**section, "secrets": references}
    return told


def idle(scene: ExitStack) -> Sections:
    """Five services of a town at which nothing happened within any lookback."""
    from simulator.services.facebook import FacebookGraph, Metric
    from simulator.services.ga4 import GrpcServer, Property
    from simulator.services.mailchimp import MailchimpServer
    from simulator.services.newsletter import Member, Newsletter
    from simulator.services.whatsapp_cloud import BUSINESS, Line, WhatsAppCloudServer
    from simulator.services.zoom import FakeZoom

    now = datetime.now(UTC)
    later = now + timedelta(days=1)
    members = [Member(f"resident{n}@example.org", now - timedelta(days=400)) for n in range(20)]
    mail = scene.enter_context(MailchimpServer(Newsletter(now=now, members=members)))
    graph = scene.enter_context(FacebookGraph(now=later))
    graph.followers = {date(2020, 1, 1): 900}
    graph.metrics = {name: Metric(name) for name in ("page_post_engagements", "page_media_view")}
    zoom = scene.enter_context(FakeZoom(later))
    cloud = scene.enter_context(WhatsAppCloudServer("token", [Line("1906385232743451", "+972 3-555-0100")]))
    visits = scene.enter_context(GrpcServer(Property(now=later, left={"tokens_per_day": 1 << 30})))
    account = zoom.account(space="hall", kind_field="Purpose", kinds={"public": "participation"})
    zoom.heavy_left = 1 << 30
    return {
        "ga4": {
            "base_url": visits.base_url, "property": "123456", "space": "site", "key_events": EVENTS,
            "resident_city_ids": ["1008001"], "page_rules": {"/services": "service"},
            "secrets": {"credentials": "{}"},
        },
        "mailchimp": {
            "base_url": mail.api_url, "list": mail.list_id, "space": "newsletter", "secrets": {"key": mail.key},
        },
        "facebook": {
            "base_url": graph.base_url, "page": graph.page, "space": "page", "metrics": list(graph.metrics),
            "secrets": {"token": graph.token},
        },
        "whatsapp_cloud": {
            "base_url": cloud.base_url, "business_account": BUSINESS, "secrets": {"token": cloud.token},
        },
        "zoom": {"base_url": account["base_url"], "secrets": account["secrets"], **account["settings"]},
    }  # fmt: skip


def main() -> None:
    """Play until standard input ends."""
    from tests.bench.month import month

    scenes: dict[str, Callable[..., Sections]] = {"idle": idle, "month": month}
    with ExitStack() as scene:
        print(json.dumps(scenes[sys.argv[1]](scene, *sys.argv[2:])), flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
