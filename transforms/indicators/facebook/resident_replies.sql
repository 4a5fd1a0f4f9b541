/*
title:
  he: תגובות תושבים לתושבים
  ar: ردود السكان على السكان
  en: Residents' replies to residents
question:
  he: האם תושבים מדברים זה עם זה, ולא רק עם הרשות?
  ar: هل يتحدث السكان بعضهم مع بعض وليس مع السلطة المحلية فقط؟
  en: Do residents talk with one another and not only with the authority?
advice:
  he: כשתושב שואל, חכו רגע לפני שאתם עונים. תנו לשכן לענות קודם, והודו לו.
  ar: حين يسأل أحد السكان انتظروا قليلاً قبل الرد. دعوا جاراً يجيب أولاً واشكروه.
  en: When a resident asks, wait a moment before answering. Let a neighbour answer first, and thank her.
definition: >-
  Messages on Facebook in the month whose author and whose answered author are both residents and differ; deleted messages and reactions are not
  counted, nor places residents run. Replies between residents one of whom is unknown cannot be told from talking to oneself: they are left
  out and the value is flagged estimated.
outcome: 1
aspect: resident_resident
method: measured
unit: count
grain: [authority, month, space]
assets: [facebook]
inputs: {coverage: [0, 0], message: [0, 0], space: [0, 0]}
caveats: [estimated, inferred, partial_period]
owner: community worker
since: "2026-11"
revision: 1
*/
with places as (
    select distinct c.authority, c.month, c.space
    from coverage c
    join months m on m.authority = c.authority and m.month = c.month
    left join space s on s.authority = c.authority and s.space = c.space
    where c.fact = 'message' and c.asset = 'facebook' and c.space <> '' and coalesce(s.operated_by, 'authority') = 'authority'
),
replies as (
    select
        authority, month, space, reply_basis,
        case when author is null or reply_to_author is null then 1 else 0 end as is_unknown
    from message
    where asset = 'facebook' and author_role = 'resident' and reply_to_role = 'resident' and kind not in ('deleted', 'reaction')
        and (author <> reply_to_author or author is null or reply_to_author is null)
)
select
    p.authority,
    p.month,
    coalesce(p.space, '') as space,
    coalesce(sum(1 - r.is_unknown), 0) as value,
    coalesce(sum(1 - r.is_unknown), 0) as n,
    concat(
        case when max(r.is_unknown) = 1 then 'estimated ' else '' end,
        case when max(case when r.reply_basis = 'inferred' then 1 else 0 end) = 1 then 'inferred' else '' end
    ) as quality
from places p
left join replies r on r.authority = p.authority and r.month = p.month and r.space = p.space
group by grouping sets ((p.authority, p.month, p.space), (p.authority, p.month))
