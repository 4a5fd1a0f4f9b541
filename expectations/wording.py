"""Every reason code in plain words, Hebrew and English, with what to do. No sentence quotes a value."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "wrong_columns": (
        "העמודות אינן העמודות שהוגדרו. יש לעדכן את שלב ההכנה לפי המחלקה של העובדה.",
        "The columns are not the declared ones. Bring the staging step in line with the fact's class.",
    ),
    "wrong_type": (
        "בעמודה {column} יש ערך מסוג אחר מן המוצהר. יש לתקן במקור ולייבא שוב.",
        "Column {column} holds a value of another type than declared. Correct it at the source and import again.",
    ),
    "empty_value": (
        "עמודת החובה {column} ריקה. יש להשלים במקור ולייבא שוב.",
        "The required column {column} is empty. Fill it in at the source and import again.",
    ),
    "not_in_list": (
        "בעמודה {column} יש ערך שאינו ברשימה הסגורה. יש לבחור ערך מן הרשימה.",
        "Column {column} holds a value outside its closed list. Choose one of the list.",
    ),
    "out_of_range": (
        "בעמודה {column} יש מספר מחוץ לתחום המותר. יש לבדוק את המספר במקור.",
        "Column {column} holds a number outside its range. Check the number at the source.",
    ),
    "wrong_length": (
        "בעמודה {column} יש טקסט ארוך או קצר מן המותר. יש לתקן במקור.",
        "Column {column} holds a text longer or shorter than allowed. Correct it at the source.",
    ),
    "wrong_pattern": (
        "בעמודה {column} יש טקסט שאינו בתבנית הנדרשת. יש לתקן במקור.",
        "Column {column} holds a text that does not have the required form. Correct it at the source.",
    ),
    "duplicate_grain": (
        "אותה שורה מופיעה יותר מפעם אחת ואי אפשר לדעת איזו נכונה; כולן הוצאו. יש להשאיר אחת במקור.",
        "The same row appears more than once and none can be called the right one; all are put aside. Keep one.",
    ),
    "wrong_authority": (
        "השורה שייכת לרשות אחרת. יש לבדוק לאיזו רשות מחובר המקור.",
        "The row belongs to another authority. Check which authority the source is connected to.",
    ),
    "unknown_space": (
        "המרחב אינו רשום בגיליון המרחבים. יש לרשום אותו ולייבא שוב.",
        "The space is not in the register of spaces. Register it and import again.",
    ),
    "unregistered_space": (
        "יש מרחבים שטרם נרשמו. מומלץ לרשום אותם בגיליון המרחבים.",
        "There are spaces no one has registered yet. Register them in the sheet of spaces.",
    ),
    "unknown_item": (
        "פריט השאלון אינו מוכר. יש לבדוק את מיפוי השאלון.",
        "The survey item is not known. Check the mapping of the questionnaire.",
    ),
    "in_future": (
        "העמודה {column} חלה בעתיד. יש לבדוק את השעון ואת סדר היום והחודש במקור.",
        "Column {column} lies in the future. Check the source's clock and its order of day and month.",
    ),
    "wrong_month": (
        "החודש אינו החודש המקומי של {column}. זו תקלה בשלב ההכנה; יש לדווח עליה.",
        "The month is not the local month of {column}. This is a fault of the staging step; report it.",
    ),
    "impossible_month": (
        "החודש אינו חודש בלוח השנה. יש לכתוב שנה וחודש, למשל 2026-10.",
        "The month is no month of the calendar. Write year and month, as in 2026-10.",
    ),
    "wrong_order": (
        "סדר המועדים סביב {column} אינו אפשרי. יש לבדוק את התאריכים במקור.",
        "The order of dates around {column} is impossible. Check the dates at the source.",
    ),
    "unknown_reply": (
        "יש תגובות להודעות שאינן בקובץ. ייתכן שנמחקו או שהן ישנות מן הקובץ.",
        "Some messages answer messages that are not there: deleted, or older than what could be read.",
    ),
    "unknown_root": (
        "יש שיחות שההודעה הפותחת שלהן אינה בקובץ.",
        "Some conversations lack their first message: deleted, or older than what could be read.",
    ),
    "reply_to_itself": (
        "ההודעה מסומנת כתגובה לעצמה. זו תקלה בשלב ההכנה; יש לדווח עליה.",
        "The message is marked as an answer to itself. This is a fault of the staging step; report it.",
    ),
    "counts_disagree": (
        "הספירה בעמודה {column} גדולה ממספר הנמענים. יש לבדוק את הקמפיין במערכת הדיוור.",
        "The count in {column} is larger than the number of recipients. Check the campaign in the mailing service.",
    ),
    "says_nothing": (
        "השורה אינה אומרת דבר: כל המספרים בה ריקים. יש לבדוק את הפקת הנתונים במקור.",
        "The row says nothing: all its figures are empty. Check how the source makes them.",
    ),
    "members_jumped": (
        "מספר החברים גדל או קטן פי עשרה מיום לחברו. יש לבדוק אם ההזנה נכונה.",
        "The number of members rose or fell tenfold from one count to the next. Check that it is right.",
    ),
    "looks_personal": (
        "בעמודה {column} יש טקסט שנראה כמו מספר טלפון או כתובת דואר. יש למחוק אותו במקור.",
        "Column {column} holds text that looks like a phone number or a mail address. Remove it at the source.",
    ),
    "no_rows": (
        "לא הגיעו שורות ולא נבדק דבר. אם צפויות שורות, יש לבדוק את המקור.",
        "No rows came and nothing was checked. If rows are expected, check the source.",
    ),
    "empty_batch": (
        "הוכרזו {announced} שורות ולא הגיעה אף אחת. הנתונים הקיימים נשמרו; יש להריץ שוב.",
        "{announced} rows were announced and none came. What is stored stays; run it again.",
    ),
    "fewer_than_announced": (
        "הוכרזו {announced} שורות והגיעו {received}. יש לבדוק את שלב ההכנה.",
        "{announced} rows were announced and {received} came. Check the staging step.",
    ),
    "month_shrank": (
        "בחודש הסגור {month} היו {before} שורות וכעת {now}. הנתונים הקיימים נשמרו; יש לציין סיבה או לתקן את המקור.",
        "The closed month {month} had {before} rows and now has {now}. What is stored stays; state a reason or "
        "correct the source.",
    ),
    "month_fell": (
        "בחודש {month} היו {before} שורות וכעת {now}. יש לבדוק שהמקור שלם.",
        "Month {month} had {before} rows and now has {now}. Check that the source is complete.",
    ),
    "month_grew": (
        "בחודש {month} היו {before} שורות וכעת {now}. יש לבדוק שאין כפילויות.",
        "Month {month} had {before} rows and now has {now}. Check that nothing is counted twice.",
    ),
    "month_jumped": (
        "בחודש {month} יש {now} שורות ובחודש שלפניו {before}. יש לבדוק אם זה נכון.",
        "Month {month} has {now} rows and the month before {before}. Check that it is right.",
    ),
    "stale": (
        "השורה החדשה ביותר היא מ-{newest}, לפני {days} ימים. יש לבדוק שהמקור עדיין מחובר.",
        "The newest row is of {newest}, {days} days ago. Check that the source is still connected.",
    ),
    "authors_unknown": (
        "באף הודעה לא ידוע מי כתב, ולכן אי אפשר לספור אנשים. יש לבדוק את ההרשאות ואת סוג הייצוא.",
        "No message says who wrote it, so people cannot be counted. Check permissions and the kind of export.",
    ),
    "check_crashed": (
        "בדיקה שלנו נכשלה מסיבה טכנית; אין בכך כדי לומר שהנתונים שגויים. דבר לא נטען; יש לדווח על התקלה.",
        "A check of ours broke; this says nothing about the rows. Nothing was loaded; report the fault.",
    ),
}


def message(code: str, **parts: object) -> dict[str, str]:
    """The sentence of a code in both languages. Parts are column names, months and counts, never values."""
    hebrew, english = WORDS[code]
    return {"he": hebrew.format(**parts), "en": english.format(**parts)}
