/*
title:
  he: פרסומים בשפות שאינן עברית
  ar: منشورات بلغات غير العبرية
  en: Publications in languages other than Hebrew
question:
  he: האם הרשות מדברת עם התושבים בשפות שלהם?
  ar: هل تتحدث السلطة المحلية مع السكان بلغاتهم؟
  en: Does the authority speak to residents in their languages?
advice:
  he: בחרו שפה אחת ופרסמו בה בקביעות כל שבוע, עם מי שעונה בה; תרגום חד פעמי אינו הזמנה.
  ar: اختاروا لغة واحدة وانشروا بها بانتظام كل أسبوع مع من يجيب بها؛ الترجمة لمرة واحدة ليست دعوة.
  en: Choose one language and publish in it every week, with somebody to answer in it; a one-off translation is no invitation.
definition: >-
  Publications of the month in places of the authority in a language other than Hebrew, mixed-language ones included. An item counts once: of a place whose language a platform told
  of all month (site and page) as it told, of any other as staff listed it, and of one nobody listed as far as a platform told. Parts give the share of all publications in each language, and the shekels staff entered, never added to the count.
definition_he: "פרסומים של החודש במקומות של הרשות בשפה שאינה עברית, גם כשהיא לצד העברית; כל פרסום נספר פעם אחת. לצידם: שיעור הפרסומים בכל שפה, והשקלים שהצוות הזין, שאינם מחוברים למספר."
definition_ar: "منشورات الشهر في أماكن السلطة المحلية بلغة غير العبرية، ولو إلى جانبها؛ كل منشور يُحتسب مرة. إلى جانبها: نسبة المنشورات بكل لغة، والشواقل التي أدخلها الطاقم ولا تُجمع مع العدد."
outcome: 4
aspect: societies
method: mixed
unit: count
unit_words: {he: "פרסומים בחודש", ar: "منشورات في الشهر", en: "publications a month"}
grain: [authority, month]
needs: {"": [publication.language], ils: []}
spaces: {kinds: [site, page]}
inputs: {coverage: [0, 0], publication: [0, 0], report: [0, 0], space: [0, 0]}
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
revision: 2
*/
with languages as (
    select
        p.authority, p.month, p.method, case when p.method = 'measured' then p.is_part else 0 end as is_part,
        case
            when p.language in ('ar', 'yi', 'ru', 'am', 'uk') then concat('share_', p.language)
            when p.language = 'he' then ''
            else 'share_other'
        end as part
    from published p
    where case
        when p.method = 'measured' then p.space_kind in ('site', 'page') and (p.knows like '%language%' or p.is_listed = 0)
        else p.knows not like '%language%'
    end
),
-- What staff listed of some places beside what platforms showed of others is one list.
totals as (
    select
        authority, month, case when max(case when method = 'listed' then 1 else 0 end) = 1 then 'listed' else 'measured' end as method,
        count(*) as publications, count(nullif(part, '')) as adapted,
        flags('partial_period', max(is_part) = 1 and max(case when method = 'listed' then 1 else 0 end) = 1) as quality
    from languages
    group by authority, month
),
told as (
    select authority, month, method, publications, adapted, quality
    from totals
    union all
    -- A month heard, or declared complete, in which nothing was published.
    select c.authority, c.month, k.method, 0, 0, ''
    from (
        select authority, month, max(is_measured) as is_measured, max(is_declared) as is_declared
        from covered
        where fact = 'publication'
        group by authority, month
    ) c
    join (values ('measured'), ('declared')) as k(method)
        on (k.method = 'measured' and c.is_measured = 1) or (k.method = 'declared' and c.is_declared = 1)
    left join (select distinct authority, month from totals) t on t.authority = c.authority and t.month = c.month
    where t.month is null
)
select authority, month, '' as part, adapted as value, null as numerator, null as denominator, publications as n, quality, method
from told
union all
select t.authority, t.month, k.part, cast(count(l.part) as double) / nullif(t.publications, 0), count(l.part), t.publications, t.publications, t.quality, t.method
from told t
cross join (values ('share_ar'), ('share_yi'), ('share_ru'), ('share_am'), ('share_uk'), ('share_other')) as k(part)
left join languages l on l.authority = t.authority and l.month = t.month and l.part = k.part
group by t.authority, t.month, t.method, t.quality, k.part, t.publications
union all
select authority, month, 'ils', sum(amount), null, null, count(subject), '', case when count(subject) = 0 then 'declared' else 'entered' end
from entered
where indicator = 'societies.language_investment' and part in ('', 'ils')
group by authority, month
