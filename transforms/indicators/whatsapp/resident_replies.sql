/*
title:
  he: תגובות תושבים לתושבים בוואטסאפ
  ar: ردود السكان على السكان في واتساب
  en: Residents' replies to residents on WhatsApp
question:
  he: האם תושבים משוחחים זה עם זה בקבוצות של הרשות?
  ar: هل يتحادث السكان فيما بينهم في مجموعات السلطة؟
  en: Do residents talk with one another in the authority's groups?
advice:
  he: אם המספר יורד, כדאי לפתוח בקבוצה שאלה שתושבים יודעים לענות עליה בעצמם.
  ar: إذا انخفض العدد فاطرحوا في المجموعة سؤالاً يستطيع السكان أنفسهم الإجابة عنه.
  en: If it falls, open with a question that residents can answer one another.
definition: Messages in WhatsApp spaces whose author and whose answered author are both residents and differ. Exports carry no reply link, so the answered message is inferred from adjacency inside a session.
outcome: 1
aspect: resident_resident
method: measured
unit: count
grain: [authority, month, space]
assets: [whatsapp]
inputs: {coverage: [0, 0], message: [0, 0]}
caveats: [inferred]
owner: community worker
since: "2026-11"
revision: 1
*/
with covered as (
    select distinct authority, month, space
    from coverage
    where fact = 'message' and asset = 'whatsapp'
),
replies as (
    select authority, month, space, message
    from message
    where asset = 'whatsapp' and author_role = 'resident' and reply_to_role = 'resident' and author <> reply_to_author
)
select
    c.authority,
    c.month,
    coalesce(c.space, '') as space,
    count(r.message) as value,
    count(r.message) as n,
    'inferred' as quality
from months m
join covered c on c.authority = m.authority and c.month = m.month
left join replies r on r.authority = c.authority and r.month = c.month and r.space = c.space
group by grouping sets ((c.authority, c.month, c.space), (c.authority, c.month))
