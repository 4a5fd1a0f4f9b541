/*
title:
  he: הגיעו לפעילויות הרשות בעקבות האתר והניוזלטר
  ar: حضروا أنشطة السلطة المحلية عبر الموقع والنشرة
  en: Came to municipal activities through site or newsletter
question:
  he: כמה אנשים הגיעו לפעילויות הרשות בזכות האתר או הניוזלטר, כשכל אחד נספר פעם אחת?
  ar: كم شخصاً حضر أنشطة السلطة المحلية بفضل الموقع أو النشرة، مع عدّ كل واحد مرة واحدة؟
  en: How many came to municipal activities thanks to site or newsletter, each counted once?
advice:
  he: השוו לכמות שנרשמה. אם רבים נרשמו ומעטים באו, תזכורת אישית ביום הפעילות עוזרת יותר מעוד פרסום.
  ar: قارنوا بعدد المسجّلين. إذا سجّل كثيرون وحضر قليلون فتذكير شخصي يوم النشاط أنفع من إعلان آخر.
  en: Compare with those who registered. If many registered and few came, a personal reminder on the day helps more than another notice.
definition: >-
  Attendances of residents in the month whose stated source is website or newsletter; an attendance states one source, so it counts once. Measured
  in months in which at least one attendance states a source; else the number staff entered, which otherwise stays apart.
outcome: 1
aspect: response
method: mixed
unit: count
grain: [authority, month]
assets: [website, newsletter]
inputs: {attendance: [0, 0], coverage: [0, 0], report: [0, 0]}
parts:
  entered:
    unit: count
    title: {he: דיווח הצוות, ar: إدخال الطاقم, en: Entered by staff}
caveats: [entered_by_hand, by_name, partial_period]
owner: community worker
since: "2026-11"
revision: 1
*/
with by_hand as (
    select authority, month, last_day, sum(amount) as people, count(subject) as entries
    from entered
    where indicator = 'newsletter.site_and_mail_arrivals'
    group by authority, month, last_day
)
select
    authority, month, '' as part, coalesce(a.via_either, e.people) as value, coalesce(a.via_either, e.people) as n,
    case when a.month is null then 'entered_by_hand' else concat_ws(' ', a.by_name, a.partial_period) end as quality,
    coalesce(a.last_day, e.last_day) as as_of
from arrivals a
full join by_hand e using (authority, month)
union all
select authority, month, 'entered', people, people, 'entered_by_hand', last_day
from by_hand
where entries > 0
