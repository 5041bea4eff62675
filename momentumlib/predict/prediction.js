// A prediction: a choice, a number on a slider or a point in a plane. Once the reader commits,
// the answer stands beside the guess. A page keeps guesses with assets/predictions.js.

import { show } from "../live/drawing/numbers.js";
import { Figure, alike, tag } from "../live/frame/controls.js";
import { along, farthest, near } from "./nearness.js";

/** In words, how far a guess is from the answer on an axis. */
export function distance(axis, guess, answer) {
  if (show(guess) === show(answer)) return "";
  const way = guess > answer ? "too high by" : "too low by";
  if (axis.log) return `${way} a factor of ${show(guess > answer ? guess / answer : answer / guess, 3)}`;
  return `${way} ${show(Math.abs(guess - answer), 3)}`;
}

/** The verdict on a number or a point: how near, and how far off along each axis. */
export function verdict(axes, guess, answer, names) {
  const off = axes.map((axis, i) => distance(axis, guess[i], answer[i]));
  const apart = off.some(Boolean) ? Math.max(1e-9, farthest(axes, guess, answer)) : 0;
  const parts = off.map((words, i) => words && names[i](words)).filter(Boolean).join(", ");
  return [near(apart), parts].filter(Boolean).join(": ").replace(/^too/, "Too") + ".";
}

/** A number, or words that end with one, with its unit: 1 step, 2 steps. */
export const counted = (words, unit) => `${words} ${/(^| )1$/.test(words) ? unit.replace(/s$/, "") : unit}`.trim();

/** In what two shares are apart: from 49 % to 100 % are 51 points. */
export const between = unit => unit === "%" ? "points" : unit;

/** A guess as `why` has it: without quotes or unit. */
const plain = guess => Array.isArray(guess) ? `(${guess.map(x => show(x)).join(", ")})` : typeof guess === "number" ? show(guess) : guess;

const beside = (guess, answer) => `You said ${guess}; the answer is ${answer}.`;

const KINDS = {
  choice(fig, asked) {
    const options = fig.get("options"), group = tag(fig.controls, "div", { role: "radiogroup", "aria-labelledby": asked });
    const rows = options.map((option, i) => {
      const label = tag(group, "label", { class: "predict-option" });
      const radio = tag(label, "input", { type: "radio", name: fig.id, value: i });
      tag(label, "span", {}, option);
      radio.addEventListener("change", () => fig.update({ draft: option }));
      return { option, radio, mark: tag(label, "span", { class: "predict-mark" }) };
    });
    const answer = fig.get("answer");
    return {
      allowed: guess => options.includes(guess),
      missing: () => fig.get("draft") ? "" : "Choose one of them first.",
      told: guess => guess === answer ? [`✓ Right: ${answer}.`, ""] : ["✗ Not this time.", beside(`“${guess}”`, `“${answer}”`)],
      wrong: guess => fig.get("wrong")?.[options.indexOf(guess)],
      draw() {
        const guess = fig.get("guess"), settled = fig.get("settled");
        for (const { option, radio, mark } of rows) {
          radio.checked = option === (settled ? guess : fig.get("draft"));
          const marks = [settled && option === guess && "your guess", settled && option === answer && "✓ the answer"];
          mark.textContent = marks.filter(Boolean).join(", ");
        }
      },
    };
  },

  number(fig) {
    const [axis] = fig.get("axes"), { label: unit, low, high, step, log } = axis, answer = fig.get("answer");
    const scale = fig.plot({ xlabel: unit, x: [low, high], xlog: log, y: [0, 1], height: 100, edge: 24 });
    fig.slider("draft", { label: unit ? `your guess (${unit})` : "your guess", min: low, max: high, step, log });
    return {
      allowed: guess => guess >= low && guess <= high,
      missing: () => fig.moved ? "" : "Move the marker to your guess first.",
      told: guess => [
        verdict([axis], [guess], [answer], [words => log ? words : counted(words, between(unit))]),
        beside(counted(plain(guess), unit), fig.get("said")),
      ],
      draw(color) {
        const settled = fig.get("settled"), guess = settled ? fig.get("guess") : fig.get("draft");
        scale.begin(color).axes();
        if (settled) mark(scale, answer, 0.3, "answer", ANSWER);
        if (guess !== null) mark(scale, guess, 0.7, "your guess", GUESS);
      },
    };
  },

  point(fig) {
    const axes = fig.get("axes"), [x, y] = axes, labels = axes.map(a => a.label), answer = fig.get("answer");
    const plane = fig.plot({ xlabel: x.label, x: [x.low, x.high], ylabel: y.label, y: [y.low, y.high], aspect: 0.7 });
    fig.point("draft", plane, "your guess", labels, 4, axes.map(a => a.step), true);
    return {
      allowed: guess => axes.every(({ low, high }, i) => guess[i] >= low && guess[i] <= high),
      missing: () => fig.moved ? "" : "Move the marker to your guess first.",
      told: guess => [verdict(axes, guess, answer, labels.map(label => words => `${label} ${words}`)), beside(plain(guess), fig.get("said"))],
      draw(color) {
        plane.begin(color).axes();
        if (!fig.get("settled")) return;
        const guess = fig.get("guess");
        if (guess) plane.line(2, k => [guess, answer][k][0], k => [guess, answer][k][1], "muted", { dash: [4, 4], width: 1.2 });
        mark(plane, ...answer, "answer", ANSWER);                // the names on the outside of the line
        if (guess) mark(plane, ...guess, "your guess", GUESS, along(x, guess[0]) > 0.25 && guess[0] < answer[0]);
      },
    };
  },
};

