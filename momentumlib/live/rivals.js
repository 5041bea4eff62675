// Conjugate gradients and L-BFGS, as rivals.py writes them: their places after so many gradients.

const FALL = 1e-4, KEPT = 10;

export const RIVALS = [
  { kind: "cg", small: 0.4, label: "conjugate gradients", role: "ink", dash: [2, 4] },
  { kind: "lbfgs", small: 0.9, label: "L-BFGS", role: "ink", dash: [8, 3] },
];

const dot = (x, y) => x.reduce((sum, v, i) => sum + v * y[i], 0);
const plus = (x, a, y) => x.map((v, i) => v + a * y[i]);

/** The path of a rival, as `engine.run` gives runs; f and grad take a list of coordinates. */
export function rivalRun({ kind, small }, f, grad, start, gradients) {
  let theta = [...start], g = grad(theta), d = g.map(v => -v), pairs = [];
  let a = 1 / Math.max(1, Math.sqrt(dot(g, g)));
  const path = [theta, theta];

  function search(slope) {
    const first = f(theta);
    let low = 0, high = Infinity, fLow = first, sLow = slope;
    while (path.length <= gradients && high - low > 1e-15 * low && a < 1e30) {
      const place = plus(theta, a, d), J = f(place), there = grad(place), s = dot(there, d);
      const down = J <= first + FALL * a * slope && J <= fLow;
      if (down && Math.abs(s) <= -small * slope) return there;
      path.push(theta);
      const d1 = sLow + s - 3 * (fLow - J) / (low - a), d2 = Math.sqrt(d1 * d1 - sLow * s) * (a > low ? 1 : -1);
      const root = a - (a - low) * (s + d2 - d1) / (s - sLow + 2 * d2);
      if (down && s < 0) [low, fLow, sLow] = [a, J, s];
      else high = a;
      if (high === Infinity) a = root > low ? Math.min(Math.max(root, 1.1 * low), 10 * low) : 10 * low;
      else a = low + 0.1 * (high - low) <= root && root <= low + 0.9 * (high - low) ? root : low + 0.5 * (high - low);
    }
    return null;
  }
  function timesInverse(q) {
    const shares = [];
    for (const [step, change] of pairs.slice().reverse()) {
      shares.push(dot(step, q) / dot(step, change));
      q = plus(q, -shares.at(-1), change);
    }
    pairs.forEach(([step, change], k) => {
      const last = pairs.at(-1);
      if (!k) { const scale = dot(...last) / dot(last[1], last[1]); q = q.map(v => scale * v); }
      q = plus(q, shares[pairs.length - 1 - k] - dot(change, q) / dot(step, change), step);
    });
    return q;
  }

  while (path.length <= gradients && dot(g, g) > 0) {
    let slope = dot(g, d);
    if (!(slope < 0)) [d, slope, pairs] = [g.map(v => -v), -dot(g, g), []];
    const there = search(slope);
    if (!there) break;
    const step = d.map(v => a * v), change = plus(there, -1, g);
    theta = plus(theta, a, d);
    if (kind === "cg") {
      d = plus(there.map(v => -v), Math.max(0, dot(there, change) / dot(g, g)), d);
      a *= slope / dot(there, d);
      if (!(a > 0 && a < 1e9)) a = 1;
    } else {
      if (dot(step, change) > 0) pairs = [...pairs, [step, change]].slice(-KEPT);
      d = timesInverse(there).map(v => -v);
      a = 1;
    }
    g = there;
    path.push(theta);
  }
  return { rows: path.length, theta: path.flat(), loss: Float64Array.from(path, f), status: "max_steps" };
}
