/*
title:
  he: תגובות תושבים לפוסטים בעמוד
  ar: تعليقات السكان على منشورات الصفحة
  en: Residents' comments on page posts
question:
  he: כמה מגיבים התושבים למה שהרשות כותבת בעמוד?
  ar: كم يعلّق السكان على ما تكتبه السلطة المحلية في الصفحة؟
  en: How much do residents comment on what the authority writes on its page?
advice:
  he: השיבו לתגובה הראשונה תוך שעה, בשם פרטי. מי שרואה שיש עם מי לדבר, מצטרף.
  ar: ردّوا على أول تعليق خلال ساعة وباسم شخص. من يرى أن هناك من يتحدث معه ينضم.
  en: Answer the first comment within the hour and sign with a name. People join once they see there is somebody to talk to.
when:
  real_rise: {he: "ענו בשם פרטי לראשונים שמגיבים, והזמינו את הפעילים שבהם לקבוצה השכונתית.", ar: "أجيبوا أوائل المعلّقين باسم شخصي، وادعوا النشطين منهم إلى مجموعة الحي.", en: "Answer the first who comment, signed with a name, and invite the active ones to their neighbourhood's group."}
  real_fall: {he: "החליפו מחצית מההודעות בשאלות קצרות, והשיבו לתגובה הראשונה תוך שעה.", ar: "استبدلوا نصف الإعلانات بأسئلة قصيرة، وردّوا على أول تعليق خلال ساعة.", en: "Turn half of the notices into short questions, and answer the first comment within the hour."}
  no_signal: {he: "פרסמו השבוע שאלה אחת שלתושבים יש תשובה עליה, והישארו ליד המקלדת בשעה הראשונה.", ar: "انشروا هذا الأسبوع سؤالًا واحدًا يعرف السكان جوابه، وابقوا حاضرين للرد في الساعة الأولى.", en: "Post one question this week that residents have an answer to, and stay at the keyboard for the first hour."}
definition: >-
  Comments by residents, at any depth, in the month under posts of the authority on its pages; the post may be of the month or of the two
  before. Deleted comments and reactions are not counted. Part `per_post`: those comments / the authority's posts of the month.
definition_he: "תגובות של תושבים בחודש, בכל עומק, מתחת לפוסטים של הרשות בעמודיה; הפוסט יכול להיות מן החודש או משני החודשים שלפניו. תגובות שנמחקו וסימונים אינם נספרים."
definition_ar: "تعليقات السكان في الشهر، بكل عمق، تحت منشورات السلطة المحلية في صفحاتها؛ قد يكون المنشور من الشهر أو من الشهرين السابقين. التعليقات المحذوفة والتفاعلات لا تُحتسب."
outcome: 1
aspect: resident_authority
method: measured
unit: count
unit_words: {he: "תגובות בחודש", ar: "تعليقات في الشهر", en: "comments a month"}
grain: [authority, month, space]
assets: [facebook]
needs: {"": [message.role.reply]}
spaces: {kinds: [page]}
inputs: {coverage: [0, 0], message: [-2, 0], space: [0, 0]}
parts:
  per_post:
    unit: decimal
    title: {he: תגובות לפוסט, ar: تعليقات لكل منشور, en: Comments per post}
caveats: [partial_period]
owner: spokesperson
since: "2026-11"
revision: 2
*/
with posts as (
    select authority, month, space, message, sent_at
    from message
    where asset = 'facebook' and author_role = 'authority' and message = root and kind not in ('deleted', 'reaction')
),
acts as (
    select c.authority, c.month, c.space, 'comment' as act
    from message c
    join months m on m.authority = c.authority and m.month = c.month
    left join posts p on p.authority = c.authority and p.message = c.root and p.sent_at >= m.first_day - interval '2' month
    where c.asset = 'facebook' and c.author_role = 'resident' and c.message <> c.root and c.kind not in ('deleted', 'reaction')
        -- An answer to the root itself says who wrote the root, however old the post is.
        and (p.message is not null or (c.reply_to = c.root and c.reply_to_role = 'authority'))
    union all
    select authority, month, space, 'post'
    from posts
),
figures as (
    select
        p.authority, p.month, coalesce(p.space, '') as space,
        count(case when a.act = 'comment' then 1 end) as comments, count(case when a.act = 'post' then 1 end) as posts
    from covered_space p
    left join acts a on a.authority = p.authority and a.month = p.month and a.space = p.space
    where p.fact = 'message' and p.asset = 'facebook' and p.operated_by = 'authority' and p.space_kind = 'page'
    group by grouping sets ((p.authority, p.month, p.space), (p.authority, p.month))
)
select
    authority, month, space, '' as part, cast(comments as double) as value, cast(null as double) as numerator,
    cast(null as double) as denominator, comments as n
from figures
union all
select authority, month, space, 'per_post', cast(comments as double) / nullif(posts, 0), comments, posts, posts
from figures
