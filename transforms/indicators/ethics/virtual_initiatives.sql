/*
title:
  he: יוזמות רשותיות במרחב הווירטואלי
  ar: مبادرات السلطة في الحيّز الافتراضي
  en: The authority's initiatives online, and residents' initiatives it promotes
question:
  he: מה הרשות יוזמת ברשת, ואילו יוזמות של תושבים היא מקדמת?
  ar: إلى ماذا تبادر السلطة المحلية في الشبكة، وأي مبادرات للسكان تدعم؟
  en: What does the authority start online, and which residents' initiatives does it promote?
advice:
  he: על כל שתי יוזמות שלכם קדמו אחת של תושבים, בשם שלהם ועם תודה.
  ar: مقابل كل مبادرتين لكم ادعموا مبادرة واحدة للسكان، باسمهم ومع الشكر.
  en: For every two initiatives of your own promote one of the residents', under their name and with thanks.
definition: "The authority's initiatives of the month: participation meetings it called (online gatherings of at least 5 minutes; 2 people where counted), publications on Facebook and WhatsApp that call for a response, answers by message and residents' initiatives promoted, each apart. The first two are measured where gatherings and publications are covered and else entered by staff; the others are entered. An entry without a kind counts only where nothing is measured."
outcome: 3
aspect: ethics
method: mixed
unit: count
grain: [authority, month]
inputs: {coverage: [0, 0], gathering: [0, 0], publication: [0, 0], report: [0, 0]}
parts:
  participation_meetings:
    unit: count
    title: {he: מפגשי שיתוף, ar: لقاءات مشاركة, en: Participation meetings}
  discussions:
    unit: count
    title: {he: דיונים שנפתחו בקבוצות, ar: نقاشات فُتحت في المجموعات, en: Discussions opened in groups}
  message_answers:
    unit: count
    title: {he: מענה בהודעות, ar: ردود برسائل, en: Answers by message}
  promoted:
    unit: count
    title: {he: יוזמות תושבים שהרשות מקדמת, ar: مبادرات سكان تدعمها السلطة, en: "Residents' initiatives promoted"}
caveats: [entered_by_hand]
owner: spokesperson
since: "2026-11"
revision: 1
*/
with measured as (
    select c.authority, c.month, 'participation_meetings' as part, count(g.gathering) as amount, 0 as is_entered
    from (select distinct authority, month from coverage where fact = 'gathering') c
    left join gathering g on g.authority = c.authority and g.month = c.month and g.kind = 'participation'
        and g.initiated_by = 'authority' and g.minutes >= 5 and coalesce(g.attendees, 2) >= 2
    group by c.authority, c.month
    union all
    select c.authority, c.month, 'discussions', count(p.publication), max(case when p.basis = 'entered' then 1 else 0 end)
    from (
        select distinct authority, month from coverage where fact = 'publication' and (basis <> 'entered' or is_full)
    ) c
    left join publication p on p.authority = c.authority and p.month = c.month and p.calls_for_response
        and p.asset in ('facebook', 'whatsapp')
    group by c.authority, c.month
),
entered as (
    select authority, month, part, sum(cast(amount as decimal(18, 2))) as amount
    from report
    where indicator = 'ethics.virtual_initiatives'
    group by authority, month, part
),
declared as (
    select distinct authority, month
    from coverage
    where fact = 'report:ethics.virtual_initiatives' and is_full
),
kinds as (
    select 'participation_meetings' as part
    union all
    select 'discussions'
    union all
    select 'message_answers'
    union all
    select 'promoted'
    union all
    select ''
),
figures as (
    select
        m.authority,
        m.month,
        k.part,
        case when x.part is not null then x.amount else coalesce(e.amount, 0) end as amount,
        case when x.part is null or x.is_entered = 1 then 1 else 0 end as is_entered
    from months m
    cross join kinds k
    left join measured x on x.authority = m.authority and x.month = m.month and x.part = k.part
    left join (select distinct authority, month from measured) y on y.authority = m.authority and y.month = m.month
    left join entered e on e.authority = m.authority and e.month = m.month and e.part = k.part
    left join declared d on d.authority = m.authority and d.month = m.month
    where (x.part is not null or e.part is not null or (d.month is not null and k.part <> ''))
        and (k.part <> '' or y.month is null)
)
select authority, month, '' as part, sum(amount) as value, sum(amount) as n,
    case when max(is_entered) = 1 then 'entered_by_hand' else '' end as quality
from figures
group by authority, month
union all
select authority, month, part, amount, amount, case when is_entered = 1 then 'entered_by_hand' else '' end
from figures
where part <> ''
