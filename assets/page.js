// What a page does for itself beside its theme.

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
