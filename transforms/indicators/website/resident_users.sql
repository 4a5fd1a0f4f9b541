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
  ar: اختاروا الصفحة الأكثر قراءة هذا الشهر واطرحوا فيها على السكان سؤالاً واحداً. من وصل إليكم قريب من الحوار.
  en: Take the page most read this month and put one question to residents on it. Whoever has already come is close to talking.
definition: >-
  Distinct visitors located in the authority's area, as the platform itself counted them over the calendar month; daily people are
  never added up. Several sites are added and flagged estimated, since a person on two of them counts twice.
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
        max(case when period = 'month' and place = 'resident' and event_kind = '' then users end) as users,
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
    case when count(s.space) = 0 then 0 else sum(s.users) end as value,
    case when count(s.space) = 0 then 0 else sum(s.users) end as n,
    concat(
        case when max(s.is_thresholded) = 1 then 'thresholded ' else '' end,
        case when max(s.is_sampled) = 1 then 'sampled ' else '' end,
        case when max(s.is_other_row) = 1 then 'other_row ' else '' end,
        case when max(s.is_estimated) = 1 or count(s.users) > 1 then 'estimated' else '' end
    ) as quality
from months m
join spoken c on c.authority = m.authority and c.month = m.month
left join sites s on s.authority = m.authority and s.month = m.month
group by grouping sets ((m.authority, m.month, s.space), (m.authority, m.month))
-- Use without a monthly count of residents is not a zero: such a month stays missing.
having (grouping(s.space) = 1 or s.space <> '') and (count(s.space) = 0 or count(s.users) > 0)
