/*
title:
  he: תושבים הרשומים לניוזלטר
  ar: سكان مشتركون في النشرة البريدية
  en: Residents subscribed to the newsletter
question:
  he: לכמה כתובות הניוזלטר של הרשות יכול להגיע?
  ar: إلى كم عنوان يمكن أن تصل نشرة السلطة المحلية؟
  en: How many addresses can the newsletter reach?
advice:
  he: הוסיפו שורת הרשמה אחת לטופס שממלאים ממילא, כמו רישום לגן או לחוג, ושאלו במה תרצו להתעדכן.
  ar: أضيفوا سطر اشتراك واحدًا إلى استمارة يملؤها الناس أصلًا، مثل التسجيل للروضة أو للدورة، واسألوا عما يهمهم.
  en: Add one subscription line to a form people fill in anyway, such as kindergarten registration, and ask what they want to hear of.
definition: >-
  Subscribed addresses at the latest count of the month, lists added; an address on two lists counts twice, which is flagged estimated. A
  count the platform gave goes before one entered by hand. An address does not say where somebody lives: where a list asks for it, staff enter how many of
  its subscribers are of the town (`residents`, at the month's end, lists added). Services tell of openings and clicks by campaign and not by where people
  live, so that those stay of all addresses.
definition_he: "כתובות רשומות בספירה האחרונה של החודש, כל הרשימות יחד; כתובת שבשתי רשימות נספרת פעמיים, ולכן זה אומדן. ספירה של המערכת קודמת להזנה. כתובת אינה אומרת היכן אדם גר: היכן ששואלים, הצוות מזין כמה הם תושבי היישוב."
definition_ar: "عناوين مشتركة في آخر عدّ خلال الشهر، القوائم معًا؛ عنوان في قائمتين يُحتسب مرتين، ولذلك فالرقم تقدير. عدّ النظام يسبق الإدخال. العنوان لا يدل على مكان السكن: حيث يُسأل عنه يُدخل الطاقم كم منهم من سكان البلدة."
outcome: 1
aspect: reach
method: mixed
unit: count
unit_words: {he: "תושבים רשומים", ar: "سكان مشتركون", en: "residents subscribed"}
grain: [authority, month, space]
assets: [newsletter]
needs: {"": [membership], residents: []}
sum_of: spaces
inputs: {coverage: [0, 0], membership: [-3, 0], report: [0, 0], space: [0, 0]}
parts:
  residents:
    unit: count
    title: {he: מהם תושבי היישוב, ar: منهم من سكان البلدة, en: Of them residents of the town}
caveats: [estimated, entered_by_hand, partial_period]
owner: spokesperson
since: "2026-11"
revision: 2
*/
select authority, month, space, '' as part, members as value, members as n, quality, day as as_of, method
from member_count
where asset = 'newsletter'
union all
select authority, month, '', 'residents', cast(sum(amount) as double), cast(sum(amount) as double), '', max(last_day), 'entered'
from entered
where indicator = 'newsletter.subscribers' and part = 'residents'
group by authority, month