const ANSWER = { role: "good", shape: "star", size: 8 }, GUESS = { role: "momentum", shape: "ring", size: 6 };

/** A mark with its name beside it, on the left or the right. */
function mark(plot, x, y, name, { role, ...look }, left = plot.sx.to(x) > 0.7) {
  plot.mark(x, y, role, look).text(x, y, name, { align: left ? "right" : "left", dx: left ? -14 : 14 });
}

class Prediction extends Figure {
  /** A guess that was committed to stays where it was; `moved` tells that the reader chose one. */
  update(values) {
    const moved = "draft" in values && !("settled" in values);
    if (moved && this.get("settled")) return;
    this.moved ||= moved;
    super.update(values);
  }
}

function render({ model, el }) {
  const fig = new Prediction({ model, el }, [], { draw });
  const asked = `${fig.id}-question`, kept = globalThis.predictions, key = model.get("key");
  fig.root.classList.add("predict");
  fig.root.removeAttribute("aria-label");                      // it would tell the answer
  fig.root.setAttribute("aria-labelledby", asked);
  fig.root.querySelector(".live-question").id = asked;
  const kind = KINDS[model.get("kind")](fig, asked);

  const first = () => fig.controls.querySelector("input:checked") || fig.controls.querySelector("input");
  const settle = guess => {
    fig.update({ guess, settled: true });
    again.hidden = false;                                      // at once, for the focus
    again.focus();
  };
  const commit = fig.button("Commit", () => {
    const missing = kind.missing();
    if (missing) { fig.say(missing); first().focus(); } else settle(structuredClone(model.get("draft")));
  }, "Your guess is kept, and the answer is shown");
  const skip = fig.button("Skip: show me", () => settle(null), "Show the answer without a guess");
  const open = () => { fig.update({ guess: null, settled: false, because: null }); fig.paint(); first().focus(); };
  const again = fig.button("Guess again", open, "Hide the answer");

  // What is said is announced, so it is written only where it changes.
  const result = tag(fig.root, "div", { class: "predict-result", role: "status" });
  const picture = tag(fig.root, "div", { class: "predict-picture", role: "img", "aria-label": model.get("alt") });
  const reason = explain(fig);
  let told;
  function tell() {
    const guess = model.get("guess"), settled = model.get("settled"), now = JSON.stringify([settled, guess, model.get("because")]);
    if (now === told) return;
    told = now;
    fig.root.toggleAttribute("data-settled", settled);
    reason();
    for (const input of fig.controls.querySelectorAll("input")) input.disabled = settled;
    commit.hidden = skip.hidden = settled;
    again.hidden = !settled;
    result.replaceChildren();
    picture.hidden = !settled || !model.get("picture");
    if (!settled) return;
    const guessed = guess !== null, line = tag(result, "p");
    const [verdict, words] = guessed ? kind.told(guess) : [`The answer: ${model.get("said")}.`, ""];
    tag(line, "strong", {}, verdict);
    line.append(` ${words}`);
    const own = guessed && kind.wrong?.(guess);
    if (own) tag(result, "p", {}, own);
    tag(result, "p", {}, guessed ? model.get("why").replaceAll("{guess}", plain(guess)) : model.get("why_skipped"));
    if (!picture.hidden && !picture.shadowRoot)                // its ids and styles stay its own
      picture.attachShadow({ mode: "open" }).innerHTML = `<style>svg { max-width: 100%; height: auto; fill: var(--fig-ink) }</style>${model.get("picture")}`;
  }

  function draw(color) {
    tell();
    kind.draw(color);
  }

  const stop = fig.start(), leave = kept && keep(fig, kind, key, kept, first);
  fig.redraw();
  return () => { stop(); leave?.(); };
}

