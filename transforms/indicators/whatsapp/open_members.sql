/*
title:
  he: תושבים בקבוצות פתוחות
  ar: سكان في مجموعات مفتوحة
  en: Residents in open groups
question:
  he: כמה תושבים נמצאים בקבוצות שבהן כולם יכולים לכתוב?
  ar: كم من السكان في مجموعات يستطيع الجميع الكتابة فيها؟
  en: How many residents are in groups where everybody can write?
advice:
  he: קבלו כל מצטרף חדש במשפט אישי ובשאלה אחת, מאיפה אתם ומה הייתם רוצים כאן.
  ar: استقبلوا كل منضم جديد بجملة شخصية وسؤال واحد، من أي حي أنتم وماذا تودون هنا.
  en: Greet each newcomer with a personal line and one question, where are you from and what would you like here.
when:
  real_rise: {he: "קבלו השבוע כל מצטרף חדש במשפט אישי ובשאלה אחת, לפני שיהיה לקורא שקט.", ar: "رحّبوا هذا الأسبوع بكل منضم جديد بجملة شخصية وسؤال واحد، قبل أن يصبح قارئًا صامتًا.", en: "Greet each newcomer this week with a personal line and one question, before she becomes a silent reader."}
  real_fall: {he: "שאלו שלושה שעזבו מה הפריע להם, ובדקו אם יש יותר הודעות ממה שאפשר לקרוא.", ar: "اسألوا ثلاثة ممن غادروا عمّا أزعجهم، وتحققوا إن كانت الرسائل أكثر مما يمكن قراءته.", en: "Ask three who left what troubled them, and see whether there are more messages than one can read."}
  no_signal: {he: "בקשו משלושה חברים פעילים להזמין כל אחד שני שכנים; קבוצה גדלה דרך אנשים.", ar: "اطلبوا من ثلاثة أعضاء نشطين أن يدعو كل منهم جارين؛ المجموعة تكبر عبر الناس.", en: "Ask three active members to invite two neighbours each; a group grows through people."}
definition: >-
  Residents among the members at the latest count of the month, added over the authority's registered WhatsApp groups in which all may write. Staff
  known to be in a group are taken out of its count, and where nobody in it is told apart the count is flagged estimated. Counts do not tell people apart, so a person in two groups counts twice and the sum is flagged estimated. A count entered
  by hand goes before one derived from an export, which is a lower bound: everybody seen and not gone. A number staff entered for this indicator is one of residents, and stands. A group without a count this month keeps its last one of the three months before, flagged stale. A figure
  entered without a group counts only when no group has one. Neighbourhood, age and topic are those declared for the group.
definition_he: "תושבים מבין החברים בספירה האחרונה של החודש, בכל הקבוצות של הרשות שכולם כותבים בהן. מי שנמצא בשתי קבוצות נספר פעמיים, ולכן הסכום הוא אומדן. קבוצה שלא נספרה החודש נשארת עם הספירה האחרונה משלושת החודשים הקודמים."
definition_ar: "السكان بين الأعضاء في آخر عدّ خلال الشهر، في كل مجموعات السلطة المحلية التي يكتب فيها الجميع. من هو في مجموعتين يُحتسب مرتين، ولذلك فالمجموع تقدير. مجموعة لم تُعدّ هذا الشهر تبقى على آخر عدّ من الأشهر الثلاثة السابقة."
outcome: 1
aspect: reach
method: mixed
unit: count
unit_words: {he: "חברים בקבוצות הפתוחות", ar: "أعضاء في المجموعات المفتوحة", en: "members of open groups"}
shape: members_by_space
grain: [authority, month, space]
assets: [whatsapp]
needs: {"": [membership]}
spaces: {kinds: [open, group]}
sum_of: spaces
inputs: {membership: [-3, 0], report: [0, 0], space: [0, 0]}
caveats: [estimated, stale, entered_by_hand, partial_period, lower_bound]
owner: community worker
since: "2026-11"
revision: 2
*/
