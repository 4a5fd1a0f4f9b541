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
  ar: الموضوع الذي بقي بلا رد يحتاج إلى يد واحدة. أشركوا جارًا يعرف أو اطرحوا سؤالًا مكمّلًا.
  en: A topic left without a word needs one hand. Bring in a neighbour who knows, or ask a follow-up question.
definition: >-
  Topics residents raise in the month in the authority's open WhatsApp groups: every message that asks something, and every other message before
  which, for an hour, nobody raised a topic and the authority started no conversation; within a month more talk never makes fewer of them.
  Deleted messages, reactions and what the platform itself links to another message raise none. `drawing_share`: share that draw messages of at least
  two other people, residents or authority, before the next topic of the conversation, within 30 days and no later than the end of the next month.
  `about_` and a subject: topics in which a word of the town's own list of words stands (`[whatsapp.topics]`); lists of the town whose name is none of these are `about_other`, and a
  subject nobody raised, or of which there is no list, is not told.
definition_he: "נושאים שתושבים העלו בחודש בקבוצות הפתוחות: כל הודעה ששואלת, וכל הודעה אחרת שבשעה שלפניה איש לא העלה נושא והרשות לא פתחה שיחה. לצידם: כמה מהם משכו לפחות שני אנשים אחרים, ועל מה הם, לפי רשימות מילים של היישוב."
definition_ar: "مواضيع طرحها السكان في الشهر في المجموعات المفتوحة: كل رسالة تسأل، وكل رسالة أخرى لم يطرح أحد موضوعًا في الساعة التي سبقتها ولم تبدأ السلطة المحلية حديثًا. إلى جانبها: كم منها جذب شخصين آخرين على الأقل، وعن ماذا هي بحسب قوائم كلمات البلدة."
outcome: 1
aspect: resident_authority
method: measured
unit: count
unit_words: {he: "נושאים בחודש", ar: "مواضيع في الشهر", en: "topics a month"}
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
  about_sanitation:
    unit: count
    title: {he: "על ניקיון ופסולת", ar: "عن نظافة ونفايات", en: "About: Cleaning and waste"}
  about_roads:
    unit: count
    title: {he: "על כבישים ומדרכות", ar: "عن شوارع وأرصفة", en: "About: Roads and pavements"}
  about_lighting:
    unit: count
    title: {he: "על תאורה", ar: "عن إنارة", en: "About: Lighting"}
  about_gardens:
    unit: count
    title: {he: "על גינות ועצים", ar: "عن حدائق وأشجار", en: "About: Gardens and trees"}
  about_water:
    unit: count
    title: {he: "על מים וביוב", ar: "عن مياه ومجارٍ", en: "About: Water and sewage"}
  about_parking:
    unit: count
    title: {he: "על חניה", ar: "عن مواقف", en: "About: Parking"}
  about_animals:
    unit: count
    title: {he: "על בעלי חיים", ar: "عن حيوانات", en: "About: Animals"}
  about_order:
    unit: count
    title: {he: "על סדר וביטחון", ar: "عن نظام وأمن", en: "About: Order and safety"}
  about_building:
    unit: count
    title: {he: "על בנייה", ar: "عن بناء", en: "About: Building"}
  about_education:
    unit: count
    title: {he: "על חינוך", ar: "عن تعليم", en: "About: Education"}
  about_welfare:
    unit: count
    title: {he: "על רווחה ועזרה", ar: "عن رفاه ومساعدة", en: "About: Welfare and help"}
  about_finance:
    unit: count
    title: {he: "על ארנונה ותשלומים", ar: "عن أرنونا ومدفوعات", en: "About: Rates and payments"}
  about_culture:
    unit: count
    title: {he: "על תרבות ופנאי", ar: "عن ثقافة وترفيه", en: "About: Culture and leisure"}
  about_other:
    unit: count
    title: {he: "על נושא אחר מרשימת היישוב", ar: "عن موضوع آخر من قائمة البلدة", en: "About: Another topic of the town's list"}
