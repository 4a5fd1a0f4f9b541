/*
title:
  he: תכנים בניוזלטר המשתפים בתהליכים עירוניים
  ar: مواد في النشرة تشارك بمسارات بلدية
  en: Items sharing municipal processes openly
question:
  he: כמה תהליכים עירוניים שיתפנו בניוזלטר החודש, ועד כמה מוקדם?
  ar: كم مساراً بلدياً شاركنا في النشرة هذا الشهر، وكم كان ذلك مبكراً؟
  en: How many municipal processes did the newsletter share this month, and how early?
advice:
  he: הוסיפו לכל פריט כזה שורה אחת, מה עוד פתוח ועד מתי אפשר לומר דעה.
  ar: أضيفوا إلى كل مادة كهذه سطراً واحداً يقول ما الذي ما زال مفتوحاً وحتى متى يمكن إبداء الرأي.
  en: Give each such item one more line saying what is still open and until when one can have a say.
definition: >-
  Items of topic `process` sent in newsletters in the month, each with its kind and the stage at which it was shared. From a source that
  lists publications where one speaks for the month; else the items staff listed one by one; else the numbers they entered; zero when the
  topic was declared complete. Earliness is the mean over items with a known stage of idea 1, draft 2/3, decision 1/3, done 0.
outcome: 1
aspect: reach
method: mixed
unit: count
grain: [authority, month]
assets: [newsletter]
inputs: {coverage: [0, 0], publication: [0, 0], report: [0, 0]}
parts:
  idea:
    unit: count
    title: {he: שותפו בשלב הרעיון, ar: شوركت في مرحلة الفكرة, en: Shared as an idea}
  draft:
    unit: count
    title: {he: שותפו בשלב הטיוטה, ar: شوركت في مرحلة المسودة, en: Shared as a draft}
  decision:
    unit: count
    title: {he: שותפו לקראת החלטה, ar: شوركت عند القرار, en: Shared at the decision}
  done:
    unit: count
    title: {he: שותפו לאחר מעשה, ar: شوركت بعد التنفيذ, en: Shared when done}
  no_stage:
    unit: count
    title: {he: שלב לא ידוע, ar: مرحلة غير معروفة, en: Stage unknown}
  earliness:
    unit: share
    title: {he: מדד השיתוף המוקדם, ar: مؤشر المشاركة المبكرة, en: How early it was shared}
  planning:
    unit: count
    title: {he: תכנון ובנייה, ar: تخطيط وبناء, en: Planning}
  education:
    unit: count
    title: {he: חינוך, ar: تعليم, en: Education}
  events:
    unit: count
    title: {he: תוכנית אירועים, ar: برنامج فعاليات, en: Events programme}
  tenders:
    unit: count
    title: {he: קולות קוראים ומכרזים, ar: مناقصات ونداءات, en: Calls and tenders}
  legislation:
    unit: count
    title: {he: חקיקת עזר, ar: قوانين مساعدة, en: By-laws}
  budget:
    unit: count
    title: {he: תקציב, ar: ميزانية, en: Budget}
  residents_meeting:
    unit: count
    title: {he: מפגשי תושבים, ar: لقاءات سكان, en: "Residents' meetings"}
  other:
    unit: count
    title: {he: תהליך אחר, ar: مسار آخر, en: Other process}
caveats: [entered_by_hand, partial_period]
owner: spokesperson
since: "2026-11"
revision: 1
*/
with spoken as (
    select
        authority, month,
        max(case when fact = 'publication' and asset = 'newsletter' and basis <> 'entered' then 1 else 0 end) as is_measured,
        max(case when fact in ('publication', 'report:newsletter.process_items') and basis = 'entered' and is_full then 1 else 0 end) as is_complete
    from coverage
    group by authority, month
),
items as (
    select
        authority, month,
        case when basis = 'entered' then 'listed' else 'measured' end as way,
        coalesce(stage, 'no_stage') as stage, coalesce(process_kind, '') as process_kind, cast(count(*) as decimal(18, 2)) as items
    from publication
    where asset = 'newsletter' and topic = 'process'
    group by authority, month, basis, stage, process_kind
    union all
    select authority, month, 'reported', case when part = '' then 'no_stage' else part end, '', sum(cast(amount as decimal(18, 2)))
    from report
    where indicator = 'newsletter.process_items'
    group by authority, month, part
),
chosen as (
    select
        m.authority, m.month,
        case
            when max(s.is_measured) = 1 then 'measured'
            when max(case when i.way = 'listed' then 1 else 0 end) = 1 then 'listed'
            when max(case when i.way = 'reported' then 1 else 0 end) = 1 then 'reported'
            when max(s.is_complete) = 1 then 'none'
        end as way,
        m.last_day
    from months m
    left join spoken s on s.authority = m.authority and s.month = m.month
    left join items i on i.authority = m.authority and i.month = m.month
    group by m.authority, m.month, m.last_day
),
counted as (
    select
        c.authority, c.month, i.stage, i.process_kind, i.items,
        case when i.stage = 'idea' then 3 when i.stage = 'draft' then 2 when i.stage = 'decision' then 1 when i.stage = 'done' then 0 end as thirds,
        case when c.way = 'measured' then '' else 'entered_by_hand' end as quality,
        case when c.way <> 'measured' then c.last_day end as as_of
    from chosen c
    left join items i on i.authority = c.authority and i.month = c.month and i.way = c.way
    where c.way is not null
)
select
    authority, month, coalesce(stage, '') as part, cast(coalesce(sum(items), 0) as double) as value, cast(null as double) as numerator, cast(null as double) as denominator,
    coalesce(sum(items), 0) as n, max(quality) as quality, max(as_of) as as_of
from counted
group by grouping sets ((authority, month, stage), (authority, month))
having grouping(stage) = 1 or stage is not null
union all
select authority, month, process_kind, cast(sum(items) as double), null, null, sum(items), max(quality), max(as_of)
from counted
where process_kind <> ''
group by authority, month, process_kind
union all
select
    authority, month, 'earliness', cast(sum(items * thirds) as double) / 3 / nullif(cast(sum(items) as double), 0),
    cast(sum(items * thirds) as double) / 3, cast(sum(items) as double), sum(items), max(quality), max(as_of)
from counted
where thirds is not null
group by authority, month
