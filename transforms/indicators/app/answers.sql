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
revision: 1
*/
with covered as (
    select distinct authority, month
    from coverage
    where fact = 'request' and asset = 'app'
),
asked as (
    select authority, month, request,
        case
            when answered_at >= opened_at and answered_at <= opened_at + interval '30' day then cast(
                extract(day from (answered_at - opened_at)) * 24 + extract(hour from (answered_at - opened_at))
                + extract(minute from (answered_at - opened_at)) / 60.0 as decimal(18, 6)
            )
        end as hours
    from request
    where asset = 'app' and kind in ('request', 'contact', 'application')
),
measured as (
    select c.authority, c.month, count(a.request) as opened, count(a.hours) as answered,
        -- 1000000 stands for never: longer than any answer that counts.
        percentile_disc(0.5) within group (order by case when a.request is not null then coalesce(a.hours, 1000000) end) as median_hours,
        percentile_disc(0.9) within group (order by case when a.request is not null then coalesce(a.hours, 1000000) end) as p90_hours
    from covered c
    left join asked a on a.authority = c.authority and a.month = c.month
    group by c.authority, c.month
),
entered as (
    select authority, month,
        sum(case when part = 'opened' then cast(amount as decimal(18, 2)) end) as opened,
        sum(case when part = 'answered' then cast(amount as decimal(18, 2)) end) as answered,
        -- Medians of several rows cannot be joined into one.
        case when sum(case when part = 'median_hours' then 1 else 0 end) = 1
            then max(case when part = 'median_hours' then amount end) end as median_hours
    from report
    where indicator = 'app.answers'
    group by authority, month
),
declared as (
    select distinct authority, month
    from coverage
    where fact = 'report:app.answers' and is_full
),
figures as (
    select m.authority, m.month, cast(x.opened as decimal(18, 2)) as opened, cast(x.answered as decimal(18, 2)) as answered,
        cast(case when x.median_hours < 1000000 then x.median_hours end as double) as median_hours,
        cast(case when x.p90_hours < 1000000 then x.p90_hours end as double) as p90_hours, '' as quality
    from months m
    join measured x on x.authority = m.authority and x.month = m.month
    union all
    select m.authority, m.month,
        coalesce(e.opened, case when e.month is null then 0 end),
        coalesce(e.answered, case when e.month is null then 0 end),
        e.median_hours, null, 'entered_by_hand'
    from months m
    left join measured x on x.authority = m.authority and x.month = m.month
    left join entered e on e.authority = m.authority and e.month = m.month
    left join declared d on d.authority = m.authority and d.month = m.month
    where x.month is null and (e.month is not null or d.month is not null)
)
select authority, month, '' as part, answered as value, answered as numerator, opened as denominator, opened as n, quality
from figures
where answered is not null
union all
select authority, month, 'share_answered', cast(answered as double) / nullif(opened, 0), answered, opened, opened, quality
from figures
where opened is not null and answered is not null
union all
select authority, month, 'median_hours', median_hours, answered, opened, opened, quality
from figures
where quality = '' or median_hours is not null
union all
select authority, month, 'p90_hours', p90_hours, answered, opened, opened, quality
from figures
where quality = ''
