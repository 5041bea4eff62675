// The page that asks the chapters' questions again when they are due.
const ITEM = "momentum-book.questions";
const QUESTIONS = JSON.parse(document.getElementById("spaced-data").textContent);
const EMPTY = { cards: {}, day: "", fresh: 0 };

// What is known, kept in this browser alone.
let held = EMPTY;                                  // where storage is refused, for as long as the page is open
function deck() {
  try {
    const found = JSON.parse(localStorage.getItem(ITEM));
    const fits = found && Object.values(found.cards).every(([box, due]) => box in RESTS && due >= 0);
    return fits ? { ...EMPTY, ...found } : EMPTY;
  } catch { return held; }
}
function store(all) {
  held = all;
  try { localStorage.setItem(ITEM, JSON.stringify(all)); } catch { /* refused */ }
}

/** The chapters that are asked about: those chosen, or those that the reader has begun. */
function chosen() {
  const { chapters } = deck();
  if (Array.isArray(chapters)) return chapters;
  let made = {};
  try { made = JSON.parse(localStorage.getItem("momentum-book.predictions")) ?? {}; } catch { /* refused, or damaged */ }
  const done = kept.done().map(name => `ex-${name.replaceAll("_", "-")}-`);
  const begun = QUESTIONS.filter(({ id }) => id in made || done.some(name => id.startsWith(name)));
  return begun.length ? [...new Set(begun.map(one => one.chapter))] : [1];
}

/** Words with `code` in them, as nodes. */
const words = text => text.split("`").map((part, i) => i % 2 ? element("code", {}, part) : part);
const shuffled = list => list.map(x => [Math.random(), x]).sort(([a], [b]) => a - b).map(([, x]) => x);
const shown = x => String(Number(x.toPrecision(4))).replace("-", "−");

// A choice among options, lines of code for some; or one number for each axis. `read()` gives the guess,
// null without one; `told(guess)` whether it is right, and the sentences on it.
const KINDS = {
  choice({ options, answer, wrong = [], code, indent = "" }) {
    const rows = shuffled(options).map((option, i) => {
      const radio = element("input", { type: "radio", name: "guess", value: option });
      const said = code ? element("code", {}, option) : element("span", {}, option);
      return element("label", {}, radio, element("kbd", { ariaHidden: "true" }, String(i + 1)), said);
    });
    const parts = code && element("pre", {}, ...code.flatMap((line, i) => [i ? "\n" : "", line ?? element("mark", {}, `${indent}▢ the missing line`)]));
    return {
      parts: [parts, ...rows].filter(Boolean),
      missing: "Choose one of them first.",
      read: () => rows.find(row => row.firstChild.checked)?.firstChild.value ?? null,
      told: guess => guess === answer ? [true] : [false, wrong[options.indexOf(guess)]],
      answer: code ? `\`${answer}\`` : answer,
      settle(guess) {
        for (const row of rows) {
          const { value } = row.firstChild, right = value === answer;
          row.firstChild.disabled = true;
          if (right || value === guess) row.append(element("span", { className: right ? "right" : "wrong" }, right ? "✓ right" : "✗ yours"));
        }
      },
    };
  },

  number({ axes, answer, said }) {
    const answers = [answer].flat(), boxes = axes.map(({ label, low, high }) => {
      const box = element("input", { type: "text", inputMode: "decimal", autocomplete: "off", size: 8 });
      const named = `${axes.length > 1 ? label : "Your guess"}, from ${shown(low)} to ${shown(high)}${axes.length > 1 ? "" : ` ${label}`}`;
      return element("label", {}, element("span", {}, `${named}:`), box);
    });
    const numbers = () => boxes.map(box => box.lastChild.value.trim() === "" ? NaN : Number(box.lastChild.value.trim().replace(",", ".").replace("−", "-")));
    return {
      parts: boxes,
      missing: `Type a number${axes.length > 1 ? " into each box" : ""} first, within the bounds.`,
      read: () => numbers().every((x, i) => x >= axes[i].low && x <= axes[i].high) ? numbers() : null,
      told(guess) {
        const word = near(farthest(axes, guess, answers)), way = guess.map((x, i) => `${axes.length > 1 ? `${axes[i].label} ` : ""}too ${x < answers[i] ? "low" : "high"}`);
        return [!!word, word ? word === "Close" ? "Close enough." : "" : `${way.join(", ").replace(/^t/, "T")}.`];
      },
      answer: said,
      settle() { for (const box of boxes) box.lastChild.readOnly = true; },
    };
  },
};
KINDS.point = KINDS.number;

// The frame: what is due, the card, and what is done with all of it.
const home = document.getElementById("spaced-questions");
const sum = element("p", { className: "spaced-sum" }), place = element("div", { className: "spaced-card" });
sum.setAttribute("role", "status");
let more = 0, early = false;                       // new ones beyond today's; asked before they are due

const now = () => Date.now();
const mine = () => { const chapters = chosen(); return QUESTIONS.filter(one => chapters.includes(one.chapter)).map(one => one.id); };
const byId = new Map(QUESTIONS.map(one => [one.id, one]));
const count = (number, what) => `${number} ${what}${number === 1 ? "" : "s"}`;

