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
needs: {"": [membership], matched: [message.author.role]}
inputs: {coverage: [0, 0], membership: [-3, 0], message: [0, 0], report: [0, 0], space: [0, 0]}
parts:
  upper_bound:
    unit: count
    title: {he: "לכל היותר: סכום הקהלים", ar: "على الأكثر: مجموع الجماهير", en: "Upper bound, audiences added"}
  matched:
    unit: count
    title: {he: "תושבים מוכרים שפעלו, כל אחד פעם אחת", ar: سكان معروفون نشطوا، كلٌّ مرة واحدة, en: "Known active residents, each once"}
caveats: [by_name, entered_by_hand, lower_bound]
owner: spokesperson
since: "2026-11"
revision: 1
*/
with audiences as (
    select
        b.authority, b.month, b.space, b.members, b.quality, b.method,
        sum(b.members) over (partition by b.authority, b.month) as added,
        string_agg(b.quality, ' ') over (partition by b.authority, b.month) as flags,
        row_number() over (partition by b.authority, b.month order by b.members desc, b.space) as place
    from members b
    join space s on s.authority = b.authority and s.space = b.space and s.operated_by = 'authority'
)
select
    authority, month, '' as part, members as value, members as n, quality, method, concat('largest:', space) as formula
from audiences
where place = 1
union all
select authority, month, 'upper_bound', added, added, flags, method, null
from audiences
where place = 1
union all
select h.authority, h.month, 'matched', count(distinct t.author), count(distinct t.author), '', 'measured', null
from heard_space h
join space s on s.authority = h.authority and s.space = h.space and s.operated_by = 'authority'
left join message t
    on t.authority = h.authority and t.month = h.month and t.space = h.space
    and t.author_role = 'resident' and t.kind <> 'deleted'
group by h.authority, h.month
