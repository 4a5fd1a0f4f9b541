/*
title:
  he: תושבים שנכחו במפגשים
  ar: السكان الذين حضروا اللقاءات
  en: Residents present
question:
  he: כמה תושבים שונים הגיעו למפגשי הזום?
  ar: كم من السكان المختلفين حضروا لقاءات زوم؟
  en: How many different residents came to the Zoom meetings?
advice:
  he: אם אותם אנשים חוזרים שוב ושוב, הזמינו אישית שכנים חדשים; אם באים פעם אחת ולא חוזרים, שאלו אותם למה.
  ar: إذا تكرر حضور الأشخاص أنفسهم فادعوا جيرانًا جددًا دعوة شخصية؛ وإذا حضروا مرة ولم يعودوا فاسألوهم عن السبب.
  en: If the same people come again and again, invite new neighbours in person; if people come once and never return, ask them why.
when:
  real_rise: {he: "שמרו על השעה והמתכונת שעבדו, והזמינו אישית את מי שבאו בפעם הראשונה למפגש הבא.", ar: "حافظوا على الموعد والصيغة الناجحة، وادعوا شخصيًا من حضروا أول مرة إلى اللقاء القادم.", en: "Keep the hour and the form that worked, and invite those who came for the first time to the next meeting in person."}
  real_fall: {he: "התקשרו לחמישה שהפסיקו לבוא ושאלו למה; נסו שעה אחרת או מפגש קצר יותר.", ar: "اتصلوا بخمسة ممن توقفوا عن الحضور واسألوهم عن السبب، وجرّبوا موعدًا آخر أو لقاءً أقصر.", en: "Call five who stopped coming and ask why; try another hour or a shorter meeting."}
  no_signal: {he: "הזמינו למפגש הבא עשרה שכנים חדשים בשמם, דרך מי שכבר בא.", ar: "ادعوا إلى اللقاء القادم عشرة جيران جدد بأسمائهم، عبر من يحضرون أصلًا.", en: "Invite ten new neighbours to the next meeting by name, through those who already come."}
definition: Distinct residents present at the month's public-participation and residents' meetings on Zoom (at least 5 minutes, 2 people); rejoining counts once. Guests known by name only are counted once a meeting and flag the value by_name; attendances are kept apart.
definition_he: "תושבים שונים שנכחו במפגשי שיתוף הציבור והתושבים בזום בחודש; מי שיצא וחזר נספר פעם אחת. אורחים שידועים בשמם בלבד נספרים פעם בכל מפגש."
definition_ar: "سكان مختلفون حضروا لقاءات مشاركة الجمهور ولقاءات السكان على زوم في الشهر؛ من خرج وعاد يُحتسب مرة. الضيوف المعروفون بالاسم فقط يُحتسبون مرة في كل لقاء."
outcome: 1
aspect: reach
method: measured
unit: count
unit_words: {he: "תושבים שנכחו בחודש", ar: "سكان حضروا في الشهر", en: "residents present in the month"}
grain: [authority, month]
assets: [zoom]
needs: {"": [attendance, gathering.kind]}
inputs: {attendance: [0, 0], coverage: [0, 0], gathering: [0, 0]}
parts:
  attendances:
    unit: count
    title: {he: נוכחויות בסך הכול, ar: إجمالي الحضور, en: Attendances in all}
caveats: [by_name]
owner: community worker
since: "2026-11"
revision: 2
*/
with counted as (
    select
        c.authority, c.month, count(distinct a.person) as people,
        sum(case when a.attendee is not null and a.person is null then 1 else 0 end) as guests,
        count(a.attendee) as attendances
    from covered c
    left join meeting t on t.authority = c.authority and t.month = c.month
    left join attendance a
        on a.authority = t.authority and a.gathering = t.gathering and a.asset = 'zoom' and a.role = 'resident'
    where c.fact = 'attendance' and c.asset = 'zoom'
    group by c.authority, c.month
)
select
    authority, month, '' as part, people + guests as value, people + guests as n,
    flags('by_name', guests > 0) as quality
from counted
union all
select authority, month, 'attendances', attendances, attendances, ''
from counted
