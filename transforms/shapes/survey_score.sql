select
    authority, month, weighted_score / weight as value, n, n_effective, variance, closed_day as as_of, quality,
    nullif(asked_of, '') as formula
from survey_estimate
where indicator = '{indicator}' and audience = 'residents'
