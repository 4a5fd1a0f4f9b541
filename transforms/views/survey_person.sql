-- One row: a respondent of the wave that speaks for an asked month and an indicator, her answers averaged first.
-- Columns: authority, month, indicator, audience, closed_day, quality, respondent, society, asked_of, answered, weight, score.
-- It exists so that who answers more items does not count for more people; `answered` is how many of them she answered.
select
    authority, month, indicator, audience, closed_day, quality, respondent,
    max(society) as society,
    max(asked_of) as asked_of,
    count(*) as answered,
    cast(max(weight) as decimal(18, 6)) as weight,
    cast(cast(sum(score) as decimal(18, 6)) / count(*) as decimal(18, 6)) as score
from survey_answer
group by authority, month, indicator, audience, closed_day, quality, respondent
