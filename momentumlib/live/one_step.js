// One step of momentum and one of NAG, from the same point with the same velocity: the vectors,
// with each gradient drawn where it is measured.

import { show } from "./drawing/numbers.js";
import { Figure } from "./frame/controls.js";
import { CODES, engine } from "./wasm/engine.js";
import { paintLandscape, valley } from "./drawing/landscape.js";

async function render({ model, el }) {
  const wasm = await engine(model.get("module"));
  const names = ["kappa", "angle", "eta", "gamma", "follow", "start", "step"];
  const fig = new Figure({ model, el }, names, { draw, python: () => fig.line("one_step", [...names, "steps"]) });
  const [x0, y0] = model.get("start").map(Math.abs), far = Math.max(x0, y0 * 1.6);
  const land = fig.plot({ xlabel: "θ₁", ylabel: "θ₂", aspect: 0.62, alone: 0.72, x: [-1.3 * far, 1.3 * far], y: [-0.8 * far, 0.8 * far] });
  const steps = () => model.get("steps");
  fig.player("step", () => steps() - 1, { pace: 3 });
  fig.slider("eta", { label: "learning rate η", min: 1e-3, max: 1, log: true });
  fig.slider("gamma", { label: "momentum γ", min: 0, max: 1, step: 0.01 });
  fig.slider("kappa", { label: "condition number κ", min: 1, max: 100, log: true, more: true });
  fig.slider("angle", { label: "angle in degrees", min: 0, max: 90, step: 1, more: true });
  fig.choice("follow", "so far, follow", [["momentum", "momentum"], ["nag", "NAG"]], { more: true });
  fig.point("start", land, "start", ["θ₁", "θ₂"], 3);

  function draw(color) {
    const params = valley(model.get("kappa"), model.get("angle")), eta = model.get("eta"), gamma = model.get("gamma");
    const follow = model.get("follow"), run = wasm.run(0, params, model.get("start"), steps(), {
      code: CODES[follow], ahead: follow === "nag", hyper: { eta, gamma }, states: true,
    });
    const t = Math.min(model.get("step"), run.rows - 1), theta = [run.theta[2 * t], run.theta[2 * t + 1]];
    const v = [run.states[6 * t], run.states[6 * t + 1]], ahead = theta.map((x, i) => x - gamma * v[i]);
    const here = wasm.grad(0, params, theta), there = wasm.grad(0, params, ahead);
    const ball = ahead.map((x, i) => x - eta * here[i]), nag = ahead.map((x, i) => x - eta * there[i]);

    const path = [k => run.theta[2 * k], k => run.theta[2 * k + 1]];
    land.begin(color);
    paintLandscape(land, wasm, 0, params, 0);
    land.mark(0, 0, "ink", { shape: "star", size: 7 });
    land.line(run.rows, ...path, "muted", { width: 1.2, alpha: 0.4 });
    land.line(t + 1, ...path, "muted", { width: 1.4, dash: [3, 3] }).dots(t, ...path, "muted", 2.5);
    const slope = theta.map((x, i) => x - eta * here[i]);
    land.clip(() => land.arrow(theta, slope, "grad", { dash: [5, 4] }).arrow(theta, ahead, "carry").arrow(ahead, ball, "momentum").arrow(ahead, nag, "nag"));
    land.mark(...theta, "theta", { size: 4.5 });
    land.mark(...ahead, "carry", { shape: "ring", size: 4.5 });
    land.mark(...ball, "momentum", { size: 5 });
    land.mark(...nag, "nag", { size: 5 });
    const long = (a, b) => Math.hypot(land.px(b[0]) - land.px(a[0]), land.py(b[1]) - land.py(a[1])) > 14;
    land.name(...theta, "θ", "theta", { left: true, dy: -9 });
    if (long(ball, nag)) land.name(...nag, "NAG", "nag").name(...ball, "momentum", "momentum");
    else land.name(...nag, "both", "ink");
    if (long(theta, slope)) land.name(...slope, "−η∇J(θ)", "grad");
    if (long(theta, ahead)) land.nameBetween(theta, ahead, "carry −γv", "carry", { left: ahead[0] < theta[0] });
    land.axes(false);

    const point = p => `(${show(p[0], 3)}, ${show(p[1], 3)})`, J = (...p) => wasm.values(0, params, 2, 1, at => at.set(p))[0];
    fig.table([
      ["carry", [], `θ and −γv, at step ${t}`, `from ${point(theta)} to ${point(ahead)}`],
      ["grad", [5, 4], "slope at θ: momentum measures here", `−η∇J(θ) = ${point(here.map(g => -eta * g))}`],
      ["momentum", [], "momentum lands at", `${point(ball)}, J = ${show(J(...ball))}`, J(...ball)],
      ["nag", [], "NAG measures at θ − γv, lands at", `${point(nag)}, J = ${show(J(...nag))}`, J(...nag)],
    ]);
  }

  return fig.start();
}

export default { render };
