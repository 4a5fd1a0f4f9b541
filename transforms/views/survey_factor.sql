-- One row: a respondent's mean on one scale of an indicator, in the wave that speaks for an asked month.
-- Columns: authority, month, indicator, audience, closed_day, quality, scale, respondent, weight, score.
-- It exists because a factor of resilience is known only of who answered at least half of the items its scale has.
with scales as (
    select authority, month, indicator, audience, scale, count(distinct item) as items
    from survey_answer
    group by authority, month, indicator, audience, scale
)
select
    a.authority, a.month, a.indicator, a.audience, a.closed_day, a.quality, a.scale, a.respondent,
    cast(max(a.weight) as decimal(18, 6)) as weight,
    cast(cast(sum(a.score) as decimal(18, 6)) / count(*) as decimal(18, 6)) as score
from survey_answer a
join scales s
    on s.authority = a.authority and s.month = a.month and s.indicator = a.indicator and s.audience = a.audience
    and s.scale = a.scale
group by
    a.authority, a.month, a.indicator, a.audience, a.closed_day, a.quality, a.scale, a.respondent, s.items
having count(*) * 2 >= s.items
