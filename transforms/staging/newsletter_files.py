"""Campaigns of tables exported by hand, as readings of campaigns beside those of the service.

Of several exports of a campaign the one that reaches furthest speaks (`restated`). An export speaks for the days from
the first campaign of a list in it to the last: whether more was sent before or after, it does not say.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from transforms.staging.coverage import NOT_IN_EXPORT, coverage_row, deaf_row, month_parts
from transforms.staging.records import Row
from transforms.staging.restated import Restated
from transforms.staging.skipped import Need
from transforms.staging.town import Town

STREAM = "mailchimp_listed_campaign"
NEED = Need(("mailing",), ("campaign", "space_key", "sent_at", "recipients"), ("campaign",), ("sent_at",))

_SAID = (
    "recipients", "delivered", "opens_all", "unique_opens_all", "clicks", "clickers", "unsubscribed", "abuse_reports",
)  # fmt: skip
_CAMPAIGN = Restated(
    ("campaign",), _SAID, lambda row: row["sent_at"], lambda row: row["sent_at"], apart=("space_key",),
    # An export with fewer columns takes nothing back.
    better=lambda row: sum(row[name] is not None for name in ("delivered", "unique_opens_all", "clickers")),
)  # fmt: skip
RESTATED = {STREAM: _CAMPAIGN}
_NOT_TOLD = ("kind", "parent", "unique_opens", "opens", "unique_clicks", "syntax_errors")
ASSET: Final = "newsletter"


def campaigns(rows: Iterable[Row], known: Iterable[Row], town: Town) -> list[Row]:
    """The campaigns no service tells of (`known` are those it does), in the shape of its readings."""
    told = list(known)
    identifiers = {one["campaign"] for one in told if one["service"] == "mailchimp"}
    minutes = {(one["space"], f"{one['sent_at']:%Y%m%dT%H%M}") for one in told}
    found = []
    for (identifier,), last in _CAMPAIGN.standing(rows).items():
        space = town.place_of(last["space"], last["space_key"], ASSET, is_named=True)
        if identifier not in identifiers and (space, f"{last['sent_at']:%Y%m%dT%H%M}") not in minutes:
            own = {"service": "mailchimp", "account": "", "space": space, "stream": STREAM}
            found.append({**dict.fromkeys(_NOT_TOLD), **last, **own})
    return found


def coverage_rows(rows: Iterable[Row], town: Town, knows: Iterable[str]) -> Iterator[Row]:
    """The days the exports spoke for, list by list; what the campaigns linked to they do not say."""
    sent: dict[str, dict[tuple[str, str], list[date]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        space = town.place_of(row["space"], row["space_key"], ASSET, is_named=True)
        sent[space][row["segment"], row["space_key"]].append(town.local_day(row["sent_at"]))
    known = sorted(knows)
    for space, exports in sorted(sent.items()):
        for part in month_parts((min(days), max(days)) for days in exports.values()):
            yield deaf_row("publication", part.month, NOT_IN_EXPORT, basis="export", asset=ASSET, space=space)
            yield coverage_row("mailing", part, asset=ASSET, space=space, knows=known, flags=part.flags, basis="export")
