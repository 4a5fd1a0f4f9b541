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
definition: Mean of the trust items (1 to 5) over the answers of the latest wave within 12 months; respondents are averaged first.
outcome: 1
aspect: resident_authority
method: surveyed
unit: score_1_5
grain: [authority, month]
inputs: {survey_response: [-11, 0]}
owner: community worker
since: "2026-11"
revision: 1
*/
with latest as (
    select m.authority, m.month, max(s.month) as wave_month
    from months m
    join survey_response s on s.authority = m.authority
    where s.indicator = 'whatsapp.trust' and s.month <= m.month and s.month >= m.year_before
    group by m.authority, m.month
),
people as (
    select l.authority, l.month, l.wave_month, s.wave, s.respondent, max(s.closed_day) as closed_day,
        max(s.sample_type) as sample_type, cast(sum(s.score) as decimal(18, 6)) / count(*) as score
    from latest l
    join survey_response s on s.authority = l.authority and s.month = l.wave_month
    where s.indicator = 'whatsapp.trust'
    group by l.authority, l.month, l.wave_month, s.wave, s.respondent
)
select
    authority,
    month,
    cast(sum(cast(score as decimal(18, 6))) as double) / count(*) as value,
    count(*) as n,
    max(closed_day) as as_of,
    concat(
        case when wave_month < month then 'carried ' else '' end,
        case when max(sample_type) = 'opt_in' then 'opt_in_sample' else '' end
    ) as quality
from people
group by authority, month, wave_month
