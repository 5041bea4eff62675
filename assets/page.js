// What a page does for itself beside its theme.

// A page opened from disk may not fetch its neighbours, so results come without excerpts.
if (location.protocol === "file:") DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;

// An excerpt says each formula once, and leaves the page's buttons out.
document.addEventListener("DOMContentLoaded", () => {
  if (typeof Search === "undefined") return;
  const textOf = Search.htmlToText;
  Search.htmlToText = (html, anchor) => {
    const page = new DOMParser().parseFromString(html, "text/html");
    const unsaid = ".katex-html, annotation, .bd-header-article, #jb-print-docs-body";
    for (const element of page.querySelectorAll(unsaid)) element.remove();
    return textOf(page.documentElement.outerHTML, anchor);
  };
});

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
