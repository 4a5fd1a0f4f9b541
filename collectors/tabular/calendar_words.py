"""Names of the months as files print them: English, Hebrew (also after ב), Arabic (both traditions)."""

_ENGLISH = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
_HEBREW = ["ינואר", "פברואר", "מרץ", "אפריל", "מאי", "יוני", "יולי", "אוגוסט", "ספטמבר", "אוקטובר", "נובמבר", "דצמבר"]
_ARABIC = [
    "يناير",
    "فبراير",
    "مارس",
    "أبريل",
    "مايو",
    "يونيو",
    "يوليو",
    "أغسطس",
    "سبتمبر",
    "أكتوبر",
    "نوفمبر",
    "ديسمبر",
]
_LEVANTINE = (
    "كانون الثاني", "شباط", "آذار", "نيسان", "أيار", "حزيران",
    "تموز", "آب", "أيلول", "تشرين الأول", "تشرين الثاني", "كانون الأول",
)  # fmt: skip


def _words() -> dict[str, int]:
    found: dict[str, int] = {"sept": 9, "מרס": 3, "במרס": 3}
    for number in range(1, 13):
        english, hebrew = _ENGLISH[number - 1], _HEBREW[number - 1]
        for word in (
            english,
            english[:3],
            hebrew,
            hebrew[:3],
            f"ב{hebrew}",
            f"ב{hebrew[:3]}",
            hebrew[:4],
            f"ב{hebrew[:4]}",
        ):
            found.setdefault(word, number)
        found[_ARABIC[number - 1]] = number
        found[_LEVANTINE[number - 1]] = number
    # Three letters do not tell June from July in Hebrew.
    for word in ("יונ", "יול", "ביונ", "ביול"):
        found.pop(word, None)
    return found


MONTH_OF_WORD = _words()
