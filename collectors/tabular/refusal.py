"""Refusing a file as a whole: one sentence with the remedy, in English and Hebrew, under a stable code."""

from __future__ import annotations

from collectors.errors import RejectFile

_REASONS: dict[str, tuple[str, str]] = {
    "empty": (
        "The file has no rows below its header. Export it again with the data; what was loaded before stays.",
        "אין בקובץ שורות מתחת לכותרת. יש לייצא אותו שוב עם הנתונים; מה שנטען קודם נשאר.",
    ),
    "encoding_unknown": (
        "The text encoding could not be told. Save the file as CSV UTF-8 or as xlsx.",
        "לא ניתן לזהות את קידוד הטקסט. יש לשמור את הקובץ בתור CSV UTF-8 או xlsx.",
    ),
    "encrypted": (
        "The file is protected by a password. Save a copy without one.",
        "הקובץ מוגן בסיסמה. יש לשמור עותק ללא סיסמה.",
    ),
    "legacy_format": (
        "This kind of spreadsheet is not read (xls, xlsb, ods). Open it and save it as xlsx.",
        "סוג גיליון זה אינו נקרא (xls, xlsb, ods). יש לפתוח אותו ולשמור בתור xlsx.",
    ),
    "macro_workbook": (
        "The workbook holds macros, embedded objects or links to other files. Save it as a plain xlsx without them.",
        "בחוברת יש פקודות מאקרו, אובייקטים מוטבעים או קישורים לקבצים אחרים. יש לשמור אותה בתור xlsx רגיל בלעדיהם.",
    ),
    "not_a_table": (
        "The file is not a table. Export it as CSV or xlsx.",
        "הקובץ אינו טבלה. יש לייצא אותו בתור CSV או xlsx.",
    ),
    "too_many_cells": (
        "The table is too large. Delete what stands far from the data, or split the file.",
        "הטבלה גדולה מדי. יש למחוק את מה שנמצא הרחק מן הנתונים, או לפצל את הקובץ.",
    ),
    "zip_bomb": (
        "The file unpacks to far more than a spreadsheet does and was not opened. Export it again.",
        "הקובץ נפתח לנפח חריג ולכן לא נפתח. יש לייצא אותו שוב.",
    ),
    "xml_entities": (
        "The workbook declares XML entities, which no spreadsheet programme does. Export it again from the source.",
        "בחוברת מוגדרות ישויות XML, שאף תוכנת גיליונות אינה כותבת. יש לייצא אותה שוב מן המקור.",
    ),
    "damaged": (
        "The file is damaged or was not copied to its end. Copy or export it again.",
        "הקובץ פגום או לא הועתק עד סופו. יש להעתיק או לייצא אותו שוב.",
    ),
}


def refused(code: str, en: str = "", he: str = "") -> RejectFile:
    """The error for a code, with an optional particular said before the general remedy."""
    english, hebrew = _REASONS[code]
    if en:
        english, hebrew = f"{en} {english}", f"{he} {hebrew}"
    return RejectFile(f"{english} / {hebrew}", code=code)
