/*
title:
  he: הון חברתי
  ar: رأس المال الاجتماعي
  en: Social capital
question:
  he: האם אנשים כאן סומכים זה על זה ויודעים שיש להם על מי להישען?
  ar: هل يثق الناس هنا بعضهم ببعض ويعرفون أن لهم من يستندون إليه؟
  en: Do people here trust one another and know there is somebody to lean on?
advice:
  he: "הון חברתי נבנה בפעולות קטנות ומשותפות: רחוב אחד, משימה אחת, והרבה תודה בפומבי."
  ar: "يُبنى رأس المال الاجتماعي بأفعال صغيرة مشتركة: شارع واحد ومهمة واحدة وشكر علني كثير."
  en: "Social capital grows from small shared acts: one street, one task, and much public thanks."
definition: Weighted mean (1 to 5) over respondents who answered at least half of the social capital items asked in the wave, reverse items turned, each respondent averaged first; latest wave of the last 12 months; waves are never pooled.
outcome: 5
aspect: resilience
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
    select m.authority, m.month, s.month as wave_month, s.wave, max(s.closed_day) as closed_day, max(s.sample_type) as sample_type
    from months m
    join survey_response s on s.authority = m.authority and s.month <= m.month and s.month >= m.year_before
    where s.indicator = 'resilience.social_capital' and s.audience = 'residents'
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
    select w.authority, w.month, w.wave_month, w.closed_day, w.sample_type, s.respondent, s.item, s.score, s.weight
    from ordered w
    join survey_response s on s.authority = w.authority and s.month = w.wave_month and s.wave = w.wave
    where w.place = 1 and s.indicator = 'resilience.social_capital' and s.audience = 'residents'
),
items as (
    select authority, month, count(distinct item) as items
    from answers
    group by authority, month
),
people as (
    select a.authority, a.month, a.wave_month, a.closed_day, a.sample_type, a.respondent,
        cast(max(a.weight) as decimal(18, 6)) as weight,
        cast(cast(sum(a.score) as decimal(18, 6)) / count(*) as decimal(18, 6)) as score
    from answers a
    join items i on i.authority = a.authority and i.month = a.month
    group by a.authority, a.month, a.wave_month, a.closed_day, a.sample_type, a.respondent, i.items
    having count(*) * 2 >= i.items
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
