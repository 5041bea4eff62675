// "Put these lines in order": a list of lines, some of them below the mark "Not used". A line is
// dragged by its handle, or picked up (Space, Enter, a tap) and moved with the arrow keys or buttons.
const STYLE = `
.puzzle{overflow-anchor:none}
.puzzle ol{list-style:none;margin:.25rem 0 0;padding:0}
.puzzle li{display:flex;flex-wrap:wrap;align-items:center;gap:.25rem;min-height:2.75rem;margin:0 0 .25rem;border:1px solid var(--pst-color-border);border-radius:.3rem;background-color:var(--pst-color-surface)}
.puzzle li>.line{flex:1;min-width:0;padding:.5rem .5rem .5rem calc(.5rem + 2ch*var(--indent) + 1.5ch);text-indent:-1.5ch;font:.875rem/1.4 var(--pst-font-family-monospace);text-align:start;color:inherit;background:none;border:0;white-space:pre-wrap;overflow-wrap:anywhere;cursor:pointer}
.puzzle li>.handle{flex:none;padding:.5rem .75rem;cursor:grab;touch-action:none;user-select:none;color:var(--pst-color-text-muted)}
.puzzle li>.move{flex:none;display:none;min-width:2.75rem;min-height:2.75rem;border:0;background:none;color:inherit;font:inherit;cursor:pointer}
.puzzle li.held{border-color:var(--fig-momentum);box-shadow:0 0 0 2px var(--fig-momentum)}
.puzzle li.held>.move{display:block}
.puzzle li.first-wrong{border-color:var(--fig-bad,currentColor);border-inline-start-width:4px}
.puzzle .why{flex:none;width:100%;margin:0;padding:0 .75rem .5rem}
.puzzle li.unused{margin-top:.75rem;min-height:2rem;padding-inline:.75rem;border-style:dashed;color:var(--pst-color-text-muted);background:none}
.puzzle pre{margin:0;white-space:pre-wrap;overflow-wrap:anywhere}
`;
const ENDS = ["pointerup", "pointercancel"];
const shuffled = list => list.map(x => [Math.random(), x]).sort(([a], [b]) => a - b).map(([, x]) => x);
const words = text => text.split("`").map((part, i) => i % 2 ? element("code", {}, part) : part);

