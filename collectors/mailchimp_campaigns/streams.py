"""What the table yields: a campaign a row."""

from collectors.base import Stream
from collectors.columns import FIXED, Column
from collectors.kinds import count, instant, text


class ListedCampaign(Stream):
    """A campaign with its counts as the export tells them; opens by mail programs' privacy proxies are among them."""

    name = "mailchimp_listed_campaign"
    columns = (
        Column("campaign", FIXED, text, "Mailchimp's identifier; else a keyed digest of list and minute", key=True),
        Column("space", FIXED, text, "The town's code of the place, where the configuration says it"),
        Column("space_key", FIXED, text, "Keyed digest of the list's name"),
        Column("sent_at", FIXED, instant, "When it was sent, UTC"),
        Column("recipients", FIXED, count, "Addresses it was sent to"),
        Column("delivered", FIXED, count, "Addresses it reached"),
        Column("hard_bounces", FIXED, count, "Addresses that do not exist"),
        Column("soft_bounces", FIXED, count, "Addresses that took no mail this time"),
        Column("abuse_reports", FIXED, count, "People who called it spam"),
        Column("unsubscribed", FIXED, count, "People who left because of it"),
        Column("opens_all", FIXED, count, "Opens, privacy proxies' included"),
        Column("unique_opens_all", FIXED, count, "People who opened, privacy proxies' opens included"),
        Column("clicks", FIXED, count, "Clicks on its links, repeated ones included"),
        Column("clickers", FIXED, count, "People who clicked"),
    )  # fmt: skip
    facts = ("mailing", "coverage")
