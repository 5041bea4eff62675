// An exercise that is answered in the page: an editor in its stub's place, buttons, and the verdict.

const sources = new Map();                         // editor -> what it holds, undefined for the stub
const CODE = ".cell:not(.tag_check, .tag_solution) :is(.cell_input pre, .answer)";

/** The code of the cells above, as far as a page knows it; `hidden` is that of cells without code. */
function above(place, hidden = []) {
  const codes = [];
  let number = 0;
  for (const other of document.querySelectorAll(`${CODE}, .tag_remove-input`)) {
    if (!(place.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_PRECEDING)) break;
    const own = other.matches(".tag_remove-input") ? hidden[number++] : other.textContent;
    const code = sources.has(other) ? sources.get(other)() : own;
    if (code) codes.push(code);
  }
  return codes;
}

function exercise(cell) {
  const check = cell.nextElementSibling, statement = cell.previousElementSibling;
  const id = statement.id, call = check.querySelector("pre").textContent.trim();
  const title = statement.querySelector(".admonition-title").textContent.replace(/\s+/g, " ").trim();
  const stub = cell.querySelector("pre").textContent.trimEnd();
  const edit = editor(kept.answer(id) ?? stub, `Your answer to ${title}`, () => run()), { area } = edit;
  const changed = () => area.value !== stub;
  sources.set(edit.box, () => changed() ? area.value : undefined);

  const again = () => { edit.set(stub); show(first); says.textContent = ""; };
  const job = () => ({ answer: area.value, check: call, before: above(cell), done: kept.done() });
  const { bar, button, says, anew, run } = runner({ title, area, act: "Check", acting: "Checking", again, job, tell });
  cell.querySelector(".cell_input").replaceWith(edit.box, bar);
  const own = { id, title, stub, edit, bar, says, run };
  const extra = (text, file, act) => {
    const made = button(text, () => lazily(file).then(() => inPage[act](own, made)).catch(error => { says.textContent = `${error.message}.`; }));
    made.setAttribute("aria-label", `${text}: ${title}`);
    return made;
  };
  const more = [extra("Copy a link", "answer_links.js", "link")];
  if ("puzzle" in statement.dataset) more.unshift(extra("Put its lines in order", "puzzles.js", "puzzling"));
  anew.after(...more);
  exercises.set(id, own);
  check.querySelector(".cell_input").hidden = true; // the button runs it

  const out = check.querySelector(".cell_output");
  const how = out.querySelector(".check > p + p");
  how.innerHTML = how.innerHTML.replace("run this cell again", "press Check");
  const first = [...out.childNodes];               // the verdict on the stub
  const show = parts => out.replaceChildren(...parts);

  const keep = () => { kept.keep(id, changed() ? area.value : undefined); anew.hidden = !changed(); };
  keep();
  area.addEventListener("input", keep);
  if (kept.done().includes(/ml\.check\.(\w+)/.exec(call)[1])) says.textContent = "✓ done";

  function tell({ html, passed, printed, error, trace, done, all }) {
    const parts = [];
    if (printed) parts.push(block("stream", printed));
    if (trace) parts.push(block("traceback", trace));
    if (html) parts.push(element("div", { className: "output text_html", innerHTML: html }));
    show(parts);
    if (passed) kept.finish(done);
    const [verdict, sentence] = [...out.querySelectorAll(".check > p")].map(part => part.textContent);
    const seen = error || (passed && `${verdict}. ${kept.done().length} of ${all} exercises done.`);
    // A wrong answer's verdict is seen below, and heard from here.
    says.replaceChildren(seen || element("span", { className: "visually-hidden" }, `${verdict}. ${sentence}`));
    out.scrollIntoView({ block: "nearest" });
  }
}

/** Before the first exercise: where answers are, and how they come to another machine. */
function files() {
  const says = element("span", {}, "Your answers stay in this browser.");
  const bar = element("div", { className: "answer-bar" }, says, ...kept.buttons(says));
  says.setAttribute("role", "status");
  document.querySelector(".exercise.admonition").before(bar);
}

const exercises = new Map(), cells = [...document.querySelectorAll(".cell.tag_exercise")];
let all;
// Once there is a reader, or an exercise in view: a browser that fills in forms would have all the
// sections laid out that hold a field.
const make = () => {
  near.disconnect();
  return all ??= (files(), slices(cells, exercise));
};
const near = new IntersectionObserver(seen => { if (seen.some(each => each.isIntersecting)) make(); }, { rootMargin: "100%" });
for (const cell of cells) near.observe(cell);
reader.then(make);
const arrive = () => { if (location.hash.startsWith("#answer:")) Promise.all([lazily("answer_links.js"), make()]).then(() => inPage.arrive(exercises)); };
addEventListener("hashchange", arrive);
arrive();
