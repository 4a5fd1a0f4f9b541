/*
title:
  he: השתתפות גורמי הרשות במפגשים שיזמו תושבים
  ar: مشاركة موظفي السلطة المحلية في لقاءات بادر إليها السكان
  en: Staff taking part in meetings residents initiated
question:
  he: האם אנשי הרשות באים למפגשים שתושבים יזמו?
  ar: هل يحضر موظفو السلطة المحلية اللقاءات التي يبادر إليها السكان؟
  en: Do the authority's people come to meetings that residents called?
advice:
  he: כשתושבים מזמינים, בואו להקשיב, גם לרבע שעה; נוכחות שקטה שווה יותר ממכתב.
  ar: عندما يدعوكم السكان احضروا للاستماع ولو ربع ساعة؛ الحضور الهادئ أثمن من رسالة.
  en: When residents invite, come and listen, even for a quarter of an hour; quiet presence is worth more than a letter.
definition: Attendances of authority people at Zoom meetings that residents initiated, one per person and meeting. Where the meetings staff joined elsewhere were not read, the number entered by staff; where they were, the entered number is kept apart.
definition_he: "השתתפויות של עובדי הרשות במפגשי זום שתושבים יזמו, אחת לאדם ולמפגש. כשהמפגשים האחרים לא נקראו נלקח מה שהצוות הזין."
definition_ar: "مشاركات موظفي السلطة المحلية في لقاءات زوم بادر إليها السكان، واحدة لكل شخص ولقاء. حين لم تُقرأ اللقاءات الأخرى يؤخذ ما أدخله الطاقم."
outcome: 1
aspect: resident_authority
method: mixed
unit: count
unit_words: {he: "השתתפויות בחודש", ar: "مشاركات في الشهر", en: "times in the month"}
grain: [authority, month]
assets: [zoom]
needs: {"": ["attendance:joined", gathering], entered: []}
inputs: {attendance: [0, 0], coverage: [0, 0], gathering: [0, 0], report: [0, 0]}
parts:
  entered:
    unit: count
    title: {he: כפי שהוזן בידי הצוות, ar: كما أدخله الطاقم, en: As entered by staff}
caveats: [entered_by_hand, partial_period]
owner: community worker
since: "2026-11"
revision: 3
*/
with measured as (
    select c.authority, c.month, count(a.attendee) as amount
    from covered c
    left join gathering g on g.authority = c.authority and g.month = c.month and g.asset = 'zoom' and g.initiated_by = 'residents'
    left join attendance a on a.authority = g.authority and a.gathering = g.gathering and a.role = 'authority'
    where c.fact = 'attendance:joined' and c.asset = 'zoom'
    group by c.authority, c.month
),
by_hand as (
    select authority, month, sum(amount) as amount, case when count(subject) = 0 then 'declared' else 'entered' end as method
    from entered
    where indicator = 'zoom.staff_in_resident_meetings'
    group by authority, month
)
select authority, month, '' as part, amount as value, amount as n, 'measured' as method
from measured
union all
select authority, month, '', amount, amount, method
from by_hand
union all
select authority, month, 'entered', e.amount, e.amount, e.method
from measured x
join by_hand e using (authority, month)
where e.method = 'entered'
