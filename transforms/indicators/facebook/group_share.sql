/*
title:
  he: שיעור התושבים בקבוצת העירייה
  ar: نسبة السكان في مجموعات البلدية
  en: Residents in municipal groups, of the relevant residents
question:
  he: איזה חלק מהתושבים שהקבוצה נועדה להם נמצאים בה?
  ar: أي نسبة من السكان الذين أُنشئت المجموعة لأجلهم موجودون فيها؟
  en: What share of the residents a group is meant for are in it?
advice:
  he: קבוצה קטנה ביחס לשכונה צומחת דרך אנשים. בקשו משלושה חברים פעילים להזמין כל אחד שני שכנים.
  ar: مجموعة صغيرة نسبة إلى الحي تنمو عبر الناس. اطلبوا من ثلاثة أعضاء نشطين أن يدعو كل منهم جارين.
  en: A group small for its neighbourhood grows through people. Ask three active members to invite two neighbours each.
definition: >-
  Members of the authority's groups at the latest count of the month / the group's relevant population, or all residents where none is
  declared; in total the ratio of the two sums. A measured count goes before one entered by hand. A group without a count this month keeps its
  last one of the three months before, flagged stale, so that a late export is not a fall. A figure entered without a group counts, over
  all residents, only when no group has one.
outcome: 1
aspect: reach
method: mixed
unit: share
grain: [authority, month, space]
assets: [facebook]
inputs: {membership: [-3, 0], population: [0, 0], report: [0, 0], space: [0, 0]}
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
    where b.asset = 'facebook' and b.members is not null
    union all
    select m.authority, m.month, r.space, sum(cast(r.amount as bigint)), m.last_day, 'report', 0, 2
    from months m
    join report r on r.authority = m.authority and r.month = m.month
    where r.indicator = 'facebook.group_share' and r.space <> ''
    group by m.authority, m.month, m.last_day, r.space
),
ranked as (
    select
        c.authority, c.month, c.space, c.members, c.day, c.is_carried, c.by_hand,
        nullif(s.relevant_population, 0) as relevant_population,
        row_number() over (
            partition by c.authority, c.month, c.space
            order by c.is_carried, c.by_hand, c.day desc, c.basis
        ) as place
    from candidates c
    join months m on m.authority = c.authority and m.month = c.month
    left join space s on s.authority = c.authority and s.space = c.space
    -- What staff entered for a place under this indicator is taken at their word.
    where (c.by_hand = 2 or (coalesce(s.kind, 'group') = 'group' and coalesce(s.operated_by, 'authority') = 'authority'))
        and (c.is_carried = 0 or s.to_day is null or s.to_day > m.last_day)
),
current_months as (
    select distinct authority, month
    from ranked
    where is_carried = 0
),
figures as (
    select
        r.authority, r.month, r.space, r.members, r.day, r.is_carried, r.by_hand,
        coalesce(r.relevant_population, p.residents) as relevant,
        case when r.relevant_population is null and p.quality = 'estimated' then 1 else 0 end as is_estimated
    from ranked r
    join current_months k on k.authority = r.authority and k.month = r.month
    left join population p on p.authority = r.authority and p.month = r.month
    where r.place = 1
    union all
    select
        m.authority, m.month, '', sum(cast(r.amount as bigint)), m.last_day, 0, 2, max(p.residents),
        max(case when p.quality = 'estimated' then 1 else 0 end)
    from months m
    join report r on r.authority = m.authority and r.month = m.month
    left join current_months k on k.authority = m.authority and k.month = m.month
    left join population p on p.authority = m.authority and p.month = m.month
    where r.indicator = 'facebook.group_share' and r.space = '' and k.month is null
    group by m.authority, m.month, m.last_day
)
select
    authority,
    month,
    coalesce(space, '') as space,
    cast(sum(case when relevant is not null then members end) as double) / nullif(sum(relevant), 0) as value,
    sum(case when relevant is not null then members end) as numerator,
    sum(relevant) as denominator,
    sum(case when relevant is not null then members end) as n,
    concat(
        case when max(by_hand) > 0 then 'entered_by_hand ' else '' end,
        case when max(is_carried) = 1 then 'stale ' else '' end,
        case when max(is_estimated) = 1 then 'estimated' else '' end
    ) as quality,
    max(day) as as_of
from figures
group by grouping sets ((authority, month, space), (authority, month))
having grouping(space) = 1 or space <> ''
