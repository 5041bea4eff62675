// Train it here: gradient descent and momentum train one network each, on the same pictures, in a
// worker that is asked for a few steps at a time, with the sliders' values of that moment.

import { show } from "./numbers.js";
import { bytes } from "./engine.js";
import { Figure, tag } from "./controls.js";
import { beginning, generator, worker } from "./network.js";
import { exam, windows } from "./seen.js";

const METHODS = [["gd", "gradient descent", [6, 3]], ["momentum", "momentum", []]], SLICE = 40;

/** The pack of pictures: from a script beside the book's pages, or from the kernel. */
function fetched(model, name) {
  const packs = globalThis.livePacks ||= {}, root = document.documentElement.dataset.content_root;
  if (root === undefined) return new Promise(done => {
    const told = (content, [buffer]) => { if (content === "pictures") { model.off("msg:custom", told); done(bytes(buffer)); } };
    model.on("msg:custom", told);
    model.send("pictures");
  });
  return new Promise((done, fail) => {
    const given = () => done(Uint8Array.from(atob(packs[name]), c => c.charCodeAt(0)));
    if (packs[name]) return given();
    const script = Object.assign(document.createElement("script"), { src: `${root}_static/${name}.js`, onload: given });
    script.onerror = () => fail(Error("the pictures cannot be loaded"));
    document.head.append(script);
  });
}