function tell() {
  const ids = mine(), { due, left } = waiting(deck(), ids, now(), more), known = ids.filter(id => deck().cards[id]?.[0] > 1).length;
  const text = `${due.length} due, ${left} new today. You know ${known} of the ${count(ids.length, "question")} of ${chosen().length === TITLES.length ? "the book" : "your chapters"}.`;
  if (sum.textContent !== text) sum.textContent = text;
}

/** Ask the next question; with `focus` after one that was answered. */
function next(focus) {
  const all = deck(), ids = mine(), { due, fresh, left, next: later } = waiting(all, ids, now(), more);
  tell();
  const id = due[0] ?? (left ? shuffled(fresh)[0] : early ? ids.filter(one => one in all.cards).sort((a, b) => all.cards[a][1] - all.cards[b][1])[0] : undefined);
  early = false;
  place.replaceChildren(id === undefined ? rest(fresh.length, later) : card(byId.get(id)));
  if (focus) place.querySelector("input, button, a")?.focus();
}

/** Nothing is due. */
function rest(fresh, later) {
  const said = !mine().length ? "Choose a chapter below." : later === null ? "Nothing is due." : `Nothing is due. The next question comes ${until(later - now())}.`;
  const on = fresh ? button("Ask me new ones", () => { more += FRESH; next(true); }) : button("Ask me one now", () => { early = true; next(true); });
  return element("div", {}, element("p", {}, said), mine().length ? on : "");
}

function card(asked) {
  const kind = KINDS[asked.kind](asked), link = () => element("a", { href: asked.place }, `${asked.section} (chapter ${asked.chapter})`);
  const form = element("form", {}), told = element("div", { className: "spaced-told" });
  const ask = element("fieldset", {}, element("legend", {}, ...words(asked.question)), ...kind.parts);
  const go = element("button", { type: "submit", className: "spaced-go" }, "Answer");
  const skip = button("I do not know", () => settle(null)), on = button("Next question", () => next(true));
  form.dataset.question = asked.id;
  told.setAttribute("role", "status");
  on.className = "spaced-go";
  on.hidden = true;
  form.append(element("p", { className: "spaced-where" }, `Chapter ${asked.chapter}, ${TITLES[asked.chapter - 1]} · ${asked.section}`), ask,
    element("div", { className: "spaced-bar" }, go, skip), told, on);
  form.addEventListener("submit", event => {
    event.preventDefault();
    if (!on.hidden) return next(true);
    const guess = kind.read();
    if (guess === null) { told.textContent = kind.missing; ask.querySelector("input").focus(); } else settle(guess);
  });
  // 1 to 9 choose an option, where no number is typed.
  form.addEventListener("keydown", event => {
    const radio = ask.querySelectorAll("input[type=radio]")[event.key - 1];
    if (!radio || radio.disabled || event.ctrlKey || event.metaKey || event.altKey) return;
    radio.checked = true;
    radio.focus();
  });

  function settle(guess) {
    const [right, own] = guess === null ? [false] : kind.told(guess);
    store(answered(deck(), asked.id, right, now()));
    kind.settle(guess);
    const paragraph = text => element("p", {}, ...words(text));
    const verdict = element("strong", {}, right ? "✓ Right." : guess === null ? "The answer:" : "✗ Not this time.");
    const first = element("p", {}, verdict, " ", ...(right ? [] : guess === null ? words(`${kind.answer}.`) : words(`The answer: ${kind.answer}.`)));
    const again = element("p", { className: "spaced-where" }, "See it at its place: ", link(), `. It is asked again ${until(RESTS[deck().cards[asked.id][0]])}.`);
    told.replaceChildren(first, ...[own, asked.why, asked.model].filter(Boolean).map(paragraph), again);
    go.hidden = skip.hidden = true;
    on.hidden = false;
    on.focus();
    tell();
  }
  return form;
}

/** Which chapters, and what is kept. */
function settings() {
  const rows = TITLES.map((title, i) => {
    const box = element("input", { type: "checkbox", checked: chosen().includes(i + 1) });
    box.addEventListener("change", () => {
      const chapters = rows.flatMap((row, number) => row.firstChild.checked ? [number + 1] : []);
      store({ ...deck(), chapters });
      next();
    });
    return element("label", {}, box, element("span", {}, `${i + 1} ${title}`));
  });
  const says = element("span", {}, "What you know is kept in this browser alone.");
  says.setAttribute("role", "status");
  let sure = false;
  const forget = button("Forget what I know", () => {
    if (sure) {
      try { localStorage.removeItem(ITEM); } catch { /* refused */ }
      held = EMPTY;
      next();
    }
    sure = !sure;
    forget.textContent = sure ? "Really forget it all?" : "Forget what I know";
    says.textContent = sure ? "Press again: every question becomes new." : "Forgotten: every question is new.";
  });
  const bar = element("div", { className: "spaced-bar" }, says, ...kept.buttons(says), forget);
  return [element("fieldset", { className: "spaced-chapters" }, element("legend", {}, "Ask me about"), ...rows), bar];
}

home.replaceChildren(sum, place, ...settings());
next();
