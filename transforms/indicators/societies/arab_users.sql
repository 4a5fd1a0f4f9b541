/*
title:
  he: תושבים מהחברה הערבית במרחבים
  ar: سكان من المجتمع العربي في المساحات
  en: Arab residents in the authority's spaces
question:
  he: האם תושבים מהחברה הערבית נמצאים במרחבים שהרשות פתחה עבורם?
  ar: هل يوجد سكان من المجتمع العربي في المساحات التي فتحتها السلطة المحلية لأجلهم؟
  en: Are Arab residents in the spaces the authority opened for them?
advice:
  he: כתבו ערבית מלכתחילה ולא כתרגום, ותנו לדובר ערבית לענות; תשובה בשפה של השואל מחזירה אותו.
  ar: اكتبوا بالعربية من البداية لا كترجمة، وليُجب متحدث بالعربية؛ الجواب بلغة السائل يعيده إليكم.
  en: Write in Arabic from the start and not as a translation, and let an Arabic speaker answer; an answer in one's own language brings one back.
definition: "Members at month end of spaces the town's register declares for the Arab society, by space and in all; counts measured or listed by space come first, then numbers staff entered for a space, and a number entered without a space only when there is nothing else. Nothing is inferred from names, language or address. Parts: residents active in those spaces; and the weighted share, of survey respondents who declared themselves so, who visit the authority's spaces at least weekly (latest wave of 12 months; at least 30 answers, and 10 on either side)."
outcome: 4
aspect: societies
method: mixed
unit: count
grain: [authority, month, space]
inputs: {coverage: [0, 0], membership: [0, 0], message: [0, 0], report: [0, 0], space: [0, 0], survey_response: [-11, 0]}
parts:
  active:
    unit: count
    title: {he: כתבו או הגיבו במרחבים, ar: كتبوا أو تفاعلوا في المساحات, en: Wrote or reacted in the spaces}
  survey_share:
    unit: share
    title: {he: "לפי סקר: נכנסים לפחות פעם בשבוע", ar: "وفق الاستطلاع: يدخلون مرة في الأسبوع على الأقل", en: "By survey, visit at least weekly"}
caveats: [entered_by_hand, by_name, carried, opt_in_sample, low_reliability]
owner: community worker
since: "2026-11"
revision: 1
*/
with waves as (
    select m.authority, m.month, s.month as wave_month, s.wave, max(s.closed_day) as closed_day, max(s.sample_type) as sample_type
    from months m
    join survey_response s on s.authority = m.authority and s.month <= m.month and s.month >= m.year_before
    where s.indicator = 'societies.arab_users' and s.audience = 'residents'
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
    where w.place = 1 and s.indicator = 'societies.arab_users' and s.audience = 'residents' and s.society = 'arab'
    group by w.authority, w.month, w.wave_month, w.closed_day, w.sample_type, s.respondent
),
asked as (
    select authority, month, closed_day,
        sum(weight) as weight,
        sum(case when score >= 4 then weight else 0 end) as weekly_weight,
        count(*) as n,
        sum(case when score >= 4 then 1 else 0 end) as weekly,
        concat(
            case when wave_month < month then 'carried ' else '' end,
            case when sample_type = 'opt_in' then 'opt_in_sample' else '' end
        ) as quality
    from people
    group by authority, month, wave_month, closed_day, sample_type
),
spoken_in as (
    select distinct authority, month, space, asset
    from message
),
heard as (
    select authority, month, space
    from coverage
    where fact = 'message' and space <> ''
    union
    select s.authority, s.month, s.space
    from spoken_in s
    join coverage c on c.authority = s.authority and c.month = s.month and c.fact = 'message' and c.space = ''
        and coalesce(c.asset, s.asset) = s.asset
),
counts as (
    select authority, month, space, members, basis,
        row_number() over (
            partition by authority, month, space order by case when basis = 'entered' then 1 else 0 end, day desc, basis
        ) as place
    from membership
    where members is not null
),
own_spaces as (
    select authority, space
    from space
    where society = 'arab'
),
listed as (
    select c.authority, c.month, c.space, c.members, case when c.basis = 'entered' then 'entered_by_hand' else '' end as quality
    from counts c
    join own_spaces o on o.authority = c.authority and o.space = c.space
    where c.place = 1
),
entered as (
    select authority, month, space, sum(cast(amount as decimal(18, 2))) as members
    from report
    where indicator = 'societies.arab_users'
    group by authority, month, space
),
placed as (
    select authority, month, space, members, quality
    from listed
    union all
    select e.authority, e.month, e.space, e.members, 'entered_by_hand'
    from entered e
    left join listed l on l.authority = e.authority and l.month = e.month and l.space = e.space
    where e.space <> '' and l.space is null
),
figures as (
    select authority, month, space, members, quality
    from placed
    union all
    select e.authority, e.month, e.space, e.members, 'entered_by_hand'
    from entered e
    left join (select distinct authority, month from placed) p on p.authority = e.authority and p.month = e.month
    where e.space = '' and p.month is null
)
select m.authority, m.month, '' as space, '' as part, sum(f.members) as value, sum(f.members) as n,
    max(f.quality) as quality, cast(null as date) as as_of
from months m
join figures f on f.authority = m.authority and f.month = m.month
group by m.authority, m.month
union all
select m.authority, m.month, p.space, '', p.members, p.members, p.quality, null
from months m
join placed p on p.authority = m.authority and p.month = m.month
union all
select m.authority, m.month, '', 'active', count(distinct t.author), count(distinct t.author), '', null
from months m
join heard h on h.authority = m.authority and h.month = m.month
join own_spaces o on o.authority = h.authority and o.space = h.space
left join message t on t.authority = h.authority and t.month = h.month and t.space = h.space
    and t.author_role = 'resident' and t.kind <> 'deleted'
group by m.authority, m.month
union all
select authority, month, '', 'survey_share', cast(weekly_weight as double) / cast(weight as double), n,
    concat(quality, case when n < 50 then ' low_reliability' else '' end), closed_day
from asked
where n >= 30 and weekly >= 10 and n - weekly >= 10
