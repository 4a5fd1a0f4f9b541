"""The topics of the staff workbook that can be declared finished, and the indicators they feed."""

from __future__ import annotations

from collections.abc import Mapping

REPORT_TOPICS: Mapping[str, tuple[str, ...]] = {
    "initiatives": (
        "facebook.initiatives",
        "facebook.business_ties",
        "policy.initiatives",
        "whatsapp.meetups",
        "ethics.virtual_initiatives",
    ),
    "arrivals": (
        "website.event_arrivals",
        "newsletter.event_arrivals",
        "newsletter.site_and_mail_arrivals",
        "newsletter.responses",
    ),
    "publications": (
        "website.service_pages",
        "website.process_publications",
        "newsletter.process_items",
        "facebook.process_posts",
        "policy.resilience_use",
    ),
    "conversation": (
        "facebook.resident_posts",
        "facebook.staff_in_resident_groups",
        "zoom.staff_in_resident_meetings",
        "zoom.resident_interactions",
        "zoom.followups",
        "whatsapp.responses",
        "whatsapp.answers",
    ),
    "members": (
        "facebook.group_share",
        "newsletter.subscribers",
        "whatsapp.broadcast_members",
        "whatsapp.open_members",
        "societies.haredi_users",
        "societies.arab_users",
        "resilience.reach_depth",
    ),
    "app": ("app.residents", "app.requests", "app.community_events", "app.answers"),
    "training": ("ethics.training",),
    "investment": ("policy.investment", "ethics.policy_investment", "societies.language_investment"),
    "routines": ("policy.routines", "ethics.routines", "ethics.cross_department"),
    "roles": ("policy.role_holder",),
    "communities": ("community",),
    "measuring": ("measurement.participation", "focus_group"),
    "requests": ("website.answers", "assets.answered_in_time"),
    "told_back": ("assets.told_back",),
    "goals": ("programme_goal",),
}
"""Topic declared finished -> indicators and registers that are then zero where nothing was entered."""

STATES = frozenset({"routines", "roles", "communities", "goals"})
"""Topics of what goes on until it is said to have ended: that nothing is entered of them is no forgotten entry."""

REGISTERS: Mapping[str, tuple[str, ...]] = {
    "community": ("communities.mapped", "communities.stage"),
    "focus_group": ("measurement.participation", "measurement.barriers"),
    "programme_goal": ("programmes.goals",),
}
