// The memory: the velocity as what is left of all past gradients. On the valley each stands where
// it was measured, fading with its age; beside it they are laid tip to tail, and end where v does.

import { show } from "./drawing/numbers.js";
import { Figure } from "./frame/controls.js";
import { CODES, engine } from "./wasm/engine.js";
import { paintLandscape, valley } from "./drawing/landscape.js";

const LEFT = -4.8, HALF = 2.7, FAINT = 0.1;

async function render({ model, el }) {
  const wasm = await engine(model.get("module")), g = name => model.get(name);
  const traits = ["kappa", "eta", "gamma", "start", "step"];
  const fig = new Figure({ model, el }, traits, { draw, python: () => fig.line("memory", [...traits, "steps"]) });
  fig.stage.dataset.columns = "2";
  const land = fig.plot({ tab: "on the valley", xlabel: "θ₁, along the valley", ylabel: "θ₂, across it", aspect: 0.78, x: [LEFT, -LEFT], y: [-HALF, HALF] });
  const sum = fig.plot({ tab: "tip to tail", aspect: 0.78, edge: 8 });
  const last = () => g("steps") - 1;
  fig.player("step", last, { pace: 3 });
  fig.slider("gamma", { label: "momentum γ", min: 0, max: 1, step: 0.01 });
  fig.slider("eta", { label: "learning rate η", min: 1e-3, max: 0.2, log: true, more: true });
  fig.slider("kappa", { label: "condition number κ", min: 1, max: 100, log: true, more: true });
  fig.point("start", land, "start", ["θ₁", "θ₂"], 3);

  function draw(color) {
    const eta = g("eta"), gamma = g("gamma"), params = valley(g("kappa"), 0);
    const run = wasm.run(0, params, g("start"), g("steps"), { code: CODES.momentum, hyper: { eta, gamma }, states: true });
    const t = Math.max(0, Math.min(g("step"), run.rows - 2)), at = k => [run.theta[2 * k], run.theta[2 * k + 1]];
    // What is left of each push at step s, −ηγᵏg, the oldest first; v as the run has it.
    const grads = Array.from({ length: run.rows - 1 }, (_, i) => wasm.grad(0, params, at(i)));
    const left = s => grads.slice(0, s + 1).map((grad, i) => grad.map(x => -eta * gamma ** (s - i) * x)), pushes = left(t);
    const v = [0, 1].map(i => run.states[6 * (t + 1) + i]), alpha = i => Math.max(FAINT, gamma ** (t - i));
    const add = (a, b) => a.map((x, i) => x + b[i]);

    const unit = plot => 2 * HALF / plot.area.h;
    land.set({ x: [LEFT, LEFT + unit(land) * land.area.w] });
    land.begin(color);
    paintLandscape(land, wasm, 0, params, 0);
    land.mark(0, 0, "ink", { shape: "star", size: 7 });
    land.trail(run.rows, t, k => run.theta[2 * k], k => run.theta[2 * k + 1], "momentum", { width: 1.4, size: 4, dots: true });
    const next = at(t + 1);
    land.clip(() => {
      pushes.forEach((push, i) => faded(land, alpha(i), () => land.arrow(at(i), add(at(i), push), "grad")));
      land.arrow(at(t), next, "v", { width: 3 });
    });
    land.mark(...at(t), "momentum", { size: 5 });
    land.name(...next, "−v", "v");
    land.axes(false);

    // The same arrows in one place, magnified by a round number so that they fill it: one that fits
    // the steps to come as well, so that it changes seldom while they are played.
    const tips = pushes => pushes.reduce((feet, push) => [...feet, add(feet.at(-1), push)], [[0, 0]]);
    const span = (feet, i) => { const all = feet.map(p => p[i]); return [Math.min(...all), Math.max(...all)]; };
    const fits = feet => { const [a, b] = [0, 1].map(i => span(feet, i)).map(([from, to]) => to - from || 1e-9); return 0.8 * Math.min(unit(sum) * sum.area.w / a, 2 * HALF / b); };
    const feet = tips(pushes), [[x0, x1], [y0, y1]] = [0, 1].map(i => span(feet, i));
    let fit = Infinity;
    for (let s = t; s < grads.length; s++) fit = Math.min(fit, fits(tips(left(s))));
    fit = Math.max(fit, fits(feet) / 3);                       // what flies off later does not make these too small to see
    const zoom = [1, 2, 5].flatMap(m => Array.from({ length: 17 }, (_, i) => m * 10 ** (i - 12))).sort((a, b) => b - a).find(z => z <= fit) ?? 1e-12;
    const [w, h] = [unit(sum) * sum.area.w / zoom / 2, HALF / zoom], [cx, cy] = [(x0 + x1) / 2, (y0 + y1) / 2];
    sum.set({ x: [cx - w, cx + w], y: [cy - h, cy + h] });
    sum.begin(color);
    // The cross at v = 0, on whole pixels.
    const { c, area } = sum, [px, py] = [sum.px(0), sum.py(0)].map(x => Math.round(x) + 0.5);
    c.strokeStyle = color("muted");
    c.lineWidth = 1;
    c.beginPath();
    c.moveTo(area.x, py); c.lineTo(area.x + area.w, py); c.moveTo(px, area.y); c.lineTo(px, area.y + area.h);
    c.stroke();
    pushes.forEach((push, i) => faded(sum, alpha(i), () => sum.arrow(feet[i], feet[i + 1], "grad")));
    if (t) sum.arrow([0, 0], feet[t], "carry", { dash: [5, 4] });
    sum.arrow([0, 0], v.map(x => -x), "v", { width: 3 });
    if (!t) sum.arrow([0, 0], feet[1], "grad", { width: 1.4 });  // the first gradient is all of v
    sum.mark(0, 0, "ink", { size: 3.5 });
    sum.name(-v[0], -v[1], "−v", "v");
    sum.nameBetween(feet[t], feet[t + 1], "the newest, −ηg", "grad");
    if (t) sum.nameBetween([0, 0], feet[t], "−γ · the last v", "carry", { left: true });
    sum.text(cx - w, cy + h, zoom === 1 ? "as large as on the valley" : zoom > 1 ? `magnified ${show(zoom)} times` : `${show(1 / zoom)} times smaller`, { role: "muted", dx: 4, dy: 10 });

    const kept = i => {
      const all = pushes.reduce((total, push) => total + Math.abs(push[i]), 0), left = Math.abs(v[i]);
      return `pushes of ${show(all, 3)} in all, ${show(left < 1e-9 * all ? 0 : left, 3)} when added: ${all ? Math.round(100 * left / all) : 100}% is left`;
    };
    fig.table([
      ["grad", [], "along the valley", kept(0), -feet[t + 1][0]],
      ["grad", [], "across it", kept(1), -feet[t + 1][1]],
      ["v", [], `v after ${t + 1} gradient${t ? "s" : ""}`, `(${v.map(x => show(Math.abs(x) < 1e-12 ? 0 : x, 3)).join(", ")})`, v[0]],
    ]);
  }

  return fig.start();
}

/** Draw with the pen's color thinned. */
function faded(plot, alpha, paint) {
  plot.c.globalAlpha = alpha;
  paint();
  plot.c.globalAlpha = 1;
}

export default { render };
