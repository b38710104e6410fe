// Live pages. The server sends topics only; each region then fetches itself through its ordinary page.
// The stream is closed while the tab is hidden (a browser allows six connections a host);
// on return "hello" makes every region fetch itself.
(() => {
  "use strict";
  const PAUSE_MS = 1000;
  let source = null;
  let waiting = new Set();
  let timer = 0;

  const busy = (region) => region.contains(document.activeElement) && document.activeElement.matches("input, select, textarea");

  const refresh = () => {
    timer = 0;
    const topics = waiting;
    waiting = new Set();
    for (const region of document.querySelectorAll("[data-topics]")) {
      const wanted = region.dataset.topics.split(" ");
      if ((topics.has("*") || wanted.some((topic) => topics.has(topic))) && !busy(region)) {
        htmx.trigger(region, "live");
      }
    }
  };

  const note = (topics) => {
    topics.forEach((topic) => waiting.add(topic));
    if (!timer) timer = setTimeout(refresh, waiting.has("*") ? 0 : PAUSE_MS);
  };

  const sign = (live) => document.documentElement.classList.toggle("live", live);

  const open = () => {
    if (source || !document.querySelector("[data-topics]")) return;
    source = new EventSource("/events");
    source.addEventListener("hello", () => { sign(true); note(["*"]); });
    source.addEventListener("changed", (event) => note(event.data.split(" ")));
    source.addEventListener("error", () => sign(false));
  };

  const close = () => {
    if (source) source.close();
    source = null;
    sign(false);
  };

  document.addEventListener("visibilitychange", () => (document.hidden ? close() : open()));
  window.addEventListener("pagehide", close);
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) window.print();
  });
  // Where the element that had the focus is gone with the swap, the fresh part takes it.
  document.addEventListener("htmx:afterSettle", (event) => {
    if (document.activeElement !== document.body) return;
    const fresh = document.getElementById(event.detail.target.id);
    const told = fresh && fresh.querySelector("[data-focus]");
    if (told) told.focus();
  });
  // What a person has unfolded stays unfolded.
  let unfolded = [];
  document.addEventListener("htmx:beforeSwap", () => {
    unfolded = Array.from(document.querySelectorAll("details[open][id]"), (one) => one.id);
  });
  document.addEventListener("htmx:afterSwap", () => {
    unfolded.forEach((id) => document.getElementById(id)?.setAttribute("open", ""));
  });
  open();
})();
