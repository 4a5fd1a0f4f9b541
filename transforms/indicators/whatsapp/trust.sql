/*
title:
  he: אמון ברשות ושביעות רצון מתשומת הלב
  ar: الثقة بالسلطة والرضا عن اهتمامها
  en: Trust in the authority and satisfaction with its attention
question:
  he: האם תושבים סומכים על הרשות ומרגישים שהיא קשובה להם?
  ar: هل يثق السكان بالسلطة ويشعرون بأنها تصغي إليهم؟
  en: Do residents trust the authority and feel that it listens?
advice:
  he: ירידה באמון מתחילה לרוב בתשובות שלא הגיעו. בדקו קודם את שיעור המענה ואת זמן המענה.
  ar: تراجع الثقة يبدأ غالباً من ردود لم تصل. افحصوا أولاً نسبة الردود وزمنها.
  en: Trust usually falls where answers did not come. Look at the share and the time of answers first.
definition: >-
  Weighted mean over respondents of their mean answer (1 to 5) to the trust items, in the latest wave among residents within 12 months. Waves are
  never pooled; of two that closed on one day the probability sample stands.
outcome: 1
aspect: resident_authority
method: surveyed
unit: score_1_5
grain: [authority, month]
inputs: {survey_response: [-11, 0]}
caveats: [carried, opt_in_sample, low_reliability]
owner: community worker
since: "2026-11"
revision: 1
*/
with waves as (
    select
        m.authority, m.month, s.wave, max(s.month) as wave_month, max(s.closed_day) as closed_day, max(s.sample_type) as sample_type
    from months m
    join survey_response s on s.authority = m.authority and s.month <= m.month and s.month >= m.year_before
    where s.indicator = 'whatsapp.trust' and s.audience = 'residents'
    group by m.authority, m.month, s.wave
),
latest as (
    select
        authority, month, wave, wave_month, closed_day, sample_type,
        row_number() over (partition by authority, month order by closed_day desc, sample_type desc, wave) as place
    from waves
),
people as (
    select
        l.authority, l.month, l.wave_month, l.closed_day, l.sample_type, s.respondent,
        max(cast(s.weight as decimal(12, 6))) as weight,
        cast(cast(sum(s.score) as double) / count(*) as decimal(9, 6)) as score
    from latest l
    join survey_response s on s.authority = l.authority and s.wave = l.wave and s.month = l.wave_month
    where l.place = 1 and s.indicator = 'whatsapp.trust' and s.audience = 'residents'
    group by l.authority, l.month, l.wave_month, l.closed_day, l.sample_type, s.respondent
)
select
    authority,
    month,
    cast(sum(weight * score) as double) / cast(sum(weight) as double) as value,
    cast(sum(weight * score) as double) as numerator,
    cast(sum(weight) as double) as denominator,
    count(*) as n,
    max(closed_day) as as_of,
    concat(
        case when wave_month < month then 'carried ' else '' end,
        case when max(sample_type) = 'opt_in' then 'opt_in_sample' else '' end
    ) as quality
from people
group by authority, month, wave_month
