/*
title:
  he: שיעור פתיחה בקרב תושבים
  ar: نسبة فتح النشرة بين السكان
  en: Open rate
question:
  he: איזה חלק מהנמענים פתחו את הניוזלטרים של החודש?
  ar: أي نسبة من المتلقين فتحت نشرات هذا الشهر؟
  en: What share of those it reached opened this month's newsletters?
advice:
  he: שלחו את אותו ניוזלטר בשתי שורות נושא לשתי קבוצות קטנות, ואת המנצחת לכל השאר.
  ar: أرسلوا النشرة نفسها بعنوانين إلى مجموعتين صغيرتين، ثم أرسلوا العنوان الأنجح إلى الباقين.
  en: Send the same issue with two subject lines to two small groups, and the better one to everybody else.
when:
  real_rise: {he: "שמרו על סגנון שורת הנושא שעבד, ובקשו בגיליון הבא דבר אחד מהקוראים.", ar: "حافظوا على أسلوب سطر الموضوع الناجح، واطلبوا من القراء في العدد القادم شيئًا واحدًا.", en: "Keep the kind of subject line that worked, and ask one thing of readers in the next issue."}
definition: >-
  People who opened / addresses reached, summed over the campaigns sent in the month. Opens by machines (mail privacy proxies) are left out
  where the platform tells them apart; a campaign for which it does not counts all its opens and the value is flagged. Part
  `with_machine_opens` keeps the other figure. Campaigns without any open figure take no part.
definition_he: "מספר מי שפתחו חלקי מספר הכתובות שהניוזלטר הגיע אליהן, בכל הדיוורים שנשלחו בחודש. פתיחות של מכונות מוצאות מן החשבון כשהמערכת מבחינה בהן; כשאינה מבחינה, הנתון מסומן."
definition_ar: "عدد من فتحوا مقسومًا على العناوين التي وصلتها النشرة، في كل ما أُرسل خلال الشهر. فتحات الآلات تُستبعد حين يميّزها النظام؛ وحين لا يميّزها يُعلَّم الرقم."
outcome: 1
aspect: reach
method: measured
unit: share
unit_words: {he: "מהניוזלטרים שהגיעו ליעדם", ar: "من النشرات التي وصلت", en: "of the issues delivered"}
grain: [authority, month, space]
assets: [newsletter]
needs: {"": [mailing.opens]}
windows: {"": 60, with_machine_opens: 60}
inputs: {coverage: [0, 0], mailing: [0, 0]}
parts:
  with_machine_opens:
    unit: share
    title: {he: כולל פתיחות של מכונות, ar: بما فيها فتح آلي, en: Machine opens included}
caveats: [machine_opens_included, partial_period]
owner: spokesperson
since: "2026-11"
revision: 2
*/
with figures as (
    select
        c.authority, c.month, coalesce(g.space, '') as space,
        sum(coalesce(g.unique_opens, g.unique_opens_all)) as opens,
        sum(case when coalesce(g.unique_opens, g.unique_opens_all) is not null then g.delivered end) as reached,
        sum(g.unique_opens_all) as opens_all,
        sum(case when g.unique_opens_all is not null then g.delivered end) as reached_all,
        max(flags('machine_opens_included', g.unique_opens is null and g.unique_opens_all is not null)) as quality
    from covered c
    left join mailing g on g.authority = c.authority and g.month = c.month and g.asset = c.asset
    where c.fact = 'mailing' and c.asset = 'newsletter'
    group by grouping sets ((c.authority, c.month, g.space), (c.authority, c.month))
    having grouping(g.space) = 1 or g.space <> ''
)
select
    authority, month, space, '' as part, cast(opens as double) / nullif(reached, 0) as value,
    opens as numerator, reached as denominator, reached as n, quality
from figures
union all
select
    authority, month, space, 'with_machine_opens', cast(opens_all as double) / nullif(reached_all, 0),
    opens_all, reached_all, reached_all, 'machine_opens_included'
from figures
where reached_all is not null
