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
  ar: أرفقوا بكل خدمة جديدة مقطعًا من دقيقة أو ساعة مساعدة في المكتبة، وابدأوا بمن هم في حاجة أكبر.
  en: Add to each new service a one-minute film or a help hour at the library, and begin where people find it hardest.
definition: Mean (1 to 5) of the digital literacy items, each respondent averaged first, in the latest wave of the last 12 months. The change is against the earliest wave of the same questionnaire, with the same items of it, and kind of sample; both need 30 answers.
definition_he: "ממוצע התשובות (1 עד 5) על שאלות האוריינות הדיגיטלית, בגל האחרון של 12 החודשים. השינוי נמדד מול הגל הראשון של אותו שאלון, באותן שאלות ובאותו סוג של מדגם; לשניהם נדרשות 30 תשובות."
definition_ar: "متوسط الإجابات (1 إلى 5) عن أسئلة المهارة الرقمية في آخر موجة من الأشهر الـ12. يُقاس التغيّر مقابل أول موجة للاستمارة نفسها، بالأسئلة نفسها وبنوع العيّنة نفسه؛ وكلتاهما تحتاج 30 إجابة."
outcome: 1
aspect: reach
method: surveyed
unit: score_1_5
unit_words: {he: "ממוצע התשובות בסקר", ar: "متوسط الإجابات في الاستطلاع", en: "mean of the survey's answers"}
grain: [authority, month]
inputs: {survey_response: [-1200, 0]}
parts:
  change_since_baseline:
    unit: score_1_5
    title: {he: שינוי מאז הסקר הראשון, ar: التغيّر منذ الاستطلاع الأول, en: Change since the first wave}
caveats: [carried, opt_in_sample, low_reliability, unweighted]
owner: digital services lead
since: "2026-11"
revision: 2
*/
with waves as (
    select
        authority, month, wave, regexp_replace(max(instrument), '-[0-9]+$', '') as questionnaire,
        string_agg(distinct item, ' ' order by item) as items, sample_type, max(closed_day) as closed_day
    from survey_response
    where indicator = 'assets.digital_literacy' and audience = 'residents'
    group by authority, month, wave, sample_type
),
current_wave as (
    select distinct authority, month, wave_month, wave, sample_type
    from survey_answer
    where indicator = 'assets.digital_literacy' and audience = 'residents'
),
earlier as (
    -- Waves with other questions or another kind of sample are no baseline.
    select
        c.authority, c.month, b.month as wave_month, b.wave, b.sample_type,
        row_number() over (partition by c.authority, c.month order by b.month, b.closed_day, b.wave) as place
    from current_wave c
    join waves i on i.authority = c.authority and i.month = c.wave_month and i.wave = c.wave and i.sample_type = c.sample_type
    join waves b
        on b.authority = i.authority and b.questionnaire = i.questionnaire and b.items = i.items and b.sample_type = i.sample_type
        and (b.month < i.month or (b.month = i.month and b.closed_day < i.closed_day))
),
people as (
    select
        e.authority, e.month, cast(max(s.weight) as decimal(18, 6)) as weight,
        cast(cast(sum(s.score) as decimal(18, 6)) / count(*) as decimal(18, 6)) as score
    from earlier e
    join survey_response s on s.authority = e.authority and s.month = e.wave_month and s.wave = e.wave and s.sample_type = e.sample_type
    where e.place = 1 and s.indicator = 'assets.digital_literacy' and s.audience = 'residents'
    group by e.authority, e.month, s.respondent
),
baseline as (
    select authority, month, cast(sum(weight * score) as double) / cast(sum(weight) as double) as score, count(*) as n,
        effective(weight) as n_effective, spread(score, weight) as variance
    from people
    group by authority, month
),
latest as (
    select authority, month, weighted_score / weight as score, n, n_effective, variance, closed_day, quality
    from survey_estimate
    where indicator = 'assets.digital_literacy' and audience = 'residents'
)
select authority, month, '' as part, score as value, n, n_effective, variance, closed_day as as_of, quality
from latest
union all
-- Two waves are two samples: their squared standard errors add up. The fewer answers decide how sure that is.
select
    l.authority, l.month, 'change_since_baseline', l.score - b.score, least(l.n, b.n), least(l.n_effective, b.n_effective),
    (l.variance / nullif(l.n_effective - 1, 0) + b.variance / nullif(b.n_effective - 1, 0)) * (least(l.n_effective, b.n_effective) - 1),
    l.closed_day, l.quality
from latest l
join baseline b on b.authority = l.authority and b.month = l.month
