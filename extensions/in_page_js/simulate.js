// The kernels' loop (kernels/loop.py, `simulate`) on translated functions: what a figure's module
// exports, for figures that a page's Python makes. All numbers are where WebAssembly has them.
const FAR = 1e150, ON = { every: 1, increase: 2, gradient: 3 };
const CONVERGED = 1, DIVERGED = 2;

/** Gives a module's exports with the translated functions in it, which agree with Python's. */
function extension({ losses, grads, steps, rules, checks }) {
  for (const check of checks) {
    const [found, who, said] = check(), near = (a, b) => Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(b)) || Object.is(a, b);
    if (found.length !== said.length || !said.every((number, k) => near(found[k], number)))
      throw Error(`${who} gives other numbers in the page than in Python; run the chapter with make lab`);
  }
  return (exports, memory) => {
    const numbers = (at, n) => new Float64Array(memory.buffer, at, n), made = { heap: exports.heap };
    losses.forEach((loss, p) => {
      made[`values${p}`] = (params, dim, nparams, points, n, out) => {
        const P = numbers(params, nparams), all = numbers(points, n * dim), to = numbers(out, n), at = new Float64Array(dim);
        for (let k = 0; k < n; k++) {
          for (let i = 0; i < dim; i++) at[i] = all[k * dim + i];
          to[k] = loss(at, P);
        }
        return 0;
      };
      made[`grad${p}`] = (params, dim, nparams, theta, out) => {
        grads[p](numbers(theta, dim).slice(), numbers(params, nparams), numbers(out, dim));
        return 0;
      };
      const built = (code, theta, v, s, most, g, t, ...hyper) => steps[0](code, theta, v, s, most, g, ...hyper);
      [built, ...rules].forEach((rule, r) => { made[`run${p}${r ? `_${r - 1}` : ""}`] = simulated(numbers, memory, loss, grads[p], rule); });
    });
    return made;
  };
}

const simulated = (numbers, memory, loss, grad, rule) => (
  code, ahead, correct, params, dim, nparams, work, hyper, steps, kind, every, tol, path, states, marks, result,
) => {
  const P = numbers(params, nparams), H = numbers(hyper, 5 * steps), all = numbers(path, (steps + 1) * dim);
  const begun = new Int32Array(memory.buffer, marks, steps), told = new Int32Array(memory.buffer, result, 3);
  const [at, v, s, most, g] = Array.from({ length: 5 }, () => new Float64Array(dim));
  const kept = states ? numbers(states, 3 * dim * (steps + 1)) : null;
  let power1 = 1, power2 = 1, since = 0, before = 0, again = false, status = 0, restarts = 0, t = 0;
  for (;;) {
    const here = t * dim, next = here + dim;
    const measure = () => { for (let i = 0; i < dim; i++) at[i] = all[here + i]; };
    if (kind === ON.increase) {
      measure();
      const cost = loss(at, P);
      again ||= t > 0 && cost > before;
      before = cost;
    }
    again ||= kind === ON.every && since === every;
    if (again && t < steps) {
      v.fill(0);
      power1 = 1;
      since = 0;
      begun[restarts++] = t;
    }
    if (tol > 0 || (t < steps && !ahead)) {
      measure();
      grad(at, P, g);
    }
    if (tol > 0 && g.reduce((sum, x) => sum + x * x, 0) <= tol * tol) status = CONVERGED;
    if (kept) [v, s, most].forEach((values, k) => kept.set(values, (3 * t + k) * dim));
    if (t === steps || status) break;
    const gamma = H[5 * since + 1];
    if (ahead) {
      for (let i = 0; i < dim; i++) at[i] = all[here + i] - gamma * v[i];
      grad(at, P, g);
    }
    power1 *= gamma * correct;
    power2 *= H[5 * t + 2] * correct;
    let far = false, along = 0;
    for (let i = 0; i < dim; i++) {
      [all[next + i], v[i], s[i], most[i]] = rule(code, all[here + i], v[i], s[i], most[i], g[i], t, H[5 * t], gamma, H[5 * t + 2], H[5 * t + 3], H[5 * t + 4], power1, power2);
      far ||= !(Math.abs(all[next + i]) <= FAR);
      along += g[i] * (all[next + i] - all[here + i]);
    }
    if (far) {
      status = DIVERGED;
      break;
    }
    again = kind === ON.gradient && along > 0;
    since++;
    t++;
  }
  told.set([t + 1, status, restarts]);
  return 0;
};
