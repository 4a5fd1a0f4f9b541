/*
title:
  he: מפגשי שיתוף ציבור ותושבים בזום
  ar: لقاءات مشاركة الجمهور والسكان عبر زوم
  en: Public-participation and residents' meetings
question:
  he: כמה מפגשי שיתוף ציבור ומפגשי תושבים התקיימו בזום?
  ar: كم لقاءً لمشاركة الجمهور وللسكان عُقد عبر زوم؟
  en: How many public-participation and residents' meetings took place on Zoom?
advice:
  he: קבעו מפגש אחד קבוע בחודש בשעה שנוחה להורים ולעובדים; עדיף מפגש קטן וקבוע ממפגש גדול פעם בשנה.
  ar: حدّدوا لقاءً شهريًا ثابتًا في ساعة تناسب الأهل والعاملين؛ لقاء صغير منتظم خير من لقاء كبير مرة في السنة.
  en: Hold one regular meeting a month at an hour that suits parents and working people; small and regular beats big and yearly.
definition: Zoom meetings and webinars held in the month for public participation or for residents, of at least 5 minutes and at least 2 people. Where nobody counted the people, the meeting counts and the value is flagged estimated.
definition_he: "מפגשים ושידורים בזום בחודש לשיתוף ציבור או לתושבים, של חמש דקות ושני אנשים לפחות. כשאיש לא ספר את האנשים המפגש נספר, והנתון הוא אומדן."
definition_ar: "لقاءات وبثوث على زوم في الشهر لمشاركة الجمهور أو للسكان، من خمس دقائق وشخصين على الأقل. حين لم يعدّ أحد الحاضرين يُحتسب اللقاء والرقم تقدير."
outcome: 1
aspect: reach
method: measured
unit: count
unit_words: {he: "מפגשים בחודש", ar: "لقاءات في الشهر", en: "meetings a month"}
grain: [authority, month]
assets: [zoom]
needs: {"": [gathering.kind]}
inputs: {attendance: [0, 0], coverage: [0, 0], gathering: [0, 0]}
parts:
  participation:
    unit: count
    title: {he: שיתוף ציבור, ar: مشاركة الجمهور, en: Public participation}
  residents:
    unit: count
    title: {he: מפגשי תושבים, ar: لقاءات السكان, en: "Residents' meetings"}
caveats: [estimated]
owner: community worker
since: "2026-11"
revision: 2
*/
select
    c.authority, c.month, '' as part, count(t.gathering) as value, count(t.gathering) as n,
    flags('estimated', count(t.people) < count(t.gathering)) as quality
from covered c
left join meeting t on t.authority = c.authority and t.month = c.month
where c.fact = 'gathering' and c.asset = 'zoom'
group by c.authority, c.month
union all
select c.authority, c.month, k.kind, count(t.gathering), count(t.gathering), ''
from covered c
cross join (values ('participation'), ('residents')) as k(kind)
left join meeting t on t.authority = c.authority and t.month = c.month and t.kind = k.kind
where c.fact = 'gathering' and c.asset = 'zoom'
group by c.authority, c.month, k.kind
