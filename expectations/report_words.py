"""Words of the validation report: facts, states and kinds of check, Hebrew and English."""

from __future__ import annotations

FACTS_IN_WORDS = {
    "message": ("הודעות", "Messages"),
    "membership": ("חברות במרחבים", "Membership of spaces"),
    "visit": ("ביקורים באתר וביישומון", "Visits to site and app"),
    "mailing": ("דיוורים", "Mailings"),
    "gathering": ("מפגשים", "Gatherings"),
    "attendance": ("נוכחות במפגשים", "Attendance"),
    "request": ("פניות תושבים", "Residents' requests"),
    "publication": ("פרסומים", "Publications"),
    "platform_metric": ("מדדי פלטפורמה", "Platform metrics"),
    "survey_response": ("תשובות לסקרים", "Survey answers"),
    "report": ("דיווחי צוות", "Staff entries"),
    "coverage": ("כיסוי המקורות", "Coverage of sources"),
}

STATES = {
    "passed": ("תקין", "passed"),
    "warned": ("תקין, עם אזהרה", "passed with a warning"),
    "quarantined": ("חלק מהשורות הוצאו", "some rows put aside"),
    "refused": ("לא נטען", "refused, not loaded"),
    "crashed": ("תקלה בבדיקה שלנו", "a check of ours broke, not loaded"),
}

CHECKS = {
    "ExpectTableColumnsToMatchOrderedList": ("העמודות וסדרן", "columns and their order"),
    "ExpectColumnValuesToBeOfType": ("סוג הערך", "type of value"),
    "ExpectColumnValuesToNotBeNull": ("אינו ריק", "not empty"),
    "ExpectColumnValuesToBeInSet": ("ברשימה המותרת", "in the allowed list"),
    "ExpectColumnValuesToBeBetween": ("בתחום המותר", "within its range"),
    "ExpectColumnValueLengthsToBeBetween": ("אורך הטקסט", "length of text"),
    "ExpectColumnValuesToMatchRegex": ("תבנית הטקסט", "form of text"),
    "ExpectColumnValuesToNotMatchRegex": ("תבנית שאינה רצויה", "unwanted form of text"),
    "ExpectCompoundColumnsToBeUnique": ("אין שורות כפולות", "no row twice"),
    "declared type": ("סוג הערך בהכנה", "type of value as staged"),
    "row rule": ("כלל בין עמודות או שורות", "rule between columns or rows"),
    "row_count": ("מספר השורות שהוכרז", "rows as announced"),
    "rows of a stored month": ("מספר השורות מול השמור", "rows against what is stored"),
    "rows from month to month": ("מספר השורות מחודש לחודש", "rows from month to month"),
    "freshness": ("עדכניות", "freshness"),
    "authors known": ("ידוע מי כתב", "authors are known"),
}


def _both(words: tuple[str, str]) -> dict[str, str]:
    return {"he": words[0], "en": words[1]}


def fact_words(fact: str) -> dict[str, str]:
    """The name of a fact."""
    return _both(FACTS_IN_WORDS.get(fact, (fact, fact)))


def status_words(status: str) -> dict[str, str]:
    """The name of a state of the gate."""
    return _both(STATES[status])


def check_words(check: str) -> dict[str, str]:
    """What a check looks at."""
    return _both(CHECKS.get(check, (check, check)))
