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
needs: {"": [request.answer]}
windows: {"": 30, share_answered: 30, median_hours: 30, p90_hours: 30}
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
revision: 2
*/
with figures as (
    select
        c.authority, c.month, coalesce(a.space, '') as space, count(a.request) as asked, count(a.hours) as answered,
        nullif(percentile_disc(0.5) within group (order by a.hours_or_never), 1000000) as median_hours,
        nullif(percentile_disc(0.9) within group (order by a.hours_or_never), 1000000) as p90_hours
    from covered c
    left join asked_request a on a.authority = c.authority and a.month = c.month and a.asset = c.asset
    where c.fact = 'request' and c.asset = 'website'
    group by grouping sets ((c.authority, c.month, a.space), (c.authority, c.month))
    having grouping(a.space) = 1 or a.space <> ''
)
select authority, month, space, '' as part, cast(answered as double) as value, answered as numerator, asked as denominator, asked as n
from figures
union all
select authority, month, space, 'share_answered', cast(answered as double) / nullif(asked, 0), answered, asked, asked
from figures
union all
select authority, month, space, 'median_hours', median_hours, answered, asked, asked
from figures
union all
select authority, month, space, 'p90_hours', p90_hours, answered, asked, asked
from figures
