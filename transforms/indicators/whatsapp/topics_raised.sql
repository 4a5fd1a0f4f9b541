/*
title:
  he: נושאים שתושבים מעלים בקבוצות הפתוחות
  ar: مواضيع يطرحها السكان في المجموعات المفتوحة
  en: Topics residents raise in open groups
question:
  he: האם תושבים פותחים שיחות, והאם אחרים מצטרפים אליהן?
  ar: هل يفتح السكان أحاديث، وهل ينضم إليها آخرون؟
  en: Do residents open conversations, and do others join them?
advice:
  he: נושא שנשאר בלי תגובה צריך יד אחת. תייגו שכן שיודע, או שאלו שאלת המשך.
  ar: الموضوع الذي بقي بلا رد يحتاج إلى يد واحدة. أشركوا جاراً يعرف أو اطرحوا سؤالاً مكمّلاً.
  en: A topic left without a word needs one hand. Bring in a neighbour who knows, or ask a follow-up question.
definition: >-
  Messages by residents in the month that start a conversation in the authority's open WhatsApp groups (a group nobody registered counts as one);
  deleted messages and reactions are not counted. `drawing_share`: share that draw messages of at least two other people, residents or
  authority, within 30 days and no later than the end of the next month. In exports a conversation is a session of messages, so it is inferred.
outcome: 1
aspect: resident_authority
method: measured
unit: count
grain: [authority, month, space]
assets: [whatsapp]
inputs: {coverage: [0, 0], message: [0, 1], space: [0, 0]}
parts:
  drawing_share:
    unit: share
    title: {he: שיעור הנושאים שמשכו לפחות שני אנשים נוספים, ar: نسبة المواضيع التي جذبت شخصين آخرين على الأقل, en: Share that draw at least two other people}
caveats: [inferred, by_name, truncated, partial_period]
owner: community worker
since: "2026-11"
revision: 1
*/
with places as (
    select distinct
        c.authority, c.month, c.space,
        concat(cast(cast(substr(m.year_before, 1, 4) as int) + 1 as varchar(4)), substr(m.year_before, 5, 3)) as month_after
    from coverage c
    join months m on m.authority = c.authority and m.month = c.month
    left join space s on s.authority = c.authority and s.space = c.space
    where c.fact = 'message' and c.asset = 'whatsapp' and c.space <> ''
        and coalesce(s.kind, 'open') in ('open', 'group') and coalesce(s.operated_by, 'authority') = 'authority'
),
raised as (
    select g.authority, g.month, g.space, g.message, g.author, g.sent_at, p.month_after
    from message g
    join places p on p.authority = g.authority and p.month = g.month and p.space = g.space
    where g.author_role = 'resident' and g.message = g.root and g.kind not in ('deleted', 'reaction')
),
joined as (
    select
        r.authority, r.message, count(distinct a.author) as others,
        max(case when a.reply_basis = 'explicit' then 0 else 1 end) as is_inferred
    from raised r
    join message a
        on a.authority = r.authority and a.root = r.message and a.message <> a.root
        and a.kind not in ('deleted', 'reaction') and (r.author is null or a.author <> r.author)
        and a.sent_at <= r.sent_at + interval '30' day and a.month <= r.month_after
    group by r.authority, r.message
),
figures as (
    select
        p.authority, p.month, coalesce(p.space, '') as space,
        count(r.message) as topics,
        coalesce(sum(case when j.others >= 2 then 1 else 0 end), 0) as drawing,
        -- Conversations without any link are sessions of an export; a lone starter tells nothing either way.
        coalesce(max(j.is_inferred), 1) as is_inferred
    from places p
    left join raised r on r.authority = p.authority and r.month = p.month and r.space = p.space
    left join joined j on j.authority = r.authority and j.message = r.message
    group by grouping sets ((p.authority, p.month, p.space), (p.authority, p.month))
)
select
    authority, month, space, '' as part, cast(topics as double) as value, cast(null as double) as numerator,
    cast(null as double) as denominator, topics as n, case when is_inferred = 1 then 'inferred' else '' end as quality
from figures
union all
select
    authority, month, space, 'drawing_share', cast(drawing as double) / nullif(topics, 0), drawing, topics, topics,
    case when is_inferred = 1 then 'inferred' else '' end
from figures
