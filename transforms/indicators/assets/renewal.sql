/*
title:
  he: קולות חדשים
  ar: أصوات جديدة
  en: New voices
question:
  he: כמה מהתושבים שכתבו ברבעון האחרון לא כתבו בשנה שלפניו?
  ar: كم من السكان الذين كتبوا في الربع الأخير لم يكتبوا في السنة التي سبقته؟
  en: Of the residents who wrote in the last quarter, how many had not written in the year before it?
advice:
  he: פנו אישית לשלושה שהצטרפו ועוד לא כתבו, ושאלו אותם דבר שרק הם יודעים. אותם עשרה קולות עדיין אינם קהילה.
  ar: توجّهوا شخصيًا إلى ثلاثة انضموا ولم يكتبوا بعد، واسألوهم عن شيء لا يعرفه غيرهم. الأصوات العشرة نفسها ليست مجتمعًا بعد.
  en: Turn in person to three who joined and have not written, and ask them something only they know. The same ten voices are no community.
when:
  real_rise: {he: "כתבו אישית למי שדיברו החודש לראשונה, והציעו להם לפתוח את הנושא הבא.", ar: "اكتبوا شخصيًا لمن تحدثوا هذا الشهر لأول مرة، واعرضوا عليهم فتح الموضوع القادم.", en: "Write to those who spoke for the first time, and offer them to open the next topic."}
  real_fall: {he: "פנו אישית לשלושה שהצטרפו ועוד לא כתבו, ובקשו מהכותבים הקבועים לפנות להם מקום.", ar: "توجّهوا شخصيًا إلى ثلاثة انضموا ولم يكتبوا بعد، واطلبوا من الكاتبين الدائمين إفساح المجال لهم.", en: "Turn to three who joined and have not written, and ask the regulars to make room for them."}
  no_signal: {he: "שאלו שלושה שותקים משהו שרק הם יודעים; אותם עשרה קולות עדיין אינם קהילה.", ar: "اسألوا ثلاثة صامتين شيئًا لا يعرفه سواهم؛ الأصوات العشرة نفسها ليست مجتمعًا بعد.", en: "Ask three silent members something only they know; the same ten voices are not yet a community."}
definition: >-
  Residents who wrote in the quarter (the month and the two before) in a group or below a page and had not written in any of them in the four quarters before, over all who wrote in the
  quarter. A place counts that was heard in all fifteen months, or since the day the register of places says it opened; reactions and deleted messages are not writing. Beside it the
  share of the quarter's messages written by the ten most active. Under ten who wrote nothing is shown, of the ten most active under twenty.
definition_he: "תושבים שכתבו ברבעון (החודש ושניים לפניו) ולא כתבו באף מקום כזה בארבעת הרבעונים שלפניו, מתוך כל מי שכתבו ברבעון. לצידם חלקן של הודעות עשרת הפעילים ביותר. פחות מעשרה כותבים אינם מוצגים."
definition_ar: "سكان كتبوا في ربع السنة (الشهر والشهران قبله) ولم يكتبوا في أي من هذه الأماكن في أرباع السنة الأربعة السابقة، من كل من كتبوا فيه. إلى جانبها حصة رسائل العشرة الأكثر نشاطًا. لا يُعرض أقل من عشرة كاتبين."
outcome: 1
aspect: resident_resident
method: measured
unit: share
unit_words: {he: "מהכותבים ברבעון", ar: "من الكاتبين خلال ثلاثة أشهر", en: "of those who wrote in three months"}
grain: [authority, month]
needs: {"": [message.author.role]}
spaces: {kinds: [open, group, page], run_by: anyone}
reaches_back: 14
min_people: 10
inputs: {coverage: [-14, 0], message: [-14, 0], space: [0, 0]}
parts:
  top_ten:
    unit: share
    title: {he: חלקם של עשרת הפעילים ביותר בהודעות, ar: نصيب العشرة الأكثر نشاطًا من الرسائل, en: "The ten most active, of all messages"}
  writers:
    unit: count
    title: {he: תושבים שכתבו ברבעון, ar: سكان كتبوا في الربع, en: Residents who wrote in the quarter}
caveats: [by_name, lower_bound, partial_period]
owner: community worker
since: "2026-11"
revision: 1
*/
with asked as (
    select authority, month, cast(substr(month, 1, 4) as int) * 12 + cast(substr(month, 6, 2) as int) as number
    from months
),
places as (
    select
        a.authority, a.month, a.number, s.space, s.asset,
        greatest(a.number - 14, coalesce(extract(year from s.from_day) * 12 + extract(month from s.from_day), 0)) as since
    from asked a
    join space s on s.authority = a.authority and s.kind in ('open', 'group', 'page')
),
listened_to as (
    select p.authority, p.month, p.number, p.space, p.since, count(distinct c.month) as months
    from places p
    join coverage c
        on c.authority = p.authority and c.fact = 'message' and c.extent <> 'none' and c.space in (p.space, '')
        and coalesce(c.asset, p.asset) = p.asset
        and cast(substr(c.month, 1, 4) as int) * 12 + cast(substr(c.month, 6, 2) as int) between p.since and p.number
    group by p.authority, p.month, p.number, p.space, p.since
),
written as (
    select
        l.authority, l.month, g.author,
        sum(case when cast(substr(g.month, 1, 4) as int) * 12 + cast(substr(g.month, 6, 2) as int) >= l.number - 2 then 1 else 0 end) as now,
        sum(case when cast(substr(g.month, 1, 4) as int) * 12 + cast(substr(g.month, 6, 2) as int) < l.number - 2 then 1 else 0 end) as before
    from listened_to l
    join message g
        on g.authority = l.authority and g.space = l.space
        and cast(substr(g.month, 1, 4) as int) * 12 + cast(substr(g.month, 6, 2) as int) between l.number - 14 and l.number
    where l.months >= l.number - l.since + 1 and g.author_role = 'resident' and g.author is not null
        and g.kind not in ('deleted', 'reaction')
    group by l.authority, l.month, g.author
),
ranked as (
    select authority, month, now, before, row_number() over (partition by authority, month order by now desc, author) as place
    from written
    where now > 0
),
figures as (
    select
        l.authority, l.month, count(r.now) as writers, coalesce(sum(case when r.before = 0 then 1 else 0 end), 0) as fresh,
        coalesce(sum(r.now), 0) as messages, coalesce(sum(case when r.place <= 10 then r.now end), 0) as of_ten
    from (select distinct authority, month from listened_to where months >= number - since + 1) l
    left join ranked r on r.authority = l.authority and r.month = l.month
    group by l.authority, l.month
)
select authority, month, '' as part, cast(fresh as double) / nullif(writers, 0) as value, fresh as numerator, writers as denominator, writers as n
from figures
union all
select authority, month, 'top_ten', cast(of_ten as double) / nullif(messages, 0), of_ten, messages, writers
from figures
where writers = 0 or writers >= 20
union all
select authority, month, 'writers', writers, writers, null, writers
from figures
