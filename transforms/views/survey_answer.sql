-- One row: an answer of the wave that speaks for an asked month and an indicator, which is the latest that closed in the
-- twelve months up to it. Columns: authority, month, indicator, audience, wave_month, wave, sample_type, closed_day,
-- quality, respondent, society, scale, item, score, weight, asked_of.
-- A wave of the pulse is a quarter: its answers stand in the month they were given, and speak from the quarter's last month on.
-- It exists so that waves, and two kinds of sample of one wave, are never pooled, and that of two that closed in one month
-- the probability sample speaks.
with answers as (
    select
        authority, indicator, audience, wave, sample_type, closed_day, weighted_by, respondent, society, scale, item, score, weight,
        asked_of,
        case
            when audience <> 'pulse' then month
            when substr(month, 6, 2) <= '03' then concat(substr(month, 1, 5), '03')
            when substr(month, 6, 2) <= '06' then concat(substr(month, 1, 5), '06')
            when substr(month, 6, 2) <= '09' then concat(substr(month, 1, 5), '09')
            else concat(substr(month, 1, 5), '12')
        end as month
    from survey_response
),
waves as (
    select
        m.authority, m.month, s.indicator, s.audience, s.month as wave_month, s.wave,
        s.sample_type, max(s.closed_day) as closed_day
    from months m
    join answers s on s.authority = m.authority and s.month <= m.month and s.month >= m.year_before
    group by m.authority, m.month, s.indicator, s.audience, s.month, s.wave, s.sample_type
),
ordered as (
    select
        authority, month, indicator, audience, wave_month, wave, sample_type, closed_day,
        row_number() over (
            partition by authority, month, indicator, audience
            order by wave_month desc, sample_type desc, closed_day desc, wave desc
        ) as place
    from waves
)
select
    w.authority, w.month, w.indicator, w.audience, w.wave_month, w.wave, w.sample_type, w.closed_day,
    flags('carried', w.wave_month < w.month, 'opt_in_sample', w.sample_type = 'opt_in', 'unweighted', s.weighted_by = '') as quality,
    s.respondent, s.society, s.scale, s.item, s.score, s.weight, s.asked_of
from ordered w
join answers s
    on s.authority = w.authority and s.month = w.wave_month and s.wave = w.wave
    and s.sample_type = w.sample_type and s.indicator = w.indicator and s.audience = w.audience
where w.place = 1
