// What a page does for itself beside its theme.

/**
 * Does something with each of many elements, in tasks so short that the page answers between them.
 * A promise of its end.
 */
globalThis.slices = async (elements, work) => {
  let end = performance.now() + 5;
  for (const element of elements) {
    if (performance.now() > end) {
      await new Promise(done => setTimeout(done));
      end = performance.now() + 5;
    }
    work(element);
  }
};

/** A promise that is kept once there is a reader: somebody who scrolls, points, types, or has been here before. */
globalThis.reader = new Promise(done => {
  const SIGNS = ["scroll", "pointermove", "pointerdown", "keydown", "focusin"];
  const come = () => {
    for (const sign of SIGNS) removeEventListener(sign, come);
    done();
  };
  for (const sign of SIGNS) addEventListener(sign, come, { passive: true });
});

(() => {
  "use strict";
  // A formula, a table or code that scrolls can be reached, and scrolled, with the keyboard. The observer
  // tells of a box when it is first laid out, which is when its section comes near the screen.
  const laidOut = new Set();
  const reachable = box => {
    laidOut.add(box);
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  };
  const sizes = new ResizeObserver(entries => { for (const { target } of entries) reachable(target); });
  for (const box of document.querySelectorAll(".math-box, .table-box, pre")) sizes.observe(box);
  // A formula's fonts may come after it was laid out, and make it wider.
  document.fonts.addEventListener("loadingdone", () => laidOut.forEach(reachable));

  // The menu of downloads.
  const opener = document.querySelector(".dropdown-toggle"), menu = opener?.nextElementSibling;
  const open = yes => {
    menu.classList.toggle("show", yes);
    opener.setAttribute("aria-expanded", yes);
  };
  if (menu) {
    const items = [...menu.querySelectorAll("a, button")], box = opener.parentElement;
    opener.addEventListener("click", () => open(!menu.matches(".show")));
    box.addEventListener("keydown", event => {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step) {
        event.preventDefault();
        open(true);
        items[Math.max(0, Math.min(items.length - 1, items.indexOf(document.activeElement) + step))].focus();
      } else if (event.key === "Escape" && menu.matches(".show")) {
        open(false);
        opener.focus();
      }
    });
    addEventListener("click", event => { if (!box.contains(event.target)) open(false); });
    box.addEventListener("focusout", event => { if (event.relatedTarget && !box.contains(event.relatedTarget)) open(false); });
  }

  // The way back to the top, for who scrolls up.
  const top = document.getElementById("pst-back-to-top");
  let was = 0;
  top?.addEventListener("click", () => scrollTo(0, 0));
  if (top) addEventListener("scroll", () => {
    top.style.display = scrollY < was && scrollY > 100 ? "block" : "none";
    was = scrollY;
  }, { passive: true });
})();
