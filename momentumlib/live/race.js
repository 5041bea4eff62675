// The race: several methods on one landscape, from one start, step by step.

import { show } from "./drawing/numbers.js";
import { Figure, written } from "./frame/controls.js";
import { bestEta, engine } from "./wasm/engine.js";
import { paintLandscape, valley } from "./drawing/landscape.js";
import { RIVALS, rivalRun } from "./rivals.js";

async function render({ model, el }) {
  const wasm = await engine(model.get("module"));
  const problems = model.get("problems"), methods = model.get("methods"), [etaMin, etaMax] = model.get("eta_range");
  const traits = ["problem", "kappa", "angle", "eta", "gamma", "mode", "rivals", "start", "step"];
  const fig = new Figure({ model, el }, traits, { draw, python });
  fig.allowed.problem = i => i in problems;
  const place = () => problems[model.get("problem")];
  const turned = () => place().kind === "quadratic";
  const params = () => turned() ? valley(model.get("kappa"), model.get("angle")) : place().params;

  fig.stage.dataset.columns = "main";
  const land = fig.plot({ tab: "from above", xlabel: "θ₁", ylabel: "θ₂", aspect: 0.8, x: place().xlim, y: place().ylim });
  const curve = fig.plot({ tab: "cost", xlabel: "step t", ylabel: "J(θ) − J*", aspect: 1.2, alone: 0.8, ylog: true });

  const steps = () => model.get("steps");
  fig.player("step", steps, { glide: true });
  fig.scrub(curve, "step", steps);
  const free = name => () => !methods.some(m => m.slider[name]);
  fig.slider("eta", { label: "learning rate η", min: etaMin, max: etaMax, log: true, hidden: () => model.get("mode") === "best" || free("eta")() });
  fig.slider("gamma", { label: "momentum γ", min: 0, max: 1, step: 0.01, hidden: free("gamma") });
  fig.choice("mode", "learning rates", [["same", "the same η for all"], ["best", "each its best η"]], { more: true, hidden: () => methods.length < 2 });
  if (problems.length > 1) fig.choice("problem", "landscape", problems.map((p, i) => [i, p.label]), {
    more: true, set: i => fig.update({ problem: +i, start: problems[+i].start }),
  });
  fig.slider("kappa", { label: "condition number κ", min: 1, max: 1000, log: true, more: true, hidden: () => !turned() });
  fig.slider("angle", { label: "angle in degrees", min: 0, max: 90, step: 1, more: true, hidden: () => !turned() });
  fig.check("rivals", "conjugate gradients and L-BFGS run, too", { more: true });
  fig.point("start", land, "start", ["θ₁", "θ₂"]);

  const spec = (method, eta) => ({
    ...method,
    hyper: { ...method.hyper, ...(method.slider.eta && { eta }), ...(method.slider.gamma && { gamma: model.get("gamma") }) },
  });
  const go = (method, eta) => wasm.run(place().p, params(), model.get("start"), steps(), spec(method, eta));

  /** A rival's run: one row a gradient, as each method's is one a step. */
  const against = rival => {
    const at = theta => wasm.values(place().p, params(), 2, 1, view => view.set(theta))[0];
    return rivalRun(rival, at, theta => wasm.grad(place().p, params(), theta), model.get("start"), steps());
  };

  let ends = [];
  fig.measures = () => Object.fromEntries(ends.map((J, i) => ["J" + (i + 1), J]));

  let tuned = { key: null, eta: [] };
  function etas() {
    if (model.get("mode") === "same") return methods.map(() => model.get("eta"));
    const key = JSON.stringify([model.get("problem"), params(), model.get("start"), model.get("gamma"), steps()]);
    if (tuned.key !== key) tuned = { key, eta: methods.map(m => bestEta(eta => go(m, eta), etaMin, etaMax)) };
    return tuned.eta;
  }

  function draw(color) {
    const eta = etas(), racers = model.get("rivals") ? [...methods, ...RIVALS] : methods, { xlim, ylim, minima, minimum } = place();
    const runs = racers.map((m, i) => m.kind ? against(m) : go(m, eta[i]));
    const step = Math.min(model.get("step"), steps()), upto = Math.min(fig.moment("step"), steps()), low = minimum ?? Math.min(...runs.map(r => Math.min(...r.loss)));
    const gone = i => runs[i].status === "diverged", far = (i, t) => !(runs[i].loss[t] <= 1e6 * Math.max(1, Math.abs(runs[i].loss[0])));
    const named = racers.map(({ label }, i) => gone(i) || far(i, runs[i].rows - 1) ? label + " diverges" : label);
    ends = runs.map((run, i) => gone(i) ? Infinity : run.loss[run.rows - 1]);
    land.set({ x: xlim, y: ylim });
    land.begin(color);
    paintLandscape(land, wasm, place().p, params(), minimum);
    for (const [x, y] of minima) land.mark(x, y, "ink", { shape: "star", size: 7 });
    const paths = runs.map((run, i) => ({ n: run.rows, xs: k => run.theta[2 * k], ys: k => run.theta[2 * k + 1], words: named[i], role: racers[i].role }));
    paths.forEach(({ n, xs, ys, role }, i) => land.trail(n, upto, xs, ys, role, { dash: racers[i].dash, width: 1.6, dots: true }));
    land.axes(false).names(paths);

    const gaps = runs.map(run => run.loss.map(v => v - low));
    let top = 0, bottom = Infinity;
    for (const gap of gaps) for (const v of gap) { if (v > top && v < 1e300) top = v; if (v > 0 && v < bottom) bottom = v; }
    top = Math.min(top, 1e6 * gaps[0][0] || top);
    curve.set({ xlabel: racers === methods ? "step t" : "gradients", x: [0, steps()], y: [Math.max(bottom, top * 1e-16), top * 2], ylabel: minimum === null ? "J(θ) − lowest J" : "J(θ) − J*" });
    curve.begin(color).axes();
    const lines = gaps.map((gap, i) => ({ n: gap.length, xs: k => k, ys: k => Math.max(gap[k], 1e-300), words: named[i], role: racers[i].role }));
    lines.forEach(({ n, xs, ys, role }, i) => curve.trail(n, upto, xs, ys, role, { dash: racers[i].dash, size: 4 }));
    curve.line(2, () => upto, k => curve.o.y[k], "ink", { width: 1 });
    curve.names(lines);

    fig.table(runs.map((run, i) => {
      const t = Math.min(step, run.rows - 1), J = run.loss[t], rate = eta[i] && model.get("mode") === "best" ? `η = ${show(eta[i], 3)}, ` : "";
      const last = run.rows - 1, end = gone(i) || far(i, last) ? "diverges" : show(run.loss[last]);
      const fate = gone(i) && t === last ? `diverged at step ${t}` : far(i, t) ? "diverges" : `J = ${show(J)}${t < last ? ` → ${end}` : ""}`;  // a number with a hundred digits says less
      return [racers[i].role, racers[i].dash, racers[i].label, rate + fate, J];
    }));
  }

  function python() {
    const filled = text => text.replace(/\{(\w+)\}/g, (_, name) => written(model.get(name)));
    const settings = ["start", "steps", "step", "eta", "gamma", "mode", "rivals", "eta_range"].map(n => `${n}=${written(model.get(n))}`);
    for (const side of ["xlim", "ylim"]) settings.push(`${side}=${written(place()[side])}`);
    return `ml.live.race(${filled(place().python)}, [${methods.map(m => filled(m.python)).join(", ")}], ${settings.join(", ")})`;
  }

  return fig.start();
}

export default { render };
