// What a network is seen to do: the windows of its first layer, and an exam of a few pictures.

import { tag } from "./frame/controls.js";

const TILES = 8;

/** The first layer's weights, a method below the other: each window `size` × `size` pixels, gray where 0. */
export function windows(plot, names, weights, [above, size], colors) {
  const { c, area, color } = plot, columns = Math.ceil(above / 2), gap = 6, title = 18, block = area.h / names.length;
  const side = Math.min((area.w - gap * (columns - 1)) / columns, (block - title - gap * 2) / 2), dot = side / size;
  names.forEach((name, k) => {
    const top = area.y + k * block, most = weights[k].reduce((m, w) => Math.max(m, Math.abs(w)), 1e-9);
    c.fillStyle = color("ink");
    c.textAlign = "left";
    c.textBaseline = "top";
    c.strokeStyle = color("muted");
    c.lineWidth = 1;
    c.fillText(name, area.x, top);
    for (let i = 0; i < above; i++) {
      const x0 = area.x + (i % columns) * (side + gap), y0 = top + title + Math.floor(i / columns) * (side + gap);
      for (let p = 0; p < size * size; p++) {
        const at = (i * size * size + p) * colors, shade = q => Math.round(127.5 * (1 + weights[k][at + q % colors] / most));
        c.fillStyle = `rgb(${shade(0)},${shade(1)},${shade(2)})`;
        c.fillRect(Math.round(x0 + (p % size) * dot), Math.round(y0 + Math.floor(p / size) * dot), Math.ceil(dot), Math.ceil(dot));
      }
      c.strokeRect(Math.round(x0) + 0.5, Math.round(y0) + 0.5, Math.round(side) - 1, Math.round(side) - 1);
    }
  });
}

/**
 * A row of test pictures with their names, and below what each method takes them for. A picture stays
 * until all have named it; then the next one that somebody gets wrong takes its place. It stands
 * after the element `place`. Gives what shows it:
 * (pictures: { labels, levels }, guesses: of each method, or nothing yet).
 */
export function exam(place, methods, names, [height, width, colors]) {
  const list = tag(place.parentNode, "ul", { class: "live-exam", "aria-label": "test pictures" }), slots = Array.from({ length: TILES }, (_, k) => k);
  place.after(list);
  const tiles = slots.map(() => {
    const item = tag(list, "li"), canvas = tag(item, "canvas", { width, height, "aria-hidden": "true" }), name = tag(item, "strong");
    const said = methods.map(([role, method]) => {
      const line = tag(item, "span", { class: "live-guess", style: `--method: var(--fig-${role})` });
      tag(line, "span", { class: "live-unseen" }, `${method}: `);
      return tag(line, "span");
    });
    return { canvas, name, said, picture: -1, of: null };
  });
  const write = (node, words) => { if (node.textContent !== words) node.textContent = words; };

  function paint(tile, { labels, levels }, picture) {
    const context = tile.canvas.getContext("2d"), image = context.createImageData(width, height), first = picture * width * height * colors;
    for (let p = 0; p < width * height; p++) {
      for (let q = 0; q < 3; q++) image.data[4 * p + q] = levels[first + p * colors + q % colors] * 255 / 31;
      image.data[4 * p + 3] = 255;
    }
    context.putImageData(image, 0, 0);
    write(tile.name, names[labels[picture]]);
  }

  return (pictures, guesses) => {
    const wrong = i => guesses.some(guess => guess[i] !== pictures.labels[i]);
    if (!guesses) slots.forEach((_, k) => { slots[k] = k; });
    else slots.forEach((picture, k) => {
      if (wrong(picture) || !tiles[k].solved) return;          // it is shown once as solved
      for (let i = 1; i < pictures.labels.length; i++) {
        const other = (picture + i) % pictures.labels.length;
        if (wrong(other) && !slots.includes(other)) { slots[k] = other; return; }
      }
    });
    tiles.forEach((tile, k) => {
      const picture = slots[k], label = pictures.labels[picture];
      if (tile.picture !== picture || tile.of !== pictures) paint(tile, pictures, picture);
      [tile.picture, tile.of, tile.solved] = [picture, pictures, !!guesses && !wrong(picture)];
      tile.said.forEach((node, m) => {
        const guess = guesses?.[m][picture], right = guess === label;
        write(node, guess === undefined ? "?" : guess < 0 ? "–" : right ? "✓" : names[guess]);
        node.parentNode.toggleAttribute("data-right", right);
      });
    });
  };
}
