/*
title:
  he: פוסטים של תושבים בקבוצה
  ar: منشورات السكان في المجموعات
  en: Posts by residents in groups
question:
  he: האם תושבים פותחים בעצמם נושאים בקבוצות של הרשות?
  ar: هل يفتح السكان بأنفسهم مواضيع في مجموعات السلطة المحلية؟
  en: Do residents open topics themselves in the authority's groups?
advice:
  he: אם רק הרשות כותבת, הציעו לשני תושבים לנהל יום קבוע, המלצות ביום שני או שאלות ביום רביעי.
  ar: إذا كانت السلطة وحدها تكتب فاقترحوا على اثنين من السكان إدارة يوم ثابت، توصيات يوم الإثنين أو أسئلة يوم الأربعاء.
  en: If only the authority writes, offer two residents a day of their own, such as recommendations on Monday or questions on Wednesday.
definition: >-
  Posts that start a conversation, written by residents in the month in Facebook groups the authority runs; deleted posts are not counted. Groups
  no source covers are completed by what staff entered for them; a figure entered without a group counts only when no group is covered.
outcome: 1
aspect: resident_authority
method: mixed
unit: count
grain: [authority, month, space]
assets: [facebook]
inputs: {coverage: [0, 0], message: [0, 0], report: [0, 0], space: [0, 0]}
caveats: [entered_by_hand, partial_period]
owner: community worker
since: "2026-11"
revision: 1
*/
with places as (
    select distinct c.authority, c.month, c.space
    from coverage c
    join months m on m.authority = c.authority and m.month = c.month
    left join space s on s.authority = c.authority and s.space = c.space
    where c.fact = 'message' and c.asset = 'facebook' and c.space <> ''
        and coalesce(s.kind, 'group') = 'group' and coalesce(s.operated_by, 'authority') = 'authority'
),
measured_months as (
    select distinct authority, month
    from places
),
posts as (
    select authority, month, space, message
    from message
    where asset = 'facebook' and author_role = 'resident' and message = root and kind not in ('deleted', 'reaction')
),
figures as (
    select p.authority, p.month, p.space, cast(count(g.message) as decimal(18, 2)) as amount, 0 as by_hand
    from places p
    left join posts g on g.authority = p.authority and g.month = p.month and g.space = p.space
    group by p.authority, p.month, p.space
    union all
    select r.authority, r.month, r.space, sum(cast(r.amount as decimal(18, 2))), 1
    from report r
    left join places p on p.authority = r.authority and p.month = r.month and p.space = r.space
    left join measured_months k on k.authority = r.authority and k.month = r.month
    where r.indicator = 'facebook.resident_posts' and p.space is null and (r.space <> '' or k.month is null)
    group by r.authority, r.month, r.space
    union all
    select c.authority, c.month, '', 0, 1
    from coverage c
    left join measured_months k on k.authority = c.authority and k.month = c.month
    where c.fact = 'report:facebook.resident_posts' and c.is_full and k.month is null
)
select
    m.authority,
    m.month,
    coalesce(f.space, '') as space,
    cast(sum(f.amount) as double) as value,
    sum(f.amount) as n,
    case when max(f.by_hand) = 1 then 'entered_by_hand' else '' end as quality,
    case when max(f.by_hand) = 1 then max(m.last_day) end as as_of
from months m
join figures f on f.authority = m.authority and f.month = m.month
group by grouping sets ((m.authority, m.month, f.space), (m.authority, m.month))
having grouping(f.space) = 1 or f.space <> ''
