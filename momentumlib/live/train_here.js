// Train it here: gradient descent and momentum train one network each, on the same pictures, in a
// worker that is asked for a few steps at a time, with the sliders' values of that moment.

import { show } from "./drawing/numbers.js";
import { bytes } from "./wasm/engine.js";
import { Figure, tag } from "./frame/controls.js";
import { beginning, generator, worker } from "./network.js";
import { exam, windows } from "./seen.js";

const METHODS = [["gd", "gradient descent", [6, 3]], ["momentum", "momentum", []]], SLICE = 40;
/** Steps a second, so that a hand has time; and steps that are taken between two pictures. */
const PACE = 40, AT_ONCE = 2;

/** The pack of pictures: from a script beside the book's pages, or from the kernel. */
function fetched(model, name) {
  const packs = globalThis.livePacks ||= {}, root = document.documentElement.dataset.content_root;
  if (root === undefined) return new Promise(done => {
    const told = (content, [buffer]) => { if (content === "pictures") { model.off("msg:custom", told); done(bytes(buffer)); } };
    model.on("msg:custom", told);
    model.send("pictures");
  });
  return new Promise((done, fail) => {
    const given = () => {
      const letters = atob(packs[name]), out = new Uint8Array(letters.length);
      for (let i = 0; i < letters.length; i++) out[i] = letters.charCodeAt(i);
      done(out);
    };
    if (packs[name]) return given();
    const script = Object.assign(document.createElement("script"), { src: `${root}_static/${name}.js`, onload: given });
    script.onerror = () => fail(Error("the pictures cannot be loaded"));
    document.head.append(script);
  });
}

/** "until η γ; until η γ" as rows of numbers, and back. */
const rows = text => text.split("; ").filter(Boolean).map(part => part.split(" ").map(Number));
const words = earlier => earlier.map(row => row.join(" ")).join("; ");

