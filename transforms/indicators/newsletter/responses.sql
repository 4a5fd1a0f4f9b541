/*
title:
  he: תגובות לניוזלטר
  ar: تجاوب مع النشرة البريدية
  en: Responses to the newsletter
question:
  he: כמה תושבים ענו לניוזלטר, נרשמו לאירוע או המשיכו ממנו לדיון?
  ar: كم من السكان ردّوا على النشرة أو سجّلوا لفعالية أو انتقلوا منها إلى نقاش؟
  en: How many residents answered the newsletter, registered to an event or went on to a discussion?
advice:
  he: שלחו מכתובת שאפשר להשיב אליה, חתמו בשם של אדם, ובגיליון הבא ספרו מה כתבו לכם.
  ar: أرسلوا من عنوان يمكن الرد عليه، ووقّعوا باسم شخص، واذكروا في العدد التالي ما كُتب لكم.
  en: Send from an address one can answer, sign with a person's name, and say in the next issue what people wrote.
definition: >-
  Sum of kinds. `mail`: distinct residents who answered by mail (mail replies where they are collected, else the platform's own counts a
  campaign added, flagged estimated), else entered. `registered`: residents present in the month who state that they heard through the
  newsletter, else entered. `discussion`: entered. A measured kind is never replaced by an entry; entries without a kind count only when
  nothing is measured.
definition_he: "סכום של שלושה סוגים: תושבים שונים שענו בדואר אלקטרוני, תושבים שהגיעו או נרשמו ואמרו ששמעו בניוזלטר, ומי שהמשיכו לדיון. מה שנמדד אינו מוחלף במה שהוזן."
definition_ar: "مجموع ثلاثة أنواع: سكان مختلفون ردّوا بالبريد الإلكتروني، وسكان حضروا أو سجّلوا وقالوا إنهم سمعوا في النشرة، ومن انتقلوا إلى نقاش. ما قيس لا يحل محله ما أُدخل."
outcome: 1
aspect: resident_authority
method: mixed
unit: count
unit_words: {he: "תגובות בחודש", ar: "ردود في الشهر", en: "responses a month"}
grain: [authority, month]
assets: [newsletter]
needs: {"": [], mail: [message.author.role|mailing.replies], by_letters: [message.author.role], by_campaigns: [mailing.replies], registered: ["attendance.heard_via@any"]}
sum_of: [mail, registered, discussion]
inputs: {attendance: [0, 0], coverage: [0, 0], mailing: [0, 0], message: [0, 0], report: [0, 0]}
parts:
  mail:
    unit: count
    title: {he: ענו במייל, ar: ردّوا بالبريد, en: Answered by mail}
  registered:
    unit: count
    title: {he: נרשמו לאירוע, ar: سجّلوا لفعالية, en: Registered to an event}
  discussion:
    unit: count
    title: {he: המשיכו לדיון, ar: انتقلوا إلى نقاش, en: Went on to a discussion}
caveats: [estimated, entered_by_hand, partial_period]
owner: spokesperson
since: "2026-11"
revision: 2
*/
with replies as (
    -- A reply whose writer is unknown counts as one person.
    select
        c.authority, c.month, count(distinct coalesce(cast(t.author as varchar(20)), t.message)) as people,
        flags('estimated', count(t.author) < count(t.message)) as quality
    from covered c
    left join message t
        on t.authority = c.authority and t.month = c.month and t.asset = c.asset and t.author_role = 'resident'
        and t.kind not in ('deleted', 'reaction')
    where c.fact = 'message' and c.asset = 'newsletter' and c.is_measured = 1
    group by c.authority, c.month
),
campaigns as (
    select
        c.authority, c.month, case when count(g.campaign) = 0 then 0 else sum(g.replies) end as people,
        flags('estimated', count(g.replies) > 1) as quality
    from covered c
    left join mailing g on g.authority = c.authority and g.month = c.month and g.asset = c.asset
    where c.fact = 'mailing' and c.asset = 'newsletter' and c.is_measured = 1
    group by c.authority, c.month
)
select
    authority, month, 'mail' as part, people as value, people as n, quality, 'measured' as method, 'by_letters' as formula
from replies
union all
select authority, month, 'mail', people, people, quality, 'measured', 'by_campaigns'
from campaigns
where people is not null
union all
select authority, month, 'registered', via_newsletter, via_newsletter, '', 'measured', null
from arrivals
union all
select authority, month, part, sum(amount), sum(amount), '', case when count(subject) = 0 then 'declared' else 'entered' end, null
from entered
where indicator = 'newsletter.responses'
group by authority, month, part
