/*
title:
  he: תקשורת גורמי הרשות בקבוצות שמפעילים תושבים
  ar: تواصل موظفي السلطة المحلية في مجموعات يديرها السكان
  en: Staff messages in groups run by residents
question:
  he: האם הרשות נוכחת בשיח שהתושבים מנהלים במקומות שלהם?
  ar: هل السلطة المحلية حاضرة في الحوار الذي يديره السكان في أماكنهم؟
  en: Is the authority present in the talk residents hold in their own places?
advice:
  he: בקשו ממנהלי הקבוצה רשות, הציגו את עצמכם בשם ובתפקיד, וענו רק על מה ששאלו.
  ar: استأذنوا مديري المجموعة، وعرّفوا بأنفسكم بالاسم والوظيفة، وأجيبوا فقط عما سُئل.
  en: Ask the group's managers first, introduce yourself by name and role, and answer only what was asked.
definition: >-
  Messages of the authority's people in the month in Facebook places declared as run by residents; deleted messages and reactions are not
  counted. Places no source covers are completed by what staff entered for them; a figure entered without a place counts only when no such
  place is covered.
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
    join space s on s.authority = c.authority and s.space = c.space and s.operated_by = 'residents'
    where c.fact = 'message' and c.asset = 'facebook'
),
measured_months as (
    select distinct authority, month
    from places
),
spoken as (
    select authority, month, space, message
    from message
    where asset = 'facebook' and author_role = 'authority' and kind not in ('deleted', 'reaction')
),
figures as (
    select p.authority, p.month, p.space, cast(count(g.message) as decimal(18, 2)) as amount, 0 as by_hand
    from places p
    left join spoken g on g.authority = p.authority and g.month = p.month and g.space = p.space
    group by p.authority, p.month, p.space
    union all
    select r.authority, r.month, r.space, sum(cast(r.amount as decimal(18, 2))), 1
    from report r
    left join places p on p.authority = r.authority and p.month = r.month and p.space = r.space
    left join measured_months k on k.authority = r.authority and k.month = r.month
    where r.indicator = 'facebook.staff_in_resident_groups' and p.space is null and (r.space <> '' or k.month is null)
    group by r.authority, r.month, r.space
    union all
    select c.authority, c.month, '', 0, 1
    from coverage c
    left join measured_months k on k.authority = c.authority and k.month = c.month
    where c.fact = 'report:facebook.staff_in_resident_groups' and c.is_full and k.month is null
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
