// The schedules of momentumlib/schedules.py, for sliders that change them in the page; the tests
// compare every one with Python's.

const half = (a, b, u) => a + (b - a) * (1 - Math.cos(Math.PI * Math.max(0, Math.min(1, u)))) / 2;

/** name -> (t, T, start, end): the value at step t of a schedule of length T. */
export const schedules = {
  constant: (t, T, start) => start,
  linear: (t, T, start, end) => start + (end - start) * Math.min(t / T, 1),
  linear_to_one: (t, T, start) => Math.min(start + (1 - start) * t / T, 1),
  sutskever: (t, T, start, end) => Math.min(1 - 2 ** (-1 - Math.log2(Math.floor(t / 250) + 1)), end),
  nesterov: t => t / (t + 3),
  step: (t, T, start) => start * 0.5 ** Math.floor(t / Math.max(1, Math.floor(T / 4))),
  cosine: (t, T, start, end) => end + (start - end) * (1 + Math.cos(Math.PI * Math.min(t / T, 1))) / 2,
  warmup: (t, T, start) => Math.min((t + 1) / (Math.floor(T / 10) + 1), 1) * start,
  one_cycle: (t, T, start, end) => {
    const u = Math.min(t / T, 1);
    return u < 0.3 ? half(start, end, u / 0.3) : half(end, start, (u - 0.3) / 0.7);
  },
  /** Straight lines between values at equal distances, as drawn by hand. */
  drawn: (t, T, start, end, values) => {
    const u = Math.min(t / T, 1) * (values.length - 1), k = Math.min(Math.floor(u), values.length - 2);
    return values[k] + (values[k + 1] - values[k]) * (u - k);
  },
};
