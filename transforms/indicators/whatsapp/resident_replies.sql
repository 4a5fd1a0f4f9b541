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
definition: >-
  Messages in the authority's WhatsApp places in the month whose author and whose answered author are both residents and differ; deleted messages
  and reactions are not counted. Exports carry no reply link: there a message counts when it follows another's in a session directly, within ten
  minutes or after a question, and once a day from one resident to another. Where one of the two residents is unknown the reply is left out and
  the value flagged estimated.
outcome: 1
aspect: resident_resident
method: measured
unit: count
grain: [authority, month, space]
assets: [whatsapp]
needs: {"": [message.author.role.reply]}
inputs: {coverage: [0, 0], message: [0, 0], space: [0, 0]}
caveats: [inferred, by_name, truncated, estimated, partial_period]
owner: community worker
since: "2026-11"
revision: 2
*/
select
    p.authority, p.month, coalesce(p.space, '') as space, coalesce(sum(r.is_known), 0) as value, coalesce(sum(r.is_known), 0) as n,
    flags(
        'estimated', min(r.is_known) = 0,
        -- A zero of exports is inferred too: nothing there says that a message answers another.
        'inferred', coalesce(max(case when r.reply_basis = 'explicit' then 0 else 1 end), 1) = 1
    ) as quality
from covered_space p
left join neighbour_answer r on r.authority = p.authority and r.month = p.month and r.space = p.space and r.asset = 'whatsapp'
where p.fact = 'message' and p.asset = 'whatsapp' and p.operated_by = 'authority'
group by grouping sets ((p.authority, p.month, p.space), (p.authority, p.month))
