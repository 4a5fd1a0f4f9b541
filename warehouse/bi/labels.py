"""Names of the columns of all views for BI, in three languages of at most 31 letters, and what each holds."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Label:
    """What a column is called, and what it holds, in English."""

    he: str
    ar: str
    en: str
    about: str = ""

    def __getitem__(self, language: str) -> str:
        return str(getattr(self, language))


LABELS: dict[str, Label] = {
    # who, when, what
    "authority": Label("קוד הרשות", "رمز السلطة المحلية", "Authority code",
                       "Code of the authority, with leading zeros; key"),
    "authority_name": Label("רשות", "السلطة المحلية", "Authority", "Name of the authority"),
    "month": Label("חודש", "الشهر", "Month", "Month as text, YYYY-MM; key"),
    "date": Label("היום הראשון בחודש", "أول يوم في الشهر", "First day of the month",
                  "A date: the axis of time"),
    "month_name": Label("שם החודש", "اسم الشهر", "Month name", "Month in words"),
    "indicator": Label("קוד המדד", "رمز المؤشر", "Indicator code", "Identifier, family.name; key"),
    "title": Label("מדד", "المؤشر", "Indicator", "Title of the indicator"),
    "measure": Label("של מה", "ما يقيسه الرقم", "Figure of", "Of what it is a figure; empty where the title says it"),
    "outcome": Label("תוצאה", "النتيجة", "Outcome", "Outcome 1 to 5 of the policy review"),
    "outcome_name": Label("שם התוצאה", "اسم النتيجة", "Outcome name", "Outcome in words"),
    "family": Label("קוד הנכס או התחום", "رمز الأصل أو المجال", "Asset or field code", "Asset, or field; key"),
    "family_name": Label("נכס או תחום", "الأصل أو المجال", "Asset or field", "Asset, or field, in words"),
    "owner": Label("קוד האחריות", "رمز المسؤولية", "Owner code", "Role that owns the number; key"),
    "owner_name": Label("אחריות", "المسؤولية", "Owner", "Role that owns the number, in words"),
    "lead": Label("מקום בין המרכזיים", "الترتيب بين الرئيسية", "Place among leads",
                  "Place among the indicators that lead in this town, 1 the first; 0 of one that does not"),
    "part": Label("קוד המרכיב", "رمز المكوّن", "Part code", "Code of the part; empty of the whole"),
    "part_title": Label("מרכיב", "المكوّن", "Part", "Title of the part"),
    "space": Label("קוד המרחב", "رمز المساحة", "Space code", "Code of the space; empty of all together"),
    "space_title": Label("מרחב", "المساحة", "Space", "Name of the space in the town's own words"),
    "cut": Label("קבוצת אוכלוסייה", "فئة سكانية", "Population group", "Code of the group of people: society=arab"),
    "cut_name": Label("שם הקבוצה", "اسم الفئة", "Group name", "The group of people in words"),
    # the figure
    "value": Label("ערך", "القيمة", "Value", "The figure; empty is never zero, `status` says what it is"),
    "unit": Label("יחידה", "الوحدة", "Unit", "Code of the unit; a share is 0 to 1"),
    "unit_name": Label("שם היחידה", "اسم الوحدة", "Unit name", "Unit in words"),
    "lo": Label("רווח סמך, מ", "مجال الثقة، من", "Interval from", "Lower end of the 95% interval of a sample"),
    "hi": Label("רווח סמך, עד", "مجال الثقة، حتى", "Interval to", "Upper end of the 95% interval of a sample"),
    "numerator": Label("מונה", "البسط", "Numerator", "Numerator of a ratio"),
    "denominator": Label("מכנה", "المقام", "Denominator", "Denominator of a ratio"),
    "n": Label("מספר נצפים", "عدد المشاهدات", "Observations", "People or events behind the figure"),
    "previous_value": Label("ערך לפני שנה", "القيمة قبل سنة", "Value a year before", "Same month a year before"),
    "change": Label("שינוי מלפני שנה", "التغيّر عن قبل سنة", "Change from a year before",
                    "Difference from the same month a year before; empty across a break of the series, and of a month "
                    "not heard to its end. Whether it is more than chance the verdict says"),
    "change_share": Label("שינוי מלפני שנה, כשיעור", "التغيّر عن قبل سنة، كنسبة", "Change as a share",
                          "The same difference as a share of what the value was, 0.1 is a tenth more"),
    # how far it may be relied on
    "status": Label("מצב", "الحالة", "Status", "Code: final, provisional, missing, suppressed, not_applicable"),
    "status_name": Label("מצב במילים", "الحالة بالكلمات", "Status name", "Status in words"),
    "quality": Label("הערות איכות", "ملاحظات الجودة", "Quality notes", "Codes of the flags, separated by blanks"),
    "quality_name": Label("הערות איכות במילים", "ملاحظات الجودة بالكلمات", "Quality in words", "The flags in words"),
    "reason": Label("סיבה", "السبب", "Reason", "Why there is no figure: a code and its subject, code:subject"),
    "reason_name": Label("סיבה במילים", "السبب بالكلمات", "Reason in words", "Why there is no figure, in words"),
    "month_state": Label("מצב החודש", "حالة الشهر", "Month state", "Code: open, provisional, closed or restated"),
    "month_state_name": Label("מצב החודש במילים", "حالة الشهر بالكلمات", "Month state name", "The same in words"),
    "has_holiday": Label("חודש של חג", "شهر فيه عيد", "Holiday month", "Whether a holiday of the town lies in it"),
    "has_emergency": Label("חודש חירום", "شهر طوارئ", "Emergency month", "Whether an emergency touches it"),
    "as_of": Label("נכון ליום", "صحيح حتى", "As of", "Last day the inputs speak of; of a survey, when it closed"),
    # is it really rising
    "verdict": Label("מסקנה", "الاستنتاج", "Conclusion", "Code of the verdict: real_rise, real_fall, no_signal, ..."),
    "verdict_name": Label("מסקנה במילים", "الاستنتاج بالكلمات", "Conclusion in words", "The verdict in words"),
    "sentence": Label("למה", "لماذا", "Why", "Why the verdict is what it is, in a sentence with its numbers"),
    "complete_month": Label("החודש שנבחן", "الشهر الذي فُحص", "Month examined", "The last complete month, YYYY-MM"),
    "effect": Label("שינוי משנה לשנה", "التغيّر من سنة إلى سنة", "Change over a year",
                    "Latest year against the one before it, of surveys the last two, as a share"),
    "lower": Label("הטווח הרגיל, מ", "النطاق المعتاد، من", "Usual range from", "Lower end of the usual range"),
    "upper": Label("הטווח הרגיל, עד", "النطاق المعتاد، حتى", "Usual range to", "Upper end of the usual range"),
    "target": Label("ערך היעד", "القيمة المستهدفة", "Target", "What the figure is to reach, as staff set it"),
    "better": Label("כיוון רצוי, קוד", "رمز الاتجاه المرغوب", "Good direction code", "higher or lower"),
    "better_name": Label("כיוון רצוי", "الاتجاه المرغوب", "Good direction", "The direction that is good, in words"),
    # what it means
    "question": Label("השאלה", "السؤال", "Question", "The question the indicator answers"),
    "advice": Label("מה עושים עם זה", "ماذا نفعل بذلك", "What to do with it", "What to do with the number"),
    "definition": Label("הגדרה", "التعريف", "Definition", "How it is calculated, in the language of the view"),
    "definition_version": Label("גרסת ההגדרה", "نسخة التعريف", "Version of the definition", "Its revision"),
    "aspect": Label("היבט", "الجانب", "Aspect", "Aspect it speaks of"),
    "method": Label("שיטה", "الطريقة", "Method", "measured, surveyed, reported or mixed"),
    "headline": Label("המרכיב המייצג", "المكوّن الممثِّل", "Speaking part", "The part that speaks for the indicator"),
    "since": Label("בתוקף מחודש", "سارٍ منذ شهر", "In force since", "Month from which it holds, YYYY-MM"),
    # as published
    "revision": Label("מהדורה", "الإصدار", "Revision", "Number of the publication"),
    "closed_at": Label("מועד הסגירה", "وقت الإغلاق", "Closed at", "When the month was closed, UTC"),
    # dimensions
    "last_day": Label("היום האחרון בחודש", "آخر يوم في الشهر", "Last day of the month", "A date"),
    "year": Label("שנה", "السنة", "Year", "Year"),
    "quarter": Label("רבעון", "الربع", "Quarter", "Quarter of the year, 1 to 4"),
    "month_of_year": Label("מספר החודש בשנה", "رقم الشهر في السنة", "Month of the year", "1 January to 12 December"),
    "number": Label("מספר החודש", "رقم الشهر المتسلسل", "Month number", "Months counted on: differences are months"),
    "year_before": Label("החודש לפני שנה", "الشهر قبل سنة", "Month a year before", "The same month a year before"),
    "feast_share": Label("חלק ימי החג", "حصة أيام الأعياد", "Share of feasts", "Share in Tishrei and Pesach, 0 to 1"),
    "ramadan_share": Label("חלק ימי רמדאן", "حصة أيام رمضان", "Share of Ramadan", "Share of days in Ramadan, 0 to 1"),
    "kind": Label("סוג", "النوع", "Kind", "What kind of thing it is"),
    "code": Label("קוד", "الرمز", "Code", "Code, as it stands in the other columns"),
    "name_he": Label("שם בעברית", "الاسم بالعبرية", "Name in Hebrew", "Name, Hebrew"),
    "name_ar": Label("שם בערבית", "الاسم بالعربية", "Name in Arabic", "Name, Arabic"),
    "name_en": Label("שם באנגלית", "الاسم بالإنجليزية", "Name in English", "Name, English"),
    "district_he": Label("מחוז", "اللواء", "District", "District, Hebrew"),
    "district_en": Label("מחוז באנגלית", "اللواء بالإنجليزية", "District in English", "District, English"),
    "ses_cluster": Label("אשכול חברתי־כלכלי", "العنقود الاجتماعي", "Socio-economic cluster", "1 to 10"),
    "periphery_cluster": Label("אשכול פריפריאליות", "عنقود المحيطية", "Peripherality cluster", "1 to 10"),
    "asset": Label("נכס", "الأصل الرقمي", "Asset", "Digital asset it belongs to; the family of that name"),
    "operated_by": Label("מי מפעיל", "من يدير", "Who runs it", "authority or residents"),
    "language": Label("שפה", "اللغة", "Language", "Main language"),
    "society": Label("חברה", "المجتمع", "Society", "Society it is declared for"),
    "neighbourhood": Label("שכונה", "الحي", "Neighbourhood", "Neighbourhood it serves"),
    "relevant_population": Label("אוכלוסייה רלוונטית", "السكان المعنيون", "Relevant population", "Whom it could reach"),
    "source": Label("מקור", "المصدر", "Source", "Code of the source; key"),
    "account": Label("חשבון", "الحساب", "Account", "The town's own name of the account"),
    "last_month": Label("חודש אחרון", "الشهر الأخير", "Last month", "Last month there is anything of, YYYY-MM"),
    "last_well_at": Label("קריאה טובה אחרונה", "آخر قراءة جيدة", "Last read well", "When it was last read well, UTC"),
    "last_tried_at": Label("נוסה לאחרונה", "آخر محاولة", "Last tried", "When it was last tried, UTC"),
    "relation": Label("טבלה או תצוגה", "جدول أو عرض", "Table or view", "Table or view"),
    "column_name": Label("עמודה", "العمود", "Column", "Column, by the name it has there"),
    "place": Label("מקום", "الترتيب", "Place", "Place among the columns"),
    "description": Label("תיאור", "الوصف", "Description", "What it holds, English"),
    "relation_description": Label("תיאור הטבלה", "وصف الجدول", "Table described", "What the table holds, English"),
    "programme": Label("תוכנית", "البرنامج", "Programme", "Programme, as staff call it"),
    "goal": Label("יעד", "الهدف", "Goal", "Goal, as staff call it"),
    "until": Label("עד תאריך", "حتى تاريخ", "Until day", "Day by which, YYYY-MM-DD; empty where none is set"),
}  # fmt: skip

OF_VALUES = {name: LABELS[name] for name in (
    "authority", "authority_name", "month", "indicator", "title", "outcome", "part_title", "space_title", "value",
    "unit", "numerator", "denominator", "n", "status", "quality", "reason", "verdict", "as_of", "effect", "lower",
    "upper", "date", "part", "space", "outcome_name", "family_name", "unit_name", "lo", "hi", "status_name",
    "quality_name", "reason_name", "verdict_name",
)}  # fmt: skip
"""Of the views of values, in this order; a new one comes last, and none goes: what a town built on the views reads them
by place and name."""
GROUP = {"cut": LABELS["cut"]}
"""The column that views of groups of people have before the others, so that a new one comes last."""
PUBLISHED = {
    **{name: LABELS[name] for name in (
        "authority", "authority_name", "month", "indicator", "title", "outcome", "part_title", "space_title",
    )},
    "cut": Label("קוד קבוצת האוכלוסייה", "رمز الفئة السكانية", "Code of the group", LABELS["cut"].about),
    "revision": LABELS["revision"],
    "closed_at": LABELS["closed_at"],
    "value": Label("ערך כפי שפורסם", "القيمة كما نُشرت", "Value as published", "As published"),
    "unit": LABELS["unit"],
    "status": Label("מצב כפי שפורסם", "الحالة كما نُشرت", "Status as published", "As published"),
    "quality": Label("הערות איכות כפי שפורסמו", "ملاحظات الجودة كما نُشرت", "Quality notes as published", "Flags"),
    "definition_version": Label("הגדרה כפי שפורסמה", "التعريف كما نُشر", "Definition as published", "As published"),
    "known_value": Label("ערך כידוע כעת", "القيمة كما هي معروفة الآن", "Value as now known", "As now known"),
    "known_status": Label("מצב כידוע כעת", "الحالة كما هي معروفة الآن", "Status as now known", "As now known"),
    "known_definition": Label("הגדרה כידוע כעת", "التعريف كما هو معروف الآن", "Definition as now known", "Now"),
    "date": LABELS["date"],
    "part": LABELS["part"],
    "space": LABELS["space"],
    "status_name": LABELS["status_name"],
}  # fmt: skip
"""Of the views of what was published; in this order, as those above."""
OF_HEADLINES = (
    "date", "month", "month_name", "authority", "authority_name", "indicator", "title", "measure", "value", "unit",
    "unit_name", "lo", "hi", "n", "previous_value", "change", "change_share", "verdict", "verdict_name", "sentence",
    "status", "status_name", "quality", "quality_name", "reason", "reason_name", "lead", "better",
    "better_name", "target", "effect", "lower", "upper", "complete_month", "outcome", "outcome_name", "family",
    "family_name", "owner", "owner_name", "question", "definition", "advice", "numerator", "denominator", "cut", "part",
    "month_state", "month_state_name", "has_holiday", "has_emergency", "as_of", "definition_version",
)  # fmt: skip
"""Of the headline views; in this order, as those above."""
SPOKEN = frozenset({
    "month_name", "authority_name", "title", "measure", "unit_name", "verdict_name", "sentence", "status_name",
    "quality_name", "reason_name", "better_name", "outcome_name", "family_name", "owner_name", "question",
    "definition", "advice", "month_state_name",
})  # fmt: skip
"""Of these, those in a language; the headline view without a language has the others."""


def before(months: int) -> Label:
    """The name of the column with the figure of some months before."""
    hebrew = {1: "לפני חודש", 2: "לפני חודשיים", 12: "לפני שנה"}.get(months, f"לפני {months} חודשים")
    few = f"قبل {months} أشهر" if months <= 10 else f"قبل {months} شهرًا"
    arabic = {1: "قبل شهر", 2: "قبل شهرين", 12: "قبل سنة"}.get(months, few)
    english = {1: "1 month before", 12: "A year before"}.get(months, f"{months} months before")
    return Label(hebrew, arabic, english, f"Figure of {months} months before")
