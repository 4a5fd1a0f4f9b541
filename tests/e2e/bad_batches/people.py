"""Who it was: nobody, everybody, the authority itself, somebody else's."""

from __future__ import annotations

from tests.e2e.bad_batches.plants import Plant, during, plants, put
from tests.e2e.bad_town import CLOSED, OPEN

NOBODY = put(author=None, author_name=None)
PAGE = ["facebook_comment", "facebook_post", "facebook_visitor_post"]
ONCE = put(sender=lambda row: 10**6 + row["position"])
STRANGE = put(gathering=lambda row: f"{row['gathering']}{row['attendee']}")

PLANTS = (
    *plants("facebook_page", "authors unknown", "message.unknown_authors", NOBODY, ["facebook_comment"]),
    Plant("authors of two months unknown", "facebook_page", "held", "message.unknown_authors", {"facebook_comment": during(NOBODY, CLOSED, OPEN)}),
    *plants("facebook_page", "everything by the page itself", "message.staff_share", put(is_page=True, author=None, author_name=None), ["facebook_comment"]),
    Plant("of another page", "facebook_page", "held", "platform_metric.amount", dict.fromkeys(PAGE, put(space="other-town", page_id="77"))),
    *plants("whatsapp", "everybody writes once", "message.authors", ONCE, ["whatsapp_chat_message"]),
    *plants("whatsapp", "nobody is known", "message.authors", put(sender=5), ["whatsapp_chat_message"]),
    *plants("zoom", "people of meetings that do not exist", "attendance.meetings_exist", STRANGE, facts=["attendance"]),
)  # fmt: skip
