"use strict";
(function () {
  // The page is whole without this: it only fetches itself again, unless somebody is in the middle of something.
  const busy = () => document.querySelector("main details[open]") || document.hidden ||
    (document.activeElement && document.activeElement.closest("main"));
  async function again() {
    if (!busy()) {
      try {
        const answer = await fetch(location.pathname + location.search, { cache: "no-store", credentials: "same-origin" });
        if (answer.ok && !busy()) {
          const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
          const here = document.querySelector("main"), there = fresh.querySelector("main");
          if (there) here.replaceWith(document.adoptNode(there));
        }
      } catch (problem) { /* the machine is away: the next turn tries again */ }
    }
    turn();
  }
  function turn() { setTimeout(again, document.querySelector("main[data-running]") ? 1500 : 15000); }
  turn();
})();
