/*
title:
  he: תושבים פעילים מתוך חברי המרחבים
  ar: السكان النشطون من بين أعضاء المساحات
  en: "Residents active, of the spaces' members"
question:
  he: מתוך חברי המרחבים, כמה רק צופים, כמה מגיבים וכמה פותחים שיחה?
  ar: من بين أعضاء المساحات، كم يكتفون بالمتابعة وكم يستجيبون وكم يبادرون؟
  en: Of the members, how many only watch, how many respond and how many start?
advice:
  he: "אל תנסו להזיז את כולם: פנו אישית לכמה מגיבים קבועים והציעו להם לפתוח את הנושא הבא."
  ar: "لا تحاولوا تحريك الجميع: توجّهوا شخصيًا إلى بضعة مستجيبين دائمين واقترحوا عليهم فتح الموضوع التالي."
  en: "Do not try to move everybody: turn to a few regular responders in person and offer them the next topic to open."
definition: "Residents' memberships at month end (known staff left out) by highest act of the month: silent, responded (replied or reacted), initiated (started a conversation); the value is the share that responded or initiated. Spaces where messages and members are both covered and authors are told apart; broadcast spaces, where residents cannot write, are left out. The total adds memberships, so a person in two spaces counts in both."
definition_he: "חברי המרחבים בסוף החודש, בלי אנשי צוות, לפי המעשה הגדול שלהם בחודש: צפו, הגיבו או יזמו שיחה. הנתון הוא שיעור מי שהגיבו או יזמו. מי שבשני מרחבים נספר בשניהם; קבוצות עדכון אינן נכללות."
definition_ar: "أعضاء المساحات في نهاية الشهر، دون الموظفين، بحسب أكبر ما فعلوه في الشهر: تابعوا أو استجابوا أو بادروا إلى حديث. الرقم هو نسبة من استجابوا أو بادروا. من في مساحتين يُحتسب فيهما؛ مجموعات التحديثات غير مشمولة."
outcome: 1
aspect: resident_resident
method: measured
unit: share
unit_words: {he: "מחברי המרחבים", ar: "من أعضاء المساحات", en: "of the spaces' members"}
grain: [authority, month, space]
needs: {"": [message.author.role.reply]}
spaces: {kinds: [open, group], run_by: anyone}
inputs: {coverage: [0, 0], membership: [-3, 0], message: [0, 0], report: [0, 0], space: [0, 0]}
parts:
  silent:
    unit: share
    title: {he: צופים, ar: متابعون, en: Watchers}
  responded:
    unit: share
    title: {he: מגיבים, ar: مستجيبون, en: Responders}
  initiated:
    unit: share
    title: {he: יוזמים, ar: مبادرون, en: Initiators}
caveats: [by_name, inferred, estimated, entered_by_hand, lower_bound]
owner: community worker
since: "2026-11"
revision: 2
*/
with people as (
    select
        authority, month, space, author,
        max(case when author is null then 0 when root = message and kind <> 'reaction' then 2 else 1 end) as act
    from message
    where author_role = 'resident' and kind <> 'deleted'
    group by authority, month, space, author
),
active as (
    select
        authority, month, space, count(author) as known, count(*) - count(author) as has_anonymous,
        sum(case when act = 1 then 1 else 0 end) as responded, sum(case when act = 2 then 1 else 0 end) as initiated
    from people
    group by authority, month, space
),
placed as (
    select
        h.authority, h.month, h.space, coalesce(a.responded, 0) as responded, coalesce(a.initiated, 0) as initiated,
        -- More active people than members counted: some left again before the month ended.
        greatest(b.members, coalesce(a.responded, 0) + coalesce(a.initiated, 0)) as members,
        b.quality, flags('estimated', a.has_anonymous > 0) as estimated
    from heard_space h
    join members b on b.authority = h.authority and b.month = h.month and b.space = h.space and b.is_seen = 0
    join space s on s.authority = h.authority and s.space = h.space and s.kind in ('open', 'group')
    left join active a on a.authority = h.authority and a.month = h.month and a.space = h.space
    where a.space is null or a.known > 0
),
totals as (
    select
        authority, month, coalesce(space, '') as space, sum(responded) as responded, sum(initiated) as initiated,
        sum(members) as members, concat_ws(' ', max(quality), max(estimated)) as quality
    from placed
    group by grouping sets ((authority, month, space), (authority, month))
),
shares as (
    select authority, month, space, '' as part, responded + initiated as people, members, quality from totals
    union all
    select authority, month, space, 'silent', members - responded - initiated, members, quality from totals
    union all
    select authority, month, space, 'responded', responded, members, quality from totals
    union all
    select authority, month, space, 'initiated', initiated, members, quality from totals
)
select authority, month, space, part, cast(people as double) / nullif(members, 0) as value,
    people as numerator, members as denominator, members as n, quality
from shares
