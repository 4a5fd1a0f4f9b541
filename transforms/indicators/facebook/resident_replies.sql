/*
title:
  he: תגובות תושבים לתושבים
  ar: ردود السكان على السكان
  en: Residents' replies to residents
question:
  he: האם תושבים מדברים זה עם זה, ולא רק עם הרשות?
  ar: هل يتحدث السكان بعضهم مع بعض وليس مع السلطة المحلية فقط؟
  en: Do residents talk with one another and not only with the authority?
advice:
  he: כשתושב שואל, חכו רגע לפני שאתם עונים. תנו לשכן לענות קודם, והודו לו.
  ar: حين يسأل أحد السكان انتظروا قليلًا قبل الرد. دعوا جارًا يجيب أولًا واشكروه.
  en: When a resident asks, wait a moment before answering. Let a neighbour answer first, and thank her.
definition: >-
  Messages on Facebook in the month whose author and whose answered author are both residents and differ; deleted messages and reactions are not
  counted, nor places residents run. Replies between residents one of whom is unknown cannot be told from talking to oneself: they are left
  out and the value is flagged estimated.
definition_he: "הודעות בפייסבוק בחודש שבהן תושב עונה לתושב אחר; הודעות שנמחקו, סימונים ומקומות שמפעילים תושבים אינם נספרים. כשאחד השניים אינו מוכר התגובה אינה נספרת והנתון הוא אומדן."
definition_ar: "رسائل على فيسبوك في الشهر يجيب فيها ساكن ساكنًا آخر؛ المحذوفة والتفاعلات والأماكن التي يديرها السكان لا تُحتسب. حين يكون أحد الاثنين غير معروف لا يُحتسب الرد والرقم تقدير."
outcome: 1
aspect: resident_resident
method: measured
unit: count
unit_words: {he: "תגובות של תושב לתושב בחודש", ar: "ردود من ساكن إلى ساكن في الشهر", en: "replies from resident to resident a month"}
grain: [authority, month, space]
assets: [facebook]
needs: {"": [message.author.role.reply]}
spaces: {kinds: [page, group]}
inputs: {coverage: [0, 0], message: [0, 0], space: [0, 0]}
caveats: [estimated, inferred, partial_period]
owner: community worker
since: "2026-11"
revision: 2
*/
select
    p.authority, p.month, coalesce(p.space, '') as space, coalesce(sum(r.is_known), 0) as value, coalesce(sum(r.is_known), 0) as n,
    flags(
        'estimated', min(r.is_known) = 0,
        'inferred', max(case when r.reply_basis = 'inferred' then 1 else 0 end) = 1
    ) as quality
from covered_space p
left join neighbour_answer r on r.authority = p.authority and r.month = p.month and r.space = p.space and r.asset = 'facebook'
where p.fact = 'message' and p.asset = 'facebook' and p.operated_by = 'authority'
group by grouping sets ((p.authority, p.month, p.space), (p.authority, p.month))
