// The shoes: a valley as it is, and as Adam sees it. In coordinates that are stretched by the roots
// of its divisors √ŝ + ε, Adam's way is straight downhill. It can stretch along the axes alone.

import { show } from "./drawing/numbers.js";
import { Figure } from "./frame/controls.js";
import { CODES, engine } from "./wasm/engine.js";
import { paintLandscape, valley } from "./drawing/landscape.js";

const EPS = 1e-8;

async function render({ model, el }) {
  const wasm = await engine(model.get("module"));
  const names = ["kappa", "angle", "eta", "beta1", "beta2", "start", "step"], g = name => model.get(name);
  const fig = new Figure({ model, el }, names, { draw, python: () => fig.line("shoes", [...names, "steps"]) });
  const steps = () => g("steps"), first = g("start").map(Math.abs), far = 1.25 * Math.max(0.8 * first[0], first[1]);

  fig.stage.dataset.columns = "2";
  const land = fig.plot({ tab: "the valley", xlabel: "θ₁", ylabel: "θ₂", aspect: 0.85, x: [-far, far], y: [-far, far], equal: true });
  const seen = fig.plot({ tab: "in Adam's shoes", xlabel: "θ₁ in Adam's shoes", ylabel: "θ₂ in Adam's shoes", aspect: 0.85, x: [-far, far], y: [-far, far], equal: true });
  fig.player("step", steps);
  fig.slider("angle", { label: "angle in degrees", min: 0, max: 90, step: 1 });
  fig.slider("kappa", { label: "condition number κ", min: 1, max: 1000, log: true });
  fig.slider("eta", { label: "learning rate η", min: 1e-3, max: 1, log: true, more: true });
  fig.slider("beta1", { label: "β₁, average of g", min: 0, max: 0.99, step: 0.01, more: true });
  fig.slider("beta2", { label: "β₂, average of g²", min: 0, max: 0.999, step: 0.001, more: true });
  fig.point("start", land, "start", ["θ₁", "θ₂"], 3);

  let left;
  fig.measures = () => ({ left });

  function draw(color) {
    const params = valley(g("kappa"), g("angle")), hyper = { eta: g("eta"), beta1: g("beta1"), beta2: g("beta2"), eps: EPS };
    const run = wasm.run(0, params, g("start"), steps(), { code: CODES.adam, hyper, states: true });
    const t = Math.min(g("step"), run.rows - 1), row = Math.min(Math.max(1, t), run.rows - 1);
    const theta = [run.theta[2 * t], run.theta[2 * t + 1]], grad = wasm.grad(0, params, theta);
    const divisor = [0, 1].map(i => Math.sqrt(run.states[6 * row + 2 + i] / (1 - g("beta2") ** row)) + EPS);
    const stretch = (divisor[1] / divisor[0]) ** 0.25, scale = [1 / stretch, stretch];  // the area stays
    // The curvatures in these coordinates, and the condition number that is left.
    const [[a, b], [, d]] = [[1, 0], [0, 1]].map(axis => wasm.grad(0, params, axis));
    const half = (a / divisor[0] + d / divisor[1]) / 2, det = (a * d - b * b) / divisor[0] / divisor[1];
    left = (half + Math.sqrt(Math.max(0, half * half - det))) ** 2 / det;

    let reach = 0;
    for (let k = 0; k <= t; k++) reach = Math.max(reach, 0.8 * scale[0] * Math.abs(run.theta[2 * k]), scale[1] * Math.abs(run.theta[2 * k + 1]));
    seen.set({ y: [-1.25 * reach, 1.25 * reach] });
    for (const [plot, by] of [[land, [1, 1]], [seen, scale]]) {
      plot.begin(color);
      paintLandscape(plot, wasm, 0, params, 0, by);
      // Graph paper of one square a unit of θ, to show what the shoes do to it.
      for (const [side, other] of [[0, 1], [1, 0]]) {
        const [ends, across] = [[plot.o.x, plot.o.y][side], [plot.o.x, plot.o.y][other]], unit = by[side];
        for (let k = Math.ceil(ends[0] / unit); k * unit <= ends[1]; k++) {
          const at = [i => k * unit, i => across[i]];
          plot.line(2, at[side], at[other], "muted", { width: 1, alpha: 0.3 });
        }
      }
      const x = k => by[0] * run.theta[2 * k], y = k => by[1] * run.theta[2 * k + 1];
      plot.mark(0, 0, "ink", { shape: "star", size: 7 });
      plot.trail(run.rows, t, x, y, "adam", { width: 2 });
      const size = 0.45 * plot.o.y[1], here = [x(t), y(t)];
      for (const [way, role, dash] of [[grad, "grad", [5, 4]], [grad.map((each, i) => each / divisor[i]), "adam", []]]) {
        const turned = way.map((each, i) => each * by[i]), length = Math.hypot(...turned);
        if (!(length > 0)) continue;
        const tip = here.map((each, i) => each - size * turned[i] / length);
        plot.arrow(here, tip, role, { dash }).name(...tip, role === "grad" ? "downhill" : "Adam's downhill", role, { left: role === "grad" });
      }
      plot.axes(false);
    }

    fig.table([
      [null, [], "condition number of the valley", show(g("kappa")), g("kappa")],
      [null, [], "what is left of it in Adam's shoes", show(left), left],
      [null, [], "the shoes stretch θ₂ against θ₁", `${show(stretch * stretch, 3)} times`, stretch * stretch],
      ["grad", [5, 4], "straight downhill in the valley", ""],
      ["adam", [], "straight downhill in Adam's shoes", ""],
      [null, [], `after ${t} steps`, `J = ${show(run.loss[t])}`, run.loss[t]],
    ]);
  }

  return fig.start();
}

export default { render };
