"use strict";
(function () {
  const here = document.documentElement.lang;
  const links = Array.from(document.querySelectorAll(".languages a"));
  const tools = document.querySelector(".tools");
  const find = tools.querySelector(".find");
  const status = tools.querySelector(".by-status");
  const found = tools.querySelector(".found");
  const choices = Array.from(tools.querySelectorAll("select[data-by]"));
  const cards = Array.from(document.querySelectorAll(".indicator"));
  const more = document.getElementById("indicators").dataset.more;

  // Alike in search: points, quotes, final letters, doubled vav and yod, the forms of alef, a צ written as טס; and, but for a short word, with
  // vowel letters and without.
  const ENDS = { "ך": "כ", "ם": "מ", "ן": "נ", "ף": "פ", "ץ": "צ", "ى": "ي", "ة": "ه", "ؤ": "و", "ئ": "ي" };
  function alike(text) {
    return text.toLowerCase().normalize("NFKD")
      .replace(/[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u0640\u05f3\u05f4"'’]/g, "")
      .replace(/[ךםןףץىةؤئ]/g, (letter) => ENDS[letter])
      .replace(/[أإآٱ]/g, "ا")
      .replace(/([וי])\1/g, "$1")
      .replace(/ט[סצ]/g, "צ");
  }
  function fold(text) {
    return text.replace(/([\u05d0-\u05ea])[אוי]+/g, "$1");
  }

  // So few letters stand inside many words: they count only where a word begins, or what Hebrew and Arabic write before it.
  const SHORT = 4;
  const BEGINS = "(?<![\\p{L}\\p{M}\\p{N}])(?:[והבלמכש]{0,2}|[وفبكل]{0,2}(?:ال|ل)?)";
  function wanted(typed) {
    const folded = fold(typed);
    if (folded.length >= SHORT) return (text) => text.folded.includes(folded);
    const keeps = typed.length < SHORT;
    const word = (keeps ? typed : folded).replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
    const beginning = new RegExp(BEGINS + word, "u");
    return (text) => beginning.test(keeps ? text.plain : text.folded);
  }

  // What stands behind each indicator unfolds in its card; it is unpacked once, when somebody asks. Where that cannot be,
  // the link of its title leads to the file beside this one, as without script.
  let unpacked = null;
  function unpack() {
    unpacked = unpacked || opened().catch(() => undefined);
    return unpacked;
  }
  async function opened() {
    const text = document.getElementById("packed").content.textContent.trim();
    const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    const plain = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
    const holder = document.createElement("template");
    holder.innerHTML = await new Response(plain).text();
    for (const detail of Array.from(holder.content.children)) {
      document.getElementById(detail.dataset.of).querySelector(".more").append(detail);
    }
  }
  function unfolding(card) {
    const link = card.querySelector("h4 a");
    const fold = document.createElement("details");
    const summary = document.createElement("summary");
    const about = document.createElement("span");
    fold.className = "more";
    about.className = "away";
    about.textContent = ": " + link.textContent;
    summary.append(more, about);
    fold.append(summary);
    fold.addEventListener("toggle", unpack, { once: true });
    link.addEventListener("click", (event) => {
      event.preventDefault();
      fold.open = !fold.open;
    });
    card.append(fold);
  }

  function agrees(card, choice) {
    const value = card.dataset[choice.dataset.by];
    return !choice.value || (choice.dataset.by === "near" ? value.includes(" " + choice.value + " ") : value === choice.value);
  }

  function has(card, value) {
    const own = card.dataset.status;
    const shown = own === "final" || own === "provisional" ? "with" : "without";
    return !value || value === own || value === shown;
  }

  async function filter() {
    const words = alike(find.value).split(/\s+/).filter(Boolean).map(wanted);
    if (words.length) await unpack();
    let number = 0;
    for (const card of cards) {
      const text = words.length ? alike(card.textContent) : "";
      const both = { plain: text, folded: fold(text) };
      const keep =
        words.every((word) => word(both)) &&
        has(card, status.value) &&
        choices.every((choice) => agrees(card, choice));
      card.hidden = !keep;
      if (keep) number += 1;
    }
    for (const group of document.querySelectorAll(".family, .outcome")) {
      group.hidden = !group.querySelector(".indicator:not([hidden])");
    }
    found.textContent = found.dataset.text.replace("#", String(number));
  }

  function remembered(language) {
    try { // a browser may keep nothing of a file
      if (language) localStorage.setItem("kehila-language", language);
      return localStorage.getItem("kehila-language");
    } catch (problem) {
      return null;
    }
  }

  // An address may name an indicator, a language, or both. Without a language, one that was chosen before counts on a
  // web server, where all files are; of a file that came by mail the others may not be there.
  function follow() {
    const [, id, asked] = decodeURIComponent(location.hash.slice(1)).match(/^(.*?)(?:(?:^|-)(he|ar|en))?$/);
    const language = asked || (location.protocol === "file:" ? here : remembered());
    const other = links.find((link) => link.lang === language);
    if (other && language !== here) {
      location.replace(address(other, id) + (asked ? (id ? "-" : "#") + asked : ""));
      return;
    }
    const place = id && document.getElementById(id);
    if (!place) return;
    if (place.hidden) {
      for (const control of [find, status, ...choices]) control.value = "";
      filter();
    }
    place.scrollIntoView();
  }
  function address(link, id) {
    return link.href.split("#")[0] + (id ? "#" + id : "");
  }
  function placed() {
    return decodeURIComponent(location.hash.slice(1)).replace(/(?:^|-)(he|ar|en)$/, "");
  }

  for (const link of links) {
    link.addEventListener("click", () => {
      remembered(link.lang);
      link.href = address(link, placed());
    });
  }
  if (window.DecompressionStream) cards.forEach(unfolding);
  for (const control of [find, status, ...choices]) control.addEventListener("input", filter);
  addEventListener("hashchange", follow);
  tools.hidden = false;
  filter();
  follow();
})();
