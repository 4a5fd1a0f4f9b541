/*
title:
  he: "התאמה לשפות: ערבית, יידיש"
  ar: الملاءمة للغات
  en: Adaptation to languages
question:
  he: האם הרשות מדברת עם התושבים בשפות שלהם?
  ar: هل تتحدث السلطة المحلية مع السكان بلغاتهم؟
  en: Does the authority speak to residents in their languages?
advice:
  he: בחרו שפה אחת ופרסמו בה בקביעות כל שבוע, עם מי שעונה בה; תרגום חד פעמי אינו הזמנה.
  ar: اختاروا لغة واحدة وانشروا بها بانتظام كل أسبوع مع من يجيب بها؛ الترجمة لمرة واحدة ليست دعوة.
  en: Choose one language and publish in it every week, with somebody to answer in it; a one-off translation is no invitation.
definition: Publications of the month in a language other than Hebrew, mixed-language ones included; parts give the share of all publications in each language, and the shekels staff entered, never added to the count.
outcome: 4
aspect: societies
method: mixed
unit: count
grain: [authority, month]
inputs: {coverage: [0, 0], publication: [0, 0], report: [0, 0]}
parts:
  share_ar:
    unit: share
    title: {he: שיעור בערבית, ar: نسبة بالعربية, en: Share in Arabic}
  share_yi:
    unit: share
    title: {he: שיעור ביידיש, ar: نسبة باليديشية, en: Share in Yiddish}
  share_ru:
    unit: share
    title: {he: שיעור ברוסית, ar: نسبة بالروسية, en: Share in Russian}
  share_am:
    unit: share
    title: {he: שיעור באמהרית, ar: نسبة بالأمهرية, en: Share in Amharic}
  share_uk:
    unit: share
    title: {he: שיעור באוקראינית, ar: نسبة بالأوكرانية, en: Share in Ukrainian}
  share_other:
    unit: share
    title: {he: שיעור בשפות אחרות ובכמה שפות, ar: نسبة بلغات أخرى وبعدة لغات, en: Share in other or several languages}
  ils:
    unit: ils
    title: {he: השקעה בשקלים, ar: استثمار بالشواكل, en: Shekels invested}
caveats: [entered_by_hand]
owner: spokesperson
since: "2026-11"
revision: 1
*/
with listed as (
    select
        authority, month,
        case
            when language in ('ar', 'yi', 'ru', 'am', 'uk') then concat('share_', language)
            when language = 'he' then ''
            else 'share_other'
        end as part,
        flags('entered_by_hand', basis = 'entered') as quality
    from publication
),
known as (
    select distinct authority, month
    from covered
    where fact = 'publication' and (is_measured = 1 or is_declared = 1)
),
totals as (
    select
        m.authority, m.month, count(l.part) as publications, count(nullif(l.part, '')) as adapted,
        coalesce(max(l.quality), '') as quality
    from months m
    left join known k on k.authority = m.authority and k.month = m.month
    left join listed l on l.authority = m.authority and l.month = m.month
    group by m.authority, m.month
    having count(k.month) > 0 or count(l.part) > 0
)
select authority, month, '' as part, adapted as value, null as numerator, null as denominator, publications as n, quality
from totals
union all
select t.authority, t.month, k.part, cast(count(l.part) as double) / nullif(t.publications, 0), count(l.part), t.publications, t.publications, t.quality
from totals t
cross join (values ('share_ar'), ('share_yi'), ('share_ru'), ('share_am'), ('share_uk'), ('share_other')) as k(part)
left join listed l on l.authority = t.authority and l.month = t.month and l.part = k.part
group by t.authority, t.month, k.part, t.publications, t.quality
union all
select authority, month, 'ils', sum(amount), null, null, null, 'entered_by_hand'
from entered
where indicator = 'societies.language_investment' and part in ('', 'ils')
group by authority, month
