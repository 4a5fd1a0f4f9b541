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
with figures as (
    select
        k.authority, k.month, k.space, k.members, k.day, k.by_hand, k.stale,
        coalesce(nullif(s.relevant_population, 0), p.residents) as relevant,
        flags('estimated', nullif(s.relevant_population, 0) is null and p.quality = 'estimated') as estimated
    from known_members k
    left join space s on s.authority = k.authority and s.space = k.space
    left join population p on p.authority = k.authority and p.month = k.month
    where k.indicator = 'facebook.group_share'
)
select
    authority, month, coalesce(space, '') as space,
    cast(sum(case when relevant is not null then members end) as double) / nullif(sum(relevant), 0) as value,
    sum(case when relevant is not null then members end) as numerator, sum(relevant) as denominator,
    sum(case when relevant is not null then members end) as n,
    concat_ws(' ', max(by_hand), max(stale), max(estimated)) as quality, max(day) as as_of
from figures
group by grouping sets ((authority, month, space), (authority, month))
having grouping(space) = 1 or space <> ''
