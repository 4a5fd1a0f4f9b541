/*
title:
  he: פריטים בניוזלטר על תהליכים עירוניים
  ar: مواد في النشرة عن إجراءات بلدية
  en: Items sharing municipal processes openly
question:
  he: על כמה תהליכים עירוניים סיפרנו בניוזלטר החודש, ועד כמה מוקדם?
  ar: عن كم إجراءً بلديًا أخبرنا في النشرة هذا الشهر، وكم كان ذلك مبكرًا؟
  en: How many municipal processes did the newsletter share this month, and how early?
advice:
  he: הוסיפו לכל פריט כזה שורה אחת, מה עוד פתוח ועד מתי אפשר לומר דעה.
  ar: أضيفوا إلى كل مادة كهذه سطرًا واحدًا يقول ما الذي ما زال مفتوحًا وحتى متى يمكن إبداء الرأي.
  en: Give each such item one more line saying what is still open and until when one can have a say.
definition: >-
  Items of topic `process` sent in newsletters in the month, each with its kind and the stage at which it was shared. From a source that
  lists publications where one speaks for the month; else the items staff listed one by one; else the numbers they entered; zero when the
  topic was declared complete. Earliness is the mean over items with a known stage of idea 1, draft 2/3, decision 1/3, done 0.
definition_he: "פריטים בניוזלטרים של החודש על תהליך עירוני, עם סוגו והשלב שבו סופר עליו. לפי מקור שמונה פרסומים, ואם אין לפי רשימת הצוות או המספרים שהזין."
definition_ar: "مواد في نشرات الشهر عن إجراء بلدي، مع نوعه والمرحلة التي أُخبر فيها عنه. بحسب مصدر يعدّد المنشورات، وإلا فبحسب قائمة الطاقم أو الأرقام التي أدخلها."
outcome: 1
aspect: reach
method: mixed
unit: count
unit_words: {he: "פריטים בחודש", ar: "مواد في الشهر", en: "items a month"}
shape: process_shared
grain: [authority, month]
assets: [newsletter]
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
owner: spokesperson
since: "2026-11"
revision: 2
*/
