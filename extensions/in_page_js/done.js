// The list of all exercises: which are done, as this browser knows, and how many of each chapter.
for (const chapter of document.querySelectorAll(".exercise-chapter")) {
  const marks = [...chapter.querySelectorAll(".exercise-done")];
  const done = marks.filter(mark => kept.done().includes(mark.id.slice("done-".length)));
  for (const mark of done) mark.textContent = "✓ done";
  const count = chapter.querySelector(".exercises-done");
  count.textContent = `${done.length} of ${marks.length} done`;
  count.style.visibility = "visible";
}