/** The puzzle of an exercise as an element; `finish` gets the code once the order is right. */
function puzzle(id, finish) {
  const asked = PUZZLES[id], every = [...asked.lines, ...asked.wrong], MARK = every.length;
  let order, held = null;
  do order = [...shuffled([...every.keys()]), MARK]; while (!misplaced(asked, order.slice(0, -1)));

  const list = element("ol", {}), says = element("p", {}), rows = [...every.keys(), MARK].map(row);
  says.setAttribute("role", "status");
  const go = element("button", { type: "button", className: "answer-check", onclick: check }, "Check the order");
  const few = asked.wrong.length === 1 ? "One line is" : `${["", "", "Two", "Three"][asked.wrong.length] ?? asked.wrong.length} lines are`;
  const how = element("p", {}, `${few} wrong: move ${asked.wrong.length === 1 ? "it" : "them"} below “Not used”. Drag a line by its handle; or pick it up (Space, a tap) and move it with the arrow keys or its buttons.`);
  const root = element("div", { className: "puzzle" }, element("style", {}, STYLE), how, element("pre", {}, asked.head), list,
    element("div", { className: "answer-bar" }, go, says));

  function row(number) {
    const made = element("li", {});
    if (number === MARK) {
      made.className = "unused";
      made.append("Not used");
      return made;
    }
    const { text, indent } = every[number], line = element("button", { type: "button", className: "line" }, text);
    const handle = element("span", { className: "handle", ariaHidden: "true" }, "⠿");
    const move = (sign, name, by) => {
      const button = element("button", { type: "button", className: "move", tabIndex: -1, onclick: () => shift(number, by) }, sign);
      button.setAttribute("aria-label", `${name}: ${text}`);
      return button;
    };
    line.style.setProperty("--indent", indent);
    line.addEventListener("click", () => hold(held === number ? null : number));
    line.addEventListener("keydown", event => keys(event, number));
    handle.addEventListener("pointerdown", event => drag(event, number));
    made.append(line, move("▲", "Up", -1), move("▼", "Down", 1), handle);
    return made;
  }
  const where = number => order.indexOf(number), used = () => order.slice(0, where(MARK));
  const place = number => {
    const at = where(number), end = where(MARK);
    return at < end ? `line ${at + 1} of ${end}` : "not used";
  };
  function say(...parts) { says.replaceChildren(...parts); }
  function draw() {
    // Only what moved is put anew, so that the focus stays.
    order.forEach((number, at) => { if (list.children[at] !== rows[number]) list.insertBefore(rows[number], list.children[at] ?? null); });
    for (const [number, made] of rows.entries()) {
      made.classList.remove("first-wrong");
      made.querySelector(".why")?.remove();
      made.classList.toggle("held", number === held);
      const line = made.querySelector(".line");
      if (!line) continue;
      line.setAttribute("aria-pressed", String(number === held));
      line.setAttribute("aria-label", `${"indented ".repeat(every[number].indent - 1)}${every[number].text}, ${place(number)}`);
    }
  }
  function hold(number) {
    held = number;
    draw();
    say(held === null ? "Put down." : "Picked up: the arrow keys move it, Space puts it down.");
  }
  /** Put a line at another place of the list. */
  function put(number, at) {
    const from = where(number), focus = document.activeElement;
    at = Math.max(0, Math.min(MARK, at));
    if (at === from) return;
    order.splice(from, 1);
    order.splice(at, 0, number);
    draw();
    if (list.contains(focus)) focus.focus();
  }
  function shift(number, by) {
    put(number, where(number) + by);
    say(`${place(number)[0].toUpperCase()}${place(number).slice(1)}.`);
  }
  function keys(event, number) {
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (event.key === "Escape" && held !== null) hold(null);
    if (!by || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    if (held === number || event.altKey) return shift(number, by);
    const lines = [...list.querySelectorAll(".line")];
    lines[lines.indexOf(event.currentTarget) + by]?.focus();
  }
  function drag(event, number) {
    event.preventDefault();
    held = number;
    draw();
    const follow = ({ clientY }) => {
      const boxes = order.map(one => rows[one].getBoundingClientRect()), from = where(number);
      const at = boxes.findIndex(({ top, bottom }, i) => i < from ? clientY < (top + bottom) / 2 : i > from && clientY < (top + bottom) / 2);
      put(number, at === -1 ? MARK : at > from ? at - 1 : at);
    };
    // A handle that moves in the page loses the pointer, so the page listens.
    const end = () => {
      document.removeEventListener("pointermove", follow);
      for (const name of ENDS) document.removeEventListener(name, end);
      held = null;
      draw();
      say(`${place(number)[0].toUpperCase()}${place(number).slice(1)}.`);
    };
    document.addEventListener("pointermove", follow);
    for (const name of ENDS) document.addEventListener(name, end);
  }
  function check() {
    held = null;
    draw();
    const wrong = misplaced(asked, used());
    if (!wrong) {
      const indented = used().map(number => "    ".repeat(every[number].indent) + every[number].text);
      return finish([asked.head, ...indented].join("\n"));
    }
    const number = used()[wrong.at];
    if (number === undefined) return say(...words(wrong.says));
    rows[number].classList.add("first-wrong");
    rows[number].append(element("p", { className: "why" }, ...words(wrong.says)));
    say(element("span", { className: "visually-hidden" }, `Line ${wrong.at + 1}: `, ...words(wrong.says)));
    rows[number].querySelector(".line").focus();
  }
  draw();
  return root;
}

/** From the editor of an exercise to its puzzle, and back: the right order is its answer, and is checked. */
function puzzling({ id, title, edit, bar, run }, toggle) {
  const named = text => { toggle.textContent = text; toggle.setAttribute("aria-label", `${text}: ${title}`); };
  const show = made => {
    edit.box.hidden = !!made;
    for (const part of bar.children) part.classList.toggle("puzzling", !!made && part !== toggle);
    named(made ? "Write it instead" : "Put its lines in order");
  };
  if (edit.box.hidden) {
    edit.box.previousElementSibling.remove();
    show(null);
    return edit.area.focus();
  }
  const made = puzzle(id, code => {
    made.remove();
    show(null);
    edit.set(code);
    run();
  });
  edit.box.before(made);
  show(made);
  made.querySelector(".line").focus();
}

globalThis.inPage.puzzling = puzzling;