async function render({ model, el }) {
  const plan = model.get("plan"), { layers, shapes, names, tests, keep } = plan, g = name => model.get(name);
  const traits = ["eta", "gamma", "compare", "seed", "changes", "step"];
  const fig = new Figure({ model, el }, traits, { draw, python: () => fig.line("train_here", [...traits, "steps"]) });
  fig.stage.dataset.columns = "main";
  const curve = fig.plot({ tab: "cost", xlabel: "step t", ylabel: "J over the training pictures", aspect: 0.84, alone: 0.8, ylog: true });
  const score = fig.plot({ tab: "new ones", xlabel: "step t", ylabel: "new ones right", aspect: 0.58, alone: 0.8, y: [0, tests] });
  const layer = fig.plot({ tab: "first layer", aspect: 0.62, alone: 0.8, x: [0, 1], y: [0, 1] });

  const row = tag(fig.controls, "div", { class: "live-player" });
  const train = fig.button("", () => {
    fig.update({});                                            // the reader's hand
    if (running) running = false;
    else { if (t >= g("steps") || over()) forget(); go(g("steps")); }
    fig.redraw();
  }, undefined, row), state = tag(row, "span");
  fig.button("New seed", () => fig.update({ seed: (g("seed") + 1) % 1000 }), "Another start, and another order of the minibatches", row);
  const sliders = [
    fig.slider("eta", { label: "learning rate η", min: 1e-3, max: 1, log: true }),
    fig.slider("gamma", { label: "momentum γ", min: 0, max: 0.99, step: 0.01 }),
  ];
  // Who sets one wants to see what it does: let go, it trains.
  for (const slider of sliders) slider.querySelector("[type=range]").addEventListener("change", () => { if (!t && !running) train.click(); });
  fig.choice("compare", "gradient descent has", [["eta", "the same η"], ["effective", "the same η/(1 − γ)"]], { more: true });
  fig.slider("seed", { label: "seed", min: 0, max: 999, step: 1, whole: true, more: true });
  fig.allowed.step = step => Number.isInteger(step) && step >= 0 && step <= g("steps");
  fig.allowed.changes = text => rows(text).every(row => row.length === 3 && row.every(Number.isFinite));
  const status = tag(fig.root, "div", { class: "live-unseen", role: "status" });
  const paintExam = exam(fig.controls.parentNode, METHODS, names, shapes[0]);
  const calm = matchMedia("(prefers-reduced-motion: reduce)");

  // The run: `past` are its earlier settings, `used` those of its last step; `told` is the step that
  // the model was told, so that another one there comes from the reader, a link or Python.
  let helper, ended = false, sent = false, run = 0, running = false, flight = false, goal = 0, failed = "", paced = 0;
  let fresh, t, told = 0, looks, filters, guesses, gone, tested, begun, used, past;

  const settings = (eta, gamma) => [[g("compare") === "eta" ? eta : eta / (1 - gamma), 0], [eta, gamma]];
  const over = () => gone.every(at => at !== null);
  const kind = () => [g("seed"), g("compare")].join(), moved = () => used && (used[0] !== g("eta") || used[1] !== g("gamma"));
  const earlier = () => t > 0 && moved() && past.at(-1)?.[0] !== t ? [...past, [t, ...used]] : past;
  const tell = (step, changes) => {
    told = step;
    model.set("step", step);
    model.set("changes", changes);
    model.save_changes();
  };
  function forget() {
    run += 1;
    running = flight = false;
    [fresh, t, looks, filters, guesses, gone, used, past, failed] = [true, 0, [], null, null, [null, null], null, [], ""];
  }
  forget();

  function go(until, quick = calm.matches) {
    if (!t) begun = kind();
    goal = until;
    running = true;
    paced = quick ? 0 : performance.now();
    if (!flight) ask();
  }
  /** Have the worker take some steps, with what holds at step t. */
  async function ask() {
    flight = true;
    const mine = run;
    try {
      let begin;
      if (!helper) {
        helper = worker();
        helper.onerror = event => stop(event.message || "its worker cannot start");
        helper.onmessage = ({ data }) => heard(data);
      }
      if (fresh) {
        const pack = sent ? null : await fetched(model, plan.pack);    // the worker keeps the pictures
        if (mine !== run) return;
        begin = { ...plan, pack, seed: g("seed"), code: bytes(g("module")).slice(), methods: METHODS };
        [sent, fresh] = [true, false];
      }
      const planned = past.find(([until]) => until > t), [eta, gamma] = planned ? planned.slice(1) : [g("eta"), g("gamma")];
      if (!planned) { past = earlier(); used = [eta, gamma]; }
      const until = Math.min(goal, planned?.[0] ?? goal, paced ? t + AT_ONCE : goal);
      helper.postMessage({ run, begin, settings: settings(eta, gamma), until, last: g("steps"), ms: paced ? SLICE : 5 * SLICE });
    } catch (error) { stop(error.message); }
  }
  function heard(data) {
    tested ??= data.tests;
    if (data.run !== run) return;
    flight = false;
    if (data.failed) return stop(data.failed);
    ({ t, filters, gone } = data);
    guesses = data.guesses || guesses;
    looks.push(...data.looks);
    if (t >= goal || over()) running = false;
    tell(t, words(running ? past : earlier()));
    if (!running) status.textContent = `Trained for ${t} steps: ${METHODS.map(([, name], k) => gone[k] === null ? `${name} names ${looks.at(-1)[k + 3]} of ${tests} new pictures` : `${name} has diverged`).join(", ")}.`;
    if (running) {
      const wait = paced ? paced + AT_ONCE * 1000 / PACE - performance.now() : 0;
      paced &&= Math.max(paced + AT_ONCE * 1000 / PACE, performance.now());
      const mine = run;
      flight = true;
      setTimeout(() => { if (mine === run) running ? ask() : flight = false; }, Math.max(0, wait));
    }
    fig.redraw();
  }
  function stop(why) {
    helper?.terminate();
    helper = undefined;
    forget();
    sent = false;
    failed = `It cannot be trained here: ${why}.`;
    fig.redraw();
  }
  fig.stop = () => { running = false; };

  /** Begin anew where the reader, a link or Python has set what a run cannot take on its way. */
  function follow() {
    const set = g("step") !== told, finished = !running && (t >= g("steps") || over());
    if (set || (t && (begun !== kind() || (finished && moved())))) {
      const until = set ? g("step") : g("steps"), changes = set ? g("changes") : "";
      forget();
      past = rows(changes);
      tell(g("step"), changes);
      if (until) go(until, set || calm.matches);
    } else if (!flight && words(earlier()) !== g("changes")) tell(t, words(earlier()));
  }

  let start = {};
  /** The first layer's weights before the first step. */
  function starts() {
    const first = layers[0][0] * layers[0][1] ** 2 * shapes[0][2], seed = g("seed");
    if (start.seed !== seed) start = { seed, weights: beginning(generator(seed).random, layers.slice(0, 2), shapes).subarray(0, first) };
    return METHODS.map(() => start.weights);
  }

  function draw(color) {
    follow();
    const before = g("before"), steps = g("steps"), shown = looks.length > 1;
    ended ||= t >= steps;
    const most = Math.max(3, ...looks.flatMap(look => look.slice(1, 3)).filter(Number.isFinite));
    curve.set({ x: [0, steps], y: [0.001, Math.min(100, 1.3 * most)] });
    score.set({ x: [0, steps] });
    for (const [plot, column, earlier, least] of [[curve, 1, before, 0.001], [score, 3, plan.right, 0]]) {
      const lines = METHODS.map(([role, name, dash], k) => {
        const own = looks.filter(look => Number.isFinite(look[k + 1]));
        return { role, dash, words: name, n: own.length, xs: i => own[i][0], ys: i => Math.max(own[i][k + column], least) };
      });
      // What gradient descent does is known; momentum's run is the question, until it has been trained.
      const ghosts = earlier.slice(0, ended ? 2 : 1).map((seen, k) => ({ ...lines[k], n: seen.length, xs: i => Math.min(keep * i, steps), ys: i => Math.max(seen[i], least) }));
      plot.begin(color).axes();
      for (const { n, xs, ys, role, dash } of ghosts) plot.line(n, xs, ys, role, { dash, alpha: shown ? 0.3 : 0.5 });
      for (const { n, xs, ys, role, dash } of lines) {
        plot.line(n, xs, ys, role, { dash, width: 2.4 });
        if (n) plot.mark(xs(n - 1), ys(n - 1), role, { size: 4 });
      }
      if (plot === curve) plot.names(lines[0].n > 5 ? lines : ghosts);
      else plot.line(2, k => steps * k, () => tests / names.length, "muted", { dash: [2, 3], width: 1 }).name(steps, tests / names.length, "by chance", "muted", { left: true, dy: 9 });
    }

    const now = filters || starts(), first = starts();
    const shift = k => Math.sqrt(now[k].reduce((sum, w, i) => sum + (w - first[k][i]) ** 2, 0) / first[k].reduce((sum, w) => sum + w * w, 0));
    windows(layer.begin(color), METHODS.map(([, name], k) => `${name}: ${t ? `changed by ${Math.round(100 * shift(k))} %` : "first layer"}`), now, layers[0], shapes[0][2]);
    paintExam(tested || { labels: plan.labels, levels: bytes(g("shown")) }, guesses);

    const rates = settings(g("eta"), g("gamma"));
    fig.table(METHODS.map(([role, name, dash], k) => {
      const J = looks.at(-1)?.[k + 1], seen = J === undefined ? "not trained yet" : `J = ${show(J, 3)}, ${looks.at(-1)[k + 3]} of ${tests} new pictures right`;
      return [role, dash, `${name}, η = ${show(rates[k][0], 3)}`, gone[k] === null ? seen : `diverged after ${gone[k]} steps`, J];
    }));
    const words = running ? "❚❚ Pause" : !t ? "▶ Train" : t < steps && !over() ? "▶ Go on" : "▶ Again";
    if (train.textContent !== words) train.textContent = words;
    state.textContent = failed || (running && !sent ? "fetching 0.4 MB …" : `step ${t} of ${steps}`);
  }

  const end = fig.start();
  return () => { helper?.terminate(); end(); };
}

export default { render };
