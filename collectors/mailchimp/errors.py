"""Why people say they left: Mailchimp's own choices as short codes. What they write themselves is never kept."""

from __future__ import annotations

from typing import Any

_CHOICES = {
    "": "none_given",
    "none given": "none_given",
    "n/a": "none_given",
    "normal": "none_given",
    "no longer interested": "no_longer_interested",
    "i no longer want to receive these emails": "no_longer_interested",
    "did not signup": "never_signed_up",
    "did not sign up": "never_signed_up",
    "i never signed up for this mailing list": "never_signed_up",
    "spammy content": "spam",
    "the emails are spam and should be reported": "spam",
    "inappropriate content": "inappropriate",
    "the emails are inappropriate": "inappropriate",
}


def reason_of(text: Any) -> str:
    """The code of a reason; `other` for whatever is not one of the service's own choices."""
    plain = " ".join(str(text or "").split()).casefold().rstrip(".")
    return _CHOICES.get(plain, "other")
