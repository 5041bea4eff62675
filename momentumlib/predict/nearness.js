// How near a guess is to its answer: for predictions, and for the page that asks them again.

/** In a word, how near a guess is, as a part of its axis; no word where it is not near. */
export const near = apart => apart === 0 ? "✓ Exactly right" : apart <= 0.02 ? "Very close" : apart <= 0.1 ? "Close" : "";

/** Where x is on an axis { low, high, log }, from 0 to 1. */
export const along = ({ low, high, log }, x) => log ? Math.log(x / low) / Math.log(high / low) : (x - low) / (high - low);

/** How far apart two points are, as a part of the axis along which they are farthest apart. */
export const farthest = (axes, a, b) => Math.max(...axes.map((axis, i) => Math.abs(along(axis, a[i]) - along(axis, b[i]))));
