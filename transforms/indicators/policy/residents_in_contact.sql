/*
title:
  he: "לכמה תושבים הרשות מגיעה ישירות (לפחות)"
  ar: "كم من السكان تصل إليهم السلطة المحلية مباشرة (على الأقل)"
  en: Residents the authority reaches directly, at least
question:
  he: לכמה תושבים, לפחות, מגיע ישירות מה שהרשות כותבת, בקבוצה או ברשימת תפוצה שבה הם חברים?
  ar: كم من السكان، على الأقل، يصلهم مباشرة ما تكتبه السلطة المحلية، في مجموعة أو قائمة بريدية هم أعضاء فيها؟
  en: How many residents, at least, does what the authority writes reach directly, in a group or on a list they are members of?
advice:
  he: "אותו תושב נמצא לעיתים בשלושה מרחבים: דברו על ״לפחות כך וכך״, וחפשו את מי שאינם באף אחד מהם."
  ar: "قد يكون الساكن نفسه في ثلاث مساحات: قولوا «على الأقل كذا»، وابحثوا عمن ليسوا في أي منها."
  en: "The same resident may be in three spaces: say “at least so many”, and look for those who are in none."
when:
  real_rise: {he: "בדקו באיזה מרחב הצטרפו, וחפשו עכשיו את מי שאינם באף מרחב.", ar: "تحققوا في أي مساحة انضموا، وابحثوا الآن عمّن ليسوا في أي مساحة.", en: "See in which space people joined, and look now for those who are in none."}
  real_fall: {he: "בדקו אם אנשים עזבו או שמרחב הפסיק להימדד, והחזירו קודם את המרחב הגדול.", ar: "تحققوا إن كان الناس غادروا أم أن مساحة لم تعد تُقاس، وأعيدوا المساحة الكبرى أولًا.", en: "See whether people left or a space is no longer measured, and bring the largest one back first."}
definition: >-
  People are matched across places only where they write, so the value is a lower bound: the largest single audience, the members at month end of
  one group, updates group or mailing list the authority runs, known staff left out. Pages are no such place: nothing reaches their followers directly, and they need
  not be residents (facebook.follower_share and facebook.engagement_rate count them). Parts: the upper bound is the sum of those audiences; matched is the number of
  distinct known residents who wrote or reacted in these places, hotlines and meetings too, one person counted once over all of them. In a month
  in which no audience was counted, matched is the value, and its composition says so.
definition_he: "לפחות כך וכך: הקהל הגדול ביותר של מקום אחד שהרשות כותבת בו ישירות לאנשים, חברי קבוצה, קבוצת עדכון או רשימת תפוצה, בלי אנשי צוות. עוקבים של עמוד אינם נכללים. לצידו: סכום הקהלים, ותושבים מוכרים שפעלו, כל אחד פעם אחת."
definition_ar: "على الأقل: أكبر جمهور لمكان واحد تكتب فيه السلطة المحلية للناس مباشرة، أعضاء مجموعة أو مجموعة تحديثات أو قائمة بريدية، دون الموظفين. متابعو الصفحة غير مشمولين. إلى جانبه: مجموع الجماهير، وسكان معروفون نشطوا، كل واحد مرة."
outcome: 2
aspect: policy
method: measured
unit: count
unit_words: {he: "תושבים, לפחות", ar: "سكان على الأقل", en: "residents at least"}
grain: [authority, month]
spaces: {kinds: [group, open, broadcast, hotline, mailing_list, meeting_room, site, app]}
needs: {"": [membership], matched: [message.author.role]}
inputs: {coverage: [0, 0], membership: [-3, 0], message: [0, 0], report: [0, 0], space: [0, 0]}
parts:
  upper_bound:
    unit: count
    title: {he: "לכל היותר: סכום הקהלים", ar: "على الأكثر: مجموع الجماهير", en: "Upper bound, audiences added"}
  matched:
    unit: count
    title: {he: "תושבים מוכרים שפעלו, כל אחד פעם אחת", ar: سكان معروفون نشطوا، كلٌّ مرة واحدة, en: "Known active residents, each once"}
caveats: [by_name, entered_by_hand, estimated, lower_bound]
owner: spokesperson
since: "2026-11"
revision: 2
*/
with audiences as (
    select
        b.authority, b.month, b.space, b.members, b.quality, b.method,
        sum(b.members) over (partition by b.authority, b.month) as added,
        string_agg(b.quality, ' ') over (partition by b.authority, b.month) as flags,
        row_number() over (partition by b.authority, b.month order by b.members desc, b.space) as place
    from members b
    join space s on s.authority = b.authority and s.space = b.space and s.operated_by = 'authority' and s.kind <> 'page'
),
known as (
    select h.authority, h.month, count(distinct t.author) as residents
    from heard_space h
    join space s on s.authority = h.authority and s.space = h.space and s.operated_by = 'authority' and s.kind <> 'page'
    left join message t
        on t.authority = h.authority and t.month = h.month and t.space = h.space
        and t.author_role = 'resident' and t.kind <> 'deleted'
    group by h.authority, h.month
)
select
    authority, month, '' as part, members as value, members as n, quality, method, concat('largest:', space) as formula
from audiences
where place = 1
union all
select authority, month, 'upper_bound', added, added, flags, method, null
from audiences
where place = 1
union all
select authority, month, 'matched', residents, residents, '', 'measured', null
from known
union all
select k.authority, k.month, '', k.residents, k.residents, flags('lower_bound', true), 'measured', 'matched'
from known k
left join audiences a on a.authority = k.authority and a.month = k.month and a.place = 1
where a.month is null
