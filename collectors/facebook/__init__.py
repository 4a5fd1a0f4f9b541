"""Reads a municipality's Facebook Page through the Graph API: posts, comments, followers, insights.

Belongs here: everything that knows Graph, one file of it (`sdk`) knowing facebook-sdk. Does not: roles of
staff, months, indicators; and no name or word anybody wrote, which are measured here and dropped.

| call | stream | scope |
|---|---|---|
| `PAGE` | `facebook_page_day` | pages_read_engagement |
| `PAGE/posts` | `facebook_post` | pages_read_engagement |
| `PAGE/visitor_posts` | `facebook_visitor_post` | pages_read_user_content |
| `POST/comments` | `facebook_comment` | pages_read_user_content |
| `PAGE/insights` | `facebook_insight` | read_insights |
| webhook, field `feed` | `facebook_change` | pages_manage_metadata, to subscribe |
"""
