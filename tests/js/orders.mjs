// What the page's script says of orders of each puzzle's lines: {order, puzzles} as JSON on the
// standard input. All orders of a short puzzle, of a long one the solution's neighbours.

import { readFileSync } from "node:fs";

const { order, puzzles } = JSON.parse(readFileSync(0));
const misplaced = Function(`${order}; return misplaced`)();
const all = list => list.length < 2 ? [list]
  : list.flatMap((x, i) => all(list.toSpliced(i, 1)).map(rest => [x, ...rest]));

const told = {};
for (const [id, puzzle] of Object.entries(puzzles)) {
  const { lines, wrong } = puzzle, solution = [...lines.keys()];
  const swapped = solution.slice(1).map(i => solution.with(i, i - 1).with(i - 1, i));
  const orders = lines.length < 7 ? all(solution) : [solution, ...swapped];
  // Whether a wrong line, in the place of each, is found there and named.
  const named = ({ says }, i) => solution.map((_, at) => {
    const found = misplaced(puzzle, solution.with(at, lines.length + i));
    return found.at === at && found.says === says;
  });
  told[id] = {
    right: orders.filter(one => !misplaced(puzzle, one)),
    wrong: swapped.filter(one => misplaced(puzzle, one)),
    why: swapped.map(one => misplaced(puzzle, one)?.says ?? ""),
    short: misplaced(puzzle, solution.slice(0, -1)).says,
    others: wrong.map(named),
  };
}
console.log(JSON.stringify(told));