caveats: [inferred, by_name, truncated, partial_period]
owner: community worker
since: "2026-11"
revision: 3
*/
-- More talk never makes fewer topics. Every question is one. Of what else is said, a message is one when for an
-- hour before it nobody raised a topic and the authority started no conversation; the clock of the hour starts anew each month.
-- A conversation that goes on therefore counts again each hour, where a rule of silence would merge a livelier group into one.
-- What the platform itself links to another message raises nothing.
-- When the last question was asked, or the authority last started a conversation.
-- From the first on, each that comes more than an hour after the one taken before it: no choice has more of them.
with topic as (
    with recursive said as (
        select
            p.authority, p.month, p.month_after, p.space, g.message, g.author, g.author_role, g.root, g.sent_at, g.topic as subject,
            cast(floor(epoch(g.sent_at) / 60) as bigint) as minute,
            case when g.author_role = 'resident' and g.is_question and g.reply_basis <> 'explicit' then 1 else 0 end as is_asked,
            case when g.author_role = 'resident' and g.reply_basis <> 'explicit' then 1 else 0 end as is_loose
        from covered_space p
        join message g on g.authority = p.authority and g.month = p.month and g.space = p.space and g.asset = p.asset
        where p.fact = 'message' and p.asset = 'whatsapp' and p.operated_by = 'authority' and p.space_kind in ('open', 'group')
            and g.kind not in ('deleted', 'reaction')
    ),
    -- When the last question was asked, or the authority last started a conversation.
    timed as (
        select
            authority, month, month_after, space, message, author, root, sent_at, subject, minute, is_asked, is_loose,
            max(case when is_asked = 1 or (author_role = 'authority' and message = root) then minute end) over (
                partition by authority, month, space order by minute range between unbounded preceding and current row
            ) as taken_at
        from said
    ),
    free as (
        select authority, month, space, minute, min(message) as message, min(subject) as subject
        from timed
        where is_loose = 1 and is_asked = 0 and (taken_at is null or minute - taken_at > 60)
        group by authority, month, space, minute
    ),
    -- What comes more than an hour after any other begins a stretch, and counts whatever counted before it.
    steps as (
        select
            authority, month, space, minute,
            case when minute - lag(minute) over (partition by authority, month, space order by minute) <= 60 then 0 else 1 end as is_first,
            min(minute) over (
                partition by authority, month, space order by minute range between 61 following and unbounded following
            ) as later
        from free
    ),
    links as (
        select s.authority, s.month, s.space, s.minute, s.later
        from steps s
        join steps n on n.authority = s.authority and n.month = s.month and n.space = s.space and n.minute = s.later
        where n.is_first = 0
    ),
    -- From the first on, each that comes more than an hour after the one taken before it: no choice has more of them.
    hours as (
        select authority, month, space, minute
        from steps
        where is_first = 1
        union all
        select k.authority, k.month, k.space, k.later
        from hours h
        join links k on k.authority = h.authority and k.month = h.month and k.space = h.space and k.minute = h.minute
    ),
    raised as (
        select
            t.authority, t.month, t.month_after, t.space, t.message, t.author, t.root, t.sent_at,
            case when t.is_asked = 1 then t.subject else n.subject end as subject
        from timed t
        left join (
            select f.authority, f.month, f.space, f.message, f.subject
            from free f
            join hours h on h.authority = f.authority and h.month = f.month and h.space = f.space and h.minute = f.minute
        ) n on n.authority = t.authority and n.month = t.month and n.space = t.space and n.message = t.message
        where t.is_asked = 1 or n.message is not null
    )
    select authority, month, month_after, space, message, author, root, sent_at, subject
    from raised
),
-- What is said in a conversation belongs to the topic raised in it last; what the platform links, where it says.
talk as (
    select authority, root, sent_at, 0 as place, message, message as topic, author, month
    from topic
    union all
    select a.authority, a.root, a.sent_at, 1, a.message, null, a.author, a.month
    from message a
    join (select distinct authority, root from topic) c on c.authority = a.authority and c.root = a.root
    where a.reply_basis <> 'explicit' and a.message <> a.root and a.kind not in ('deleted', 'reaction')
),
belonging as (
    select
        authority, sent_at, place, message, author, month,
        last_value(topic ignore nulls) over (
            partition by authority, root order by sent_at, place, message rows between unbounded preceding and current row
        ) as topic
    from talk
    union all
    select authority, sent_at, 2, message, author, month, root
    from message
    where reply_basis = 'explicit' and message <> root and kind not in ('deleted', 'reaction')
),
joined as (
    select
        c.authority, c.message, count(distinct a.author) as others,
        max(case when a.place = 2 then 0 else 1 end) as is_inferred
    from topic c
    join belonging a
        on a.authority = c.authority and a.topic = c.message and a.place > 0 and a.message <> c.message
        and (c.author is null or a.author <> c.author)
        and a.sent_at <= c.sent_at + interval '30' day and a.month <= c.month_after
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
union all
select authority, month, '', part, cast(count(*) as double), null, null, count(*), ''
from (
    select
        authority, month,
        case
            when subject in (
                'sanitation', 'roads', 'lighting', 'gardens', 'water', 'parking', 'animals', 'order', 'building', 'education', 'welfare', 'finance', 'culture'
            ) then concat('about_', subject)
            else 'about_other'
        end as part
    from topic
    where subject is not null
)
group by authority, month, part
