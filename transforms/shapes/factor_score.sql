select
    authority, month, cast(sum(weight * score) as double) / cast(sum(weight) as double) as value,
    count(*) as n, effective(weight) as n_effective, spread(score, weight) as variance, closed_day as as_of, quality
from survey_factor
where indicator = '{indicator}' and audience = 'residents'
group by authority, month, closed_day, quality
