"""A month of a town of a hundred thousand, behind the stand-ins of four services that keep every page they made.

A page is made when it is first asked for and served as the same bytes from then on, so whoever reads
after the first gets bytes from memory.
"""

from __future__ import annotations

import json
import random
from collections import defaultdict
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from typing import Any

from simulator.services.facebook import Comment, FacebookGraph, Post
from simulator.services.ga4 import Property, RestServer
from simulator.services.ga4_hits import Hit
from simulator.services.mailchimp import MailchimpServer
from simulator.services.newsletter import Campaign, Clicked, Member, Newsletter
from simulator.services.server import Answer, Call, Fault, Server
from simulator.services.zoom import FakeZoom
from simulator.services.zoom_state import Held, Person, Registrant, Stay

RESIDENTS = 100_000
POSTS, COMMENTS_A_POST = 400, 300
MEETINGS, CONNECTIONS, REGISTERED = 250, 300, 180
CAMPAIGNS, LINKS, CLICKERS = 5, 12, 1_000
PATHS = 20_000
WORDS = [
    "שלום",
    "תודה",
    "מתי",
    "מים",
    "תאורה",
    "הגן",
    "פתוח",
    "סגור",
    "כביש",
    "מישהו",
    "יודע",
    "אפשר",
    "לקבל",
    "עדכון",
    "נשלח",
    "לבדיקה",
]


