/*
title:
  he: תושבים בקבוצות עדכון סגורות
  ar: سكان في مجموعات تحديثات مغلقة
  en: Residents in groups where only the authority writes
question:
  he: לכמה תושבים הרשות מגיעה ישירות לטלפון?
  ar: إلى كم من السكان تصل السلطة المحلية مباشرة على الهاتف؟
  en: How many residents does the authority reach directly on their phones?
advice:
  he: צרפו לכל עדכון דרך לענות, מספר של קו פניות או שם של אדם. עדכון בלי כתובת לתשובה הוא שלט.
  ar: أرفقوا بكل تحديث طريقة للرد، رقم خط التوجّهات أو اسم شخص. تحديث بلا عنوان للرد هو لافتة.
  en: Give every update a way to answer, the hotline's number or a person's name. An update nobody can answer is a sign on a wall.
definition: >-
  Residents among the members at the latest count of the month, added over the authority's WhatsApp groups declared as updates groups (and channels). Staff
  known to be in a group are taken out of its count, and where nobody in it is told apart the count is flagged estimated. Counts do not tell people apart, so a person in two groups counts twice and the sum is flagged estimated. A count entered by hand goes before one
  derived from an export, which is a lower bound: everybody seen and not gone. A number staff entered for this indicator is one of residents, and stands. A group without a count this month keeps its last one of the three months before, flagged stale. A figure entered without a group
  counts only when no group has one.
definition_he: "תושבים מבין החברים בספירה האחרונה של החודש, בכל קבוצות העדכון (והערוצים) של הרשות יחד. מי שנמצא בשתי קבוצות נספר פעמיים, ולכן הסכום הוא אומדן. ספירה שהוזנה קודמת לזו שנגזרה מייצוא, שהיא גבול תחתון."
definition_ar: "السكان بين الأعضاء في آخر عدّ خلال الشهر، في كل مجموعات التحديثات (والقنوات) التابعة للسلطة المحلية معًا. من هو في مجموعتين يُحتسب مرتين، ولذلك فالمجموع تقدير. العدّ المُدخل يسبق المستنتج من تصدير، وهو حد أدنى."
outcome: 1
aspect: reach
method: mixed
unit: count
unit_words: {he: "חברים בקבוצות העדכון", ar: "أعضاء في مجموعات التحديثات", en: "members of update groups"}
shape: members_by_space
grain: [authority, month, space]
assets: [whatsapp]
needs: {"": [membership]}
spaces: {kinds: [broadcast]}
sum_of: spaces
inputs: {membership: [-3, 0], report: [0, 0], space: [0, 0]}
caveats: [estimated, stale, entered_by_hand, partial_period, lower_bound]
owner: spokesperson
since: "2026-11"
revision: 2
*/
