/*
title:
  he: תושבים שהגיעו לפעילות קהילתית בעקבות הניוזלטר
  ar: سكان وصلوا إلى نشاط مجتمعي عبر النشرة البريدية
  en: Residents who came to community activity through the newsletter
question:
  he: כמה תושבים הגיעו לפעילות, הצטרפו לקבוצה או פתחו קבוצה בזכות הניוזלטר?
  ar: كم من السكان حضروا نشاطًا أو انضموا إلى مجموعة أو فتحوا مجموعة بفضل النشرة؟
  en: How many residents came to an activity, joined a group or opened one thanks to the newsletter?
advice:
  he: הזמינו בניוזלטר לפעילות אחת, בשם של שכן שמארח אותה, ושאלו בכניסה מי הגיע דרכו.
  ar: ادعوا في النشرة إلى نشاط واحد باسم جار يستضيفه، واسألوا عند الدخول من جاء عن طريقها.
  en: Invite to one activity an issue, in the name of the neighbour who hosts it, and ask at the door who came through it.
definition: >-
  Attendances of residents in the month whose stated source is the newsletter, measured in months in which at least one attendance states a
  source, plus what staff entered: people who came, who joined a group, groups residents opened that name the newsletter. What staff enter
  adds to what was measured.
definition_he: "נוכחויות של תושבים בחודש שסיפרו כי שמעו על הפעילות בניוזלטר, ועליהן מה שהצוות הזין: מי שהגיעו, מי שהצטרפו לקבוצה וקבוצות שתושבים פתחו."
definition_ar: "حضور السكان في الشهر ممن ذكروا أنهم سمعوا عن النشاط في النشرة، ويُضاف إليه ما أدخله الطاقم: من حضروا ومن انضموا إلى مجموعة ومجموعات فتحها السكان."
outcome: 1
aspect: resident_resident
method: mixed
unit: count
unit_words: {he: "תושבים שהגיעו בחודש", ar: "سكان وصلوا في الشهر", en: "residents who came in the month"}
shape: arrivals_by_campaign
grain: [authority, month]
assets: [newsletter]
needs: {"": ["attendance.heard_via@any"], measured: ["attendance.heard_via@any"]}
spaces: {run_by: anyone}
sum_of: [measured, arrived, joined]
inputs: {attendance: [0, 0], coverage: [0, 0], report: [0, 0]}
parts:
  measured:
    unit: count
    title: {he: נוכחות שנמדדה, ar: حضور مَقيس, en: Attendances measured}
  arrived:
    unit: count
    title: {he: הגיעו (דיווח), ar: حضروا (إدخال), en: Came (entered)}
  joined:
    unit: count
    title: {he: הצטרפו לקבוצה (דיווח), ar: انضموا إلى مجموعة (إدخال), en: Joined a group (entered)}
  opened:
    unit: count
    title: {he: קבוצות שפתחו תושבים (דיווח), ar: مجموعات فتحها السكان (إدخال), en: Groups residents opened (entered)}
caveats: [entered_by_hand, by_name, partial_period]
owner: community worker
since: "2026-11"
revision: 2
*/
