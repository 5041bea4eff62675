// What one direction of a quadratic does, as in theory.py: the roots of its recurrence, and the
// constants that are best for all curvatures from 1 to κ.

import { show } from "./drawing/numbers.js";

/** The two roots of σ² − aσ + b = 0 as [re, im] pairs, the larger |σ|, and in words what the error does. */
export function roots(nag, eta, gamma, lam) {
  const shrink = 1 - eta * lam, a = nag ? (1 + gamma) * shrink : gamma + shrink, b = nag ? gamma * shrink : gamma;
  const d = a * a - 4 * b, half = Math.sqrt(Math.abs(d)) / 2;
  return d < 0
    ? { pair: [[a / 2, half], [a / 2, -half]], size: Math.sqrt(b), damping: "swings" }
    : { pair: [[a / 2 + half, 0], [a / 2 - half, 0]], size: Math.abs(a) / 2 + half, damping: !a && !b ? "there in one step" : a < 0 || b < 0 ? "flips sign" : "creeps" };
}

/** Best constants on curvatures from 1 to kappa: Polyak's, or for NAG Lessard's. */
export function best(nag, kappa) {
  const root = Math.sqrt(nag ? 3 * kappa + 1 : kappa);
  if (nag) return { eta: 4 / (3 * kappa + 1), gamma: Math.max(0, (root - 2) / (root + 2)), rate: 1 - 2 / root };
  const rate = (root - 1) / (root + 1);
  return { eta: 4 / (root + 1) ** 2, gamma: rate * rate, rate };
}

/** In words, how fast an error dies that shrinks by `rate` a step. */
export function pace(rate) {
  if (rate > 1 + 1e-12) return "diverges";
  if (rate >= 1) return "never settles";
  return rate ? `a tenth after ${show(Math.log(0.1) / Math.log(rate), 3)} steps` : "there in one step";
}
