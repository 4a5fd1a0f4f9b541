/*
title:
  he: שיפור האוריינות הדיגיטלית
  ar: تحسّن المهارات الرقمية
  en: Digital literacy gained through the authority's assets
question:
  he: האם הנכסים הדיגיטליים של הרשות עוזרים לתושבים להסתדר טוב יותר ברשת?
  ar: هل تساعد المساحات الرقمية للسلطة المحلية السكان على تدبّر أمورهم في الشبكة؟
  en: Do the authority's digital assets help residents manage better online?
advice:
  he: הצמידו לכל שירות חדש סרטון של דקה או שעת עזרה בספרייה, והתחילו במי שענו את הציון הנמוך.
  ar: أرفقوا بكل خدمة جديدة مقطعاً من دقيقة أو ساعة مساعدة في المكتبة، وابدأوا بمن هم في حاجة أكبر.
  en: Add to each new service a one-minute film or a help hour at the library, and begin where people find it hardest.
definition: Weighted mean (1 to 5) of the digital literacy items, each respondent averaged first, in the latest wave of the last 12 months. The change is against the earliest wave of the same instrument and kind of sample; both need 30 answers.
outcome: 1
aspect: reach
method: surveyed
unit: score_1_5
grain: [authority, month]
inputs: {survey_response: [-1200, 0]}
parts:
  change_since_baseline:
    unit: score_1_5
    title: {he: שינוי מאז הסקר הראשון, ar: التغيّر منذ الاستطلاع الأول, en: Change since the first wave}
caveats: [carried, opt_in_sample, low_reliability]
owner: digital services lead
since: "2026-11"
revision: 1
*/
with waves as (
    select m.authority, m.month, s.month as wave_month, s.wave, max(s.closed_day) as closed_day, max(s.sample_type) as sample_type
    from months m
    join survey_response s on s.authority = m.authority and s.month <= m.month and s.month >= m.year_before
    where s.indicator = 'assets.digital_literacy' and s.audience = 'residents'
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
    where w.place = 1 and s.indicator = 'assets.digital_literacy' and s.audience = 'residents'
    group by w.authority, w.month, w.wave_month, w.closed_day, w.sample_type, s.respondent
),
current_wave as (
    select authority, month, wave_month, wave, closed_day, sample_type
    from ordered
    where place = 1
),
instruments as (
    select authority, month as wave_month, wave, max(instrument) as instrument, max(sample_type) as sample_type, max(closed_day) as closed_day
    from survey_response
    where indicator = 'assets.digital_literacy' and audience = 'residents'
    group by authority, month, wave
),
earlier as (
    -- Waves with other questions or another kind of sample are no baseline.
    select c.authority, c.month, b.wave_month, b.wave,
        row_number() over (partition by c.authority, c.month order by b.wave_month, b.closed_day, b.wave) as place
    from current_wave c
    join instruments i on i.authority = c.authority and i.wave_month = c.wave_month and i.wave = c.wave
    join instruments b on b.authority = i.authority and b.instrument = i.instrument and b.sample_type = i.sample_type
        and (b.wave_month < i.wave_month or (b.wave_month = i.wave_month and b.closed_day < i.closed_day))
),
baseline_people as (
    select e.authority, e.month, s.respondent,
        cast(max(s.weight) as decimal(18, 6)) as weight,
        cast(cast(sum(s.score) as decimal(18, 6)) / count(*) as decimal(18, 6)) as score
    from earlier e
    join survey_response s on s.authority = e.authority and s.month = e.wave_month and s.wave = e.wave
    where e.place = 1 and s.indicator = 'assets.digital_literacy' and s.audience = 'residents'
    group by e.authority, e.month, s.respondent
),
baseline as (
    select authority, month, cast(sum(weight * score) as double) / cast(sum(weight) as double) as score, count(*) as n
    from baseline_people
    group by authority, month
),
latest as (
    select authority, month, cast(sum(weight * score) as double) / cast(sum(weight) as double) as score, count(*) as n, closed_day,
        concat(
            case when wave_month < month then 'carried ' else '' end,
            case when sample_type = 'opt_in' then 'opt_in_sample' else '' end
        ) as quality
    from people
    group by authority, month, wave_month, closed_day, sample_type
)
select authority, month, '' as part, score as value, n, closed_day as as_of, quality
from latest
union all
select l.authority, l.month, 'change_since_baseline', l.score - b.score, least(l.n, b.n), l.closed_day, l.quality
from latest l
join baseline b on b.authority = l.authority and b.month = l.month
