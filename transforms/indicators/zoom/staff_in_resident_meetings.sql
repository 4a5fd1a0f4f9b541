/*
title:
  he: השתתפות גורמי הרשות במפגשים שיזמו תושבים
  ar: مشاركة موظفي السلطة في لقاءات بادر إليها السكان
  en: Staff taking part in meetings residents initiated
question:
  he: האם אנשי הרשות באים למפגשים שתושבים יזמו?
  ar: هل يحضر موظفو السلطة المحلية اللقاءات التي يبادر إليها السكان؟
  en: Do the authority's people come to meetings that residents called?
advice:
  he: כשתושבים מזמינים, בואו להקשיב, גם לרבע שעה; נוכחות שקטה שווה יותר ממכתב.
  ar: عندما يدعوكم السكان احضروا للاستماع ولو ربع ساعة؛ الحضور الهادئ أثمن من رسالة.
  en: When residents invite, come and listen, even for a quarter of an hour; quiet presence is worth more than a letter.
definition: Attendances of authority people at Zoom meetings that residents initiated, one per person and meeting. Where attendance is not covered, the number entered by staff; where it is, the entered number is kept apart.
outcome: 1
aspect: resident_authority
method: mixed
unit: count
grain: [authority, month]
assets: [zoom]
inputs: {attendance: [0, 0], coverage: [0, 0], gathering: [0, 0], report: [0, 0]}
parts:
  entered:
    unit: count
    title: {he: כפי שהוזן בידי הצוות, ar: كما أدخله الطاقم, en: As entered by staff}
caveats: [entered_by_hand]
owner: community worker
since: "2026-11"
revision: 1
*/
with covered as (
    select distinct authority, month
    from coverage
    where fact = 'attendance' and asset = 'zoom'
),
seen as (
    select g.authority, g.month, count(*) as amount
    from gathering g
    join attendance a on a.authority = g.authority and a.gathering = g.gathering
    where g.asset = 'zoom' and g.initiated_by = 'residents' and a.role = 'authority'
    group by g.authority, g.month
),
entered as (
    select authority, month, sum(cast(amount as decimal(18, 2))) as amount
    from report
    where indicator = 'zoom.staff_in_resident_meetings'
    group by authority, month
),
declared as (
    select distinct authority, month
    from coverage
    where fact = 'report:zoom.staff_in_resident_meetings' and is_full
)
select
    m.authority,
    m.month,
    '' as part,
    case when c.month is not null then coalesce(s.amount, 0) else coalesce(e.amount, 0) end as value,
    case when c.month is not null then coalesce(s.amount, 0) else coalesce(e.amount, 0) end as n,
    case when c.month is null then 'entered_by_hand' else '' end as quality
from months m
left join covered c on c.authority = m.authority and c.month = m.month
left join seen s on s.authority = m.authority and s.month = m.month
left join entered e on e.authority = m.authority and e.month = m.month
left join declared d on d.authority = m.authority and d.month = m.month
where c.month is not null or e.month is not null or d.month is not null
union all
select m.authority, m.month, 'entered', e.amount, e.amount, 'entered_by_hand'
from months m
join covered c on c.authority = m.authority and c.month = m.month
join entered e on e.authority = m.authority and e.month = m.month
