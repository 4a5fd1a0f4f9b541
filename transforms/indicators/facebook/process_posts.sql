/*
title:
  he: פוסטים המשתפים בתהליכים וקוראים לתושבים להשפיע
  ar: منشورات تشارك بالمسارات وتدعو السكان إلى التأثير
  en: Posts sharing municipal processes and calling residents to influence
question:
  he: כמה פוסטים שיתפו תהליך עירוני, ובכמה מהם ביקשנו את דעת התושבים?
  ar: كم منشوراً شارك بمسار بلدي، وفي كم منها طلبنا رأي السكان؟
  en: How many posts shared a municipal process, and in how many did we ask what residents think?
advice:
  he: סיימו כל פוסט על תהליך בשאלה שאפשר לענות עליה במשפט, וחזרו אחרי שבוע לספר מה עשיתם עם התשובות.
  ar: اختموا كل منشور عن مسار بسؤال يُجاب عنه بجملة، وعودوا بعد أسبوع لتقولوا ماذا فعلتم بالأجوبة.
  en: End each such post with a question one sentence can answer, and come back a week later to say what you did with the answers.
definition: >-
  The authority's posts on Facebook of topic `process` in the month; `calls` are those that call for a response, `calls_share` their share.
  From a source that lists publications where one speaks for the month; else the posts staff listed one by one; else the numbers they
  entered; zero when the topic was declared complete.
outcome: 1
aspect: reach
method: mixed
unit: count
grain: [authority, month]
assets: [facebook]
inputs: {coverage: [0, 0], publication: [0, 0], report: [0, 0]}
parts:
  calls:
    unit: count
    title: {he: קוראים לתושבים להגיב, ar: تدعو السكان إلى الرد, en: Calling for a response}
  calls_share:
    unit: share
    title: {he: שיעור הקוראים לתגובה, ar: نسبة الداعية إلى الرد, en: Share calling for a response}
caveats: [entered_by_hand, partial_period]
owner: spokesperson
since: "2026-11"
revision: 1
*/
with spoken as (
    select
        authority, month,
        max(case when fact = 'publication' and asset = 'facebook' and basis <> 'entered' then 1 else 0 end) as is_measured,
        max(case when fact in ('publication', 'report:facebook.process_posts') and basis = 'entered' and is_full then 1 else 0 end) as is_complete
    from coverage
    group by authority, month
),
items as (
    select
        authority, month,
        case when basis = 'entered' then 'listed' else 'measured' end as way,
        cast(count(*) as decimal(18, 2)) as posts,
        cast(sum(case when calls_for_response then 1 else 0 end) as decimal(18, 2)) as calls
    from publication
    where asset = 'facebook' and topic = 'process'
    group by authority, month, case when basis = 'entered' then 'listed' else 'measured' end
    union all
    -- `calls` is within `process`; entered alone it says nothing of the posts there were.
    select
        authority, month, 'reported',
        sum(case when part = 'process' then cast(amount as decimal(18, 2)) end),
        sum(case when part = 'calls' then cast(amount as decimal(18, 2)) end)
    from report
    where indicator = 'facebook.process_posts'
    group by authority, month
),
chosen as (
    select
        m.authority, m.month, m.last_day,
        case
            when max(s.is_measured) = 1 then 'measured'
            when max(case when i.way = 'listed' then 1 else 0 end) = 1 then 'listed'
            when max(case when i.way = 'reported' then 1 else 0 end) = 1 then 'reported'
            when max(s.is_complete) = 1 then 'none'
        end as way
    from months m
    left join spoken s on s.authority = m.authority and s.month = m.month
    left join items i on i.authority = m.authority and i.month = m.month
    group by m.authority, m.month, m.last_day
),
figures as (
    select
        c.authority, c.month,
        case when i.way is null then 0 else i.posts end as posts,
        case when i.way is null then 0 else i.calls end as calls,
        case when c.way = 'measured' then '' else 'entered_by_hand' end as quality,
        case when c.way <> 'measured' then c.last_day end as as_of
    from chosen c
    left join items i on i.authority = c.authority and i.month = c.month and i.way = c.way
    where c.way is not null
)
select
    authority, month, '' as part, cast(posts as double) as value, cast(null as double) as numerator, cast(null as double) as denominator,
    posts as n, quality, as_of
from figures
where posts is not null
union all
select authority, month, 'calls', cast(calls as double), null, null, calls, quality, as_of
from figures
where calls is not null
union all
select
    authority, month, 'calls_share', cast(calls as double) / nullif(cast(posts as double), 0), cast(calls as double), cast(posts as double),
    posts, quality, as_of
from figures
where posts is not null and calls is not null
