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
outcome: 1
aspect: resident_authority
method: mixed
unit: count
grain: [authority, month]
assets: [newsletter]
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
revision: 1
*/
with replies as (
    -- A reply whose writer is unknown counts as one person.
    select
        c.authority, c.month, count(distinct coalesce(cast(t.author as varchar(20)), t.message)) as people,
        flags('estimated', count(t.author) < count(t.message)) as estimated
    from covered c
    left join message t
        on t.authority = c.authority and t.month = c.month and t.asset = c.asset and t.author_role = 'resident'
        and t.kind not in ('deleted', 'reaction')
    where c.fact = 'message' and c.asset = 'newsletter'
    group by c.authority, c.month
),
campaigns as (
    select
        c.authority, c.month, case when count(g.campaign) = 0 then 0 else sum(g.replies) end as people,
        flags('estimated', count(g.replies) > 1) as estimated
    from covered c
    left join mailing g on g.authority = c.authority and g.month = c.month and g.asset = c.asset
    where c.fact = 'mailing' and c.asset = 'newsletter'
    group by c.authority, c.month
),
measured as (
    select
        m.authority, m.month, coalesce(r.people, c.people) as mail, coalesce(r.estimated, c.estimated) as estimated,
        a.via_newsletter as registered
    from months m
    left join replies r on r.authority = m.authority and r.month = m.month
    left join campaigns c on c.authority = m.authority and c.month = m.month
    left join arrivals a on a.authority = m.authority and a.month = m.month
),
told as (
    select authority, month, 'mail' as part, mail as people, '' as by_hand, estimated
    from measured
    where mail is not null
    union all
    select authority, month, 'registered', registered, '', ''
    from measured
    where registered is not null
    union all
    -- What staff entered stands where nothing measured it; without a kind it may be the very people that were measured.
    select
        e.authority, e.month, e.part, e.amount,
        flags('entered_by_hand', e.subject is not null or (x.mail is null and x.registered is null)), ''
    from entered e
    join measured x on x.authority = e.authority and x.month = e.month
    where e.indicator = 'newsletter.responses' and (
        e.subject is null or e.part = 'discussion' or (e.part = 'mail' and x.mail is null)
        or (e.part = 'registered' and x.registered is null) or (e.part = '' and x.mail is null and x.registered is null)
    )
)
select
    t.authority, t.month, coalesce(t.part, '') as part, sum(t.people) as value, sum(t.people) as n,
    concat_ws(' ', max(t.by_hand), max(t.estimated)) as quality, max(m.last_day) as as_of
from told t
join months m on m.authority = t.authority and m.month = t.month
group by grouping sets ((t.authority, t.month), (t.authority, t.month, t.part))
-- People present alone do not make a zero of the answers nobody counted.
having t.part <> '' or (grouping(t.part) = 1 and (min(t.part) <> 'registered' or max(t.part) <> 'registered' or sum(t.people) > 0))
