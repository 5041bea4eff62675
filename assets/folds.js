// What is folded opens for whoever comes to it: by a link, an address, a hit of the search, or in print.
(() => {
  "use strict";
  /** Open every fold around a place, and the fold whose heading it is. */
  const reveal = place => {
    for (let at = place; at; at = at.parentElement) if (at.localName === "details") at.open = true;
    const fold = place.querySelector(":scope > details.deeper");
    if (fold) fold.open = true;
  };
  const arrive = () => {
    let place = null;
    try { place = document.getElementById(decodeURIComponent(location.hash.slice(1))); } catch { /* no address */ }
    if (!place) return;
    const hidden = !place.checkVisibility?.();
    reveal(place);
    if (hidden) place.scrollIntoView();
  };
  addEventListener("hashchange", arrive);
  // A second click on the same link changes no address.
  addEventListener("click", event => {
    const link = event.target.closest?.("a[href*='#']");
    if (link && link.href === location.href) arrive();
  });
  arrive();

  // Print shows what is folded, but for code, which a line says. Where style can open a fold, it does.
  if (!CSS.supports("selector(::details-content)")) {
    const closed = () => document.querySelectorAll(".bd-article details:not([open])");
    let opened = [];
    addEventListener("beforeprint", () => { for (const fold of opened = [...closed()].filter(f => !f.closest(".folded-code"))) fold.open = true; });
    addEventListener("afterprint", () => { for (const fold of opened) fold.open = false; });
  }
})();
