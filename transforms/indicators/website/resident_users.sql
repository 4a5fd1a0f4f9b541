/*
title:
  he: תושבים שגלשו באתר
  ar: سكان تصفّحوا الموقع
  en: Residents who used the website
question:
  he: כמה תושבים נכנסו החודש לאתר הרשות?
  ar: كم من السكان دخلوا هذا الشهر إلى موقع السلطة المحلية؟
  en: How many residents came to the website this month?
advice:
  he: בחרו את העמוד הנקרא ביותר החודש ושאלו בו את התושבים שאלה אחת. מי שכבר הגיע אליכם קרוב לשיחה.
  ar: اختاروا الصفحة الأكثر قراءة هذا الشهر واطرحوا فيها على السكان سؤالًا واحدًا. من وصل إليكم قريب من الحوار.
  en: Take the page most read this month and put one question to residents on it. Whoever has already come is close to talking.
when:
  real_rise: {he: "בדקו איזה עמוד הביא את החדשים, והוסיפו בו הזמנה אחת לשיחה או לקבוצה.", ar: "تحققوا أي صفحة جلبت الجدد، وأضيفوا فيها دعوة واحدة إلى حديث أو إلى مجموعة.", en: "See which page brought the newcomers, and add one invitation there to a talk or a group."}
  real_fall: {he: "בדקו מה ירד: חיפוש, ניוזלטר או קישורים מהקבוצות; החזירו השבוע קישור אחד למקום שממנו הגיעו הכי הרבה.", ar: "تحققوا مما تراجع: البحث أم النشرة أم الروابط من المجموعات، وأعيدوا هذا الأسبوع رابطًا واحدًا إلى المكان الذي جاء منه معظمهم.", en: "See what gave way: search, newsletter or links from groups; this week put one link back where most of them came from."}
  no_signal: {he: "בחרו את העמוד הנקרא ביותר החודש ושאלו בו את התושבים שאלה אחת; מי שכבר הגיע קרוב לשיחה.", ar: "اختاروا الصفحة الأكثر قراءة هذا الشهر واطرحوا فيها سؤالًا واحدًا؛ من وصل صار قريبًا من الحديث.", en: "Take the page most read this month and put one question to residents on it; whoever has come is close to talking."}
definition: >-
  Distinct visitors located in the authority's area, as the platform itself counted them over the calendar month; daily people are
  never added up. Several sites are added and flagged estimated, since a person on two of them counts twice.
definition_he: "מבקרים שונים מאזור הרשות, כפי שמערכת המדידה של האתר ספרה אותם לחודש שלם; מספרים של ימים אינם מחוברים. כשיש כמה אתרים הם מחוברים, והסכום הוא אומדן, כי מי שביקר בשניים נספר פעמיים."
definition_ar: "زوار مختلفون من منطقة السلطة المحلية كما عدّهم نظام قياس الموقع للشهر كله؛ لا تُجمع أرقام الأيام. إن كانت عدة مواقع تُجمع، والمجموع تقدير لأن من زار موقعين يُحتسب مرتين."
outcome: 1
aspect: reach
method: measured
unit: count
unit_words: {he: "תושבים בחודש", ar: "سكان في الشهر", en: "residents a month"}
grain: [authority, month, space]
assets: [website]
needs: {"": [visit.residents.people]}
spaces: {kinds: [site]}
inputs: {coverage: [0, 0], visit: [0, 0]}
caveats: [estimated, thresholded, sampled, other_row, truncated, partial_period]
owner: website editor
since: "2026-11"
revision: 2
*/
select
    c.authority, c.month, coalesce(s.space, '') as space,
    case when count(s.space) = 0 then 0 else sum(s.users) end as value,
    case when count(s.space) = 0 then 0 else sum(s.users) end as n,
    concat_ws(
        ' ', max(s.thresholded), max(s.sampled), max(s.other_row), max(s.estimated), flags('estimated', count(s.users) > 1)
    ) as quality
from covered c
left join site_use s on s.authority = c.authority and s.month = c.month
where c.fact = 'visit' and c.asset = 'website'
group by grouping sets ((c.authority, c.month, s.space), (c.authority, c.month))
-- Use without a monthly count of residents is not a zero: such a month stays missing.
having (grouping(s.space) = 1 or s.space <> '') and (count(s.space) = 0 or count(s.users) > 0)
