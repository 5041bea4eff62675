// Settings of one framework as those of another: momentumlib/translation.py in the page, with the
// same tables (dialects.py). A test compares both on every pair of frameworks.

/** A number as Python's float is written, with at most six digits. */
export function digits(x) {
  const size = Math.abs(x), six = +x.toPrecision(6);
  if (size !== 0 && (size < 1e-4 || Math.abs(six) >= 1e6)) return six.toExponential();
  return Number.isInteger(six) ? six + ".0" : String(six);
}

const level = (tables, notes) => Math.max(0, ...notes.map(note => tables.notes[note][0]));

/** The names of the notes on going from row a to row b. */
function compare(a, b, ours) {
  const gamma = ours.gamma || 0, nesterov = ours.nesterov && gamma > 0, decay = ours.decay || 0, same = a.framework === b.framework, notes = [];
  if (gamma > 0 && a.eta !== b.eta) notes.push(nesterov ? "nesterov" : "to " + b.eta);
  if (nesterov && b.framework === "ema") notes.push("no nesterov");
  else if (nesterov && a.point !== b.point) notes.push("point");
  if (!same && [a.framework, b.framework].includes("ema")) notes.push("average");
  if (!same && ours.dampening > 0 && gamma > 0) notes.push("dampening");
  if (decay > 0 && a.decay !== b.decay) {
    if (!b.decay) notes.push(a.decay === "l2" || ours.gamma === 0 ? "cost" : "no decay");
    else if (gamma > 0) notes.push("to " + b.decay);
  }
  if (ours.eps > 0 && a.eps !== b.eps) notes.push([a.eps, b.eps].includes("early") ? "early" : "root");
  return notes;
}

/** The target's values, still under the book's names. */
function convert(a, b, ours) {
  const theirs = { ...ours }, gamma = ours.gamma || 0, same = a.framework === b.framework;
  if (!same && gamma > 0) { theirs.eta *= 1 - (ours.dampening || 0); theirs.dampening = 0; }
  if (!same && a.framework === "ema") theirs.eta *= 1 - gamma;
  if (!same && b.framework === "ema") theirs.eta /= 1 - gamma;
  if (a.decay && b.decay && a.decay !== b.decay) theirs.decay *= b.decay === "l2" ? 1 - gamma : 1 / (1 - gamma);
  if (a.eps !== b.eps && ![a.eps, b.eps].includes("early")) theirs.eps = b.eps === "inside" ? ours.eps ** 2 : Math.sqrt(ours.eps);
  if ("nesterov" in ours) theirs.nesterov = ours.nesterov && gamma > 0 && b.framework !== "ema";
  return theirs;
}

const fill = (code, values) => code
  .replace(/\[(!?)(\w+)\|([^\]]*)\]/g, (_, not, name, text) => !!values[name] !== !!not ? text : "")
  .replace(/\{(\w+)\}/g, (_, name) => digits(values[name]));

/** The frameworks of a family, and the settings that one of them has, under the book's names. */
export const frameworks = (tables, family) => [...new Set(tables.dialects[family].map(row => row.framework))];
export const settings = (tables, family, framework) =>
  new Set(tables.dialects[family].filter(row => row.framework === framework).flatMap(row => Object.keys(row.names)));

/** { code, exact, level, notes } of the target; ours: the source's settings under the book's names. */
export function translate(tables, family, source, target, ours) {
  const rows = name => tables.dialects[family].filter(row => row.framework === name);
  const a = rows(source).find(row => row.decay || !ours.decay) || rows(source)[0];
  let best;
  for (const row of rows(target)) {
    const notes = compare(a, row, ours), rank = 100 * level(tables, notes) + notes.length;
    if (!best || rank < best.rank) best = { row, notes, rank };
  }
  const { row: b, notes } = best, titles = tables.titles;
  const told = {
    source: titles[source], target: titles[target], target_eta: digits(1 - (ours.dampening || 0)),
    first: String(+(notes.includes("early") ? (1 - ours.beta2) ** -0.5 : 1 / (1 - (ours.dampening || 0))).toPrecision(3)),
  };
  return {
    code: fill(b.code, convert(a, b, ours)),
    exact: tables.exact[level(tables, notes)],
    level: level(tables, notes),
    notes: notes.map(note => tables.notes[note][1].replace(/\{(\w+)\}/g, (_, name) => told[name])),
  };
}
