/*
title:
  he: פרסומים באתר על תהליכים ברשות
  ar: منشورات في الموقع عن إجراءات السلطة المحلية
  en: Municipal processes published on the site
question:
  he: על כמה תהליכים עירוניים סיפרנו באתר החודש, ובאיזה שלב?
  ar: عن كم إجراءً بلديًا أُبلغ السكان عبر الموقع هذا الشهر، وفي أي مرحلة؟
  en: How many municipal processes were shared on the site this month, and at what stage?
advice:
  he: בחרו תהליך אחד שעדיין ברעיון וספרו עליו לפני שיש החלטה. שיתוף מוקדם הוא הזמנה אמיתית להשפיע.
  ar: اختاروا مسارًا واحدًا ما زال فكرة وأخبروا عنه قبل القرار. المشاركة المبكرة دعوة حقيقية للتأثير.
  en: Take one process that is still an idea and tell of it before the decision. Sharing early is a real invitation to influence.
definition: >-
  Items of topic `process` published on the website in the month, each with the stage at which it was shared. From a source that lists
  publications where one speaks for the month; else the items staff listed one by one; else the numbers they entered; zero when the topic
  was declared complete. Earliness is the mean over items with a known stage of idea 1, draft 2/3, decision 1/3, done 0.
definition_he: "פרסומים באתר בחודש על תהליך עירוני, עם השלב שבו סופר עליו. לפי מקור שמונה פרסומים, ואם אין לפי רשימת הצוות או המספרים שהזין. מדד השיתוף המוקדם הוא ממוצע: רעיון 1, טיוטה שני שליש, החלטה שליש, לאחר ביצוע 0."
definition_ar: "منشورات الموقع في الشهر عن إجراء بلدي، مع المرحلة التي أُخبر فيها عنه. بحسب مصدر يعدّد المنشورات، وإلا فبحسب قائمة الطاقم أو الأرقام التي أدخلها. مؤشر المشاركة المبكرة متوسط: فكرة 1، مسودة ثلثان، قرار ثلث، بعد التنفيذ 0."
outcome: 1
aspect: reach
method: mixed
unit: count
unit_words: {he: "פרסומים בחודש", ar: "منشورات في الشهر", en: "publications a month"}
shape: process_shared
grain: [authority, month]
assets: [website]
needs: {"": [publication.process], idea: [publication.process.stage], draft: [publication.process.stage], decision: [publication.process.stage], done: [publication.process.stage], earliness: [publication.process.stage]}
inputs: {coverage: [0, 0], publication: [0, 0], report: [0, 0], space: [0, 0]}
parts:
  idea:
    unit: count
    title: {he: פורסמו בשלב הרעיון, ar: نُشرت في مرحلة الفكرة, en: Shared as an idea}
  draft:
    unit: count
    title: {he: פורסמו בשלב הטיוטה, ar: نُشرت في مرحلة المسودة, en: Shared as a draft}
  decision:
    unit: count
    title: {he: פורסמו לקראת החלטה, ar: نُشرت عند القرار, en: Shared at the decision}
  done:
    unit: count
    title: {he: פורסמו לאחר מעשה, ar: نُشرت بعد التنفيذ, en: Shared when done}
  no_stage:
    unit: count
    title: {he: שלב לא ידוע, ar: مرحلة غير معروفة, en: Stage unknown}
  earliness:
    unit: share
    title: {he: מדד השיתוף המוקדם, ar: مؤشر المشاركة المبكرة, en: How early it was shared}
  planning:
    unit: count
    title: {he: תכנון ובנייה, ar: تخطيط وبناء, en: Planning}
  education:
    unit: count
    title: {he: חינוך, ar: تعليم, en: Education}
  events:
    unit: count
    title: {he: תוכנית אירועים, ar: برنامج فعاليات, en: Events programme}
  tenders:
    unit: count
    title: {he: קולות קוראים ומכרזים, ar: مناقصات ونداءات, en: Calls and tenders}
  legislation:
    unit: count
    title: {he: חקיקת עזר, ar: قوانين مساعدة, en: By-laws}
  budget:
    unit: count
    title: {he: תקציב, ar: ميزانية, en: Budget}
  residents_meeting:
    unit: count
    title: {he: מפגשי תושבים, ar: لقاءات سكان, en: "Residents' meetings"}
  other:
    unit: count
    title: {he: תהליך אחר, ar: مسار آخر, en: Other process}
caveats: [entered_by_hand, partial_period]
owner: website editor
since: "2026-11"
revision: 2
*/
