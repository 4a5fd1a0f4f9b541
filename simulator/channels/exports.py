"""The same life as a town without accounts hands it over: the reports its platforms' web pages download.

Each writer makes one layout as its platform writes it, at an instant; what lies after it has not happened yet.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

from simulator.calendar import first_of, month_of, shifted
from simulator.channels.facebook_page import PAGE_NAME, PROCESS_WORD
from simulator.channels.life import Life
from simulator.channels.mailing_list import LIST_NAME, MailingList
from simulator.channels.meetings import FIELD, KINDS, ZONE, MeetingsLife
from simulator.channels.website import WebsiteLife
from simulator.services.ga4_hits import HOME, Hit, sessions, users
from simulator.services.zoom_state import Held, Stay
from simulator.writing import FILES

CITY, OTHER_CITY = "Gefen", "Elsewhere"
_PAGE_ID = "10001"
_CLOCK = "%m/%d/%Y %I:%M:%S %p"


def write_exports(folder: Path, life: Life, now: datetime) -> list[Path]:
    """Every report of the life as downloaded at an instant, beside the town's other files; gives the files."""
    target = folder / FILES
    months = [month for month in life.span.months if first_of(month) <= now.date()]
    return [
        _table(target / "campaigns.csv", campaign_rows(life.mailing_list, now)),
        _table(target / "posts.csv", post_rows(life, now), encoding="utf-16"),
        *(_table(target / f"City {month}.csv", city_rows(life.website, month, now)) for month in months),
        *(path for month in months for path in _meetings(target, life.meetings, month, now)),
    ]


def write_sections(folder: Path) -> None:
    """What the town says of such files, added to its `kehila.toml`."""
    kinds = ", ".join(f'{word} = "{kind}"' for word, kind in KINDS.items())
    with (folder / "kehila.toml").open("a", encoding="utf-8") as configuration:
        configuration.write(
            f'\n[zoom_participants]\nkind_field = "{FIELD}"\nkinds = {{ {kinds} }}\nday_first = false\n'
            f'\n[meta_suite]\nprocess_words = ["{PROCESS_WORD}"]\n'
            f'\n[ga4_download]\ncities = ["{CITY}"]\n'
        )


def campaign_rows(life: MailingList, now: datetime) -> list[list[object]]:
    """Mailchimp's table of campaigns; combinations tried within one have no row of their own."""
    rows: list[list[object]] = [
        ["Title", "Subject", "List", "Send Date", "Send Weekday", "Total Recipients", "Successful Deliveries",
         "Soft Bounces", "Hard Bounces", "Total Bounces", "Unique Opens", "Open Rate", "Total Opens", "Unique Clicks",
         "Click Rate", "Total Clicks", "Unsubscribes", "Abuse Complaints", "Unique Id"]
    ]  # fmt: skip
    for one in (one for one in life.newsletter(now).sent() if not one.parent):
        lost = len(one.hard_bounces | one.soft_bounces)
        reached = len(one.recipients) - lost
        opened = [event for event in one.opened if event.at <= now]
        clicks = one.clicks_by(now)
        openers, clickers = len({event.address for event in opened}), len({click.address for click in clicks})
        at = one.sent_at.astimezone(ZONE)
        rows.append(
            ["Letter", "News", LIST_NAME, f"{at:%b} {at.day}, {at:%Y %I:%M} {at:%p}".replace("AM", "am"), f"{at:%A}",
             len(one.recipients), reached, len(one.soft_bounces), len(one.hard_bounces), lost, openers,
             f"{100 * openers / reached:.2f}%", len(opened), clickers, f"{100 * clickers / reached:.2f}%", len(clicks),
             len([left for left in one.left if left.at <= now]), 0, one.id]
        )  # fmt: skip
    return rows


def post_rows(life: Life, now: datetime) -> list[list[object]]:
    """Meta Business Suite's table of the page's own posts, for as long as they have been up."""
    rows: list[list[object]] = [
        ["Post ID", "Page ID", "Page name", "Title", "Description", "Duration (sec)", "Publish time", "Permalink",
         "Post type", "Date", "Reach", "Reactions, comments and shares", "Reactions", "Comments", "Shares"]
    ]  # fmt: skip
    for post in (one for one in life.page.posts if one.author is None and one.created <= now):
        reactions = sum(count for day, count in post.reactions.items() if day <= now.date())
        comments = sum(one.post == post.id and one.created <= now and not one.is_hidden for one in life.page.comments)
        number = post.id.removeprefix(f"{_PAGE_ID}_")
        rows.append(
            [number, _PAGE_ID, PAGE_NAME, post.message or "", "", 0, f"{post.created.astimezone(ZONE):%m/%d/%Y %H:%M}",
             f"https://www.facebook.com/{post.id}", "Photos", "Lifetime", 20 * reactions, reactions + comments,
             reactions, comments, 0]
        )  # fmt: skip
    return rows


