/*
title:
  he: השקעת הרשות בנכסים הדיגיטליים
  ar: استثمار السلطة المحلية في المساحات الرقمية
  en: Investment in the digital assets
question:
  he: כמה כסף, משרות ושעות הרשות משקיעה בנכסים הדיגיטליים?
  ar: كم من المال والوظائف والساعات تستثمر السلطة المحلية في المساحات الرقمية؟
  en: How much money, posts and hours does the authority put into its digital assets?
advice:
  he: הציגו את ההשקעה ליד מספר התושבים שהיא מגיעה אליהם; כך קל לבקש עוד שעות ולא רק עוד פרסום.
  ar: اعرضوا الاستثمار بجانب عدد السكان الذين يصل إليهم؛ هكذا يسهل طلب ساعات إضافية لا إعلانات فقط.
  en: Show the investment beside the number of residents it reaches; it makes it easier to ask for hours and not just for more advertising.
when:
  real_rise: {he: "הציגו ליד ההשקעה את מספר התושבים שהיא מגיעה אליהם ומה השתנה בזכותה.", ar: "اعرضوا إلى جانب الاستثمار عدد السكان الذين يصل إليهم وما تغيّر بفضله.", en: "Show beside the investment how many residents it reaches and what changed because of it."}
  real_fall: {he: "אמרו להנהלה אילו מרחבים יישארו בלי מי שעונה, ובקשו שעות לפני תקציב פרסום.", ar: "قولوا للإدارة أي المساحات ستبقى بلا من يردّ، واطلبوا ساعات عمل قبل ميزانية إعلان.", en: "Tell management which spaces will have nobody to answer, and ask for hours before advertising."}
definition: Shekels spent in the month on the digital assets, as entered by staff, over all assets; shekels per resident, staff posts at month end and hours of planning are parts, never added together.
definition_he: "שקלים שהוצאו בחודש על הנכסים הדיגיטליים, כפי שהצוות הזין, בכל הנכסים יחד. שקלים לתושב, משרות בסוף החודש ושעות תכנון עומדים לצידם ואינם מחוברים."
definition_ar: "شواقل أُنفقت في الشهر على الأصول الرقمية كما أدخلها الطاقم، لكل الأصول معًا. الشواقل لكل ساكن والوظائف في نهاية الشهر وساعات التخطيط إلى جانبها ولا تُجمع."
outcome: 2
aspect: policy
method: reported
unit: ils
unit_words: {he: "בחודש", ar: "في الشهر", en: "a month"}
grain: [authority, month]
inputs: {coverage: [0, 0], population: [0, 0], report: [0, 0]}
parts:
  ils_per_resident:
    unit: ils
    title: {he: שקלים לתושב, ar: شواكل للفرد, en: Shekels per resident}
  posts:
    unit: decimal
    title: {he: משרות, ar: وظائف, en: Staff posts}
  hours:
    unit: hours
    title: {he: שעות תכנון, ar: ساعات تخطيط, en: Hours of planning}
caveats: [entered_by_hand, estimated]
owner: chief executive's office
since: "2026-11"
revision: 2
*/
with spent as (
    select authority, month, case when part = 'ils' then '' else part end as part, sum(amount) as amount, count(subject) as entries
    from entered
    where indicator = 'policy.investment' and part in ('', 'ils', 'posts', 'hours')
    group by authority, month, case when part = 'ils' then '' else part end
)
select authority, month, part, amount as value, entries as n, 'entered_by_hand' as quality
from spent
union all
select s.authority, s.month, 'ils_per_resident', cast(s.amount as double) / nullif(p.residents, 0), s.entries, concat_ws(' ', 'entered_by_hand', p.quality)
from spent s
join population p on p.authority = s.authority and p.month = s.month
where s.part = '' and s.entries > 0
