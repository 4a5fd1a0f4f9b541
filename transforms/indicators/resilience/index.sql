/*
title:
  he: מדד חוסן קהילתי נתפס
  ar: مؤشر المناعة المجتمعية المتصوَّرة
  en: Perceived community resilience
question:
  he: האם הקהילה כאן חסינה בעיני תושביה?
  ar: هل المجتمع هنا منيع في نظر سكانه؟
  en: Is the community resilient in its residents' own eyes?
advice:
  he: הסתכלו קודם איזה משלושת הגורמים נמוך ובו תתחילו; המדד עולה לאט, ושינוי של חודש אחד אינו סיבה להיבהל.
  ar: انظروا أولاً أيّ العوامل الثلاثة منخفض وابدأوا به؛ المؤشر يرتفع ببطء، وتغيّر شهر واحد ليس سبباً للقلق.
  en: See first which of the three factors is low and begin there; the index rises slowly, and one month's change is no cause for alarm.
definition: Three factors, social capital, satisfaction and attachment (1 to 5). A respondent has a factor when at least half of its items asked in the wave were answered; the total is the weighted mean, over respondents with all three, of the unweighted mean of their three factor means; parts are the weighted means of each factor over those who have it. Latest wave of the last 12 months; only the whole, cuts wait for disclosure control.
outcome: 5
aspect: resilience
method: surveyed
unit: score_1_5
grain: [authority, month]
inputs: {survey_response: [-11, 0]}
parts:
  social_capital:
    unit: score_1_5
    title: {he: הון חברתי, ar: رأس المال الاجتماعي, en: Social capital}
  satisfaction:
    unit: score_1_5
    title: {he: שביעות רצון, ar: الرضا, en: Satisfaction}
  attachment:
    unit: score_1_5
    title: {he: התקשרות, ar: الارتباط, en: Attachment}
caveats: [carried, opt_in_sample, low_reliability]
owner: community worker
since: "2026-11"
revision: 1
*/
with waves as (
    select m.authority, m.month, s.month as wave_month, s.wave, max(s.closed_day) as closed_day, max(s.sample_type) as sample_type
    from months m
    join survey_response s on s.authority = m.authority and s.month <= m.month and s.month >= m.year_before
    where s.indicator = 'resilience.index' and s.audience = 'residents'
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
answers as (
    select w.authority, w.month, w.wave_month, w.closed_day, w.sample_type, s.respondent, s.scale, s.item, s.score, s.weight
    from ordered w
    join survey_response s on s.authority = w.authority and s.month = w.wave_month and s.wave = w.wave
    where w.place = 1 and s.indicator = 'resilience.index' and s.audience = 'residents'
        and s.scale in ('social_capital', 'satisfaction', 'attachment')
),
items as (
    select authority, month, scale, count(distinct item) as items
    from answers
    group by authority, month, scale
),
factors as (
    select a.authority, a.month, a.wave_month, a.closed_day, a.sample_type, a.respondent, a.scale,
        cast(max(a.weight) as decimal(18, 6)) as weight,
        cast(cast(sum(a.score) as decimal(18, 6)) / count(*) as decimal(18, 6)) as score
    from answers a
    join items i on i.authority = a.authority and i.month = a.month and i.scale = a.scale
    group by a.authority, a.month, a.wave_month, a.closed_day, a.sample_type, a.respondent, a.scale, i.items
    having count(*) * 2 >= i.items
),
people as (
    select authority, month, wave_month, closed_day, sample_type, respondent, '' as part, max(weight) as weight,
        cast(cast(sum(score) as decimal(18, 6)) / 3 as decimal(18, 6)) as score
    from factors
    group by authority, month, wave_month, closed_day, sample_type, respondent
    having count(*) = 3
    union all
    select authority, month, wave_month, closed_day, sample_type, respondent, scale, weight, score
    from factors
)
select
    authority,
    month,
    part,
    cast(sum(weight * score) as double) / cast(sum(weight) as double) as value,
    count(*) as n,
    closed_day as as_of,
    concat(
        case when wave_month < month then 'carried ' else '' end,
        case when sample_type = 'opt_in' then 'opt_in_sample' else '' end
    ) as quality
from people
group by authority, month, part, wave_month, closed_day, sample_type