def city_rows(life: WebsiteLife, month: str, now: datetime) -> list[list[object]]:
    """Google Analytics' report by city, one month as its range."""
    first, last = first_of(month), first_of(shifted(month, 1)) - timedelta(days=1)
    rows: list[list[object]] = [
        ["# ----------------------------------------"], ["# Demographic details: Town/City"], ["# Account: Gefen"],
        ["# Property: Gefen - GA4"], ["# ----------------------------------------"], ["#"], ["# All Users"],
        [f"# Start date: {first:%Y%m%d}"], [f"# End date: {last:%Y%m%d}"], [],
        ["Town/City", "Active users", "New users", "Sessions", "Average engagement time per active user"],
    ]  # fmt: skip
    mine = [hit for hit in life.hits if month_of(hit.day) == month and hit.platform == "web" and hit.arrives <= now]
    for city, name in sorted({hit.city: CITY if hit.city == HOME else OTHER_CITY for hit in mine}.items()):
        rows.append([name, *_used([hit for hit in mine if hit.city == city])])
    return rows


def _used(hits: Sequence[Hit]) -> list[object]:
    people = users(hits)
    return [people, people // 2, sessions(hits), sum(hit.engaged * hit.people for hit in hits) / people]


def _meetings(folder: Path, life: MeetingsLife, month: str, now: datetime) -> Iterable[Path]:
    """A month's list of meetings, and the report of each one's people; a meeting of nobody has no report."""
    held = [one for one in life.held if one.ended <= now and _month(one) == month]
    first, last = first_of(month), first_of(shifted(month, 1)) - timedelta(days=1)
    yield _table(folder / f"meetinglistdetails_{first:%Y%m%d}_{last:%Y%m%d}.csv", meeting_rows(held))
    for one in held:
        yield _table(folder / f"participants_{one.number}.csv", people_rows(one))


def meeting_rows(held: Iterable[Held]) -> list[list[object]]:
    """Zoom's list of meetings, with the account's tracking field."""
    head = ["Topic", "Meeting ID", "User Name", "User Email", "Department", "Group", "Has Zoom Rooms?", "Creation Time",
            "Start Time", "End Time", "Duration (Minutes)", "Participants", "Source", FIELD]  # fmt: skip
    rows: list[list[object]] = [list(head)]
    for one in held:
        made = _clock(one.started - timedelta(days=9))
        rows.append(
            ["A meeting", _spaced(one.number), "Host", one.host, "", "", "No", made, _clock(one.started),
             _clock(one.ended), one.minutes(), len([stay for stay in one.stays if not stay.waited]), "Zoom",
             one.tracking[FIELD]]
        )  # fmt: skip
    return rows


def people_rows(one: Held) -> list[list[object]]:
    """Zoom's report of a meeting's participants, with the meeting above them."""
    head = ["Meeting ID", "Topic", "Start Time", "End Time", "User Email", "Duration (Minutes)", "Participants", ""]
    times = [_clock(one.started), _clock(one.ended)]
    meeting: list[object] = [_spaced(one.number), "A meeting", *times, one.host, one.minutes(), one.people(), ""]
    names = ["Name (Original Name)", "User Email", "Join Time", "Leave Time", "Duration (Minutes)", "Guest"]
    names += ["Recording Consent", "In Waiting Room"]
    return [[*head], meeting, [], [*names], *(_stay(stay) for stay in one.stays if not stay.breakout)]


def _stay(stay: Stay) -> list[object]:
    who = stay.person
    minutes = -(-int((stay.left - stay.joined).total_seconds()) // 60)
    return [who.name, "" if who.is_guest else who.email, _clock(stay.joined), _clock(stay.left), minutes,
            "No" if who.is_staff else "Yes", "", "Yes" if stay.waited else "No"]  # fmt: skip


def _clock(at: datetime) -> str:
    return at.astimezone(ZONE).strftime(_CLOCK)


def _spaced(number: int) -> str:
    digits = str(number)
    return f"{digits[:3]} {digits[3:-4]} {digits[-4:]}"


def _month(one: Held) -> str:
    began: date = one.started.astimezone(ZONE).date()
    return month_of(began)


def _table(path: Path, rows: Iterable[Sequence[object]], encoding: str = "utf-8-sig") -> Path:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    path.write_bytes(text.getvalue().encode(encoding))
    return path
