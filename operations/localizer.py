"""The page's texts in three languages, and instants as people say them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from operations.checks import MonthChecks, Names, things_of
from operations.state import Gap, Reason
from pipeline.upkeep.freshness import StreamFreshness
from pipeline.upkeep.health import Condition
from texts import Language, kept_error, text, word
from texts.errors import kept_happened
from texts.values import condition, counted_in_words, days_ago, figure, gap, left_out_in_words
from texts.writing import Argument, day_text, direction, isolated, month_name, pick, quoted, written
from warehouse.gate_tables import CheckRow, SkippedRow


class Localizer:
    """What the template says, in one language and time zone."""

    def __init__(self, language: Language, timezone: str, at: datetime) -> None:
        self.language, self.zone, self.at = language, ZoneInfo(timezone), at
        self.direction = direction(language)

    def say(self, key: str, **values: Argument) -> str:
        """A text of the page with its values filled in."""
        return text(f"operations.{key}", self.language, **values)

    def word(self, kind: str, code: str, **values: Argument) -> str:
        """The word of the page for a code; an unknown one is shown as it is."""
        return word(f"operations.{kind}", code, self.language, **values)

    def source(self, code: str) -> str:
        """A source by the name people know it by; `facebook.facebook_post` is the source's stream."""
        first, _, rest = code.removeprefix("fact:").partition(".")
        name = word("codes.sources", first, self.language)
        return f"{name} · {rest}" if rest else name

    def found_of(self, code: str) -> str:
        """Whose finding it is: the source's name, or that the published figures themselves are meant."""
        return self.source(code) if code else self.say("figures")

    def what(self, one: MonthChecks) -> str:
        """The fact or indicator something was found of."""
        return pick(one.titles, self.language) or word("codes.facts", one.fact, self.language)

    def check(self, row: CheckRow, names: Names) -> str:
        """What was found, of which place by its name; what to do, where no button beside it does that."""
        said = (kept_happened if row.month else kept_error)(row.code, row.arguments, self.language)
        return " · ".join([said, *(self._thing(one, names) for one in things_of(row))])

    def _thing(self, code: str, names: Names) -> str:
        bare = code.rpartition(":")[2]
        for known in (code, bare):
            if known in names:
                return quoted(pick(names[known], self.language))
        for group in ("operations.things", "codes.facts"):
            if (said := word(group, bare, self.language)) != bare:
                return said
        return isolated(bare, self.language)

    def month(self, month: str) -> str:
        """A month by its name."""
        return month_name(month, self.language)

    def revision(self, number: int) -> str:
        """A published month's revision, as the reports name it."""
        return text("report.revision", self.language, number=number)

    def gap(self, one: Gap) -> str:
        """What is known of a source that was not heard."""
        return gap(one.why, self.language, self.zone, one.since, one.until, expected=one.expected, heard=one.heard)

    def condition(self, one: Condition) -> str:
        """What fails or is to be looked at, and of what."""
        about = self.source(one.account.source if one.account else one.about)
        return f"{about}: {condition(one.code, self.language, self.zone, one.since, one.arguments)}"

    def seconds(self, count: int) -> str:
        """How long something took."""
        return figure(count, "seconds", self.language)

    def target(self, action: str, target: str) -> str:
        """What an action was for."""
        return self.month(target) if action in ("run", "close", "again") else target

    def day(self, when: date | datetime | None) -> str:
        """A local day, and the time of it where one is known."""
        if when is None:
            return "-"
        if isinstance(when, datetime):
            local = when.astimezone(self.zone)
            return written(local, self.language)
        return day_text(when, self.language)

    def ago(self, when: datetime | None) -> str:
        """How long ago, roughly."""
        if when is None:
            return "-"
        minutes = max(0, int((self.at - when).total_seconds() // 60))
        if minutes < 2:
            return self.word("ago", "now")
        if minutes < 120:
            return self.word("ago", "minutes", count=minutes)
        hours = minutes // 60
        return self.word("ago", "hours", count=hours) if hours < 48 else days_ago(hours // 24, self.language)

    def reason(self, one: Reason) -> str:
        """What happened and what to do about it."""
        return kept_error(one.code, one.arguments, self.language)

    def counted(self, counted: Mapping[str, str | int]) -> str:
        """How the survey imported last was counted beside those before it."""
        return counted_in_words(counted, self.language)

    def left_out(self, row: SkippedRow) -> str:
        """What of landed records became no fact, and why."""
        return left_out_in_words(row, self.language)

    def bars(self, stream: StreamFreshness) -> str:
        """The last pulls in words, for those who do not see the bars."""
        told = [one.status for one in stream.pulls]
        records = sum(one.records for one in stream.pulls)
        counted = {status: told.count(status) for status in ("done", "failed", "suspect") if status in told}
        return " · ".join(self.word("bars", status, count=count, records=records) for status, count in counted.items())
