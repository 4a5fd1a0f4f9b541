select
    authority, month, cast(sum(weight * score) as double) / cast(sum(weight) as double) as value,
    count(*) as n, closed_day as as_of, quality
from survey_factor
where indicator = '{indicator}' and audience = 'residents'
group by authority, month, closed_day, quality
