/*
title:
  he: פוסטים של תושבים בקבוצה
  ar: منشورات السكان في المجموعات
  en: Posts by residents in groups
question:
  he: האם תושבים פותחים בעצמם נושאים בקבוצות של הרשות?
  ar: هل يفتح السكان بأنفسهم مواضيع في مجموعات السلطة المحلية؟
  en: Do residents open topics themselves in the authority's groups?
advice:
  he: אם רק הרשות כותבת, הציעו לשני תושבים לנהל יום קבוע, המלצות ביום שני או שאלות ביום רביעי.
  ar: إذا كانت السلطة المحلية وحدها تكتب فاقترحوا على اثنين من السكان إدارة يوم ثابت، توصيات يوم الاثنين أو أسئلة يوم الأربعاء.
  en: If only the authority writes, offer two residents a day of their own, such as recommendations on Monday or questions on Wednesday.
definition: >-
  Posts that start a conversation, written by residents in the month in Facebook groups the authority runs; deleted posts are not counted. Groups
  no source covers are completed by what staff entered for them; a figure entered without a group counts only when no group is covered.
definition_he: "פוסטים שפותחים שיחה, שתושבים כתבו בחודש בקבוצות הפייסבוק של הרשות; פוסטים שנמחקו אינם נספרים. קבוצה שאין לה מקור משלים אותה מה שהצוות הזין."
definition_ar: "منشورات تفتح حديثًا كتبها السكان في الشهر في مجموعات فيسبوك التابعة للسلطة المحلية؛ المحذوفة لا تُحتسب. مجموعة بلا مصدر يكمّلها ما أدخله الطاقم."
outcome: 1
aspect: resident_authority
method: mixed
unit: count
unit_words: {he: "פוסטים של תושבים בחודש", ar: "منشورات للسكان في الشهر", en: "posts by residents a month"}
grain: [authority, month, space]
assets: [facebook]
needs: {"": [message.role.reply]}
spaces: {kinds: [group]}
sum_of: spaces
inputs: {coverage: [0, 0], message: [0, 0], report: [0, 0], space: [0, 0]}
caveats: [entered_by_hand, partial_period]
owner: community worker
since: "2026-11"
revision: 2
*/
with measured as (
    select p.authority, p.month, p.space, cast(count(g.message) as decimal(18, 2)) as amount
    from covered_space p
    left join message g
        on g.authority = p.authority and g.month = p.month and g.space = p.space and g.asset = 'facebook'
        and g.author_role = 'resident' and g.message = g.root and g.kind not in ('deleted', 'reaction')
    where p.fact = 'message' and p.asset = 'facebook' and p.operated_by = 'authority' and p.space_kind = 'group'
    group by p.authority, p.month, p.space
)
select authority, month, space, amount as value, amount as n, 'measured' as method
from measured
union all
select authority, month, space, sum(amount), sum(amount), case when count(subject) = 0 then 'declared' else 'entered' end
from entered
where indicator = 'facebook.resident_posts'
group by authority, month, space
