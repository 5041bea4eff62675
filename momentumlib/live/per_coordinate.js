// RMSprop and Adam on a valley that can be turned: the path, and the learning rate that each
// coordinate gets at each step.

import { show } from "./drawing/numbers.js";
import { Figure } from "./frame/controls.js";
import { CODES, engine } from "./wasm/engine.js";
import { paintLandscape, valley } from "./drawing/landscape.js";

async function render({ model, el }) {
  const wasm = await engine(model.get("module"));
  const names = ["kappa", "angle", "method", "eta", "beta1", "beta2", "correct", "start", "step"];
  const fig = new Figure({ model, el }, names, { draw, python: () => fig.line("per_coordinate", [...names, "steps"]) });
  const steps = () => model.get("steps"), adam = () => model.get("method") === "adam";
  const reach = model.get("start").map(x => 1.3 * Math.max(...model.get("start").map(Math.abs), Math.abs(x)));

  fig.stage.dataset.columns = "main";
  const land = fig.plot({ tab: "from above", xlabel: "θ₁", ylabel: "θ₂", aspect: 0.8, x: [-reach[0], reach[0]], y: [-reach[1] * 0.8, reach[1] * 0.8] });
  const rates = fig.plot({ tab: "learning rates", xlabel: "step t", ylabel: "effective learning rate", aspect: 1.2, alone: 0.8, ylog: true });
  fig.player("step", steps, { glide: true });
  fig.scrub(rates, "step", steps);
  fig.slider("angle", { label: "angle in degrees", min: 0, max: 90, step: 1 });
  fig.slider("beta2", { label: "β₂, average of g²", min: 0, max: 0.999, step: 0.001 });
  fig.choice("method", "method", [["adam", "Adam"], ["rmsprop", "RMSprop"]], { more: true });
  fig.check("correct", "bias correction", { more: true, hidden: () => !adam() });
  fig.slider("kappa", { label: "condition number κ", min: 1, max: 1000, log: true, more: true });
  fig.slider("eta", { label: "learning rate η", min: 1e-3, max: 1, log: true, more: true });
  fig.slider("beta1", { label: "β₁, average of g", min: 0, max: 0.99, step: 0.01, more: true, hidden: () => !adam() });
  fig.point("start", land, "start", ["θ₁", "θ₂"], 3);

  let ratio;
  fig.measures = () => ({ ratio });

  function draw(color) {
    const params = valley(model.get("kappa"), model.get("angle")), eta = model.get("eta"), beta2 = model.get("beta2");
    const correct = adam() && model.get("correct"), eps = 1e-8, beta = adam() ? { beta1: model.get("beta1") } : { gamma: 0 };
    const spec = { code: CODES[model.get("method")], correct, hyper: { eta, beta2, eps, ...beta }, states: true };
    const run = wasm.run(0, params, model.get("start"), steps(), spec);
    // Plain gradient descent at its own best η, for comparison: it does not notice the angle.
    const plain = wasm.run(0, params, model.get("start"), steps(), { code: CODES.gd, hyper: { eta: 2 / (1 + model.get("kappa")) } });
    const upto = Math.min(model.get("step"), run.rows - 1), moment = Math.min(fig.moment("step"), run.rows - 1);
    const role = adam() ? "adam" : "rmsprop";

    land.begin(color);
    paintLandscape(land, wasm, 0, params, 0);
    land.mark(0, 0, "ink", { shape: "star", size: 7 });
    const paths = [[plain, "gd", "GD", { width: 1, dash: [2, 2] }], [run, role, adam() ? "Adam" : "RMSprop", {}]].map(([{ rows: n, theta }, role, words, look]) =>
      ({ n, xs: k => theta[2 * k], ys: k => theta[2 * k + 1], words, role, look }));
    for (const { n, xs, ys, role, look } of paths) land.trail(n, moment, xs, ys, role, look);
    land.axes(false).names(paths);

    const effective = i => k => eta / (Math.sqrt(run.states[6 * (k + 1) + 2 + i] / (correct ? 1 - beta2 ** (k + 1) : 1)) + eps);
    const n = run.rows - 1, all = [effective(0), effective(1)];
    let lo = Infinity, hi = 0;
    for (const f of all) for (let k = 0; k < n; k++) { const y = f(k); if (y < lo) lo = y; if (y > hi) hi = y; }
    rates.set({ x: [0, steps()], y: [Math.max(lo / 1.5, 1e-8), Math.min(hi * 1.5, 1e8)] });
    rates.begin(color).axes();
    const curves = all.map((ys, i) => ({ n, xs: k => k, ys, words: i ? "of θ₂" : "of θ₁", role: "ink", dash: i ? [8, 3] : [] }));
    for (const { n, xs, ys, role, dash } of curves) rates.trail(n, Math.max(0, moment - 1), xs, ys, role, { dash, size: 4 });
    rates.line(2, () => moment, k => rates.o.y[k], "ink", { width: 1 }).names(curves);
    ratio = all[0](n - 1) / all[1](n - 1);

    const t = Math.max(0, upto - 1), J = run.loss[upto];
    fig.table([
      ["ink", [], "learning rate of θ₁", show(all[0](t)), all[0](t)],
      ["ink", [8, 3], "learning rate of θ₂", show(all[1](t)), all[1](t)],
      [role, [], adam() ? "Adam" : "RMSprop", `J = ${show(J)} after ${upto} steps`, J],
      ["gd", [2, 2], "GD at its best η", `J = ${show(plain.loss[Math.min(upto, plain.rows - 1)])}`],
    ]);
  }

  return fig.start();
}

export default { render };
