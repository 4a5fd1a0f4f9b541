/*
title:
  he: שימוש גובר במרחב הדיגיטלי בזכות נכסי הרשות
  ar: سكان يستخدمون الحيّز الرقمي أكثر بفضل السلطة المحلية
  en: Residents who use the digital space more thanks to the assets
question:
  he: האם בזכות הנכסים של הרשות תושבים משתמשים יותר במרחב הדיגיטלי?
  ar: هل يستخدم السكان الحيّز الرقمي أكثر بفضل مساحات السلطة المحلية؟
  en: Do residents use the digital space more thanks to the authority's assets?
advice:
  he: "שאלו את מי שאינם משתמשים מה חסר להם: מכשיר, שפה או מישהו שיישב לידם בפעם הראשונה."
  ar: "اسألوا من لا يستخدمون ماذا ينقصهم: جهاز أم لغة أم شخص يجلس بجانبهم في المرة الأولى."
  en: "Ask those who do not use it what is lacking: a device, the language, or somebody to sit beside them the first time."
definition: Weighted share of residents who answered 4 or 5 of 5 on average over the indicator's items, in the latest wave of the last 12 months; waves are never pooled.
outcome: 1
aspect: reach
method: surveyed
unit: share
grain: [authority, month]
inputs: {survey_response: [-11, 0]}
caveats: [carried, opt_in_sample, low_reliability]
owner: digital services lead
since: "2026-11"
revision: 1
*/
with waves as (
    select m.authority, m.month, s.month as wave_month, s.wave, max(s.closed_day) as closed_day, max(s.sample_type) as sample_type
    from months m
    join survey_response s on s.authority = m.authority and s.month <= m.month and s.month >= m.year_before
    where s.indicator = 'assets.digital_use' and s.audience = 'residents'
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
    where w.place = 1 and s.indicator = 'assets.digital_use' and s.audience = 'residents'
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
