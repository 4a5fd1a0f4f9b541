-- One row: what the wave that speaks for an asked month says of an indicator, all its respondents together.
-- Columns: authority, month, indicator, audience, closed_day, quality, asked_of, n, n_effective, variance,
-- weight, weighted_score, weighted_agreeing.
-- `asked_of` is '' where the items were put to everybody: a figure of those concerned is another figure than one of all.
-- It exists so that a mean is weighted_score / weight and a share of agreement (4 or 5) weighted_agreeing / weight, everywhere.
select
    authority, month, indicator, audience, closed_day, quality,
    -- Of a wave of several forms that asked all of its people in one of them, the whole is of everybody.
    case max(asked_of) when 'everybody' then '' else max(asked_of) end as asked_of,
    count(*) as n,
    effective(weight) as n_effective,
    spread(score, weight) as variance,
    cast(sum(weight) as double) as weight,
    cast(sum(weight * score) as double) as weighted_score,
    cast(sum(case when score >= 4 then weight else 0 end) as double) as weighted_agreeing
from survey_person
group by authority, month, indicator, audience, closed_day, quality
