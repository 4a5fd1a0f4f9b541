/*
title:
  he: תושבים שמרגישים שהנושאים רלוונטיים לחייהם
  ar: سكان يشعرون بأن المواضيع تخص حياتهم
  en: Residents who feel the topics matter to their lives
question:
  he: איזה חלק מהתושבים מרגישים שמה שעולה בפייסבוק של הרשות נוגע לחיים שלהם?
  ar: أي نسبة من السكان تشعر بأن ما يُطرح في فيسبوك السلطة المحلية يمسّ حياتها؟
  en: What share of residents feel that what comes up on the authority's Facebook touches their lives?
advice:
  he: שבו עם חמישה תושבים מהקבוצה ושאלו על מה דיברו השבוע בבית. משם יבואו הנושאים של החודש הבא.
  ar: اجلسوا مع خمسة من أعضاء المجموعة واسألوهم عما تحدثوا به في البيت هذا الأسبوع. من هناك تأتي مواضيع الشهر القادم.
  en: Sit with five residents of the group and ask what they talked of at home this week. Next month's topics come from there.
definition: >-
  Weighted share of respondents whose mean answer to the items is 4 or more of 5, in the latest wave among residents within 12 months. Waves are
  never pooled; of two that closed on one day the probability sample stands.
outcome: 1
aspect: resident_authority
method: surveyed
unit: share
grain: [authority, month]
assets: [facebook]
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
    where s.indicator = 'facebook.relevance_felt' and s.audience = 'residents'
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
    where l.place = 1 and s.indicator = 'facebook.relevance_felt' and s.audience = 'residents'
    group by l.authority, l.month, l.wave_month, l.closed_day, l.sample_type, s.respondent
)
select
    authority,
    month,
    cast(sum(case when score >= 4 then weight else 0 end) as double) / cast(sum(weight) as double) as value,
    cast(sum(case when score >= 4 then weight else 0 end) as double) as numerator,
    cast(sum(weight) as double) as denominator,
    count(*) as n,
    max(closed_day) as as_of,
    concat(
        case when wave_month < month then 'carried ' else '' end,
        case when max(sample_type) = 'opt_in' then 'opt_in_sample' else '' end
    ) as quality
from people
group by authority, month, wave_month
