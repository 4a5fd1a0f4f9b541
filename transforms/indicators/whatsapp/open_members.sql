/*
title:
  he: תושבים בקבוצות פתוחות
  ar: سكان في مجموعات مفتوحة
  en: Residents in open groups
question:
  he: כמה תושבים נמצאים בקבוצות שבהן כולם יכולים לכתוב?
  ar: كم من السكان في مجموعات يستطيع الجميع الكتابة فيها؟
  en: How many residents are in groups where everybody can write?
advice:
  he: קבלו כל מצטרף חדש במשפט אישי ובשאלה אחת, מאיפה אתם ומה הייתם רוצים כאן.
  ar: استقبلوا كل منضم جديد بجملة شخصية وسؤال واحد، من أي حي أنتم وماذا تودون هنا.
  en: Greet each newcomer with a personal line and one question, where are you from and what would you like here.
definition: >-
  Members at the latest count of the month, added over the authority's WhatsApp groups in which all may write; a group nobody registered counts
  as one. Counts do not tell people apart, so a person in two groups counts twice and the sum is flagged estimated. A measured count goes
  before one entered by hand. A group without a count this month keeps its last one of the three months before, flagged stale. A figure
  entered without a group counts only when no group has one. Neighbourhood, age and topic are those declared for the group.
outcome: 1
aspect: reach
method: mixed
unit: count
grain: [authority, month, space]
assets: [whatsapp]
inputs: {membership: [-3, 0], report: [0, 0], space: [0, 0]}
caveats: [estimated, stale, entered_by_hand, partial_period]
owner: community worker
since: "2026-11"
revision: 1
*/
with candidates as (
    select
        m.authority, m.month, b.space, b.members, b.day, b.basis,
        case when b.month = m.month then 0 else 1 end as is_carried,
        case when b.basis = 'entered' then 1 else 0 end as by_hand
    from months m
    join membership b
        on b.authority = m.authority and b.day <= m.last_day and b.day >= m.first_day - interval '3' month
    where b.asset = 'whatsapp' and b.members is not null
    union all
    select m.authority, m.month, r.space, sum(cast(r.amount as bigint)), m.last_day, 'report', 0, 2
    from months m
    join report r on r.authority = m.authority and r.month = m.month
    where r.indicator = 'whatsapp.open_members' and r.space <> ''
    group by m.authority, m.month, m.last_day, r.space
),
ranked as (
    select
        c.authority, c.month, c.space, c.members, c.day, c.is_carried, c.by_hand,
        row_number() over (
            partition by c.authority, c.month, c.space
            order by c.is_carried, c.by_hand, c.day desc, c.basis
        ) as place
    from candidates c
    join months m on m.authority = c.authority and m.month = c.month
    left join space s on s.authority = c.authority and s.space = c.space
    -- What staff entered for a place under this indicator is taken at their word.
    where (c.by_hand = 2 or (coalesce(s.kind, 'open') in ('open', 'group') and coalesce(s.operated_by, 'authority') = 'authority'))
        and (c.is_carried = 0 or s.to_day is null or s.to_day > m.last_day)
),
current_months as (
    select distinct authority, month
    from ranked
    where is_carried = 0
),
figures as (
    select r.authority, r.month, r.space, r.members, r.day, r.is_carried, r.by_hand
    from ranked r
    join current_months k on k.authority = r.authority and k.month = r.month
    where r.place = 1
    union all
    select m.authority, m.month, '', sum(cast(r.amount as bigint)), m.last_day, 0, 2
    from months m
    join report r on r.authority = m.authority and r.month = m.month
    left join current_months k on k.authority = m.authority and k.month = m.month
    where r.indicator = 'whatsapp.open_members' and r.space = '' and k.month is null
    group by m.authority, m.month, m.last_day
)
select
    authority,
    month,
    coalesce(space, '') as space,
    cast(sum(members) as double) as value,
    sum(members) as n,
    concat(
        case when max(by_hand) > 0 then 'entered_by_hand ' else '' end,
        case when max(is_carried) = 1 then 'stale ' else '' end,
        case when count(*) > 1 then 'estimated' else '' end
    ) as quality,
    max(day) as as_of
from figures
group by grouping sets ((authority, month, space), (authority, month))
having grouping(space) = 1 or space <> ''
