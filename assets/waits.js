// Sections behind the first screen come when the page is there, one by one in its pauses, so that the
// layout of none keeps the reader's hand waiting; and all of them for a reader who goes on.
(() => {
  "use strict";
  const SIGNS = ["scroll", "wheel", "touchmove", "pointerdown", "keydown", "focusin", "hashchange", "resize", "beforeprint"];
  const waiting = [...document.querySelectorAll("section.waits")];
  const come = () => waiting.shift()?.classList.remove("waits");
  const all = () => { while (waiting.length) come(); };
  const idle = f => globalThis.requestIdleCallback ? requestIdleCallback(f, { timeout: 200 }) : setTimeout(f, 50);
  const next = () => { come(); if (waiting.length) idle(next); };
  for (const sign of SIGNS) addEventListener(sign, all, { once: true, passive: true });
  if (location.hash) all();
  else addEventListener("load", () => idle(next));
})();
