/*
title:
  he: תחושת הנחיצות בקרב עובדי הרשות
  ar: شعور موظفي السلطة بضرورة الأمر
  en: Staff who find answering residents online necessary
question:
  he: האם עובדי הרשות מרגישים שלענות לתושבים ברשת הוא חלק מהעבודה?
  ar: هل يشعر موظفو السلطة المحلية بأن الرد على السكان عبر الشبكة جزء من العمل؟
  en: Do staff feel that answering residents online is part of the job?
advice:
  he: אם הציון נמוך, בררו קודם אם יש לאנשים זמן וגיבוי לענות; תחושת נחיצות גדלה כשרואים תשובה שעזרה.
  ar: إذا كانت الدرجة منخفضة فتحققوا أولاً من توفر الوقت والدعم للرد؛ الشعور بالضرورة يكبر عند رؤية جواب أفاد أحداً.
  en: If it is low, find out first whether people have time and backing to answer; the sense of need grows on seeing an answer that helped.
definition: Weighted mean (1 to 5) of the items asked of staff; each respondent averaged first; latest staff wave of the last 12 months; waves are never pooled.
outcome: 3
aspect: ethics
method: surveyed
unit: score_1_5
grain: [authority, month]
inputs: {survey_response: [-11, 0]}
caveats: [carried, opt_in_sample, low_reliability]
owner: training lead
since: "2026-11"
revision: 1
*/
with waves as (
    select m.authority, m.month, s.month as wave_month, s.wave, max(s.closed_day) as closed_day, max(s.sample_type) as sample_type
    from months m
    join survey_response s on s.authority = m.authority and s.month <= m.month and s.month >= m.year_before
    where s.indicator = 'ethics.staff_need_felt' and s.audience = 'staff'
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
    where w.place = 1 and s.indicator = 'ethics.staff_need_felt' and s.audience = 'staff'
    group by w.authority, w.month, w.wave_month, w.closed_day, w.sample_type, s.respondent
)
select
    authority,
    month,
    cast(sum(weight * score) as double) / cast(sum(weight) as double) as value,
    count(*) as n,
    closed_day as as_of,
    concat(
        case when wave_month < month then 'carried ' else '' end,
        case when sample_type = 'opt_in' then 'opt_in_sample' else '' end
    ) as quality
from people
group by authority, month, wave_month, closed_day, sample_type
