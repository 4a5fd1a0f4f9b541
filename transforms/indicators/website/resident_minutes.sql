/*
title:
  he: זמן שהייה ממוצע של תושב באתר
  ar: متوسط مدة بقاء الساكن في الموقع
  en: Time a resident spends on the site
question:
  he: כמה דקות בחודש מקדיש תושב שגולש באתר לקריאה ולשימוש בו?
  ar: كم دقيقة في الشهر يقضي الساكن الذي يتصفح الموقع في القراءة والاستخدام؟
  en: How many minutes a month does a resident who uses the site spend with it?
advice:
  he: זמן קצר בעמוד שירות הוא דווקא בשורה טובה. חפשו זמן קצר בעמודים שמספרים ומזמינים, ופתחו אותם במשפט אחד ברור.
  ar: الوقت القصير في صفحة خدمة هو خبر جيد. ابحثوا عن الوقت القصير في الصفحات التي تروي وتدعو، وافتتحوها بجملة واحدة واضحة.
  en: A short time on a service page is good news. Look for short times on pages that tell and invite, and open those with one clear sentence.
when:
  real_rise: {he: "בדקו אם קוראים יותר או מחפשים יותר: בעמודי שירות זמן ארוך הוא סימן שמשהו לא נמצא.", ar: "تحققوا إن كانوا يقرؤون أكثر أم يبحثون أكثر: في صفحات الخدمة الوقت الطويل علامة على أن شيئًا لا يُعثر عليه.", en: "See whether people read more or search more: on service pages a long time means that something is not found."}
definition: >-
  Engaged time in the month of visitors located in the authority's area, in minutes, divided by the platform's own monthly count of those
  visitors. Only sites for which both are known take part.
definition_he: "זמן השימוש בחודש של מבקרים מאזור הרשות, בדקות, חלקי מספרם החודשי. נכללים רק אתרים ששני הנתונים ידועים בהם."
definition_ar: "وقت الاستخدام في الشهر لزوار من منطقة السلطة المحلية بالدقائق، مقسومًا على عددهم الشهري. تُشمل فقط المواقع التي يُعرف فيها الرقمان."
outcome: 1
aspect: reach
method: measured
unit: minutes
unit_words: {he: "לתושב בחודש", ar: "للساكن في الشهر", en: "a resident a month"}
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
    cast(sum(s.engaged_seconds) as double) / 60 / nullif(sum(s.users), 0) as value,
    cast(sum(s.engaged_seconds) as double) / 60 as numerator, sum(s.users) as denominator, sum(s.users) as n,
    concat_ws(
        ' ', max(s.thresholded), max(s.sampled), max(s.other_row), max(s.estimated), flags('estimated', count(*) > 1)
    ) as quality
from covered c
join site_use s on s.authority = c.authority and s.month = c.month
where c.fact = 'visit' and c.asset = 'website' and s.users is not null and s.engaged_seconds is not null
group by grouping sets ((c.authority, c.month, s.space), (c.authority, c.month))
