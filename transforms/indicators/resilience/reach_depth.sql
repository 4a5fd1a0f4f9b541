/*
title:
  he: כיסוי האוכלוסייה
  ar: مدى تغطية السكان
  en: How deep into the population the activity reaches
question:
  he: לכמה מהתושבים הפעילות הקהילתית באמת מגיעה, לפחות פעם בשבוע?
  ar: إلى كم من السكان يصل النشاط المجتمعي فعلاً، مرة في الأسبوع على الأقل؟
  en: How many residents does community activity really reach, at least once a week?
advice:
  he: בחרו את הקבוצה שאתם פוגשים הכי פחות ובקרו אצלה החודש, לפני שמוסיפים עוד פעילות לאותם אנשים.
  ar: اختاروا الفئة التي تلتقونها أقل من غيرها وزوروها هذا الشهر قبل إضافة نشاط لمن يأتون دائماً.
  en: Choose the group you meet least and visit it this month, before adding more for the same people.
definition: "Weighted share of survey respondents who take part in community activity at least weekly (4 or 5 of 5), latest wave of the last 12 months with at least 30 answers; where there is none, people taking part weekly over people in the groups staff entered. Both are kept apart as parts. Only the whole: figures by group wait for disclosure control."
outcome: 5
aspect: resilience
method: mixed
unit: share
grain: [authority, month]
inputs: {report: [0, 0], survey_response: [-11, 0]}
parts:
  survey:
    unit: share
    title: {he: לפי סקר, ar: وفق الاستطلاع, en: By survey}
  entered:
    unit: share
    title: {he: לפי הזנת הצוות, ar: وفق إدخال الطاقم, en: As entered by staff}
caveats: [entered_by_hand, carried, opt_in_sample, low_reliability]
owner: community worker
since: "2026-11"
revision: 1
*/
with waves as (
    select m.authority, m.month, s.month as wave_month, s.wave, max(s.closed_day) as closed_day, max(s.sample_type) as sample_type
    from months m
    join survey_response s on s.authority = m.authority and s.month <= m.month and s.month >= m.year_before
    where s.indicator = 'resilience.reach_depth' and s.audience = 'residents'
    group by m.authority, m.month, s.month, s.wave
),
ordered as (
    -- Waves are never pooled: of two that closed in one month the probability sample speaks.
    select authority, month, wave_month, wave, closed_day, sample_type,
        row_number() over (
            partition by authority, month order by wave_month desc, sample_type desc, closed_day desc, wave desc
        ) as place
    from waves
),
people as (
    select w.authority, w.month, w.wave_month, w.closed_day, w.sample_type, s.respondent,
        cast(max(s.weight) as decimal(18, 6)) as weight,
        cast(cast(sum(s.score) as decimal(18, 6)) / count(*) as decimal(18, 6)) as score
    from ordered w
    join survey_response s on s.authority = w.authority and s.month = w.wave_month and s.wave = w.wave
    where w.place = 1 and s.indicator = 'resilience.reach_depth' and s.audience = 'residents'
    group by w.authority, w.month, w.wave_month, w.closed_day, w.sample_type, s.respondent
),
surveyed as (
    select authority, month,
        cast(sum(case when score >= 4 then weight else 0 end) as double) as numerator,
        cast(sum(weight) as double) as denominator,
        count(*) as n,
        closed_day as as_of,
        concat(
            case when wave_month < month then 'carried ' else '' end,
            case when sample_type = 'opt_in' then 'opt_in_sample ' else '' end,
            case when count(*) < 50 then 'low_reliability' else '' end
        ) as quality
    from people
    group by authority, month, wave_month, closed_day, sample_type
    having count(*) >= 30
),
groups as (
    select authority, month, subject, space,
        sum(case when part = 'weekly' then cast(amount as decimal(18, 2)) end) as weekly,
        sum(case when part = 'population' then cast(amount as decimal(18, 2)) end) as population
    from report
    where indicator = 'resilience.reach_depth'
    group by authority, month, subject, space
),
entered as (
    -- A group of which only one of the two numbers is known says nothing of the share.
    select authority, month, cast(sum(weekly) as double) as numerator, cast(sum(population) as double) as denominator
    from groups
    where weekly is not null and population is not null
    group by authority, month
),
figures as (
    select s.authority, s.month, '' as part, s.numerator, s.denominator, s.n, s.as_of, s.quality
    from surveyed s
    union all
    select s.authority, s.month, 'survey', s.numerator, s.denominator, s.n, s.as_of, s.quality
    from surveyed s
    union all
    select m.authority, m.month, '', e.numerator, e.denominator, e.denominator, null, 'entered_by_hand'
    from months m
    join entered e on e.authority = m.authority and e.month = m.month
    left join surveyed s on s.authority = m.authority and s.month = m.month
    where s.month is null
    union all
    select m.authority, m.month, 'entered', e.numerator, e.denominator, e.denominator, null, 'entered_by_hand'
    from months m
    join entered e on e.authority = m.authority and e.month = m.month
)
select authority, month, part, numerator / nullif(denominator, 0) as value, numerator, denominator, n, as_of, quality
from figures
