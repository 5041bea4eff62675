// Whether lines are in an order in which they do the same as the solution.

/** The first line of `order` that is misplaced and why, { at, says }; null where all are right. */
// order: the lines that are used, as numbers into `lines`, or behind them into `wrong`.
function misplaced({ lines, wrong }, order) {
  const placed = new Set(), open = [];             // open: lines whose block is not complete, the innermost last
  const inside = parent => lines.flatMap((line, number) => line.parent === parent ? [number] : []);
  const complete = number => inside(number).every(one => placed.has(one));
  for (const [at, number] of order.entries()) {
    if (number >= lines.length) return { at, says: wrong[number - lines.length].says };
    const { parent, after } = lines[number], block = open.at(-1) ?? null;
    if (parent !== block && parent !== null && !placed.has(parent)) return { at, says: `It is indented: it stands under \`${lines[parent].text}\`, which comes first.` };
    const missing = Object.keys(after).find(one => !placed.has(Number(one)));
    if (missing !== undefined) return { at, says: `${after[missing][0].toUpperCase()}${after[missing].slice(1)}` };
    if (parent !== block) return { at, says: `It comes too early: a line is missing under \`${lines[block].text}\`.` };
    placed.add(number);
    if (inside(number).length) open.push(number);
    while (open.length && complete(open.at(-1))) open.pop();
  }
  return placed.size === lines.length ? null : { at: order.length, says: "A line is missing: it still stands under “Not used”." };
}
