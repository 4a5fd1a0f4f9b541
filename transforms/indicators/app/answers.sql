/*
title:
  he: מענים לפניות באפליקציה
  ar: استجابات للتوجهات في التطبيق
  en: Answers to requests in the app
question:
  he: האם פנייה באפליקציה מקבלת תשובה, ותוך כמה זמן?
  ar: هل يتلقى التوجه عبر التطبيق جواباً، وخلال كم من الوقت؟
  en: Does a request in the app get an answer, and how soon?
advice:
  he: קבעו מי עונה ביום שבו הפנייה נכנסת, אפילו ״קיבלנו, נחזור עד יום שלישי״; זמן המענה קובע אם יפנו שוב.
  ar: حددوا من يجيب في يوم وصول التوجه، ولو بعبارة «وصلنا، نعود إليكم حتى الثلاثاء»؛ زمن الجواب يقرر إن كانوا سيتوجهون مجدداً.
  en: Name who answers on the day a request comes in, even with “received, we will be back by Tuesday”; the wait decides whether people write again.
definition: Requests opened through the app in the month (kinds request, contact, application; payments, registrations and updates ask for no answer) whose first answer came within 30 days. The share is of all opened. Hours are plain hours from opening within which half, and nine in ten, were answered; unanswered ones count as never. Where the app's requests are not covered, the figures entered by staff.
outcome: 1
aspect: response
method: mixed
unit: count
grain: [authority, month]
assets: [app]
needs: {"": [request.answer]}
windows: {"": 30, share_answered: 30, median_hours: 30, p90_hours: 30}
inputs: {coverage: [0, 0], report: [0, 0], request: [0, 0]}
parts:
  share_answered:
    unit: share
    title: {he: שיעור הפניות שנענו, ar: نسبة التوجهات المجاب عنها, en: Share answered}
  median_hours:
    unit: hours
    title: {he: שעות עד שחצי מהפניות נענו, ar: ساعات حتى الرد على نصف التوجهات, en: Hours until half were answered}
  p90_hours:
    unit: hours
    title: {he: שעות עד שתשע מכל עשר פניות נענו, ar: ساعات حتى الرد على تسعة من كل عشرة توجهات, en: Hours until nine in ten were answered}
caveats: [entered_by_hand]
owner: digital services lead
since: "2026-11"
revision: 2
*/
with measured as (
    select
        c.authority, c.month, count(a.request) as opened, count(a.hours) as answered,
        nullif(percentile_disc(0.5) within group (order by a.hours_or_never), 1000000) as median_hours,
        nullif(percentile_disc(0.9) within group (order by a.hours_or_never), 1000000) as p90_hours
    from covered c
    left join asked_request a on a.authority = c.authority and a.month = c.month and a.asset = c.asset
    where c.fact = 'request' and c.asset = 'app'
    group by c.authority, c.month
),
figures as (
    select
        authority, month, cast(opened as decimal(18, 2)) as opened, cast(answered as decimal(18, 2)) as answered,
        cast(median_hours as double) as median_hours, cast(p90_hours as double) as p90_hours, 'measured' as method
    from measured
    union all
    select
        e.authority, e.month,
        case when count(e.subject) = 0 then 0 else sum(case when e.part = 'opened' then e.amount end) end,
        case when count(e.subject) = 0 then 0 else sum(case when e.part = 'answered' then e.amount end) end,
        -- Medians of several rows cannot be joined into one.
        case when sum(case when e.part = 'median_hours' then 1 else 0 end) = 1
            then cast(max(case when e.part = 'median_hours' then e.amount end) as double) end,
        null, case when count(e.subject) = 0 then 'declared' else 'entered' end
    from entered e
    where e.indicator = 'app.answers'
    group by e.authority, e.month
)
select authority, month, '' as part, answered as value, answered as numerator, opened as denominator, opened as n, method
from figures
where answered is not null
union all
select authority, month, 'share_answered', cast(answered as double) / nullif(opened, 0), answered, opened, opened, method
from figures
where opened is not null and answered is not null
union all
select authority, month, 'median_hours', median_hours, answered, opened, opened, method
from figures
where method = 'measured' or median_hours is not null
union all
select authority, month, 'p90_hours', p90_hours, answered, opened, opened, method
from figures
where method = 'measured'