def stretch() -> tuple[datetime, datetime]:
    """The last full month, UTC."""
    until = datetime.now(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return (until - timedelta(days=1)).replace(day=1), until


def records(scale: float) -> dict[str, int]:
    """What a reader has to find: records by kind."""
    return {
        "comments": int(POSTS * scale) * COMMENTS_A_POST,
        "connections": int(MEETINGS * scale) * CONNECTIONS,
        "registrants": int(MEETINGS * scale) * REGISTERED,
        "clicks": CAMPAIGNS * int(LINKS * scale) * CLICKERS,
        "pages": int(PATHS * scale),
    }


def month(scene: ExitStack, scale: str = "1") -> dict[str, dict[str, Any]]:
    """The four services and what an account of each needs."""
    chance, size = random.Random(5), float(scale)
    graph = scene.enter_context(kept(_page(chance, size)))
    zoom = scene.enter_context(kept(_meetings(chance, size)))
    mail = scene.enter_context(kept(_newsletter(chance, size)))
    visits = scene.enter_context(kept(_visits(size)))
    assert isinstance(graph, FacebookGraph) and isinstance(zoom, FakeZoom) and isinstance(mail, MailchimpServer)
    given = zoom.account(space="hall", kind_field="Purpose", kinds={"public": "participation"})
    return {
        "facebook": {
            "base_url": graph.base_url, "page": graph.page, "space": "page", "metrics": ["page_post_engagements"],
            "secrets": {"token": graph.token},
        },
        "ga4": {
            "base_url": visits.base_url, "property": "123456", "space": "site", "transport": "rest",
            "page_rules": {"/services": "service"}, "secrets": {"credentials": "{}"},
        },
        "mailchimp": {
            "base_url": mail.api_url, "list": mail.list_id, "space": "newsletter", "secrets": {"key": mail.key},
        },
        "zoom": {"base_url": given["base_url"], "secrets": given["secrets"], **given["settings"]},
    }  # fmt: skip


def kept(server: Server) -> Server:
    """The server, giving the same bytes whenever it is asked the same."""
    make, made = server.taken, dict[Any, tuple[Answer, Fault]]()

    def taken(call: Call) -> tuple[Answer, Fault]:
        if call.path.endswith("/token"):
            return make(call)
        key = (call.method, call.path, json.dumps(call.params, sort_keys=True), call.body)
        if key not in made:
            made[key] = make(call)
        return made[key]

    server.taken = taken  # type: ignore[method-assign]
    return server


class _LargePage(FacebookGraph):
    """Comments by post, so that a page of them is not looked for among all."""

    under: dict[str, list[Comment]]

    def _comments(self, call: Call, version: str, node: str) -> Answer:
        self.comments = self.under.get(node, [])
        return super()._comments(call, version, node)

    def _post(self, post: Post) -> dict[str, Any]:
        self.comments = self.under.get(post.id, [])
        return super()._post(post)


def _page(chance: random.Random, size: float) -> FacebookGraph:
    since, until = stretch()
    graph = _LargePage(now=datetime.now(UTC))
    graph.under = defaultdict(list)
    graph.followers = {since.date(): 40_000}
    span = (until - since).total_seconds() * 0.9
    for number in range(int(POSTS * size)):
        post = Post(f"10001_{number}", since + timedelta(seconds=chance.random() * span), "הודעה לתושבים")
        graph.posts.append(post)
        seen: list[str] = []
        for place in range(COMMENTS_A_POST):
            who = int(RESIDENTS * chance.random() ** 3 * 0.2)
            text = " ".join(chance.choices(WORDS, k=chance.randint(2, 20))) + ("?" if chance.random() < 0.2 else "")
            name = f"{post.id}_{place}"
            parent = chance.choice(seen) if seen and chance.random() < 0.4 else None
            by_page = chance.random() < 0.05
            author = None if by_page else str(7_000_000_000 + who)
            at = post.created + timedelta(seconds=60 * place + chance.randint(0, 59))
            graph.under[post.id].append(Comment(name, post.id, at, text, author, f"Resident {who}", parent))
            if parent is None:
                seen.append(name)
    return graph


def _meetings(chance: random.Random, size: float) -> FakeZoom:
    since, _ = stretch()
    zoom = FakeZoom(datetime.now(UTC))
    zoom.heavy_left = 1 << 30
    clerk = Person("Clerk", "clerk@town.example", account="acc-clerk")
    zoom.users = [clerk]
    hour = timedelta(hours=1)
    for number in range(int(MEETINGS * size)):
        start = since + timedelta(days=number % 28, hours=7 + number % 9)
        who = chance.sample(range(RESIDENTS), CONNECTIONS - 31)
        people = [
            Person(f"Resident {n}", f"resident{n}@example.org", registrant=f"r{number}-{n}")
            if place < REGISTERED
            else Person(f"Guest {n}")
            for place, n in enumerate(who)
        ]
        stays = [Stay(clerk, start, start + hour)]
        for place, one in enumerate([*people, *people[:30]]):
            joined = start + timedelta(seconds=chance.randint(0, 1200) + 1300 * (place >= len(people)))
            stays.append(Stay(one, joined, joined + timedelta(seconds=chance.randint(60, 1200))))
        signed = tuple(Registrant(one.registrant, one.email) for one in people[:REGISTERED])
        host, tracking = clerk.email, {"Purpose": "public"}
        held = Held(9000 + number, f"uuid{number}==", host, start, start + hour, tuple(stays), tracking, signed)
        zoom.held.append(held)
    return zoom


def _newsletter(chance: random.Random, size: float) -> MailchimpServer:
    since, _ = stretch()
    people = [f"resident{n}@example.org" for n in range(int(RESIDENTS * 0.4))]
    joined = since - timedelta(days=90)
    life = Newsletter(now=datetime.now(UTC), members=[Member(one, joined) for one in people])
    for number in range(CAMPAIGNS):
        at = since + timedelta(days=2 + 5 * number)
        one = Campaign(f"c{number}", at, tuple(people))
        for link in range(int(LINKS * size)):
            url = f"https://town.example/news/{number}/{link}"
            chosen = chance.sample(people, CLICKERS)
            one.clicked += [Clicked(address, at + timedelta(hours=1), url) for address in chosen]
        life.campaigns.append(one)
    return MailchimpServer(life)


def _visits(size: float) -> RestServer:
    since, until = stretch()
    first: date = since.date()
    played = Property(now=datetime.now(UTC), left={"tokens_per_day": 1 << 30})
    days = (until - since).days
    arrived = until
    played.add(
        Hit(first + timedelta(days=n % days), arrived, n, n, "page_view", f"/services/page-{n}", 10)
        for n in range(int(PATHS * size))
    )
    return RestServer(played)
