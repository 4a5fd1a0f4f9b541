"""A month of 40 rows as staff type them, right and wrong: what stands of each, or in which column it is wrong.

By the columns of the workbook's layout; words of lists as they stand in Hebrew. The same rows are typed into the web
form in a browser; `month` is left out, where the form has it from its page.
"""

from __future__ import annotations

from dataclasses import dataclass, field

MONTH = "2026-10"


@dataclass(frozen=True)
class Row:
    """What is typed on a sheet. `wrong`: the column whose fault is to be explained; `amount`: the figure understood.

    `is_asked`: it is right, and unlike the months before; whoever typed it says so.
    """

    sheet: str
    typed: dict[str, str] = field(default_factory=dict)
    wrong: str = ""
    amount: float | None = None
    is_asked: bool = False


def monthly(
    indicator: str, amount: str, part: str = "", *, wrong: str = "", of: float | None = None, **more: str
) -> Row:
    typed = {"indicator": indicator, "part": part, "amount": amount, **more}
    return Row("monthly", {name: text for name, text in typed.items() if text}, wrong, of)


INITIATIVES, MEETUPS = "facebook.initiatives", "whatsapp.meetups"
RESPONSES, TRAINING, ANSWERS = "newsletter.responses", "ethics.training", "website.answers"
ROWS = [
    Row("spaces", {"space": "parents", "title": "הורים בשכונה", "asset": "whatsapp", "kind": "open", "operated_by": "residents"}),
    Row("spaces", {"title": "רשימת התפוצה", "asset": "newsletter", "kind": "mailing_list", "operated_by": "authority", "from_day": "2026-01-01"}),
    Row("spaces", {"title": "בלי סוג", "asset": "facebook", "operated_by": "authority"}, wrong="kind"),
    Row("spaces", {"space": "קוד", "title": "קוד בעברית", "asset": "facebook", "kind": "page", "operated_by": "authority"}, wrong="space"),
    Row("spaces", {"title": "הפוך", "asset": "zoom", "kind": "meeting_room", "operated_by": "authority", "from_day": "2026-05-01", "to_day": "2026-01-01"}, wrong="to_day"),
    monthly(INITIATIVES, "2", "neighbours_event", of=2.0, subject="שוק השכנים"),
    monthly(INITIATIVES, " 3 ", "culture", of=3.0, evidence="פרוטוקול 14"),
    monthly(INITIATIVES, "כמה", "safety", wrong="amount"),
    monthly(INITIATIVES, "2-3", "mutual_help", wrong="amount"),
    monthly(INITIATIVES, "", "environment", wrong="amount", subject="ניקיון הוואדי"),
    monthly(INITIATIVES, "1", "help_older", of=1.0, space="parents"),
    monthly(MEETUPS, "١٢", "digital", of=12.0),
    monthly(MEETUPS, "4", "in_person", of=4.0, subject="מפגש סוכה"),
    monthly(RESPONSES, "1,250", "mail", of=1250.0),
    monthly(RESPONSES, "-5", "registered", wrong="amount"),
    monthly(RESPONSES, "0", "discussion", of=0.0),
    monthly(TRAINING, "36", "person_hours", of=36.0),
    monthly(TRAINING, "12", "people", of=12.0),
    monthly(TRAINING, "8", wrong="part"),
    monthly(ANSWERS, "120", "opened", of=120.0),
    monthly(ANSWERS, "115", "answered", of=115.0),
    monthly(ANSWERS, "כ-100", "in_two_days", wrong="amount"),
    monthly("facebook.resident_posts", "31", of=31.0),
    monthly("", "5", wrong="indicator"),
    Row("investment", {"indicator": "policy.investment", "part": "ils", "amount": "12,500", "asset": "website"}, amount=12500.0),
    Row("investment", {"indicator": "policy.investment", "part": "posts", "amount": "0.5", "asset": "facebook"}, amount=0.5),
    Row("investment", {"indicator": "policy.investment", "amount": "100"}, wrong="part"),
    Row("members", {"space": "parents", "members": "240"}),
    Row("members", {"space": "group", "members": "בערך 300"}, wrong="members"),
    Row("members", {"space": "page", "members": "12.5"}, wrong="members"),
    Row("communities", {"community": "הורי הגן", "kind": "functional_digital", "stage": "engagement", "volunteers": "4"}),
    Row("communities", {"community": "הגינה", "stage": "entry", "is_ready": "yes"}),
    Row("communities", {"community": "בלי כלום"}, wrong="kind"),
    Row("communities", {"community": "מתנדבים", "kind": "in_person", "volunteers": "הרבה"}, wrong="volunteers"),
    Row("routines", {"routine": "ישיבת דוברות", "indicator": "policy.routines", "form": "routine", "from_day": "2026-02-01"}),
    Row("routines", {"routine": "נוהל מענה", "indicator": "ethics.routines", "form": "policy"}, wrong="from_day"),
    Row("told_back", {"raised_day": "2026-10-03", "matter": "תאורה בפארק", "raised_in": "group", "decided_day": "2026-10-12"}),
    Row("told_back", {"raised_day": "2026-10-05", "matter": "חניה", "raised_in": "meeting", "told_day": "2026-10-09"}, wrong="decided_day"),
    Row("staff", {"chat_name": "דוברות העיר", "phone": "050-7654321"}),
    Row("staff", {"chat_name": "מוקד", "phone": "12"}, wrong="phone"),
]  # fmt: skip
