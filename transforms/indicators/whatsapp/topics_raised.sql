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
  Topics residents raise in the month in the authority's open WhatsApp groups: every message that asks something, and every other message before
  which, for an hour, nobody raised a topic and the authority started no conversation; within a month more talk never makes fewer of them.
  Deleted messages, reactions and what the platform itself links to another message raise none. `drawing_share`: share that draw messages of at least
  two other people, residents or authority, before the next topic of the conversation, within 30 days and no later than the end of the next month.
outcome: 1
aspect: resident_authority
method: measured
unit: count
grain: [authority, month, space]
assets: [whatsapp]
needs: {"": [message.role.reply], drawing_share: [message.author.role.reply]}
spaces: {kinds: [open, group]}
windows: {drawing_share: 30}
inputs: {coverage: [0, 0], message: [0, 1], space: [0, 0]}
parts:
  drawing_share:
    unit: share
    title: {he: שיעור הנושאים שמשכו לפחות שני אנשים נוספים, ar: نسبة المواضيع التي جذبت شخصين آخرين على الأقل, en: Share that draw at least two other people}
caveats: [inferred, by_name, truncated, partial_period]
owner: community worker
since: "2026-11"
revision: 2
*/
with joined as (
    select
        c.authority, c.message, count(distinct a.author) as others,
        max(case when a.reply_basis = 'explicit' then 0 else 1 end) as is_inferred
    from topic c
    join message a
        on a.authority = c.authority and a.message <> c.message and a.message <> a.root
        and a.kind not in ('deleted', 'reaction') and (c.author is null or a.author <> c.author)
        and a.sent_at <= c.sent_at + interval '30' day and a.month <= c.month_after
        and (
            (a.reply_basis = 'explicit' and a.root = c.message)
            or (a.reply_basis <> 'explicit' and a.root = c.root and a.sent_at >= c.sent_at and (c.next_at is null or a.sent_at < c.next_at))
        )
    group by c.authority, c.message
),
figures as (
    select
        p.authority, p.month, coalesce(p.space, '') as space,
        count(c.message) as topics, count(case when j.others >= 2 then 1 end) as drawing,
        -- Topics without any link are of an export; a lone one tells nothing either way.
        flags('inferred', coalesce(max(j.is_inferred), 1) = 1) as quality
    from covered_space p
    left join topic c on c.authority = p.authority and c.month = p.month and c.space = p.space
    left join joined j on j.authority = c.authority and j.message = c.message
    where p.fact = 'message' and p.asset = 'whatsapp' and p.operated_by = 'authority' and p.space_kind in ('open', 'group')
    group by grouping sets ((p.authority, p.month, p.space), (p.authority, p.month))
)
select
    authority, month, space, '' as part, cast(topics as double) as value, cast(null as double) as numerator,
    cast(null as double) as denominator, topics as n, quality
from figures
union all
select authority, month, space, 'drawing_share', cast(drawing as double) / nullif(topics, 0), drawing, topics, topics, quality
from figures
