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
definition: >-
  Sessions of visitors located in the authority's area in the month; the platform's monthly figure where it gives one, else the sum of its
  days. Sites are added.
outcome: 1
aspect: reach
method: measured
unit: count
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
        coalesce(
            max(case when period = 'month' and place = 'resident' and event_kind = '' then sessions end),
            sum(case when period = 'day' and place = 'resident' and event_kind = '' then sessions end)
        ) as sessions,
        max(case when place = 'resident' and quality like '%thresholded%' then 1 else 0 end) as is_thresholded,
        max(case when place = 'resident' and quality like '%sampled%' then 1 else 0 end) as is_sampled,
        max(case when place = 'resident' and quality like '%other_row%' then 1 else 0 end) as is_other_row,
        max(case when place = 'resident' and quality like '%estimated%' then 1 else 0 end) as is_estimated
    from visit
    where asset = 'website'
    group by authority, month, space
)
select
    m.authority,
    m.month,
    coalesce(s.space, '') as space,
    case when count(s.space) = 0 then 0 else sum(s.sessions) end as value,
    case when count(s.space) = 0 then 0 else sum(s.sessions) end as n,
    concat(
        case when max(s.is_thresholded) = 1 then 'thresholded ' else '' end,
        case when max(s.is_sampled) = 1 then 'sampled ' else '' end,
        case when max(s.is_other_row) = 1 then 'other_row ' else '' end,
        case when max(s.is_estimated) = 1 then 'estimated' else '' end
    ) as quality
from months m
join spoken c on c.authority = m.authority and c.month = m.month
left join sites s on s.authority = m.authority and s.month = m.month
group by grouping sets ((m.authority, m.month, s.space), (m.authority, m.month))
having (grouping(s.space) = 1 or s.space <> '') and (count(s.space) = 0 or count(s.sessions) > 0)
