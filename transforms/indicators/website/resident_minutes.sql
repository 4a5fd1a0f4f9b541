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
definition: >-
  Engaged time in the month of visitors located in the authority's area, in minutes, divided by the platform's own monthly count of those
  visitors. Only sites for which both are known take part.
outcome: 1
aspect: reach
method: measured
unit: minutes
grain: [authority, month, space]
assets: [website]
inputs: {coverage: [0, 0], visit: [0, 0]}
caveats: [estimated, thresholded, sampled, other_row, truncated, partial_period]
owner: website editor
since: "2026-11"
revision: 1
*/
with spoken as (
    select distinct authority, month
    from coverage
    where fact = 'visit' and asset = 'website'
),
sites as (
    select
        authority, month, space,
        max(case when period = 'month' and place = 'resident' and event_kind = '' then users end) as users,
        coalesce(
            max(case when period = 'month' and place = 'resident' and event_kind = '' then engaged_seconds end),
            sum(case when period = 'day' and place = 'resident' and event_kind = '' then engaged_seconds end)
        ) as seconds,
        max(case when place = 'resident' and quality like '%thresholded%' then 1 else 0 end) as is_thresholded,
        max(case when place = 'resident' and quality like '%sampled%' then 1 else 0 end) as is_sampled,
        max(case when place = 'resident' and quality like '%other_row%' then 1 else 0 end) as is_other_row,
        max(case when place = 'resident' and quality like '%estimated%' then 1 else 0 end) as is_estimated
    from visit
    where asset = 'website'
    group by authority, month, space
),
measured as (
    select authority, month, space, users, seconds, is_thresholded, is_sampled, is_other_row, is_estimated
    from sites
    where users is not null and seconds is not null
)
select
    m.authority,
    m.month,
    coalesce(s.space, '') as space,
    cast(sum(s.seconds) as double) / 60 / nullif(sum(s.users), 0) as value,
    cast(sum(s.seconds) as double) / 60 as numerator,
    sum(s.users) as denominator,
    sum(s.users) as n,
    concat(
        case when max(s.is_thresholded) = 1 then 'thresholded ' else '' end,
        case when max(s.is_sampled) = 1 then 'sampled ' else '' end,
        case when max(s.is_other_row) = 1 then 'other_row ' else '' end,
        case when max(s.is_estimated) = 1 or count(s.space) > 1 then 'estimated' else '' end
    ) as quality
from months m
join spoken c on c.authority = m.authority and c.month = m.month
join measured s on s.authority = m.authority and s.month = m.month
group by grouping sets ((m.authority, m.month, s.space), (m.authority, m.month))
