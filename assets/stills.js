// The drawings that a page's text leaves empty: each is put in when it comes near the screen, and
// all of them before they are printed.
globalThis.stills = (() => {
  "use strict";
  const WAITING = "svg[data-still]";
  let drawings;
  const fill = svg => {
    near.unobserve(svg);
    svg.innerHTML = drawings[svg.dataset.still]();
    svg.removeAttribute("data-still");
  };
  const near = new IntersectionObserver(entries => {
    for (const { target, isIntersecting } of entries) if (isIntersecting && target.dataset.still) fill(target);
  }, { rootMargin: "50% 0px" });
  /** Put in all that wait inside a place. */
  const all = place => { for (const svg of place.querySelectorAll(WAITING)) fill(svg); };

  return {
    all,
    /** The page's drawings, each from a function, and the letters that no drawing in its text has. */
    store(letters, given) {
      drawings = given;
      document.body.insertAdjacentHTML("beforeend", letters);
      for (const svg of document.querySelectorAll(WAITING)) near.observe(svg);
      addEventListener("beforeprint", () => all(document));
      matchMedia("print").addEventListener("change", () => all(document));
    },
  };
})();
