"use strict";
(function () {
  const reports = Array.from(document.querySelectorAll(".report"));
  const buttons = Array.from(document.querySelectorAll(".languages button"));

  // Alike in search: spellings with and without vowel letters, final letters, points, the forms of alef.
  const ENDS = { "ך": "כ", "ם": "מ", "ן": "נ", "ף": "פ", "ץ": "צ", "ى": "ي", "ة": "ه", "ؤ": "و", "ئ": "ي" };
  function fold(text) {
    return text.toLowerCase().normalize("NFKD")
      .replace(/[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u0640\u05f3\u05f4"'’]/g, "")
      .replace(/[ךםןףץىةؤئ]/g, (letter) => ENDS[letter])
      .replace(/[أإآٱ]/g, "ا")
      .replace(/([\u05d0-\u05ea])[אוי]+/g, "$1");
  }

  function remembered(language) {
    try { // a browser may keep nothing of a file
      if (language) localStorage.setItem("kehila-language", language);
      return localStorage.getItem("kehila-language");
    } catch (problem) {
      return null;
    }
  }

  function show(language) {
    for (const report of reports) {
      report.hidden = report.lang !== language;
      if (!report.hidden) {
        document.documentElement.lang = language;
        document.documentElement.dir = report.dir;
        document.title = report.dataset.title;
      }
    }
    for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.language === language));
  }

  function prepare(report) {
    const tools = report.querySelector(".tools");
    const find = tools.querySelector(".find");
    const status = tools.querySelector(".by-status");
    const outcome = tools.querySelector(".by-outcome");
    const found = tools.querySelector(".found");
    const cards = Array.from(report.querySelectorAll(".indicator"));
    const texts = cards.map((card) => fold(card.textContent));
    const choices = Array.from(tools.querySelectorAll("select[data-by]"));

    function filter() {
      const words = fold(find.value).split(/\s+/).filter(Boolean);
      let number = 0;
      cards.forEach((card, index) => {
        const keep =
          words.every((word) => texts[index].includes(word)) &&
          (!status.value || status.value === card.dataset.status || status.value === card.dataset.shown) &&
          (!outcome.value || outcome.value === card.dataset.outcome) &&
          choices.every((choice) => !choice.value || choice.value === card.dataset[choice.dataset.by]);
        card.hidden = !keep;
        if (keep) number += 1;
      });
      for (const group of report.querySelectorAll(".family, .outcome")) {
        group.hidden = !group.querySelector(".indicator:not([hidden])");
      }
      found.textContent = found.dataset.text.replace("#", String(number));
    }

    tools.hidden = false;
    for (const control of [find, status, outcome, ...choices]) control.addEventListener("input", filter);
    filter();
  }

  document.querySelector(".languages").hidden = false;
  for (const button of buttons) button.addEventListener("click", () => {
    show(remembered(button.dataset.language) || button.dataset.language);
    history.replaceState(null, "", "#" + button.dataset.language);
  });
  reports.forEach(prepare);

  // An address names a language, or an indicator in one; without either, the reader's last choice.
  function follow() {
    const wanted = decodeURIComponent(location.hash.slice(1));
    const place = document.getElementById(wanted);
    const report = reports.find((one) => one.lang === wanted) || (place && place.closest(".report"));
    const language = report ? report.lang : remembered();
    show(reports.some((one) => one.lang === language) ? language : reports[0].lang);
    if (place) place.scrollIntoView();
  }
  addEventListener("hashchange", follow);
  follow();
})();
