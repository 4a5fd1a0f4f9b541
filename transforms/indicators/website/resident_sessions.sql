/*
title:
  he: כניסות של תושבי הרשות
  ar: زيارات سكان السلطة المحلية
  en: Visits by residents
question:
  he: כמה פעמים נכנסו תושבים לאתר החודש?
  ar: كم مرة دخل السكان إلى الموقع هذا الشهر؟
  en: How many times did residents come to the site this month?
advice:
  he: אם הכניסות עולות ומספר הגולשים לא, אותם תושבים חוזרים. בדקו לאן הם חוזרים ושימו שם את ההזמנה הבאה.
  ar: إذا ارتفعت الزيارات ولم يرتفع عدد الزائرين فالسكان أنفسهم يعودون. افحصوا إلى أين يعودون وضعوا هناك الدعوة القادمة.
  en: If visits rise and visitors do not, the same residents are coming back. See where they return to and put the next invitation there.
when:
  real_rise: {he: "בדקו אם באו תושבים חדשים או שאותם תושבים חוזרים, ושימו את ההזמנה הבאה במקום שאליו הם חוזרים.", ar: "تحققوا إن كان القادمون جددًا أم السكان أنفسهم يعودون، وضعوا الدعوة القادمة حيث يعودون.", en: "See whether new residents came or the same ones come back, and put the next invitation where they return to."}
  real_fall: {he: "בדקו איזה שירות או תוכן הפסיק להחזיר אנשים, ועדכנו אותו ראשון.", ar: "تحققوا أي خدمة أو محتوى لم يعد يُرجع الناس، وحدّثوه أولًا.", en: "Find which service or content no longer brings people back, and bring it up to date first."}
definition: >-
  Sessions of visitors located in the authority's area in the month; the platform's monthly figure where it gives one, else the sum of its
  days. Sites are added.
definition_he: "כניסות לאתר של מבקרים מאזור הרשות בחודש: המספר החודשי של מערכת המדידה, ואם אינו קיים סכום הימים. אתרים מחוברים."
definition_ar: "زيارات الموقع من منطقة السلطة المحلية في الشهر: الرقم الشهري لنظام القياس، وإلا فمجموع الأيام. المواقع تُجمع."
outcome: 1
aspect: reach
method: measured
unit: count
unit_words: {he: "כניסות בחודש", ar: "زيارات في الشهر", en: "visits a month"}
grain: [authority, month, space]
assets: [website]
needs: {"": [visit.residents]}
spaces: {kinds: [site]}
inputs: {coverage: [0, 0], visit: [0, 0]}
caveats: [estimated, thresholded, sampled, other_row, truncated, partial_period]
owner: website editor
since: "2026-11"
revision: 2
*/
select
    c.authority, c.month, coalesce(s.space, '') as space,
    case when count(s.space) = 0 then 0 else sum(s.sessions) end as value,
    case when count(s.space) = 0 then 0 else sum(s.sessions) end as n,
    concat_ws(' ', max(s.thresholded), max(s.sampled), max(s.other_row), max(s.estimated)) as quality
from covered c
left join site_use s on s.authority = c.authority and s.month = c.month
where c.fact = 'visit' and c.asset = 'website'
group by grouping sets ((c.authority, c.month, s.space), (c.authority, c.month))
having (grouping(s.space) = 1 or s.space <> '') and (count(s.space) = 0 or count(s.sessions) > 0)
