"""Columns the streams share, and the fields of a campaign as it is listed."""

from __future__ import annotations

from collectors.columns import FIXED, Column
from collectors.kinds import identifier, instant, text

ACCOUNT = Column("account", FIXED, text, "The town's own name of the Mailchimp account", key=True)
SPACE = Column("space", FIXED, text, "The town's code of the mailing list")
LIST = Column("list_id", FIXED, text, "Mailchimp's identifier of the audience")
CAMPAIGN = Column("campaign", FIXED, identifier, "Mailchimp's identifier of the campaign", key=True)
SENT_AT = Column("sent_at", FIXED, instant, "When the campaign was sent, UTC", cursor=True)
SENT = (ACCOUNT, SPACE, LIST, CAMPAIGN, SENT_AT)

OF_CAMPAIGN = frozenset(
    (
        "id", "web_id", "parent_campaign_id", "type", "create_time", "archive_url", "long_archive_url", "status",
        "emails_sent", "send_time", "content_type", "needs_block_refresh", "resendable", "recipients", "settings",
        "variate_settings", "tracking", "rss_opts", "ab_split_opts", "social_card", "report_summary",
        "delivery_status", "resend_shortcut_eligibility", "resend_shortcut_usage", "_links",
    )
)  # fmt: skip
"""What Mailchimp says of a campaign in the listing; whatever else arrives is drift."""