async function render({ model, el }) {
  const plan = model.get("plan"), { layers, shapes, names, count, tests } = plan, g = name => model.get(name);
  const traits = ["eta", "gamma", "compare", "seed", "changes", "step"];
  const fig = new Figure({ model, el }, traits, { draw, python: () => fig.line("train_here", [...traits, "steps"]) });
  const tell = values => { for (const [name, value] of Object.entries(values)) model.set(name, value); model.save_changes(); };
  fig.stage.dataset.columns = "2";
  const curve = fig.plot({ tab: "cost", xlabel: "step t", ylabel: "J over the training pictures", aspect: 0.8, ylog: true });
  const layer = fig.plot({ tab: "first layer", aspect: 0.8, x: [0, 1], y: [0, 1] });
  const show8 = exam(fig.stage, METHODS, names, shapes[0]);

  const row = tag(fig.controls, "div", { class: "live-player" });
  const train = tag(row, "button", { type: "button" }, ""), state = tag(row, "span", {}, "");
  const again = tag(row, "button", { type: "button", title: "Another start and another order of the minibatches" }, "New seed");
  train.addEventListener("click", () => {
    if (running) pause();
    else { if (t >= g("steps") || over()) forget(); go(g("steps")); }
    fig.redraw();
  });
  again.addEventListener("click", () => { const on = running || t > 0; forget(); fig.update({ seed: (g("seed") + 1) % 1000 }); if (on) go(g("steps")); });
  fig.slider("eta", { label: "learning rate η", min: 1e-3, max: 1, log: true });
  fig.slider("gamma", { label: "momentum γ", min: 0, max: 0.99, step: 0.01 });
  fig.choice("compare", "gradient descent has", [["eta", "the same η"], ["effective", "the same η/(1 − γ)"]], { more: true });
  fig.slider("seed", { label: "seed", min: 0, max: 999, step: 1, whole: true, more: true });
  fig.allowed.step = step => Number.isInteger(step) && step >= 0 && step <= g("steps");
  fig.allowed.changes = text => /^$|^\d+ [\d.e-]+ [\d.e-]+(; \d+ [\d.e-]+ [\d.e-]+)*$/.test(text);

  let helper, sent = false, run = 0, running = false, flight = false, goal = 0, failed = "";
  let t = 0, looks = [], filters, guesses, gone = [null, null], tested, begun, used, past = [];

  const settings = (eta, gamma) => [[g("compare") === "eta" ? eta : eta / (1 - gamma), 0], [eta, gamma]];
  const over = () => gone.every(at => at !== null);
  const pause = () => { running = false; };
  /** Back to before the first step. */
  function forget() {
    run += 1;
    running = flight = false;
    t = 0;
    [looks, filters, guesses, gone, used, past, failed] = [[], null, null, [null, null], null, [], ""];
    tell({ step: 0, changes: "" });
  }
  /** The earlier settings: those of `past`, and what was used until now, if the sliders have moved since. */
  const earlier = () => used && t > 0 && (used[0] !== g("eta") || used[1] !== g("gamma")) && past.at(-1)?.[0] !== t ? [...past, [t, ...used]] : past;
  const written = rows => rows.map(row => row.join(" ")).join("; ");

  async function go(until) {
    if (!t) begun = [g("seed"), g("compare")].join();
    goal = until;
    running = true;
    if (!flight) await ask();
  }
  /** Have the worker take some steps, with what holds at step t. */
  async function ask() {
    flight = true;
    const mine = run;
    try {
      const fresh = !helper;
      let begin;
      if (fresh) {
        helper = worker();
        helper.onerror = event => stop(event.message || "its worker cannot start");
        helper.onmessage = ({ data }) => heard(data);
      }
      if (!t) begin = { ...plan, seed: g("seed"), code: bytes(g("module")).slice(), methods: METHODS };
      if (begin && !sent) begin.pack = await fetched(model, plan.pack);
      if (mine !== run) return;
      sent = true;
      const planned = past.find(([until]) => until > t), [eta, gamma] = planned ? planned.slice(1) : [g("eta"), g("gamma")];
      if (!planned) { past = earlier(); used = [eta, gamma]; }
      helper.postMessage({ run, begin, settings: settings(eta, gamma), until: Math.min(goal, planned?.[0] ?? goal), last: g("steps"), ms: SLICE });
    } catch (error) { stop(error.message); }
  }
  function heard(data) {
    tested ??= data.tests;
    if (data.run !== run) return;
    flight = false;
    if (data.failed) return stop(data.failed);
    ({ t, filters, guesses, gone } = data);
    looks.push(...data.looks);
    if (t >= goal || over()) running = false;
    tell({ step: t, changes: written(running ? past : earlier()) });
    if (!running && t >= goal) fig.say(`Trained for ${t} steps: ${spoken()}.`);
    if (running) ask();
    fig.redraw();
  }
  function stop(words) {
    helper?.terminate();
    helper = undefined;
    sent = flight = running = false;
    failed = `It cannot be trained here: ${words}.`;
    fig.redraw();
  }
  const right = k => guesses[k].reduce((sum, guess, i) => sum + (guess === tested.labels[i]), 0);
  const spoken = () => METHODS.map(([, name], k) => gone[k] === null ? `${name} ${Math.round(100 * right(k) / tests)} % right` : `${name} diverged`).join(", ");

  function draw(color) {
    // The reader, a link or Python has set what a run cannot take on its way.
    if (t && (g("step") < t || begun !== [g("seed"), g("compare")].join())) {
      const on = running || g("step") >= t;
      forget();
      if (on) go(g("steps"));
    } else if (g("step") > t && !running && !failed) {
      past = g("changes").split("; ").filter(Boolean).map(part => part.split(" ").map(Number));
      go(g("step"));
    } else if (t && !flight && written(earlier()) !== g("changes")) tell({ changes: written(earlier()) });

    const before = g("before"), keep = plan.keep, steps = g("steps"), shown = looks.length > 1;
    const lines = METHODS.map(([role, name, dash], k) => {
      const own = looks.filter(look => Number.isFinite(look[k + 1]));
      return { role, dash, name, n: own.length, xs: i => own[i][0], ys: i => own[i][k + 1] };
    });
    const all = [...before.flat(), ...lines.flatMap(l => Array.from({ length: l.n }, (_, i) => l.ys(i)))];
    curve.set({ x: [0, steps], y: [Math.max(1e-3, Math.min(...all)) / 1.3, Math.min(30, Math.max(...all)) * 1.3] });
    curve.begin(color).axes();
    before.forEach((J, k) => curve.line(J.length, i => Math.min(keep * i, steps), i => J[i], METHODS[k][0], { dash: METHODS[k][2], alpha: shown ? 0.25 : 0.5 }));
    lines.forEach(({ n, xs, ys, role, dash }) => {
      curve.line(n, xs, ys, role, { dash, width: 2.4 });
      if (n) curve.mark(xs(n - 1), ys(n - 1), role, { size: 4 });
    });
    const named = shown ? lines : lines.map((line, k) => ({ ...line, n: before[k].length, xs: i => Math.min(keep * i, steps), ys: i => before[k][i] }));
    curve.names?.(named.map(line => ({ ...line, words: line.name })));

    const first = layers[0][0] * layers[0][1] ** 2 * shapes[0][2];
    const start = filters || METHODS.map(() => beginning(generator(g("seed")).random, layers, shapes).subarray(0, first));
    windows(layer.begin(color), METHODS.map(([, name]) => name), start, layers[0], shapes[0][2]);
    show8(tested || { labels: g("plan").labels, levels: bytes(g("shown")) }, guesses);

    const rates = settings(g("eta"), g("gamma"));
    fig.table(METHODS.map(([role, name, dash], k) => {
      const last = looks.at(-1)?.[k + 1], J = gone[k] !== null ? `diverged after ${gone[k]} steps` : last === undefined ? "" : `J = ${show(last, 3)}, `;
      return [role, dash, `${name}, η = ${show(rates[k][0], 3)}`, guesses && gone[k] === null ? `${J}${right(k)} of ${tests} test pictures right` : J, last];
    }));
    train.textContent = running ? "❚❚ Pause" : t && t < steps && !over() ? "▶ Train on" : t ? "▶ Train again" : "▶ Train";
    state.textContent = failed || (running && !t ? `fetching ${count + tests} pictures (0.4 MB) …` : `step ${t} of ${steps}`);
  }

  const end = fig.start();
  return () => { helper?.terminate(); end(); };
}

export default { render };
