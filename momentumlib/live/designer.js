// The schedule designer: choose or draw γ over the steps, choose η's schedule and a restart rule,
// and see what the loss does.

import { handle } from "./frame/handle.js";
import { show } from "./drawing/numbers.js";
import { Figure } from "./frame/controls.js";
import { CODES, engine } from "./wasm/engine.js";
import { valley } from "./drawing/landscape.js";
import { schedules } from "./schedules.js";

const GAMMAS = [
  ["constant", "constant"], ["linear", "a straight line"], ["linear_to_one", "γ₀ + (1 − γ₀) t/T, up to 1"],
  ["sutskever", "Sutskever's stairs"], ["nesterov", "Nesterov's t/(t + 3)"], ["one_cycle", "one cycle"], ["drawn", "drawn by hand"],
];
const ETAS = [["constant", "constant"], ["warmup", "warm-up"], ["step", "halved every T/4"], ["cosine", "cosine to 0"], ["one_cycle", "one cycle"]];
const RULES = [["none", "none"], ["every", "every k steps"], ["on_increase", "when J rises"], ["on_gradient", "when the step goes uphill"]];

async function render({ model, el }) {
  const wasm = await engine(model.get("module"));
  const names = ["kappa", "method", "eta", "eta_schedule", "gamma_schedule", "gamma0", "gamma1", "length", "steps", "restart", "k", "drawn"];
  const fig = new Figure({ model, el }, names, { draw, python: () => fig.line("designer", [...names, "start"]) });
  const g = n => model.get(n), kind = () => g("gamma_schedule");

  fig.stage.dataset.columns = "2";
  const plan = fig.plot({ tab: "γ and η", xlabel: "step t", ylabel: "γ (and η, scaled)", aspect: 0.75, y: [0, 1.04] });
  const curve = fig.plot({ tab: "cost", xlabel: "step t", ylabel: "J(θ) − J*", aspect: 0.75, ylog: true });
  const last = g("drawn").length - 1, label = i => `γ at ${Math.round(100 * i / last)} % of T`;
  const bend = (i, y) => fig.update({ drawn: g("drawn").map((old, j) => j === i ? Math.min(1, +y.toFixed(3)) : old) });
  const knobs = g("drawn").map((_, i) => handle(plan, {
    label: label(i), role: "momentum", axis: "y", get: () => [g("length") * i / last, g("drawn")[i]], move: (_, y) => bend(i, y),
  }));
  const takes = (...kinds) => () => !kinds.includes(kind());
  const timed = () => g("eta_schedule") !== "constant" || !["constant", "sutskever", "nesterov"].includes(kind());  // by T
  for (const i of g("drawn").keys()) fig.slider("drawn" + i, {
    label: label(i), min: 0, max: 1, step: 0.005, hidden: takes("drawn"), get: () => g("drawn")[i], set: y => bend(i, y), parent: fig.unseen,
  });
  fig.choice("gamma_schedule", "γ over the steps", GAMMAS);
  fig.choice("restart", "restarts (v = 0)", RULES, { more: true });
  fig.slider("steps", { label: "steps of the run", min: 10, max: 1000, step: 10, whole: true });
  fig.slider("eta", { label: "learning rate η", min: 1e-4, max: 0.1, log: true, more: true });
  fig.slider("gamma0", { label: "γ at the start, γ₀", min: 0, max: 1, step: 0.01, more: true, hidden: takes("constant", "linear", "linear_to_one", "one_cycle") });
  fig.slider("gamma1", { label: "γ at the end, or cap", min: 0, max: 1, step: 0.005, more: true, hidden: takes("linear", "sutskever", "one_cycle") });
  fig.slider("length", { label: "schedule length T", min: 10, max: 1000, step: 10, whole: true, more: true, hidden: () => !timed() });
  fig.slider("kappa", { label: "condition number κ", min: 1, max: 1000, log: true, more: true });
  fig.slider("k", { label: "every k steps", min: 2, max: 500, step: 1, whole: true, more: true, hidden: () => g("restart") !== "every" });
  fig.choice("eta_schedule", "η over the steps", ETAS, { more: true });
  fig.choice("method", "method", [["momentum", "momentum"], ["nag", "NAG"]], { more: true });

  let end;
  fig.measures = () => ({ J: end });

  function tables() {
    const T = g("length"), n = g("steps"), gamma = new Float64Array(n), eta = new Float64Array(n);
    for (let t = 0; t < n; t++) {
      gamma[t] = schedules[kind()](t, T, g("gamma0"), g("gamma1"), g("drawn"));
      const e = g("eta_schedule");
      eta[t] = e === "one_cycle" ? schedules.one_cycle(t, T, g("eta") / 10, g("eta")) : schedules[e](t, T, g("eta"), 0);
    }
    return { gamma, eta };
  }

  function draw(color) {
    const hyper = tables(), n = g("steps"), kappa = g("kappa"), T = g("length"), shown = kind() === "drawn";
    const spec = { code: CODES[g("method")], ahead: g("method") === "nag", hyper, restart: g("restart"), k: g("k") };
    const run = wasm.run(0, valley(kappa, 0), g("start"), n, spec);
    const bare = wasm.run(0, valley(kappa, 0), g("start"), n, { ...spec, hyper: { ...hyper, gamma: 0.9 }, restart: "none" });
    // what γ really is: a restart begins its schedule again
    const acting = new Float64Array(n);
    for (let t = 0, since = 0, next = 0; t < n; t++, since++) {
      if (run.restarts[next] === t) { since = 0; next++; }
      acting[t] = hyper.gamma[since];
    }

    plan.set({ x: [0, Math.max(n, T)] });
    for (const knob of knobs) knob.hidden = !shown;
    plan.begin(color).axes();
    plan.line(2, () => T, k => plan.o.y[k], "muted", { width: 1, dash: [3, 3] });
    const plans = [{ ys: k => acting[k], words: "γ", width: 2.2 }, { ys: k => hyper.eta[k] / g("eta"), words: "η", dash: [6, 3], width: 1.5 }];
    for (const each of plans) plan.line(n, k => k, each.ys, "ink", each);
    plan.names(plans.map(each => ({ ...each, n, xs: k => k, role: "ink" })));

    const start = run.loss[0], lowest = Math.min(...run.loss, ...bare.loss);
    curve.set({ x: [0, n], y: [Math.max(lowest, start * 1e-16, 1e-300), start * (lowest < start ? 100 : 1e12)] });
    curve.begin(color).axes();
    const lines = [[bare, "gd", "γ = 0.9", { dash: [2, 2], width: 1.5 }], [run, g("method"), "this plan", {}]].map(([{ rows: n, loss, status }, role, words, look]) =>
      ({ n, xs: k => k, ys: k => Math.max(loss[k], 1e-300), words: words + (status === "diverged" ? " diverges" : ""), role, look }));
    for (const { n, xs, ys, role, look } of lines) curve.line(n, xs, ys, role, look);
    for (const t of run.restarts.slice(0, 200)) curve.mark(t, Math.max(run.loss[t], 1e-300), g("method"), { shape: "down", size: 4 });

    curve.names(lines);

    const last = run.loss[run.rows - 1], gone = run.status === "diverged", fate = gone ? `diverged after ${run.rows - 1} steps` : `J − J* = ${show(last)} at the end`;
    end = gone ? Infinity : last;
    fig.table([
      [g("method"), [], g("method") === "nag" ? "NAG with this plan" : "momentum with this plan", fate + (run.restarts.length ? `, ${run.restarts.length} restarts` : ""), last],
      ["gd", [2, 2], "γ = 0.9 throughout, no restart", bare.status === "diverged" ? "diverged" : `J − J* = ${show(bare.loss[bare.rows - 1])}`],
      ["ink", [], "γ at the last step", show(acting[n - 1]), acting[n - 1]],
      ["ink", [6, 3], "η at the last step", show(hyper.eta[n - 1]), hyper.eta[n - 1]],
    ]);
  }

  return fig.start();
}

export default { render };
