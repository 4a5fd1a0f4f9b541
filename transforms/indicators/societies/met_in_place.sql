/*
title:
  he: תחושה שהרשות פוגשת אותם במרחבים המתאימים
  ar: الشعور بأن السلطة تلتقي بهم في مساحات تناسبهم
  en: Residents who feel met in spaces that suit them
question:
  he: האם תושבים מכל החברות מרגישים שהרשות פוגשת אותם במקום, בשפה ובאופן שמתאימים להם?
  ar: هل يشعر السكان من كل المجتمعات بأن السلطة تلتقي بهم في المكان وباللغة وبالطريقة التي تناسبهم؟
  en: Do residents of every society feel that the authority meets them in a place, language and manner that suit them?
advice:
  he: שאלו חמישה אנשים מחברה שכמעט לא עונה לכם היכן הם מדברים היום, ובואו לשם כאורחים.
  ar: اسألوا خمسة أشخاص من مجتمع يكاد لا يستجيب لكم أين يتحدثون اليوم، وتعالوا إليهم ضيوفاً.
  en: Ask five people of a society that hardly answers you where they talk today, and come there as guests.
definition: "Weighted share of residents who answered 4 or 5 of 5 on average over the indicator's items, in the latest wave of the last 12 months. Only the whole is given: figures by society wait for disclosure control."
outcome: 4
aspect: societies
method: surveyed
unit: share
grain: [authority, month]
inputs: {survey_response: [-11, 0]}
caveats: [carried, opt_in_sample, low_reliability]
owner: community worker
since: "2026-11"
revision: 1
*/
with waves as (
    select m.authority, m.month, s.month as wave_month, s.wave, max(s.closed_day) as closed_day, max(s.sample_type) as sample_type
    from months m
    join survey_response s on s.authority = m.authority and s.month <= m.month and s.month >= m.year_before
    where s.indicator = 'societies.met_in_place' and s.audience = 'residents'
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
    where w.place = 1 and s.indicator = 'societies.met_in_place' and s.audience = 'residents'
    group by w.authority, w.month, w.wave_month, w.closed_day, w.sample_type, s.respondent
)
select
    authority,
    month,
    cast(sum(case when score >= 4 then weight else 0 end) as double) / cast(sum(weight) as double) as value,
    cast(sum(case when score >= 4 then weight else 0 end) as double) as numerator,
    cast(sum(weight) as double) as denominator,
    count(*) as n,
    closed_day as as_of,
    concat(
        case when wave_month < month then 'carried ' else '' end,
        case when sample_type = 'opt_in' then 'opt_in_sample' else '' end
    ) as quality
from people
group by authority, month, wave_month, closed_day, sample_type
