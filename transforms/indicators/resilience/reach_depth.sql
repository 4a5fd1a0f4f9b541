/*
title:
  he: כיסוי האוכלוסייה
  ar: مدى تغطية السكان
  en: How deep into the population the activity reaches
question:
  he: לכמה מהתושבים הפעילות הקהילתית באמת מגיעה, לפחות פעם בשבוע?
  ar: إلى كم من السكان يصل النشاط المجتمعي فعلًا، مرة في الأسبوع على الأقل؟
  en: How many residents does community activity really reach, at least once a week?
advice:
  he: בחרו את הקבוצה שאתם פוגשים הכי פחות ובקרו אצלה החודש, לפני שמוסיפים עוד פעילות לאותם אנשים.
  ar: اختاروا الفئة التي تلتقونها أقل من غيرها وزوروها هذا الشهر قبل إضافة نشاط لمن يأتون دائمًا.
  en: Choose the group you meet least and visit it this month, before adding more for the same people.
definition: "Share of survey respondents who take part in community activity at least weekly (4 or 5 of 5), latest wave of the last 12 months with at least 30 answers; where there is none, people taking part weekly over people in the groups staff entered. Both are kept apart as parts. `aware` and `in_time`: share of respondents who agree (4 or 5 of 5) that they know what there is here for people like them, and that they hear in time of what matters to them; same wave, from 30 answers. Only the whole: figures by group wait for disclosure control."
definition_he: "שיעור המשיבים בסקר שמשתתפים בפעילות קהילתית לפחות פעם בשבוע, בגל האחרון שיש בו 30 תשובות; אם אין כזה, המשתתפים חלקי האנשים בקבוצות שהצוות הזין. לצידו: מי שיודעים מה יש כאן בשבילם, ומי ששומעים בזמן."
definition_ar: "نسبة المجيبين في الاستطلاع الذين يشاركون في نشاط مجتمعي مرة في الأسبوع على الأقل، في آخر موجة فيها 30 إجابة؛ وإلا فالمشاركون مقسومين على الأشخاص في المجموعات التي أدخلها الطاقم. إلى جانبها: من يعرفون ما يوجد هنا لأجلهم، ومن يسمعون في الوقت المناسب."
outcome: 5
aspect: resilience
method: mixed
unit: share
unit_words: {he: "מהתושבים שנבדקו", ar: "من السكان الذين فُحصوا", en: "of the residents asked or met"}
grain: [authority, month]
needs: {"": [], survey: [], entered: [], aware: [], in_time: []}
inputs: {report: [0, 0], survey_response: [-11, 0]}
parts:
  survey:
    unit: share
    title: {he: לפי סקר, ar: وفق الاستطلاع, en: By survey}
  entered:
    unit: share
    title: {he: לפי הזנת הצוות, ar: وفق إدخال الطاقم, en: As entered by staff}
  aware:
    unit: share
    title: {he: יודעים מה יש כאן בשבילם, ar: يعرفون ما يوجد هنا من أجلهم, en: Know what there is here for them}
  in_time:
    unit: share
    title: {he: שומעים בזמן על מה שחשוב להם, ar: يسمعون في الوقت بما يهمهم, en: Hear in time of what matters to them}
caveats: [entered_by_hand, carried, opt_in_sample, low_reliability, unweighted]
owner: community worker
since: "2026-11"
revision: 2
*/
with surveyed as (
    select
        authority, month, scale, cast(sum(case when score >= 4 then weight else 0 end) as double) as numerator,
        cast(sum(weight) as double) as denominator, count(*) as n, effective(weight) as n_effective, closed_day as as_of, quality
    from survey_factor
    where indicator = 'resilience.reach_depth' and audience = 'residents'
    group by authority, month, scale, closed_day, quality
),
groups as (
    select
        m.authority, m.month,
        sum(case when r.part = 'weekly' then cast(r.amount as decimal(18, 2)) end) as weekly,
        sum(case when r.part = 'population' then cast(r.amount as decimal(18, 2)) end) as population
    from months m
    join report r on r.authority = m.authority and r.month = m.month
    where r.indicator = 'resilience.reach_depth'
    group by m.authority, m.month, r.subject, r.space
),
by_hand as (
    -- A group of which only one of the two numbers is known says nothing of the share.
    select authority, month, cast(sum(weekly) as double) as numerator, cast(sum(population) as double) as denominator
    from groups
    where weekly is not null and population is not null
    group by authority, month
),
figures as (
    select authority, month, '' as part, numerator, denominator, n, n_effective, as_of, quality, 'surveyed' as method
    from surveyed
    where scale not in ('awareness', 'flow')
    union all
    select
        authority, month, case scale when 'awareness' then 'aware' when 'flow' then 'in_time' else 'survey' end,
        numerator, denominator, n, n_effective, as_of, quality, 'surveyed'
    from surveyed
    union all
    select authority, month, '', numerator, denominator, denominator, null, null, '', 'entered'
    from by_hand
    union all
    select authority, month, 'entered', numerator, denominator, denominator, null, null, '', 'entered'
    from by_hand
)
select authority, month, part, numerator / nullif(denominator, 0) as value, numerator, denominator, n, n_effective, as_of, quality, method
from figures
