/*
title:
  he: פוסטים על תהליכים שקוראים לתושבים להשפיע
  ar: منشورات عن إجراءات تدعو السكان إلى التأثير
  en: Posts sharing municipal processes and calling residents to influence
question:
  he: כמה פוסטים שיתפו תהליך עירוני, ובכמה מהם ביקשנו את דעת התושבים?
  ar: كم منشورًا شارك بمسار بلدي، وفي كم منها طلبنا رأي السكان؟
  en: How many posts shared a municipal process, and in how many did we ask what residents think?
advice:
  he: סיימו כל פוסט על תהליך בשאלה שאפשר לענות עליה במשפט, וחזרו אחרי שבוע לספר מה עשיתם עם התשובות.
  ar: اختموا كل منشور عن مسار بسؤال يُجاب عنه بجملة، وعودوا بعد أسبوع لتقولوا ماذا فعلتم بالأجوبة.
  en: End each such post with a question one sentence can answer, and come back a week later to say what you did with the answers.
definition: >-
  The authority's posts on Facebook of topic `process` in the month; `calls` are those that call residents to influence, as staff declared or by the
  town's own words for calls (a question mark is no call; without such words a platform says nothing of calls), `calls_share` their share.
  From a source that lists publications where one speaks for the month; else the posts staff listed one by one; else the numbers they
  entered; zero when the topic was declared complete.
definition_he: "פוסטים של הרשות בחודש על תהליך עירוני; מהם אלה שקוראים לתושבים להשפיע, לפי הצוות או לפי מילות הקריאה שהיישוב רשם. לפי מקור שמונה פרסומים, ואם אין לפי הצוות."
definition_ar: "منشورات السلطة المحلية في الشهر عن إجراء بلدي؛ ومنها ما يدعو السكان إلى التأثير بحسب الطاقم أو بحسب كلمات الدعوة التي سجّلتها البلدة. بحسب مصدر يعدّد المنشورات، وإلا فبحسب الطاقم."
outcome: 1
aspect: reach
method: mixed
unit: count
unit_words: {he: "פוסטים בחודש", ar: "منشورات في الشهر", en: "posts a month"}
grain: [authority, month]
assets: [facebook]
needs: {"": [publication.process], calls: [publication.process.calls], calls_share: [publication.process.calls]}
spaces: {kinds: [page]}
inputs: {coverage: [0, 0], publication: [0, 0], report: [0, 0], space: [0, 0]}
parts:
  calls:
    unit: count
    title: {he: קוראים לתושבים להגיב, ar: تدعو السكان إلى الرد, en: Calling for a response}
  calls_share:
    unit: share
    title: {he: שיעור הפוסטים שמבקשים תגובה, ar: نسبة المنشورات التي تطلب ردًا, en: Share calling for a response}
caveats: [entered_by_hand, partial_period]
owner: spokesperson
since: "2026-11"
revision: 2
*/
with figures as (
    select authority, month, method, sum(items) as posts, sum(calls) as calls
    from process_item
    where indicator = 'facebook.process_posts'
    group by authority, month, method
)
select
    authority, month, '' as part, cast(posts as double) as value, cast(null as double) as numerator, cast(null as double) as denominator,
    posts as n, method
from figures
where posts is not null
union all
select authority, month, 'calls', cast(calls as double), null, null, calls, method
from figures
where calls is not null
union all
select authority, month, 'calls_share', cast(calls as double) / nullif(posts, 0), calls, posts, posts, method
from figures
where posts is not null and calls is not null