/** Ask why, once the answer is known; the reader's line stays beside the model answer. Returns what shows both. */
function explain(fig) {
  const model = fig.get("model"), form = tag(fig.root, "form", { class: "predict-why" });
  const id = `${fig.id}-because`;
  tag(form, "label", { for: id }, "Why is that so? One line, in your own words:");
  const line = tag(form, "input", { type: "text", id, maxlength: 300, autocomplete: "off" });
  const show = tag(form, "button", {}, "Compare");
  const answer = tag(form, "p", { class: "predict-model", role: "status" });
  form.addEventListener("submit", event => {
    event.preventDefault();
    fig.update({ because: line.value.trim() });
  });
  return () => {
    const because = fig.get("because") ?? null, open = because === null;
    form.hidden = !fig.get("settled") || !model;
    show.hidden = !open;
    line.readOnly = !open;
    if (line.value !== (because ?? "")) line.value = because ?? "";
    if (open === !answer.textContent) return;                  // written only where it changes: it is announced
    answer.replaceChildren();
    if (!open) { tag(answer, "strong", {}, "One way to say it: "); answer.append(model); }
  };
}

/** Keep the guess where the page keeps them, and say how many are made. */
function keep(fig, kind, key, kept, first) {
  const begun = structuredClone(fig.get("draft")), now = () => ({ guess: fig.get("guess"), settled: fig.get("settled"), because: fig.get("because") ?? null });
  const line = tag(fig.root, "p", { class: "predict-tally" }), tally = tag(line, "span");
  const forget = tag(line, "button", { type: "button" }, "Forget my predictions");
  forget.addEventListener("click", () => {
    kept.forget();
    fig.paint();                                               // its inputs can take the focus again
    fig.say("Forgotten: every prediction on this page is open again.");
    first().focus();
  });
  const restore = () => {
    const { made, all, any } = kept.count(), { guess = null, settled = false, because = null } = kept.of(key);
    tally.textContent = `${made} of ${all} predictions on this page made`;
    forget.hidden = !any;
    // What was kept may be of another edition, which asked otherwise.
    const fits = (guess === null || (alike(guess, fig.get("draft")) && kind.allowed(guess))) && (because === null || typeof because === "string");
    const found = { guess, settled, because };
    if (fits && JSON.stringify(found) !== JSON.stringify(now())) fig.update({ draft: structuredClone(guess ?? begun), ...found });
  };
  const changed = () => {
    const { settled = false, because = null } = kept.of(key), { guess, ...here } = now();
    if (here.settled !== settled || here.because !== because) kept.keep(key, { guess, ...here });
  };
  fig.model.on("change:settled change:because", changed);
  addEventListener("predictions", restore);
  restore();
  return () => { fig.model.off("change:settled change:because", changed); removeEventListener("predictions", restore); };
}

export default { render };
