/*
title:
  he: שייכות, ערבות הדדית וקהילתיות
  ar: انتماء وتكافل وروح مجتمعية
  en: Belonging, mutual support, community feeling
question:
  he: האם חברי הקבוצות הפתוחות מרגישים שייכים ושיש על מי לסמוך?
  ar: هل يشعر أعضاء المجموعات المفتوحة بالانتماء وبأن هناك من يُعتمد عليه؟
  en: Do members of the open groups feel that they belong and have somebody to rely on?
advice:
  he: שייכות נבנית ממפגש. הציעו לקבוצה הפעילה ביותר קפה משותף אחד, ותנו לחבריה להזמין.
  ar: الانتماء يُبنى من اللقاء. اقترحوا على المجموعة الأنشط لقاء قهوة واحداً ودعوا أعضاءها يوجّهون الدعوة.
  en: Belonging grows from meeting. Offer the liveliest group one coffee together, and let its members do the inviting.
definition: >-
  Weighted mean over respondents of their mean answer (1 to 5) to the items on belonging, mutual support and community, in the latest wave within 12
  months among residents; the items are put to members of open groups only. Waves are never pooled; of two that closed on one day the
  probability sample stands.
outcome: 1
aspect: resident_resident
method: surveyed
unit: score_1_5
grain: [authority, month]
assets: [whatsapp]
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
    where s.indicator = 'whatsapp.belonging' and s.audience = 'residents'
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
    where l.place = 1 and s.indicator = 'whatsapp.belonging' and s.audience = 'residents'
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
