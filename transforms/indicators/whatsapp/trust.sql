/*
title:
  he: אמון ברשות ושביעות רצון מתשומת הלב
  ar: الثقة بالسلطة والرضا عن اهتمامها
  en: Trust in the authority and satisfaction with its attention
question:
  he: האם תושבים סומכים על הרשות ומרגישים שהיא קשובה להם?
  ar: هل يثق السكان بالسلطة ويشعرون بأنها تصغي إليهم؟
  en: Do residents trust the authority and feel that it listens?
advice:
  he: ירידה באמון מתחילה לרוב בתשובות שלא הגיעו. בדקו קודם את שיעור המענה ואת זמן המענה.
  ar: تراجع الثقة يبدأ غالباً من ردود لم تصل. افحصوا أولاً نسبة الردود وزمنها.
  en: Trust usually falls where answers did not come. Look at the share and the time of answers first.
definition: >-
  Mean over respondents of their mean answer (1 to 5) to the trust items, in the latest wave among residents within 12 months. Waves are
  never pooled; of two that closed on one day the probability sample stands.
outcome: 1
aspect: resident_authority
method: surveyed
unit: score_1_5
shape: survey_score_of_weight
grain: [authority, month]
inputs: {survey_response: [-11, 0]}
caveats: [carried, opt_in_sample, low_reliability]
owner: community worker
since: "2026-11"
revision: 2
*/
