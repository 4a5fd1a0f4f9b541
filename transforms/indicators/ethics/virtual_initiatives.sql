/*
title:
  he: יוזמות רשותיות במרחב הווירטואלי
  ar: مبادرات السلطة المحلية في الحيّز الافتراضي
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
definition_he: "יוזמות של הרשות בחודש: מפגשי שיתוף, פרסומים בפייסבוק ובוואטסאפ שקוראים להגיב, מענים בהודעות ויוזמות תושבים שהרשות קידמה, כל סוג בנפרד. שני הראשונים נמדדים כשיש מקור, והאחרים מוזנים בידי הצוות."
definition_ar: "مبادرات السلطة المحلية في الشهر: لقاءات مشاركة، ومنشورات على فيسبوك وواتساب تدعو إلى الرد، وردود عبر الرسائل، ومبادرات سكان دعمتها، كل نوع على حدة. الأولان يُقاسان حين يوجد مصدر، والآخران يُدخلهما الطاقم."
outcome: 3
aspect: ethics
method: mixed
unit: count
unit_words: {he: "יוזמות בחודש", ar: "مبادرات في الشهر", en: "initiatives a month"}
grain: [authority, month]
needs: {"": [], participation_meetings: [gathering.kind], discussions: [publication.calls]}
sum_of: [participation_meetings, discussions, message_answers, promoted]
inputs: {coverage: [0, 0], gathering: [0, 0], publication: [0, 0], report: [0, 0], space: [0, 0]}
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
    title: {he: יוזמות תושבים שהרשות מקדמת, ar: مبادرات سكان تدعمها السلطة المحلية, en: "Residents' initiatives promoted"}
caveats: [entered_by_hand]
owner: spokesperson
since: "2026-11"
revision: 2
*/
select c.authority, c.month, 'participation_meetings' as part, count(g.gathering) as value, count(g.gathering) as n, 'measured' as method
from (select distinct authority, month from covered where fact = 'gathering' and is_measured = 1) c
left join gathering g
    on g.authority = c.authority and g.month = c.month and g.kind = 'participation'
    and g.initiated_by = 'authority' and g.minutes >= 5 and coalesce(g.attendees, 2) >= 2
group by c.authority, c.month
union all
select authority, month, 'discussions', count(*), count(*), case when method = 'listed' then 'derived' else 'measured' end
from published
where calls_for_response and asset in ('facebook', 'whatsapp')
group by authority, month, method
union all
select authority, month, part, sum(amount), sum(amount), case when count(subject) = 0 then 'declared' else 'entered' end
from entered
where indicator = 'ethics.virtual_initiatives'
group by authority, month, part
