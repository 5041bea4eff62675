// The spectrum: |σ| of momentum over all curvatures of a valley. The curve falls, is level at √γ
// and rises; η moves it along the axis, γ makes it wide and lifts it. The worst from μ to L counts.

import { show } from "./drawing/numbers.js";
import { Figure } from "./frame/controls.js";
import { engine } from "./wasm/engine.js";
import { handle } from "./frame/handle.js";
import { best, pace, roots } from "./sigma.js";

const N = 601;

async function render({ model, el }) {
  const maps = await engine(model.get("module"));
  const names = ["kappa", "eta", "gamma"], fig = new Figure({ model, el }, names, { draw, python: () => fig.line("spectrum", names) });
  const [kappa, eta, gamma] = names.map(name => () => model.get(name)), ends = () => [0.15, kappa() / 0.15];
  /** The larger |σ| at n curvatures. */
  const sizes = (n, lam) => maps.rates(false, n, i => eta() * lam(i), 1, gamma, [1]).slice();

  const curve = fig.plot({ xlabel: "curvature λ", ylabel: "|σ|", height: 300, xlog: true, y: [0, 1.2] });
  // λ = 1/η lies on the level part, whatever γ is: there it is taken, and moved along and up.
  const move = (lam, size) => fig.update({ eta: +(1 / lam).toPrecision(4), gamma: +Math.min(1, size * size).toFixed(4) });
  handle(curve, { label: "The level part of the curve, at λ = 1/η and |σ| = √γ", get: () => [1 / eta(), Math.sqrt(gamma())], move });
  curve.canvas.addEventListener("click", e => { if (curve.covers(e)) move(...curve.at(e)); });
  fig.slider("eta", { label: "learning rate η", min: 1e-4, max: 4, log: true });
  fig.slider("gamma", { label: "momentum γ", min: 0, max: 1, step: 0.001 });
  fig.slider("kappa", { label: "condition number κ", min: 1, max: 1000, log: true, more: true });
  fig.tour([{ eta: 0.1, gamma: gamma() }, { eta: 1 / kappa(), gamma: gamma() }, { eta: eta(), gamma: 0.95 }], { log: true });
  let rate;
  fig.measures = () => ({ rate });

  function draw(color) {
    const L = kappa(), [lo, hi] = ends(), at = i => lo * (hi / lo) ** (i / (N - 1)), all = sizes(N, at), inside = i => L ** (i / (N - 1));
    const within = sizes(N, inside), [slow, steep] = sizes(2, i => [1, L][i]), top = best(false, L).rate;
    rate = Math.max(slow, steep);
    curve.set({ x: [lo, hi] });
    curve.begin(color).axes();
    curve.clip(() => {
      curve.c.globalAlpha = 0.35;
      curve.c.fillStyle = color("grid");
      curve.c.fillRect(curve.px(1), curve.area.y, curve.px(L) - curve.px(1), curve.area.h);
    });
    curve.line(2, k => [lo, hi][k], () => 1, "muted", { width: 1.4 });
    curve.line(N, at, i => all[i], "muted", { width: 2 });
    curve.line(N, inside, i => within[i] <= 1 ? within[i] : NaN, "ink", { width: 4 });
    curve.line(N, inside, i => within[i] >= 1 ? within[i] : NaN, "bad", { width: 4 });
    curve.name(L, rate, "the worst", rate > 1 ? "bad" : "momentum", { left: true, dy: 12 });
    curve.line(2, k => [1, L][k], () => rate, rate > 1 ? "bad" : "momentum", { width: 1.8, dash: [6, 4] });
    for (const [lam, size] of [[1, slow], [L, steep]]) curve.mark(lam, Math.min(1.2, size), rate > 1 && size > 1 ? "bad" : size === rate ? "momentum" : "ink", { size: 5 });
    const name = (lam, words, role, dy) => curve.text(lam, 0, words, { align: "center", role, dy });
    if (curve.px(L) - curve.px(1) > 12) { name(1, "μ", "ink", -10); name(L, "L", "ink", -10); }
    else name(1, "μ = L", "ink", -10);
    const [left, right] = [-1, 1].map(side => (1 + side * Math.sqrt(gamma())) ** 2 / eta());  // where it begins to swing, and ends
    const word = (a, b, words) => {
      [a, b] = [Math.max(a, lo), Math.min(b, hi)];
      if (curve.px(b) - curve.px(a) > 50) name(Math.sqrt(a * b), words, "muted", -28);
    };
    word(lo, left, "creeps");
    word(left, right, "swings");
    word(right, 2 * (1 + gamma()) / eta(), "flips");
    word(Math.max(right, 2 * (1 + gamma()) / eta()), hi, "diverges");

    const where = slow > steep * (1 + 1e-9) ? "λ = μ" : steep > slow * (1 + 1e-9) ? "λ = L" : "both ends";
    const what = lam => roots(false, eta(), gamma(), lam).damping;
    fig.table([
      ["momentum", [6, 4], "the worst from μ to L", `${show(rate)} per step, at ${where}: ${pace(rate)}`, rate],
      [null, [], "along the valley, λ = μ = 1", `|σ| = ${show(slow)}, ${what(1)}`, slow],
      [null, [], `across it, λ = L = ${show(L, 3)}`, `|σ| = ${show(steep)}, ${what(L)}`, steep],
      [null, [], "the best that any pair reaches", show(top), top],
    ]);
  }

  return fig.start();
}

export default { render };
