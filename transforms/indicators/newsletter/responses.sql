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
with spoken as (
    select
        authority, month,
        max(case when fact = 'mailing' and asset = 'newsletter' then 1 else 0 end) as has_mailings,
        max(case when fact = 'message' and asset = 'newsletter' then 1 else 0 end) as has_replies,
        max(case when fact = 'attendance' then 1 else 0 end) as has_attendance,
        max(case when fact = 'report:newsletter.responses' and is_full then 1 else 0 end) as is_complete
    from coverage
    group by authority, month
),
replies as (
    -- A reply whose writer is unknown counts as one person.
    select authority, month, count(distinct coalesce(cast(author as varchar(20)), message)) as people, count(*) - count(author) as unknown
    from message
    where asset = 'newsletter' and author_role = 'resident' and kind not in ('deleted', 'reaction')
    group by authority, month
),
campaigns as (
    select authority, month, sum(replies) as people, count(replies) as campaigns, count(*) as sent
    from mailing
    where asset = 'newsletter'
    group by authority, month
),
present as (
    select authority, month, sum(case when heard_via = 'newsletter' and role = 'resident' then 1 else 0 end) as people
    from attendance
    where heard_via is not null
    group by authority, month
),
entered as (
    select
        authority, month,
        sum(case when part = 'mail' then cast(amount as decimal(18, 2)) end) as mail,
        sum(case when part = 'registered' then cast(amount as decimal(18, 2)) end) as registered,
        sum(case when part = 'discussion' then cast(amount as decimal(18, 2)) end) as discussion,
        sum(case when part = '' then cast(amount as decimal(18, 2)) end) as no_kind
    from report
    where indicator = 'newsletter.responses'
    group by authority, month
),
measured as (
    select
        m.authority, m.month, m.last_day, s.is_complete,
        case
            when s.has_replies = 1 then coalesce(r.people, 0)
            when s.has_mailings = 1 and c.sent is null then 0
            when s.has_mailings = 1 then c.people
        end as mail,
        case
            when s.has_replies = 1 and r.unknown > 0 then 1
            when s.has_replies = 0 and c.campaigns > 1 then 1
            else 0
        end as is_estimated,
        case when s.has_attendance = 1 then p.people end as registered
    from months m
    join spoken s on s.authority = m.authority and s.month = m.month
    left join replies r on r.authority = m.authority and r.month = m.month
    left join campaigns c on c.authority = m.authority and c.month = m.month
    left join present p on p.authority = m.authority and p.month = m.month
),
figures as (
    select
        f.authority, f.month, f.last_day, f.is_complete, f.is_estimated,
        f.mail as measured_mail, f.registered as measured_registered,
        coalesce(f.mail, e.mail) as mail,
        coalesce(f.registered, e.registered) as registered,
        e.discussion,
        case when f.mail is null and f.registered is null then e.no_kind end as no_kind
    from measured f
    left join entered e on e.authority = f.authority and e.month = f.month
)
select
    authority, month, '' as part,
    cast(coalesce(mail, 0) + coalesce(registered, 0) + coalesce(discussion, 0) + coalesce(no_kind, 0) as double) as value,
    coalesce(mail, 0) + coalesce(registered, 0) + coalesce(discussion, 0) + coalesce(no_kind, 0) as n,
    concat(
        case when measured_mail is not null and is_estimated = 1 then 'estimated ' else '' end,
        case
            when (measured_mail is null and mail is not null) or (measured_registered is null and registered is not null)
                or discussion is not null or no_kind is not null or (measured_mail is null and measured_registered is null)
            then 'entered_by_hand' else ''
        end
    ) as quality,
    last_day as as_of
from figures
-- People present alone do not make a zero of the answers nobody counted.
where mail is not null or registered > 0 or discussion is not null or no_kind is not null or is_complete = 1
union all
select
    authority, month, 'mail', cast(mail as double), mail,
    case when measured_mail is null then 'entered_by_hand' when is_estimated = 1 then 'estimated' else '' end, last_day
from figures
where mail is not null
union all
select authority, month, 'registered', cast(registered as double), registered, case when measured_registered is null then 'entered_by_hand' else '' end, last_day
from figures
where registered is not null
union all
select authority, month, 'discussion', cast(discussion as double), discussion, 'entered_by_hand', last_day
from figures
where discussion is not null
