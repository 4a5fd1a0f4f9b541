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
with spoken as (
    select
        authority, month,
        max(case when fact = 'attendance' then 1 else 0 end) as has_attendance,
        max(case when fact = 'attendance' and quality like '%by_name%' then 1 else 0 end) as is_by_name,
        max(case when fact = 'attendance' and basis <> 'entered' and not is_full then 1 else 0 end) as is_partial,
        max(case when fact = 'report:newsletter.site_and_mail_arrivals' and is_full then 1 else 0 end) as is_complete
    from coverage
    group by authority, month
),
measured as (
    select
        authority, month,
        sum(case when heard_via in ('website', 'newsletter') and role = 'resident' then 1 else 0 end) as arrivals
    from attendance
    where heard_via is not null
    group by authority, month
),
entered as (
    select authority, month, sum(cast(amount as decimal(18, 2))) as amount
    from report
    where indicator = 'newsletter.site_and_mail_arrivals'
    group by authority, month
),
figures as (
    select
        m.authority, m.month, m.last_day, e.amount as entered, s.is_complete, s.is_by_name, s.is_partial,
        case when s.has_attendance = 1 then a.arrivals end as measured
    from months m
    join spoken s on s.authority = m.authority and s.month = m.month
    left join measured a on a.authority = m.authority and a.month = m.month
    left join entered e on e.authority = m.authority and e.month = m.month
)
select
    authority, month, '' as part,
    cast(coalesce(measured, entered, 0) as double) as value,
    coalesce(measured, entered, 0) as n,
    concat(
        case when measured is null then 'entered_by_hand ' else '' end,
        case when measured is not null and is_by_name = 1 then 'by_name ' else '' end,
        case when measured is not null and is_partial = 1 then 'partial_period' else '' end
    ) as quality,
    last_day as as_of
from figures
where measured is not null or entered is not null or is_complete = 1
union all
select authority, month, 'entered', cast(entered as double), entered, 'entered_by_hand', last_day
from figures
where entered is not null
