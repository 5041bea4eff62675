// What is folded opens for whoever comes to it: by a link, an address, a hit of the search, or in print.
(() => {
  "use strict";
  /** Open every fold around a place, and the fold whose heading it is. */
  const reveal = place => {
    for (let at = place; at; at = at.parentElement) if (at.localName === "details") at.open = true;
    // A section's own names stand before its fold, or around it.
    for (const fold of [place.nextElementSibling, ...place.children]) if (fold?.matches("details.deeper")) fold.open = true;
  };
  const arrive = event => {
    let place = null;
    const id = location.hash.replace(/^#(live:([^:]*):.*)?/, "$2");  // of a figure, with its state behind it
    try { place = document.getElementById(decodeURIComponent(id)); } catch { /* no address */ }
    if (!place) return;
    const hidden = !place.checkVisibility?.();
    reveal(place);
    // A browser that opens a fold itself may look for the place before the fold is laid out.
    const { top } = place.getBoundingClientRect();
    if (hidden || event?.type === "figures" || (event && (top < 0 || top > innerHeight))) place.scrollIntoView();
  };
  addEventListener("hashchange", arrive);
  // A figure that a link leads to (live.js) is there when all are, and those above have moved it; it
  // is not taken away from a reader's hand.
  const HANDS = ["wheel", "touchmove", "pointerdown", "keydown"];
  let held = false;
  for (const hand of HANDS) addEventListener(hand, () => { held = true; }, { once: true, passive: true });
  addEventListener("figures", event => { if (!held) arrive(event); });
  // A second click on the same link changes no address.
  addEventListener("click", event => {
    const link = event.target.closest?.("a[href*='#']");
    if (link && link.href === location.href) arrive(event);
  });
  arrive();

  // A hit of the search comes with the word: show the place where it stands, and mark it.
  const sought = new URLSearchParams(location.search).get("find");
  if (sought) {
    const letters = [...sought].map(c => c.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
    const find = RegExp(`(?<![\\p{L}\\p{N}])${letters.join("[-‐‑’']?")}`, "iu");
    const article = document.querySelector(".bd-article"), from = document.getElementById(decodeURIComponent(location.hash.slice(1))) || article;
    const texts = document.createTreeWalker(article, NodeFilter.SHOW_TEXT);
    for (texts.currentNode = from; texts.nextNode();) {
      const { currentNode: text } = texts, hit = find.exec(text.data);
      if (!hit || text.parentElement.closest("script, style, .katex, svg")) continue;
      reveal(text.parentElement);
      const range = document.createRange();
      range.setStart(text, hit.index);
      range.setEnd(text, hit.index + hit[0].length);
      CSS.highlights?.set("found", new Highlight(range));
      text.parentElement.scrollIntoView({ block: "center" });
      break;
    }
  }

  // Print shows what is folded, but for code, which a line says. Where style can open a fold, it does.
  if (!CSS.supports("selector(::details-content)")) {
    const closed = () => document.querySelectorAll(".bd-article details:not([open])");
    let opened = [];
    addEventListener("beforeprint", () => { for (const fold of opened = [...closed()].filter(fold => !fold.matches(".code"))) fold.open = true; });
    addEventListener("afterprint", () => { for (const fold of opened) fold.open = false; });
  }
})();
