/*
title:
  he: תושבים שמרגישים שהרשות פוגשת אותם היכן שנוח להם
  ar: سكان يشعرون بأن السلطة المحلية تلتقي بهم حيث يرتاحون
  en: Residents who feel met in spaces that suit them
question:
  he: האם תושבים מכל קבוצות האוכלוסייה מרגישים שהרשות פוגשת אותם במקום, בשפה ובאופן שמתאימים להם?
  ar: هل يشعر السكان من كل المجتمعات بأن السلطة المحلية تلتقي بهم في المكان وباللغة وبالطريقة التي تناسبهم؟
  en: Do residents of every society feel that the authority meets them in a place, language and manner that suit them?
advice:
  he: שאלו חמישה אנשים מחברה שכמעט לא עונה לכם היכן הם מדברים היום, ובואו לשם כאורחים.
  ar: اسألوا خمسة أشخاص من مجتمع يكاد لا يستجيب لكم أين يتحدثون اليوم، وتعالوا إليهم ضيوفًا.
  en: Ask five people of a society that hardly answers you where they talk today, and come there as guests.
definition: "Share of residents who answered 4 or 5 of 5 on average over the indicator's items, in the latest wave of the last 12 months. Only the whole is given: figures by society wait for disclosure control."
definition_he: "שיעור התושבים שענו בממוצע 4 או 5 מתוך 5 על שאלות המדד, בגל האחרון של 12 החודשים."
definition_ar: "نسبة السكان الذين أجابوا بالمتوسط 4 أو 5 من 5 عن أسئلة المؤشر، في آخر موجة من الأشهر الـ12."
outcome: 4
aspect: societies
method: surveyed
unit: share
unit_words: {he: "מהמשיבים לסקר", ar: "من المجيبين عن الاستطلاع", en: "of those surveyed"}
shape: survey_share
grain: [authority, month]
inputs: {survey_response: [-11, 0]}
caveats: [carried, opt_in_sample, low_reliability, unweighted]
owner: community worker
since: "2026-11"
revision: 2
*/
