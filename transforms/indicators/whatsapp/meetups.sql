/*
title:
  he: מפגשים בין תושבים מחוץ לקבוצה
  ar: لقاءات بين السكان خارج المجموعة
  en: Meetings of residents beyond the group
question:
  he: האם השיחה בקבוצה הופכת למפגש, בזום או פנים אל פנים?
  ar: هل يتحول الحديث في المجموعة إلى لقاء، عبر الشاشة أو وجهاً لوجه؟
  en: Does the talk in the group turn into meeting, on a screen or face to face?
advice:
  he: שאלו פעם בחודש בקבוצה מי נפגש בזכותה, ובקשו תמונה או משפט. כך לומדים וגם מעודדים.
  ar: اسألوا مرة في الشهر في المجموعة من التقى بفضلها واطلبوا صورة أو جملة. هكذا نتعلم ونشجّع.
  en: Ask the group once a month who met because of it, for a picture or a line. That both tells you and encourages.
definition: >-
  Meetings entered by staff for the month, digital or in person, that grew from a WhatsApp group; zero only in a month whose topic was declared
  complete. Part `surveyed_share`: weighted share of respondents whose mean answer to the items on such meetings is 4 or more of 5, in the
  latest wave among residents within 12 months, shown from 30 answers.
outcome: 1
aspect: resident_resident
method: mixed
unit: count
grain: [authority, month, space]
assets: [whatsapp]
inputs: {coverage: [0, 0], report: [0, 0], survey_response: [-11, 0]}
parts:
  digital:
    unit: count
    title: {he: מפגשים דיגיטליים, ar: لقاءات رقمية, en: Digital}
  in_person:
    unit: count
    title: {he: מפגשים פנים אל פנים, ar: لقاءات وجاهية, en: In person}
  surveyed_share:
    unit: share
    title: {he: שיעור התושבים שנפגשו בזכות הקבוצה (סקר), ar: نسبة السكان الذين التقوا بفضل المجموعة (استطلاع), en: Residents who met thanks to the group (survey)}
caveats: [entered_by_hand, carried, opt_in_sample, low_reliability]
owner: community worker
since: "2026-11"
revision: 1
*/
with waves as (
    select
        m.authority, m.month, s.wave, max(s.month) as wave_month, max(s.closed_day) as closed_day, max(s.sample_type) as sample_type
    from months m
    join survey_response s on s.authority = m.authority and s.month <= m.month and s.month >= m.year_before
    where s.indicator = 'whatsapp.meetups' and s.audience = 'residents'
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
    where l.place = 1 and s.indicator = 'whatsapp.meetups' and s.audience = 'residents'
    group by l.authority, l.month, l.wave_month, l.closed_day, l.sample_type, s.respondent
),
entered as (
    select authority, month, part, space, sum(cast(amount as decimal(18, 2))) as amount
    from report
    where indicator = 'whatsapp.meetups'
    group by authority, month, part, space
),
declared as (
    select authority, month, max(case when is_full then 1 else 0 end) as is_complete
    from coverage
    where fact = 'report:whatsapp.meetups'
    group by authority, month
)
select
    m.authority, m.month, coalesce(e.space, '') as space, '' as part,
    cast(coalesce(sum(e.amount), 0) as double) as value, cast(null as double) as numerator, cast(null as double) as denominator,
    coalesce(sum(e.amount), 0) as n, 'entered_by_hand' as quality, max(m.last_day) as as_of
from months m
join declared d on d.authority = m.authority and d.month = m.month
left join entered e on e.authority = m.authority and e.month = m.month
group by grouping sets ((m.authority, m.month, e.space), (m.authority, m.month))
having (grouping(e.space) = 1 or e.space <> '') and (count(e.amount) > 0 or max(d.is_complete) = 1)
union all
select m.authority, m.month, '', e.part, cast(sum(e.amount) as double), null, null, sum(e.amount), 'entered_by_hand', max(m.last_day)
from months m
join entered e on e.authority = m.authority and e.month = m.month
where e.part <> ''
group by m.authority, m.month, e.part
union all
select
    authority, month, '', 'surveyed_share',
    cast(sum(case when score >= 4 then weight else 0 end) as double) / cast(sum(weight) as double),
    cast(sum(case when score >= 4 then weight else 0 end) as double),
    cast(sum(weight) as double),
    count(*),
    concat(
        case when wave_month < month then 'carried ' else '' end,
        case when max(sample_type) = 'opt_in' then 'opt_in_sample ' else '' end,
        case when count(*) < 50 then 'low_reliability' else '' end
    ),
    max(closed_day)
from people
group by authority, month, wave_month
-- The same floor as for surveyed indicators, under which an estimate is not shown.
having count(*) >= 30
