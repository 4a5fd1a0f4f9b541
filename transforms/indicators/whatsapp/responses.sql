/*
title:
  he: תגובות תושבים למידע מהרשות
  ar: تجاوب السكان مع معلومات السلطة المحلية
  en: Residents' responses to what the authority sends
question:
  he: כשהרשות כותבת, האם תושבים מגיבים?
  ar: حين تكتب السلطة المحلية، هل يتجاوب السكان؟
  en: When the authority writes, do residents respond?
advice:
  he: סיימו הודעה אחת בשבוע בשאלה קצרה עם שתי תשובות אפשריות. קל יותר לבחור מאשר לנסח.
  ar: اختموا رسالة واحدة في الأسبوع بسؤال قصير له جوابان ممكنان. الاختيار أسهل من الصياغة.
  en: End one message a week with a short question that has two possible answers. Choosing is easier than composing.
when:
  real_rise: {he: "ספרו בקבוצה מה עשיתם עם מה שכתבו לכם; מי שנענה כותב שוב.", ar: "أخبروا المجموعة بما فعلتم بما كُتب لكم؛ من يُستجاب له يكتب مرة أخرى.", en: "Tell the group what you did with what people wrote; whoever is answered writes again."}
  real_fall: {he: "בדקו אם ההודעות האחרונות ביקשו משהו מהתושבים; סיימו את הבאה בשאלה עם שתי תשובות אפשריות.", ar: "تحققوا إن كانت الرسائل الأخيرة قد طلبت شيئًا من السكان، واختموا القادمة بسؤال له جوابان ممكنان.", en: "See whether the latest messages asked anything of residents; end the next one with a question that has two possible answers."}
  no_signal: {he: "סיימו הודעה אחת בשבוע בשאלה קצרה; קל יותר לבחור מאשר לנסח.", ar: "اختموا رسالة واحدة في الأسبوع بسؤال قصير؛ الاختيار أسهل من الصياغة.", en: "End one message a week with a short question; choosing is easier than composing."}
definition: >-
  Messages and reactions of residents in the month in the authority's WhatsApp places whose answered message is the authority's, plus
  conversations residents start with the hotline within 72 hours after the authority wrote in an updates group. Deleted messages are not
  counted. Exports carry no reply link: there the answered message is inferred from adjacency. No platform knows whether a
  response is to the point: staff read a sample of the month's (`sampled`) and enter how many were relevant; `relevant_share` is that share.
definition_he: "הודעות ותגובות אמוג'י של תושבים בחודש שעונות לרשות במרחבי הוואטסאפ שלה, ושיחות שתושבים פתחו בקו הפניות בתוך 72 שעות מהודעה בקבוצת עדכון. בייצוא אין קישור בין הודעות, ומי ענה למי מוסק מן הסמיכות. כמה מהן לעניין: לפי מדגם שהצוות קרא."
definition_ar: "رسائل السكان وتفاعلاتهم بالرموز في الشهر ردًا على السلطة المحلية في مساحاتها على واتساب، ومحادثات بدأها السكان مع خط التوجّهات خلال 72 ساعة من رسالة في مجموعة تحديثات. لا روابط بين الرسائل في التصدير، فيُستنتج من رد على من من التجاور. كم منها في صلب الموضوع: بحسب عيّنة قرأها الطاقم."
outcome: 1
aspect: resident_authority
method: mixed
unit: count
unit_words: {he: "תגובות בחודש", ar: "ردود في الشهر", en: "responses a month"}
grain: [authority, month, space]
assets: [whatsapp]
needs: {"": [message.role.reply], sampled: [], relevant_share: []}
inputs: {coverage: [0, 0], message: [-1, 0], report: [0, 0], space: [0, 0]}
parts:
  replies:
    unit: count
    title: {he: תשובות בכתב, ar: ردود مكتوبة, en: Replies in words}
  reactions:
    unit: count
    title: {he: "תגובות אמוג'י", ar: تفاعلات برموز, en: Reactions}
  hotline:
    unit: count
    title: {he: פניות לקו בעקבות עדכון, ar: توجّهات إلى الخط بعد تحديث, en: Hotline messages after an update}
  sampled:
    unit: count
    title: {he: תגובות שנדגמו ונקראו, ar: ردود أُخذت عينةً وقُرئت, en: Responses read as a sample}
  relevant_share:
    unit: share
    title: {he: מהן רלוונטיות לנושא, ar: منها ذات صلة بالموضوع, en: Of them to the point}
caveats: [inferred, by_name, truncated, partial_period]
owner: spokesperson
since: "2026-11"
revision: 2
*/
-- Updates and the hotline's conversations in one line of time, each with the last update before it.
with timeline as (
    select
        g.authority, g.month, g.space, g.message, s.kind as space_kind, g.sent_at,
        max(case when s.kind = 'broadcast' then g.sent_at end) over (
            partition by g.authority order by g.sent_at, case when s.kind = 'broadcast' then 0 else 1 end, g.message
            rows between unbounded preceding and current row
        ) as updated_at
    from message g
    join space s on s.authority = g.authority and s.space = g.space and s.operated_by = 'authority'
    where g.asset = 'whatsapp' and g.kind not in ('deleted', 'reaction') and (
        (s.kind = 'broadcast' and g.author_role = 'authority')
        or (s.kind = 'hotline' and g.author_role = 'resident' and g.message = g.root)
    )
),
sample as (
    select
        authority, month, sum(case when part = 'sampled' then amount end) as sampled,
        sum(case when part = 'relevant' then amount end) as relevant
    from entered
    where indicator = 'whatsapp.responses' and part in ('sampled', 'relevant')
    group by authority, month
),
responses as (
    select
        authority, month, space, case when kind = 'reaction' then 'reactions' else 'replies' end as part,
        case when reply_basis = 'explicit' then 0 else 1 end as is_inferred
    from message
    where asset = 'whatsapp' and author_role = 'resident' and reply_to_role = 'authority' and kind <> 'deleted'
    union all
    select authority, month, space, 'hotline', 1
    from timeline
    where space_kind = 'hotline' and updated_at >= sent_at - interval '72' hour
)
select
    p.authority, p.month, coalesce(p.space, '') as space, coalesce(r.part, '') as part, count(r.part) as value, count(r.part) as n,
    -- A zero of exports is inferred too: nothing there says that a message answers another.
    flags('inferred', coalesce(max(r.is_inferred), 1) = 1) as quality,
    'measured' as method, cast(null as double) as numerator, cast(null as double) as denominator, cast(null as double) as n_effective
from covered_space p
left join responses r on r.authority = p.authority and r.month = p.month and r.space = p.space
where p.fact = 'message' and p.asset = 'whatsapp' and p.operated_by = 'authority'
group by grouping sets ((p.authority, p.month, p.space), (p.authority, p.month), (p.authority, p.month, r.part))
having grouping(r.part) = 1 or r.part is not null
union all
select authority, month, '', 'sampled', cast(sampled as double), cast(sampled as double), '', 'entered', null, null, null
from sample
where sampled is not null
union all
-- Half of such an entry says nothing of the share, nor does more that was relevant than was read.
select
    authority, month, '', 'relevant_share', cast(relevant as double) / nullif(cast(sampled as double), 0), cast(sampled as double), '',
    'entered', cast(relevant as double), cast(sampled as double), cast(sampled as double)
from sample
where relevant <= sampled
