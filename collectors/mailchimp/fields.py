"""Columns the streams share, and the field names of Mailchimp's contract; whatever else arrives is drift."""

from __future__ import annotations

import pyarrow as pa

INSTANT = pa.timestamp("us", tz="UTC")
PLACE = [("account", pa.string()), ("space", pa.string()), ("list_id", pa.string())]
SENT = [*PLACE, ("campaign", pa.string()), ("sent_at", INSTANT)]


def counts(*names: str) -> list[tuple[str, pa.DataType]]:
    """Columns of counts."""
    return [(name, pa.int64()) for name in names]


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


OF_MONTH = _names(
    "list_id month existing imports optins reconfirm pending transactional subscribed unsubscribed cleaned "
    "deleted _links"
)
OF_LIST = _names("id stats")
OF_CAMPAIGN = _names(
    "id web_id parent_campaign_id type create_time archive_url long_archive_url status emails_sent send_time "
    "content_type needs_block_refresh resendable recipients settings variate_settings tracking rss_opts ab_split_opts "
    "social_card report_summary delivery_status resend_shortcut_eligibility resend_shortcut_usage _links"
)
OF_REPORT = _names(
    "id campaign_title type list_id list_is_active list_name subject_line preview_text emails_sent abuse_reports "
    "unsubscribed send_time rss_last_send bounces forwards opens clicks facebook_likes industry_stats list_stats "
    "ab_split timewarp timeseries share_report ecommerce delivery_status parent_campaign_id _links"
)
OF_LINK = _names(
    "id url total_clicks unique_clicks click_percentage unique_click_percentage last_click ab_split variate "
    "campaign_id _links"
)
