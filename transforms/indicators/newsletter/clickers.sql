/*
title:
  he: תושבים שהקליקו על קישורים בניוזלטר
  ar: سكان نقروا على روابط في النشرة
  en: Residents who followed a link in the newsletter
question:
  he: כמה מנויים הלכו בעקבות הניוזלטר לקרוא, להירשם או לפעול?
  ar: كم من المشتركين تبعوا النشرة للقراءة أو التسجيل أو الفعل؟
  en: How many subscribers followed the newsletter to read, register or act?
advice:
  he: השאירו בכל ניוזלטר קישור אחד מרכזי שמבקש משהו קטן. שלושים קישורים הם לוח מודעות, לא הזמנה.
  ar: أبقوا في كل نشرة رابطًا رئيسيًا واحدًا يطلب شيئًا صغيرًا. ثلاثون رابطًا لوحة إعلانات لا دعوة.
  en: Keep one main link an issue that asks for something small. Thirty links are a notice board, not an invitation.
when:
  real_rise: {he: "ראו על איזה קישור לחצו, ובגיליון הבא הזמינו משם לפעולה קטנה אחת.", ar: "انظروا أي رابط نقروا، وادعوا منه في العدد القادم إلى خطوة صغيرة واحدة.", en: "See which link they followed, and from there invite to one small act in the next issue."}
  real_fall: {he: "קצרו את הגיליון הבא: קישור אחד, למעלה, שמבקש משהו קטן; ובדקו שהוא נפתח בטלפון.", ar: "اختصروا العدد القادم: رابط واحد في الأعلى يطلب شيئًا صغيرًا، وتأكدوا أنه يُفتح في الهاتف.", en: "Shorten the next issue: one link, at the top, that asks for something small; and check that it opens on a phone."}
  no_signal: {he: "השאירו בגיליון הבא קישור מרכזי אחד, וספרו בגיליון שאחריו מה קרה בזכותו.", ar: "اتركوا في العدد القادم رابطًا رئيسيًا واحدًا، وأخبروا في العدد الذي يليه بما حدث بفضله.", en: "Keep one main link in the next issue, and tell in the one after it what came of it."}
definition: >-
  Distinct subscribers of a list with at least one click in any campaign of the month, as the platform counted them over the month. Where it
  counts by campaign only, the campaign with most people stands for the month, a lower bound flagged estimated. Lists are added, flagged
  estimated.
definition_he: "רשומים שונים שהקליקו לפחות פעם אחת באחד הדיוורים של החודש. כשהמערכת סופרת רק לכל דיוור נלקח הדיוור הגדול, כגבול תחתון. רשימות מחוברות, כאומדן."
definition_ar: "مشتركون مختلفون نقروا مرة واحدة على الأقل في إحدى نشرات الشهر. حين يعدّ النظام لكل نشرة فقط تؤخذ أكبرها حدًا أدنى. القوائم تُجمع تقديرًا."
outcome: 1
aspect: reach
method: measured
unit: count
unit_words: {he: "תושבים בחודש", ar: "سكان في الشهر", en: "residents a month"}
grain: [authority, month, space]
assets: [newsletter]
needs: {"": [mailing.clicks]}
windows: {"": 60}
inputs: {coverage: [0, 0], mailing: [0, 0]}
caveats: [estimated, partial_period]
owner: spokesperson
since: "2026-11"
revision: 2
*/
with lists as (
    select
        authority, month, space, coalesce(max(month_clickers), max(clickers)) as people,
        case when max(month_clickers) is null and count(*) > 1 then 1 else 0 end as is_lower_bound
    from mailing
    where asset = 'newsletter'
    group by authority, month, space
)
select
    c.authority, c.month, coalesce(l.space, '') as space,
    case when count(l.space) = 0 then 0 else sum(l.people) end as value,
    case when count(l.space) = 0 then 0 else sum(l.people) end as n,
    flags('estimated', max(l.is_lower_bound) = 1 or count(l.people) > 1) as quality
from covered c
left join lists l on l.authority = c.authority and l.month = c.month
where c.fact = 'mailing' and c.asset = 'newsletter'
group by grouping sets ((c.authority, c.month, l.space), (c.authority, c.month))
-- Campaigns whose platform counts no clicks leave the month missing, not zero.
having (grouping(l.space) = 1 or l.space <> '') and (count(l.space) = 0 or count(l.people) > 0)
