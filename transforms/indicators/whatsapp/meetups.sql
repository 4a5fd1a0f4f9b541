/*
title:
  he: מפגשים בין תושבים מחוץ לקבוצה
  ar: لقاءات بين السكان خارج المجموعة
  en: Meetings of residents beyond the group
question:
  he: האם השיחה בקבוצה הופכת למפגש, בזום או פנים אל פנים?
  ar: هل يتحول الحديث في المجموعة إلى لقاء، عبر الشاشة أو وجهًا لوجه؟
  en: Does the talk in the group turn into meeting, on a screen or face to face?
advice:
  he: שאלו פעם בחודש בקבוצה מי נפגש בזכותה, ובקשו תמונה או משפט. כך לומדים וגם מעודדים.
  ar: اسألوا مرة في الشهر في المجموعة من التقى بفضلها واطلبوا صورة أو جملة. هكذا نتعلم ونشجّع.
  en: Ask the group once a month who met because of it, for a picture or a line. That both tells you and encourages.
definition: >-
  Meetings entered by staff for the month, digital or in person, that grew from a WhatsApp group; zero only in a month whose topic was declared
  complete. Part `surveyed_share`: share of respondents whose mean answer to the items on such meetings is 4 or more of 5, in the
  latest wave among residents within 12 months, shown from 30 answers.
definition_he: "מפגשים שצמחו מקבוצת וואטסאפ, דיגיטליים או פנים אל פנים, שהצוות הזין לחודש. לצידם: שיעור המשיבים בסקר שהשתתפו במפגשים כאלה, מ־30 תשובות ומעלה."
definition_ar: "لقاءات نشأت من مجموعة واتساب، رقمية أو وجاهية، أدخلها الطاقم للشهر. إلى جانبها: نسبة المجيبين في الاستطلاع الذين شاركوا في مثلها، من 30 إجابة فأكثر."
outcome: 1
aspect: resident_resident
method: mixed
unit: count
unit_words: {he: "מפגשים בחודש", ar: "لقاءات في الشهر", en: "meetings a month"}
grain: [authority, month, space]
assets: [whatsapp]
needs: {surveyed_share: []}
inputs: {coverage: [0, 0], report: [0, 0], survey_response: [-11, 0]}
parts:
  digital:
    unit: count
    title: {he: מפגשים דיגיטליים, ar: لقاءات رقمية, en: Digital}
  in_person:
    unit: count
    title: {he: מפגשים פנים אל פנים, ar: لقاءات وجاهية, en: In person}
  surveyed_share:
    unit: share
    title: {he: שיעור התושבים שנפגשו בזכות הקבוצה (סקר), ar: نسبة السكان الذين التقوا بفضل المجموعة (استطلاع), en: Residents who met thanks to the group (survey)}
caveats: [entered_by_hand, carried, opt_in_sample, low_reliability, unweighted]
owner: community worker
since: "2026-11"
revision: 2
*/
select
    authority, month, coalesce(space, '') as space, coalesce(part, '') as part, sum(amount) as value,
    cast(null as double) as numerator, cast(null as double) as denominator, sum(amount) as n, cast(null as double) as n_effective,
    '' as quality, max(last_day) as as_of, case when count(subject) = 0 then 'declared' else 'entered' end as method
from entered
where indicator = 'whatsapp.meetups'
group by grouping sets ((authority, month), (authority, month, space), (authority, month, part))
having grouping(space) + grouping(part) = 2 or space <> '' or part <> ''
union all
select
    authority, month, '', 'surveyed_share', weighted_agreeing / weight, weighted_agreeing, weight, n, n_effective, quality, closed_day, 'surveyed'
from survey_estimate
where indicator = 'whatsapp.meetups' and audience = 'residents'
