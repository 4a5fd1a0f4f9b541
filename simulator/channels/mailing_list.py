"""The newsletter: who is on the list, the campaigns with links to the town's matters, who opened and clicked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from simulator.calendar import Span, first_of
from simulator.channels.agenda import KINDS, LANGUAGES, Matter
from simulator.channels.crowd import Crowd
from simulator.channels.section import Section
from simulator.planted import Planted, factor
from simulator.services.mailchimp import MailchimpServer
from simulator.services.newsletter import Campaign, Clicked, Left, Member, Newsletter, Opened

LIST = "newsletter"
"""The town's code of the list."""
LIST_NAME = "Residents"
"""What the service, and so its exports, call it."""
ZONE = ZoneInfo("Asia/Jerusalem")
HOST = "https://town.example"
FOLLOWS = 0.3
"""Share of openings after which a link is followed, where nothing grows but by what is planted."""
REASONS = ("NORMAL", "NOSIGNUP", "INAPPROPRIATE", "None given")


@dataclass(frozen=True)
class MailingList:
    """Members and campaigns; `carried` says which matters a campaign linked to."""

    members: tuple[Member, ...]
    campaigns: tuple[Campaign, ...]
    carried: dict[str, tuple[Matter, ...]]
    numbers: dict[str, int]  # address -> number of the person

    def newsletter(self, now: datetime) -> Newsletter:
        """The state a service keeps."""
        return Newsletter(now, list(self.members), list(self.campaigns))

    def followed(self) -> Iterator[tuple[int, date, str]]:
        """Who followed a link, on which day, to which page; what the service later voids was a scanner's."""
        for campaign in self.campaigns:
            for click in campaign.clicked:
                if click.voided_at is None and not campaign.parent:
                    yield self.numbers[click.address], click.at.astimezone(ZONE).date(), click.url.removeprefix(HOST)


def make_mailing_list(
    rng: Random, span: Span, crowd: Crowd, agenda: Sequence[Matter], planted: Sequence[Planted] = ()
) -> MailingList:
    """Two campaigns a month; half the crowd subscribes sooner or later, some leave."""
    start = datetime.combine(span.first_day, time(9), ZONE).astimezone(UTC)
    members, numbers = [], {}
    for number in range(0, crowd.size, 2):
        address = crowd.address(number)
        numbers[address] = number
        early = rng.random() < (0.97 if planted else 0.5)
        joined = (
            start - timedelta(days=rng.randint(1, 300)) if early else start + timedelta(days=rng.random() * span.days)
        )
        left = joined + timedelta(days=rng.uniform(20, 900)) if rng.random() < (0.03 if planted else 0.25) else None
        members.append(Member(address, joined, left, rng.choice(("unsubscribed", "cleaned", "deleted"))))
    campaigns: list[Campaign] = []
    carried: dict[str, tuple[Matter, ...]] = {}
    told = 0
    for month in span.months:
        for day in (9, 23):
            sent = datetime.combine(first_of(month) + timedelta(days=day), time(8), ZONE).astimezone(UTC)
            new = tuple(one for one in agenda[told:] if one.day <= sent.astimezone(ZONE).date())
            told += len(new)
            matters = tuple(one for one in new if one.in_newsletter)
            follows = factor(planted, "newsletter.clickers", sent.date(), span) if planted else 0.0
            campaign = _campaign(
                rng, f"c{len(carried):09d}", sent, members, matters, tells=len(carried) >= 4, follows=follows * FOLLOWS
            )
            carried[campaign.id] = matters
            campaigns.append(campaign)
            if len(carried) % 9 == 5:
                campaign.kind = "variate"
                campaigns.append(_combination(campaign))
    return MailingList(tuple(members), tuple(campaigns), carried, numbers)


def _campaign(
    rng: Random,
    identifier: str,
    sent: datetime,
    members: Sequence[Member],
    matters: Sequence[Matter],
    *,
    tells: bool,
    follows: float,
) -> Campaign:
    group = tuple(one.address for one in members if one.joined_at <= sent and not (one.left_at and one.left_at <= sent))
    one = Campaign(identifier, sent, group, tells_machines=tells)
    one.hard_bounces = frozenset(address for address in group if rng.random() < 0.02)
    one.soft_bounces = frozenset(address for address in group if rng.random() < 0.01) - one.hard_bounces
    links = [HOST + matter.path for matter in matters] or [HOST + "/"]
    one.links = tuple(links)
    for address in group:
        if address in one.hard_bounces | one.soft_bounces:
            continue
        if rng.random() < 0.2:  # a mail program's proxy fetches everything within the hour
            one.opened.append(Opened(address, sent + timedelta(minutes=rng.randint(1, 60)), is_machine=True))
        if rng.random() < 0.4:
            at = sent + timedelta(hours=min(rng.expovariate(1 / 30), 700))
            one.opened.append(Opened(address, at))
            wanted = int(rng.random() < follows) if follows else rng.choice((0, 0, 1, 1, 2))
            for url in rng.sample(links, min(len(links), wanted)):
                clicked = at + timedelta(minutes=rng.randint(1, 30))
                voided = clicked + timedelta(days=2) if rng.random() < 0.06 else None
                one.clicked.append(Clicked(address, clicked, url, voided))
        if rng.random() < 0.004:
            one.left.append(Left(address, sent + timedelta(hours=5), rng.choice(REASONS)))
    return one


def _combination(whole: Campaign) -> Campaign:
    """One of the texts tried on some of the recipients: part of its parent, never a campaign of its own."""
    half = whole.recipients[: len(whole.recipients) // 2]
    part = Campaign(f"{whole.id}a", whole.sent_at, half, kind="variate-child", parent=whole.id, links=whole.links)
    part.clicked = [one for one in whole.clicked if one.address in half]
    part.opened = [one for one in whole.opened if one.address in half]
    return part


class MailingListDesk:
    """Mailchimp, played."""

    def __init__(self, life: MailingList) -> None:
        self.newsletter = life.newsletter(datetime(2000, 1, 1, tzinfo=ZONE))
        self.mailchimp = MailchimpServer(self.newsletter)
        self.servers = (self.mailchimp,)

    def at(self, now: datetime) -> None:
        """Let it be that instant."""
        self.newsletter.now = now

    def sections(self) -> Iterator[Section]:
        """What a town writes into its configuration."""
        processes = [(prefix, kind) for prefix, topic, kind, _ in KINDS if topic == "process"]
        paths = {folder + prefix: kind for _, folder in LANGUAGES for prefix, kind in processes}
        settings = {"list": self.mailchimp.list_id, "space": LIST, "process_paths": paths}
        yield Section("mailchimp", "main", self.mailchimp.api_url, settings, {"key": self.mailchimp.key})
