/*
title:
  he: מענים לפניות שעלו באתר
  ar: ردود على توجّهات وصلت عبر الموقع
  en: Answers to requests raised through the site
question:
  he: כמה מהפניות שתושבים שלחו באתר קיבלו מענה, ותוך כמה זמן?
  ar: كم من التوجّهات التي أرسلها السكان عبر الموقع حظيت برد، وخلال كم من الوقت؟
  en: How many of the requests residents sent through the site were answered, and how soon?
advice:
  he: התחילו מהפניות שלא נענו. גם תשובה של שורה אחת, קיבלנו ונחזור עד יום חמישי, היא מענה.
  ar: ابدأوا بالتوجّهات التي لم يُرد عليها. حتى سطر واحد يقول وصلنا توجهكم وسنعود إليكم حتى الخميس هو رد.
  en: Begin with the requests nobody answered. Even one line, we have it and will write by Thursday, is an answer.
definition: >-
  Requests opened through the site in the month (kinds request, contact, application; payments, registrations and updates ask for no answer)
  whose first answer came within 30 days. Share is of all opened. Hours are plain hours from opening within which half, and nine in ten,
  of all requests were answered; unanswered ones count as never, so there is no figure when too few were answered.
outcome: 1
aspect: response
method: measured
unit: count
grain: [authority, month, space]
assets: [website]
inputs: {coverage: [0, 0], request: [0, 0]}
parts:
  share_answered:
    unit: share
    title: {he: שיעור הפניות שנענו, ar: نسبة التوجّهات التي رُدّ عليها, en: Share answered}
  median_hours:
    unit: hours
    title: {he: שעות עד שחצי מהפניות נענו, ar: ساعات حتى الرد على نصف التوجّهات, en: Hours until half were answered}
  p90_hours:
    unit: hours
    title: {he: שעות עד שתשע מכל עשר פניות נענו, ar: ساعات حتى الرد على تسعة من كل عشرة, en: Hours until nine in ten were answered}
caveats: [partial_period]
owner: resident service manager
since: "2026-11"
revision: 1
*/
with spoken as (
    select distinct authority, month
    from coverage
    where fact = 'request' and asset = 'website'
),
asked as (
    select
        authority, month, space, request,
        case
            when answered_at >= opened_at and answered_at <= opened_at + interval '30' day then cast(
                extract(day from (answered_at - opened_at)) * 24 + extract(hour from (answered_at - opened_at))
                + extract(minute from (answered_at - opened_at)) / 60.0
                + extract(second from (answered_at - opened_at)) / 3600.0 as decimal(18, 6)
            )
        end as hours
    from request
    where asset = 'website' and kind in ('request', 'contact', 'application')
),
figures as (
    select
        m.authority, m.month,
        coalesce(a.space, '') as space,
        count(a.request) as asked,
        count(a.hours) as answered,
        -- 1000000 stands for never: longer than any answer that counts.
        percentile_disc(0.5) within group (order by case when a.request is not null then coalesce(a.hours, 1000000) end) as median_hours,
        percentile_disc(0.9) within group (order by case when a.request is not null then coalesce(a.hours, 1000000) end) as p90_hours
    from months m
    join spoken c on c.authority = m.authority and c.month = m.month
    left join asked a on a.authority = m.authority and a.month = m.month
    group by grouping sets ((m.authority, m.month, a.space), (m.authority, m.month))
    having grouping(a.space) = 1 or a.space <> ''
)
select
    authority, month, space, '' as part, cast(answered as double) as value, answered as numerator, asked as denominator, asked as n
from figures
union all
select authority, month, space, 'share_answered', cast(answered as double) / nullif(asked, 0), answered, asked, asked
from figures
union all
select authority, month, space, 'median_hours', cast(case when median_hours < 1000000 then median_hours end as double), answered, asked, asked
from figures
union all
select authority, month, space, 'p90_hours', cast(case when p90_hours < 1000000 then p90_hours end as double), answered, asked, asked
from figures
