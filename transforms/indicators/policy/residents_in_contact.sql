/*
title:
  he: תושבים שהרשות בקשר שוטף עמם
  ar: سكان على تواصل منتظم مع السلطة المحلية
  en: Residents in regular contact online
question:
  he: עם כמה תושבים הרשות בקשר דיגיטלי שוטף?
  ar: مع كم من السكان تتواصل السلطة المحلية رقمياً بانتظام؟
  en: With how many residents is the authority in regular contact online?
advice:
  he: "אותו תושב נמצא לעיתים בשלושה מרחבים: דברו על ״לפחות כך וכך״, וחפשו את מי שאינם באף אחד מהם."
  ar: "قد يكون الساكن نفسه في ثلاث مساحات: قولوا «على الأقل كذا»، وابحثوا عمن ليسوا في أي منها."
  en: "The same resident may be in three spaces: say “at least so many”, and look for those who are in none."
definition: "Lower bound: the largest single audience (members or followers at month end) of a space the authority runs. Parts: the upper bound is the sum of those audiences; matched is the number of distinct known residents who wrote or reacted in spaces it runs, one person counted once over assets. Members of other places are not told apart."
outcome: 2
aspect: policy
method: measured
unit: count
grain: [authority, month]
inputs: {coverage: [0, 0], membership: [0, 0], message: [0, 0], space: [0, 0]}
parts:
  upper_bound:
    unit: count
    title: {he: "לכל היותר: סכום הקהלים", ar: "على الأكثر: مجموع الجماهير", en: "Upper bound, audiences added"}
  matched:
    unit: count
    title: {he: "תושבים מוכרים שפעלו, כל אחד פעם אחת", ar: سكان معروفون نشطوا، كلٌّ مرة واحدة, en: "Known active residents, each once"}
caveats: [by_name, entered_by_hand]
owner: spokesperson
since: "2026-11"
revision: 1
*/
with spoken_in as (
    select distinct authority, month, space, asset
    from message
),
heard as (
    select authority, month, space
    from coverage
    where fact = 'message' and space <> ''
    union
    select s.authority, s.month, s.space
    from spoken_in s
    join coverage c on c.authority = s.authority and c.month = s.month and c.fact = 'message' and c.space = ''
        and coalesce(c.asset, s.asset) = s.asset
),
counts as (
    select authority, month, space, members, basis,
        row_number() over (
            partition by authority, month, space order by case when basis = 'entered' then 1 else 0 end, day desc, basis
        ) as place
    from membership
    where members is not null
),
run_by_residents as (
    select authority, space
    from space
    where operated_by = 'residents'
),
audiences as (
    select c.authority, c.month, max(c.members) as largest, sum(c.members) as added,
        max(case when c.basis = 'entered' then 'entered_by_hand' else '' end) as quality
    from counts c
    left join run_by_residents r on r.authority = c.authority and r.space = c.space
    where c.place = 1 and r.space is null
    group by c.authority, c.month
),
matched as (
    select h.authority, h.month, count(distinct t.author) as people
    from heard h
    left join message t on t.authority = h.authority and t.month = h.month and t.space = h.space
        and t.author_role = 'resident' and t.kind <> 'deleted'
    left join run_by_residents r on r.authority = h.authority and r.space = h.space
    where r.space is null
    group by h.authority, h.month
)
select m.authority, m.month, '' as part, a.largest as value, a.largest as n, a.quality
from months m
join audiences a on a.authority = m.authority and a.month = m.month
union all
select m.authority, m.month, 'upper_bound', a.added, a.added, a.quality
from months m
join audiences a on a.authority = m.authority and a.month = m.month
union all
select m.authority, m.month, 'matched', k.people, k.people, ''
from months m
join matched k on k.authority = m.authority and k.month = m.month
